/// Pictures that one series has of one place are first told apart by what they are, and by which take they belong to:
/// only then does time order them.
extension Stack {
  /// Fewer pictures than this at a place are no cine of their own: see `ViewRules`.
  private static let fewestPhases = 8

  /// A stack for each echo, kind of picture, take, … that this one mixes; itself where it mixes nothing.
  func toldApart() -> [Stack] {
    guard isCine, !slices[0].images[0].isLoopFrame else { return [self] }
    for trait in Trait.allCases {
      if let parts = divided(by: trait) { return parts.flatMap { $0.toldApart() } }
    }
    return takes()
  }

  private func divided(by trait: Trait) -> [Stack]? {
    guard let ranks = trait.ranks(images) else { return nil }
    // Each slice's images by rank.
    var next = ranks.makeIterator()
    let groups = slices.map { slice in Dictionary(grouping: slice.images) { _ in next.next() ?? 0 } }
    let mixed = groups.filter { $0.count > 1 }
    guard !mixed.isEmpty, mixed.allSatisfy({ Self.tells(Array($0.values), trait.alwaysTells) }) else { return nil }
    return Set(ranks).sorted().map { rank in
      var part = keeping(zip(slices, groups).map { ($0, $1[rank] ?? []) })
      part.ranks[trait] = rank
      part.labels.append(trait.label(part.slices[0].images[0], rank: rank))
      return part
    }
  }

  /// The same with other images; slices that have none are left out.
  private func keeping(_ slices: [(Place, [DicomImage])]) -> Stack {
    var part = self
    part.slices = slices.compactMap { place, images in
      images.isEmpty ? nil : Place(position: place.position, images: images, take: place.take)
    }
    return part
  }

  /// True where these groups of one place's pictures are cines of their own.
  private static func tells(_ groups: [[DicomImage]], _ always: Bool) -> Bool {
    if always, groups.allSatisfy({ $0.count > 1 }) { return true }
    guard let all = Moments.values(groups.flatMap { $0 }) else {
      // Nothing says which moments they show: as many pictures as a cine has, each time.
      return groups.allSatisfy { $0.count >= fewestPhases }
    }
    let most = Moments.multiplicity(all)
    guard most > 1, groups.count <= most else { return false }
    return groups.allSatisfy { (Moments.values($0).map(Moments.multiplicity) ?? $0.count) < most }
  }

  // MARK: Takes

  /// Acquisition moments further apart than this, µs, are of another breath-hold.
  private static let pause = 5e6

  /// Slices that were taken more than once: the newest whole take of each stays, the others become stacks of their own.
  private func takes() -> [Stack] {
    let takes = slices.map { Self.takes($0.images) }
    let most = takes.map(\.count).max() ?? 1
    guard most > 1 else { return [self] }
    return (0..<most).map { back in
      var part = keeping(zip(slices, takes).map { ($0, back < $1.count ? $1[back].images : []) })
      for i in part.slices.indices {
        guard let at = slices.firstIndex(where: { $0.position == part.slices[i].position }) else { continue }
        if takes[at].count > 1 { part.slices[i].take = (takes[at][back].number, takes[at].count) }
      }
      if back > 0 { part.olderTake = back }
      return part
    }
  }

  /// One place's pictures by take, that to be shown first; `number` counts them in time, from 1.
  private static func takes(_ images: [DicomImage]) -> [(number: Int, images: [DicomImage])] {
    guard let takes = byAcquisition(images) ?? byPause(images) ?? byRuns(images) else { return [(1, images)] }
    let inTime = sortedInTime(takes, of: images)
    let whole = inTime.map(\.count).max() ?? 0
    let first = inTime.lastIndex { $0.count == whole } ?? 0
    let rest = inTime.indices.reversed().filter { $0 != first }
    return ([first] + rest).map { ($0 + 1, inTime[$0]) }
  }

  private static func sortedInTime(_ takes: [[DicomImage]], of images: [DicomImage]) -> [[DicomImage]] {
    let moments = AcquisitionMoment.values(images)
    let known = Dictionary(
      zip(images, moments).map { (PublishedOrder.Image(path: $0.header.path, frame: $0.frame), $1 ?? 0) }
    ) { first, _ in first }
    let keyed = takes.map { take in
      let first = take.compactMap { known[.init(path: $0.header.path, frame: $0.frame)] }.min() ?? 0
      let number = take.compactMap { $0.trait(\.acquisitionNumber) }.min() ?? 0
      return (key: (first, number, take.compactMap(\.header.instanceNumber).min() ?? 0), take: take)
    }
    return keyed.sorted { $0.key < $1.key }.map(\.take)
  }

  /// "A single continuous gathering of data": Acquisition Number (PS3.3 C.7.6.1).
  private static func byAcquisition(_ images: [DicomImage]) -> [[DicomImage]]? {
    let groups = Dictionary(grouping: images) { $0.trait(\.acquisitionNumber) }
    return groups[nil] == nil ? accepted(groups.sorted { $0.key ?? 0 < $1.key ?? 0 }.map(\.value)) : nil
  }

  private static func byPause(_ images: [DicomImage]) -> [[DicomImage]]? {
    let moments = AcquisitionMoment.values(images).compactMap { $0 }
    guard moments.count == images.count else { return nil }
    let sorted = zip(images, moments).sorted { $0.1 < $1.1 }
    var groups: [[DicomImage]] = []
    var last = -Double.infinity
    for (image, moment) in sorted {
      if moment - last > pause { groups.append([]) }
      groups[groups.count - 1].append(image)
      last = moment
    }
    return accepted(groups)
  }

  /// Takes explain shared moments, or each is a cine over the same part of the heartbeat: one repeats the other with
  /// trigger times of its own, because the heart beat at another rate.
  private static func accepted(_ groups: [[DicomImage]]) -> [[DicomImage]]? {
    guard groups.count > 1 else { return nil }
    if tells(groups, false) { return groups }
    let times = groups.compactMap(Moments.values)
    guard times.count == groups.count, groups.allSatisfy({ $0.count >= fewestPhases }) else { return nil }
    let spans = times.map { ($0.min() ?? 0, $0.max() ?? 0) }
    let (start, end) = (spans.map(\.0).max() ?? 0, spans.map(\.1).min() ?? 0)
    return spans.allSatisfy { end - start > 0.6 * ($0.1 - $0.0) } ? groups : nil
  }

  /// Along acquisition or instance number the moments rise once a take, as often as pictures share them.
  private static func byRuns(_ images: [DicomImage]) -> [[DicomImage]]? {
    guard let moments = Moments.values(images) else { return nil }
    let most = Moments.multiplicity(moments)
    guard most > 1 else { return nil }
    let orders: [[Double?]] = [
      AcquisitionMoment.values(images), images.map { $0.temporalPosition.map(Double.init) },
      images.map { $0.header.instanceNumber.map(Double.init) },
    ]
    for order in orders {
      let known = order.compactMap { $0 }
      guard known.count == images.count, Set(known).count == images.count else { continue }
      let sorted = images.indices.sorted { known[$0] < known[$1] }
      for indices in [sorted, sorted.reversed()] {
        var runs: [[Int]] = []
        for i in indices {
          if let last = runs.last?.last, moments[i] > moments[last] {
            runs[runs.count - 1].append(i)
          } else {
            runs.append([i])
          }
        }
        if runs.count == most { return runs.map { $0.map { images[$0] } } }
      }
    }
    return nil
  }

  // MARK: Slices between slices

  /// One series that holds a stack and slices taken again a little aside, when the patient had moved: in the order of
  /// acquisition each slice goes to the first stack in which it overlaps none.
  func withoutOverlaps() -> [Stack] {
    let steps = zip(slices, slices.dropFirst()).map { $1.position - $0.position }
    guard isCine, let thickness = first.sliceThickness, thickness > 0, let least = steps.min() else { return [self] }
    let near = 0.7 * thickness
    var moments = AcquisitionMoment.values(images).makeIterator()
    let inTime = slices.map { place in
      let own = place.images.compactMap { _ in moments.next() ?? nil }
      return (key: (own.min() ?? 0, place.images.compactMap(\.header.instanceNumber).min() ?? 0), place: place)
    }.sorted { $0.key < $1.key }.map(\.place)
    // A stack whose slices overlap by design is taken from one end to the other.
    let along = zip(inTime, inTime.dropFirst()).map { $1.position > $0.position }
    guard least < near, Set(along).count > 1 else { return [self] }
    var stacks: [[Place]] = []
    for place in inTime {
      let at = stacks.firstIndex { stack in stack.allSatisfy { abs($0.position - place.position) >= near } }
      if let at { stacks[at].append(place) } else { stacks.append([place]) }
    }
    return stacks.enumerated().map { i, places in
      var stack = self
      stack.slices = places.sorted { $0.position < $1.position }
      if i > 0 { stack.olderTake = i }
      stack.labels.append("stack \(i + 1) of \(stacks.count)")
      return stack
    }
  }
}
