import Cine

/// Images of one orientation, matrix and meaning, by slice: what becomes a `Series`.
struct Stack {
  /// What must agree for images to belong together at all.
  struct Key: Hashable {
    var rows: Int
    var columns: Int
    var kind: String
    /// Where there is no geometry only the file's own series tells.
    var series: String
  }

  let key: Key
  let normal: Vector3?
  let spacing: (row: Double, column: Double)?
  /// By position along the normal.
  private(set) var slices: [(position: Double, images: [DicomImage])] = []

  /// Planes within 2.5° of each other are parallel: a radial set of long axes is never that close.
  static func areParallel(_ a: Vector3, _ b: Vector3) -> Bool { a.dot(b) > 0.999 }
  /// Planes nearer than this, mm, are the same slice.
  static let sameSlice = 0.1

  var first: DicomHeader { slices[0].images[0].header }
  var images: [DicomImage] { slices.flatMap(\.images) }
  private var isCine: Bool { slices.contains { $0.images.count > 1 } }

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
    return joined(parts.map { $0.bySlice() })
  }

  private init(_ image: DicomImage) {
    key = Self.key(image)
    normal = image.geometry?.normal
    spacing = image.geometry.map { ($0.rowSpacing, $0.columnSpacing) }
    slices = [(0, [image])]
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
        stack.slices.append((position, [image]))
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
    return !slices.contains { a in other.slices.contains { abs(a.position - $0.position) < 0.5 } }
  }

  private func isAlike(_ other: Stack) -> Bool {
    guard let normal, let theirs = other.slices[0].images[0].geometry, other.normal != nil else { return false }
    return key == other.key && Self.areParallel(normal, theirs.normal) && agrees(theirs)
      && Self.stem(first.seriesDescription) == Self.stem(other.first.seriesDescription)
  }

  /// A description without the number of its slice: "SAX cine 07" → "saxcine".
  private static func stem(_ description: String) -> String {
    let letters = description.lowercased().filter { $0.isLetter || $0.isNumber }
    return String(letters.reversed().drop { $0.isNumber }.reversed())
  }
}
