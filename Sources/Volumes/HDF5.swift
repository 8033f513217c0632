import CHDF5
import Cine
import Plain
import Synchronization

/// HDF5 in the layouts that the published tools have used: one data set a view or series, [c, f, h, w], [f, c, h, w] or
/// [f, h, w], with an attribute slice_frames that names the last frame of every slice but the last. They may lie in groups.
enum HDF5 {
  /// Debian's libhdf5 is not safe for threads.
  private static let turn = Mutex(())

  fileprivate struct Layout: Sendable {
    var name: String
    var frames: Int
    var channels: Int
    var rows: Int
    var columns: Int
    var channelsFirst: Bool
    /// As stored.
    var dims: [UInt64]
    /// Bytes of one number.
    var width: Int
    /// First frame of each slice.
    var starts: [Int]
  }

  /// The cines of a file, and what of it is none.
  fileprivate struct Inventory: Sendable {
    var sets: [Layout] = []
    var unread: [UnreadPart] = []
  }

  static func contents(_ descriptor: Int32) throws(VolumeError) -> VolumeContents {
    try open(descriptor) { (file) throws(VolumeError) in
      let all = try inventory(file, descriptor)
      var (volumes, first) = ([Volume](), 0)
      for (number, set) in all.sets.enumerated() {
        let ends = set.starts.dropFirst() + [set.frames]
        let slices = zip(set.starts, ends).map { start, end in
          Slice(
            rows: set.rows, columns: set.columns, geometry: nil, heartbeat: nil,
            phases: (start..<end).map { Phase(time: nil, path: "", frame: first + $0) })
        }
        let path = set.name.split(separator: "/").map(String.init)
        let series = Series(
          instanceUID: "", number: number, description: path.last ?? "", view: .unknown, viewRule: .none,
          orderRule: "place in the file", ties: 0, slices: slices)
        volumes.append(
          Volume(series: series, groups: path.dropLast(), numbers: numbers(file, set, path), isPlaced: false))
        first += set.frames
      }
      return VolumeContents(volumes: volumes, unread: all.unread)
    }
  }

  /// A look at the middle frame of those that their names call labels: to read all would take long.
  private static func numbers(_ file: OpaquePointer, _ set: Layout, _ path: [String]) -> NumberKind {
    let words = path.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }
    guard words.contains(where: { LabelWords.contains(String($0)) }),
      let middle = try? read(file, set, set.frames / 2..<set.frames / 2 + 1)
    else { return .greys }
    var census = NumberCensus()
    for value in middle where !census.isDecided { census.add(Double(value)) }
    return census.kind
  }

  /// Numbers that are kept for the questions that follow: one chunk of a file often holds more frames than are asked for.
  struct Kept {
    /// Bytes of numbers, but always what is asked for.
    var most: Int
    fileprivate var inventory: Inventory?
    fileprivate var set = -1
    fileprivate var frames = 0..<0
    fileprivate var pixels: [Float] = []

    init(most: Int) { self.most = most }
  }

  static func frames(
    _ range: Range<Int>, _ descriptor: Int32, _ kept: inout Kept
  ) throws(VolumeError) -> VolumeFile.Frames {
    let known: Inventory
    if let inventory = kept.inventory {
      known = inventory
    } else {
      known = try open(descriptor) { (file) throws(VolumeError) in try inventory(file, descriptor) }
      kept.inventory = known
    }
    var first = 0
    for (i, set) in known.sets.enumerated() {
      if range.lowerBound >= first, range.upperBound <= first + set.frames {
        let wanted = range.lowerBound - first..<range.upperBound - first
        let plane = set.rows * set.columns
        if kept.set != i || wanted.clamped(to: kept.frames) != wanted {
          (kept.set, kept.frames, kept.pixels) = (-1, 0..<0, [])
          let some = max(wanted.count, kept.most / (4 * plane * set.channels))
          let ahead = wanted.lowerBound..<min(set.frames, wanted.lowerBound + some)
          (kept.frames, kept.pixels) = try open(descriptor) { (file) throws(VolumeError) in
            // What follows may be damaged where this is not.
            if let all = try? read(file, set, ahead) { return (ahead, all) }
            return (wanted, try read(file, set, wanted))
          }
          kept.set = i
        }
        let start = (wanted.lowerBound - kept.frames.lowerBound) * plane
        return .init(
          rows: set.rows, columns: set.columns, pixels: Array(kept.pixels[start..<start + wanted.count * plane]))
      }
      first += set.frames
    }
    throw .unreadable("it has no frame \(range.upperBound)")
  }

  private static func open<R: Sendable>(
    _ descriptor: Int32, _ body: (OpaquePointer) throws(VolumeError) -> R
  ) throws(VolumeError) -> R {
    // A class of typed errors does not pass through withLock.
    let result = turn.withLock { _ -> Result<R, VolumeError> in
      guard let file = chdf5_open(descriptor) else {
        let newer = VolumeFile.bytes(descriptor, 0, 1 << 16).flatMap(HDF5Head.newerSuperblock)
        return .failure(
          newer.map { .newerHDF5("superblock version \($0)") } ?? .unreadable("its HDF5 structure is damaged"))
      }
      defer { chdf5_close(file) }
      do throws(VolumeError) {
        return .success(try body(file))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  // MARK: What there is

  /// Where nothing can be read, the first thing that could not is the file's own error.
  private static func inventory(_ file: OpaquePointer, _ descriptor: Int32) throws(VolumeError) -> Inventory {
    let tree = try HDF5Tree(file)
    var all = Inventory(unread: tree.unread)
    for (name, address) in tree.sets {
      do throws(VolumeError) {
        if let set = try layout(file, name, address, descriptor) { all.sets.append(set) }
      } catch {
        all.unread.append(UnreadPart(name, error))
      }
    }
    guard all.sets.isEmpty else { return all }
    guard let part = all.unread.first else { throw .noFrames }
    throw .nothingRead(part, others: all.unread.count - 1)
  }

  /// Nil for a set that holds no pictures.
  private static func layout(
    _ file: OpaquePointer, _ name: String, _ address: UInt64, _ descriptor: Int32
  ) throws(VolumeError) -> Layout? {
    var info = chdf5_info()
    let kind = chdf5_describe(file, name, &info)
    guard kind != 2 else {
      let newer = objectHead(descriptor, address).flatMap(HDF5Head.newerLayout)
      throw newer.map { .newerHDF5("data layout version \($0)") } ?? .unreadable("this data set is damaged")
    }
    let dims = withUnsafeBytes(of: info.dims) { Array($0.bindMemory(to: UInt64.self).prefix(Int(max(0, info.rank)))) }
    // Tables, texts and single numbers are none.
    guard kind == 0, dims.count >= 3 else { return nil }
    guard info.elsewhere == 0 else { throw .link("keeps its numbers in other files") }
    guard info.filter == 0 else {
      let called = withUnsafeBytes(of: info.filter_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw .filter(HDF5Filters.text(info.filter, called))
    }
    guard let set = try shaped(name, dims, width: Int(info.size)) else { return nil }
    return try divided(file, set, boundaries: Int(info.boundaries))
  }

  private static func objectHead(_ descriptor: Int32, _ address: UInt64) -> [UInt8]? {
    guard let start = VolumeFile.bytes(descriptor, 0, 1 << 16).flatMap(HDF5Head.start), address < 1 << 62 else {
      return nil
    }
    return VolumeFile.bytes(descriptor, start + Int(address), 1 << 14)
  }

  private static func shaped(_ name: String, _ dims: [UInt64], width: Int) throws(VolumeError) -> Layout? {
    let text = dims.map(String.init).joined(separator: "×")
    var (product, overflow) = (UInt64(max(4, width)), false)
    for d in dims {
      let next = product.multipliedReportingOverflow(by: d)
      (product, overflow) = (next.partialValue, overflow || next.overflow)
    }
    guard !overflow, product <= UInt64(VolumeFile.largest) else { throw .impossibleSize(text) }
    let n = dims.map { Int($0) }
    guard !n.contains(0) else { return nil }
    if n.count == 3 {
      return Layout(
        name: name, frames: n[0], channels: 1, rows: n[1], columns: n[2], channelsFirst: false, dims: dims,
        width: width, starts: [0])
    }
    // Three or one channels; where both could be, frames come first, as in the newer files.
    let isChannels = { (c: Int) in c == 3 || c == 1 }
    guard n.count == 4, isChannels(n[1]) || isChannels(n[0]) else { throw .unsupported("the shape \(text)") }
    let channelsFirst = !isChannels(n[1])
    return Layout(
      name: name, frames: channelsFirst ? n[1] : n[0], channels: channelsFirst ? n[0] : n[1], rows: n[2],
      columns: n[3], channelsFirst: channelsFirst, dims: dims, width: width, starts: [0])
  }

  private static func divided(
    _ file: OpaquePointer, _ set: Layout, boundaries: Int
  ) throws(VolumeError) -> Layout {
    guard boundaries > 0 else { return set }
    var ends = [Int32](repeating: 0, count: boundaries)
    guard chdf5_boundaries(file, set.name, &ends, Int32(boundaries)) == 0 else {
      throw .unreadable("its slice_frames cannot be read")
    }
    let starts = [0] + ends.map { Int($0) + 1 }
    guard zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }), starts.allSatisfy({ $0 < set.frames }) else {
      throw .unreadable("its slice_frames do not rise within its \(set.frames) frames")
    }
    var divided = set
    divided.starts = starts
    return divided
  }

  // MARK: Numbers

  /// Channels become their mean.
  private static func read(
    _ file: OpaquePointer, _ set: Layout, _ frames: Range<Int>
  ) throws(VolumeError) -> [Float] {
    let plane = set.rows * set.columns
    let at = UInt64(frames.lowerBound)
    let (n, c) = (UInt64(frames.count), UInt64(set.channels))
    let (start, count): ([UInt64], [UInt64]) =
      set.dims.count == 3
      ? ([at], [n]) : set.channelsFirst ? ([0, at], [c, n]) : ([at, 0], [n, c])
    var pixels = [Float](repeating: 0, count: frames.count * set.channels * plane)
    let whole = [UInt64(set.rows), UInt64(set.columns)]
    guard chdf5_read_floats(file, set.name, start + [0, 0], count + whole, &pixels) == 0 else {
      throw .unreadable("the numbers of \(set.name) are damaged")
    }
    guard set.channels > 1 else { return pixels }
    let (step, next) = set.channelsFirst ? (frames.count * plane, plane) : (plane, set.channels * plane)
    return (0..<frames.count).flatMap { f in
      (0..<plane).map { i in
        (0..<set.channels).reduce(Float(0)) { $0 + pixels[f * next + $1 * step + i] } / Float(set.channels)
      }
    }
  }

  /// Bytes that are read at a time.
  private static let atOnce = 16 << 20

  static func summary(_ descriptor: Int32, hashes: Bool) throws(VolumeError) -> VolumeFile.Summary {
    try open(descriptor) { (file) throws(VolumeError) in
      let all = try inventory(file, descriptor).sets
      var sum = hashes ? SHA256() : nil
      for set in all { try hash(file, set, &sum) }
      func shared(_ value: (Layout) -> Int) -> Int? { Set(all.map(value)).count == 1 ? all.first.map(value) : nil }
      return .init(
        rows: shared(\.rows), columns: shared(\.columns), frames: all.reduce(0) { $0 + $1.frames },
        samples: shared(\.channels), bitsAllocated: shared { 8 * $0.width }, pixelSum: sum?.hex())
    }
  }

  /// Some of the first dimension at a time.
  private static func hash(_ file: OpaquePointer, _ set: Layout, _ sum: inout SHA256?) throws(VolumeError) {
    let inner = set.dims.dropFirst().reduce(set.width) { $0 * Int($1) }
    let step = max(1, atOnce / inner)
    for first in stride(from: 0, to: Int(set.dims[0]), by: step) {
      let n = min(step, Int(set.dims[0]) - first)
      var raw = [UInt8](repeating: 0, count: n * inner)
      let start = [UInt64(first)] + set.dims.dropFirst().map { _ in 0 }
      guard chdf5_read_raw(file, set.name, start, [UInt64(n)] + set.dims.dropFirst(), &raw, raw.count) == 0 else {
        throw .unreadable("the numbers of \(set.name) are damaged")
      }
      sum?.update(raw)
    }
  }
}
