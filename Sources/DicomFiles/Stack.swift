import Cine

/// Images of one orientation, matrix and meaning, by slice: what becomes a `Series`.
struct Stack {
  /// What must agree for images to belong together at all.
  struct Key: Hashable {
    var rows: Int
    var columns: Int
    var kind: PictureKind
    /// Where there is no geometry only the file's own series tells.
    var series: String
  }

  /// The images of one place, mm along the normal; which take of it they are (from 1), where there are several.
  struct Place {
    var position: Double
    var images: [DicomImage]
    var take: (number: Int, of: Int)?
  }

  let key: Key
  let normal: Vector3?
  let spacing: (row: Double, column: Double)?
  /// By position along the normal.
  var slices: [Place] = []
  /// By what it was told apart from others of its series: which value, and in words.
  var ranks: [Trait: Int] = [:]
  var labels: [String] = []
  /// How many takes stand before this one; 0 for that which is shown.
  var olderTake = 0

  /// Planes within 2.5° of each other are parallel: a radial set of long axes is never that close.
  static func areParallel(_ a: Vector3, _ b: Vector3) -> Bool { a.dot(b) > 0.999 }
  /// Planes nearer than this, mm, are the same slice.
  static let sameSlice = 0.1

  var first: DicomHeader { slices[0].images[0].header }
  var images: [DicomImage] { slices.flatMap(\.images) }
  var isCine: Bool { slices.contains { $0.images.count > 1 } }

  /// What its series says of itself, and what tells it apart: "SAX, echo 2, TE 4.6 ms".
  var description: String {
    ([first.seriesDescription] + labels + [takeLabel].compactMap { $0 }).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private var takeLabel: String? {
    let taken = slices.indices.filter { slices[$0].take != nil }
    guard let first = taken.first, let take = slices[first].take else { return nil }
    let isOne = taken.allSatisfy { slices[$0].take?.number == take.number && slices[$0].take?.of == take.of }
    let name = isOne ? "take \(take.number) of \(take.of)" : "the newest whole takes"
    guard taken.count < slices.count else { return name }
    return "\(name) at slice\(taken.count == 1 ? "" : "s") " + taken.map { "\($0 + 1)" }.joined(separator: ", ")
  }

  /// Everything that one series says with one orientation; a loop is a slice of its own.
  static func stacks(_ headers: [DicomHeader]) -> [Stack] {
    struct Part: Hashable {
      var key: Key
      var series: String
      var loop: FilePath?
    }
    var parts: [Stack] = []
    var known: [Part: [Int]] = [:]
    for image in headers.lazy.flatMap(DicomImage.images) {
      let header = image.header
      let part = Part(key: key(image), series: header.seriesUID, loop: image.isLoopFrame ? header.path : nil)
      if let at = known[part]?.first(where: { parts[$0].agrees(image.geometry) }) {
        parts[at].slices[0].images.append(image)
      } else {
        known[part, default: []].append(parts.count)
        parts.append(Stack(image))
      }
    }
    let kinds = Dictionary(grouping: parts, by: \.first.seriesUID).mapValues { Set($0.map(\.key.kind)) }
    for i in parts.indices where kinds[parts[i].first.seriesUID]?.count ?? 0 > 1 {
      parts[i].labels = [parts[i].key.kind.rawValue]
    }
    return inOrder(joined(parts.map { $0.bySlice() }.flatMap { $0.withoutOverlaps() }.flatMap { $0.toldApart() }))
  }

  /// Of pictures that one series mixes, those come first that show the heart, of the first echo and the take to be shown.
  private static func inOrder(_ stacks: [Stack]) -> [Stack] {
    var first: [String: Int] = [:]
    for (i, stack) in stacks.enumerated() where first[stack.first.seriesUID] == nil {
      first[stack.first.seriesUID] = i
    }
    func rank(_ s: Stack) -> (Int, Int, Int, Int) {
      let shows = s.key.kind == .magnitude ? 0 : s.key.kind.showsAnatomy ? 1 : 2
      return (first[s.first.seriesUID] ?? 0, shows, s.ranks[.echoTime] ?? s.ranks[.echoNumber] ?? 0, s.olderTake)
    }
    let ranked = stacks.enumerated().map { (rank: rank($1), place: $0, stack: $1) }
    return ranked.sorted { a, b in a.rank == b.rank ? a.place < b.place : a.rank < b.rank }.map(\.stack)
  }

  private init(_ image: DicomImage) {
    key = Self.key(image)
    normal = image.geometry?.normal
    spacing = image.geometry.map { ($0.rowSpacing, $0.columnSpacing) }
    slices = [Place(position: 0, images: [image])]
  }

  private static func key(_ image: DicomImage) -> Key {
    Key(
      rows: image.header.rows, columns: image.header.columns, kind: image.kind,
      series: image.geometry == nil ? image.header.seriesUID : "")
  }

  private func agrees(_ geometry: Geometry?) -> Bool {
    guard let normal, let spacing, let geometry else { return normal == nil && geometry == nil }
    return Self.areParallel(normal, geometry.normal) && abs(spacing.row / geometry.rowSpacing - 1) < 0.01
      && abs(spacing.column / geometry.columnSpacing - 1) < 0.01
  }

  /// Splits what was gathered into slices by position along the normal.
  private func bySlice() -> Stack {
    guard let normal else { return self }
    var stack = self
    stack.slices = []
    let placed = images.map { (image: $0, position: $0.geometry?.origin.dot(normal) ?? 0) }
    for (image, position) in placed.sorted(by: { $0.position < $1.position }) {
      if let last = stack.slices.last, position - last.position <= Self.sameSlice {
        stack.slices[stack.slices.count - 1].images.append(image)
      } else {
        stack.slices.append(Place(position: position, images: [image]))
      }
    }
    return stack
  }

  // MARK: Joining series

  /// Scanners write a stack as a series a slice, or a series a phase.
  private static func joined(_ parts: [Stack]) -> [Stack] {
    var stacks: [Stack] = []
    for part in phasesJoined(parts) {
      if let at = stacks.firstIndex(where: { $0.continues(with: part) }) {
        stacks[at].slices = (stacks[at].slices + part.slices).sorted { $0.position < $1.position }
      } else {
        stacks.append(part)
      }
    }
    return stacks
  }

  /// Fewer series than this at one place are repeats, not phases.
  private static let fewestPhaseSeries = 5

  /// Series with one image a slice at the same places become the phases of one stack where their trigger times differ.
  private static func phasesJoined(_ parts: [Stack]) -> [Stack] {
    var (done, waiting) = ([Stack](), parts)
    while !waiting.isEmpty {
      let part = waiting.removeFirst()
      let isSamePlace = { (other: Stack) in
        !part.isCine && !other.isCine && part.isAlike(other) && part.slices.count == other.slices.count
          && zip(part.slices, other.slices).allSatisfy { abs($0.position - $1.position) <= sameSlice }
      }
      let others = waiting.filter(isSamePlace)
      let times = ([part] + others).compactMap { $0.slices[0].images[0].triggerTime }
      guard others.count + 1 >= fewestPhaseSeries, Set(times).count == others.count + 1 else {
        done.append(part)
        continue
      }
      waiting.removeAll(where: isSamePlace)
      var whole = part
      for i in whole.slices.indices { whole.slices[i].images += others.flatMap { $0.slices[i].images } }
      done.append(whole)
    }
    return done
  }

  /// True where the other is of the same kind but lies elsewhere along the normal: another slice of the same stack.
  private func continues(with other: Stack) -> Bool {
    guard isCine, other.isCine, isAlike(other) else { return false }
    let near = nearest(other)
    return !slices.contains { a in other.slices.contains { abs(a.position - $0.position) < near } }
  }

  /// Slices of two series that lie nearer than this, mm, are no neighbours in one stack, but two takes of a patient who
  /// moved: those of a stack lie a slice's thickness apart, unless its own already overlap.
  private func nearest(_ other: Stack) -> Double {
    let step = [self, other].filter { $0.slices.count > 1 }.flatMap { s in
      zip(s.slices, s.slices.dropFirst()).map { $1.position - $0.position }
    }.min()
    guard let step else { return 0.5 }
    // Without a thickness every other slice may have been left for the second series where there is room for it.
    let room = first.sliceThickness.flatMap { $0 > 0 ? 0.75 * $0 : nil } ?? (step > 12 ? 0.4 * step : 0.7 * step)
    return max(0.5, min(room, 0.7 * step))
  }

  private func isAlike(_ other: Stack) -> Bool {
    guard let normal, let theirs = other.slices[0].images[0].geometry, other.normal != nil else { return false }
    return key == other.key && Self.areParallel(normal, theirs.normal) && agrees(theirs) && hasTraits(of: other)
      && Self.stem(first.seriesDescription) == Self.stem(other.first.seriesDescription)
  }

  /// The same echo and the same take. A scanner adapts the echo time from slice to slice, by less than a quarter.
  private func hasTraits(of other: Stack) -> Bool {
    func told(_ ranks: [Trait: Int]) -> [Trait: Int] { ranks.filter { $0.value > 0 && $0.key != .echoTime } }
    guard told(ranks) == told(other.ranks), olderTake == other.olderTake else { return false }
    guard let a = slices[0].images[0].trait(\.echoTime), let b = other.slices[0].images[0].trait(\.echoTime) else {
      return ranks[.echoTime] ?? 0 == other.ranks[.echoTime] ?? 0
    }
    return abs(a - b) <= 0.25 * max(abs(a), abs(b))
  }

  /// A description without the number of its slice: "SAX cine 07" → "saxcine".
  private static func stem(_ description: String) -> String {
    let letters = description.lowercased().filter { $0.isLetter || $0.isNumber }
    return String(letters.reversed().drop { $0.isNumber }.reversed())
  }
}
