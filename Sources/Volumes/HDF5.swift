import CHDF5
import Cine
import Synchronization

/// HDF5 in the layouts that the published tools have used: one data set a view or series, [c, f, h, w], [f, c, h, w] or
/// [f, h, w], with an attribute slice_frames that names the last frame of every slice but the last.
enum HDF5 {
  /// Debian's libhdf5 is not safe for threads.
  private static let turn = Mutex(())

  private struct Layout {
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

  static func study(_ descriptor: Int32, _ path: FilePath, _ view: (String) -> View?) throws(VolumeError) -> Study {
    let all = try open(descriptor) { (file) throws(VolumeError) in try layouts(file) }
    let stem = String(path.name.text.prefix { $0 != "." })
    var (series, first) = ([Series](), 0)
    for (number, set) in all.enumerated() {
      let named = view(set.name)
      let ends = set.starts.dropFirst() + [set.frames]
      let slices = zip(set.starts, ends).map { start, end in
        Slice(
          rows: set.rows, columns: set.columns, geometry: nil, heartbeat: nil,
          phases: (start..<end).map { Phase(time: nil, path: path, frame: first + $0) })
      }
      series.append(
        Series(
          instanceUID: "\(path)#\(set.name)", number: number, description: set.name, view: named ?? .unknown,
          viewRule: named == nil ? .none : .description, orderRule: "place in the file", ties: 0, slices: slices))
      first += set.frames
    }
    return Study(
      instanceUID: path.text, path: path, patientName: "", patientID: stem, date: "", description: "HDF5",
      series: series)
  }

  static func frames(_ range: Range<Int>, _ descriptor: Int32) throws(VolumeError) -> VolumeFile.Frames {
    try open(descriptor) { (file) throws(VolumeError) in
      var first = 0
      for set in try layouts(file) {
        if range.lowerBound >= first, range.upperBound <= first + set.frames {
          return try read(file, set, range.lowerBound - first..<range.upperBound - first)
        }
        first += set.frames
      }
      throw .unreadable("it has no frame \(range.upperBound)")
    }
  }

  private static func open<R: Sendable>(
    _ descriptor: Int32, _ body: (OpaquePointer) throws(VolumeError) -> R
  ) throws(VolumeError) -> R {
    // A class of typed errors does not pass through withLock.
    let result = turn.withLock { _ -> Result<R, VolumeError> in
      guard let file = chdf5_open(descriptor) else { return .failure(.unreadable("its HDF5 structure is damaged")) }
      defer { chdf5_close(file) }
      do throws(VolumeError) {
        return .success(try body(file))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func layouts(_ file: OpaquePointer) throws(VolumeError) -> [Layout] {
    var all: [Layout] = []
    let count = chdf5_count(file)
    guard count >= 0 else { throw .unreadable("its HDF5 structure is damaged") }
    for i in 0..<count {
      guard let name = chdf5_name(file, i).map({ String(cString: $0) }) else { continue }
      guard !name.isEmpty else { throw .unreadable("its HDF5 structure is damaged") }
      var info = chdf5_info()
      let kind = chdf5_describe(file, name, &info)
      guard kind != 2 else { throw .unreadable("the data set \(name) is damaged") }
      guard kind == 0 else { continue }
      let dims = withUnsafeBytes(of: info.dims) { Array($0.bindMemory(to: UInt64.self).prefix(Int(info.rank))) }
      guard dims.count == 3 || dims.count == 4, let set = try layout(name, dims, width: Int(info.size)) else {
        continue
      }
      all.append(try divided(file, set, boundaries: Int(info.boundaries)))
    }
    guard !all.isEmpty else { throw .noFrames }
    return all
  }

  private static func layout(_ name: String, _ dims: [UInt64], width: Int) throws(VolumeError) -> Layout? {
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
    guard isChannels(n[1]) || isChannels(n[0]) else { throw .unsupported("the shape \(text)") }
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
      throw .unreadable("slice_frames of \(set.name) cannot be read")
    }
    let starts = [0] + ends.map { Int($0) + 1 }
    guard zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }), starts.allSatisfy({ $0 < set.frames }) else {
      throw .unreadable("slice_frames of \(set.name) do not rise within its \(set.frames) frames")
    }
    var divided = set
    divided.starts = starts
    return divided
  }

  /// Channels become their mean.
  private static func read(
    _ file: OpaquePointer, _ set: Layout, _ frames: Range<Int>
  ) throws(VolumeError) -> VolumeFile.Frames {
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
    guard set.channels > 1 else { return .init(rows: set.rows, columns: set.columns, pixels: pixels) }
    let (step, next) = set.channelsFirst ? (frames.count * plane, plane) : (plane, set.channels * plane)
    let grey = (0..<frames.count).flatMap { f in
      (0..<plane).map { i in
        (0..<set.channels).reduce(Float(0)) { $0 + pixels[f * next + $1 * step + i] } / Float(set.channels)
      }
    }
    return .init(rows: set.rows, columns: set.columns, pixels: grey)
  }

  /// Bytes that are read at a time.
  private static let atOnce = 16 << 20

  static func summary(_ descriptor: Int32) throws(VolumeError) -> VolumeFile.Summary {
    try open(descriptor) { (file) throws(VolumeError) in
      let all = try layouts(file)
      var sum = SHA256()
      for set in all { try hash(file, set, &sum) }
      func shared(_ value: (Layout) -> Int) -> Int? { Set(all.map(value)).count == 1 ? all.first.map(value) : nil }
      return .init(
        rows: shared(\.rows), columns: shared(\.columns), frames: all.reduce(0) { $0 + $1.frames },
        samples: shared(\.channels), bitsAllocated: shared { 8 * $0.width }, pixelSum: sum.hex())
    }
  }

  /// Some of the first dimension at a time.
  private static func hash(_ file: OpaquePointer, _ set: Layout, _ sum: inout SHA256) throws(VolumeError) {
    let inner = set.dims.dropFirst().reduce(set.width) { $0 * Int($1) }
    let step = max(1, atOnce / inner)
    for first in stride(from: 0, to: Int(set.dims[0]), by: step) {
      let n = min(step, Int(set.dims[0]) - first)
      var raw = [UInt8](repeating: 0, count: n * inner)
      let start = [UInt64(first)] + set.dims.dropFirst().map { _ in 0 }
      guard chdf5_read_raw(file, set.name, start, [UInt64(n)] + set.dims.dropFirst(), &raw, raw.count) == 0 else {
        throw .unreadable("the numbers of \(set.name) are damaged")
      }
      sum.update(raw)
    }
  }
}
