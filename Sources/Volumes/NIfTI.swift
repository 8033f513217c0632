import Cine
import Plain

/// A NIfTI volume of up to four dimensions: a series whose slices are k and whose phases are the fourth.
struct NIfTI {
  let header: NIfTIHeader
  /// Bytes of the image.
  private let count: Int
  private let isPacked: Bool

  /// The head alone is read, and held against what the file can hold. `partner` is the image of a pair.
  init(descriptor: Int32, partner: Int32?) throws(VolumeError) {
    guard let start = VolumeFile.bytes(descriptor, 0, 1 << 16) else { throw .unreadable("it cannot be read") }
    header = try NIfTIHeader(Gunzip.isGzip(start) ? Gunzip.start(of: start, NIfTIHeader.length) ?? [] : start)
    var (count, tooMany) = (header.type.width, false)
    for n in header.size {
      let product = count.multipliedReportingOverflow(by: n)
      (count, tooMany) = (product.partialValue, tooMany || product.overflow)
    }
    guard !tooMany, count <= VolumeFile.largest, header.offset <= 1 << 30 else {
      throw .impossibleSize(header.size.map(String.init).joined(separator: "×"))
    }
    self.count = count
    guard !header.isPair || partner != nil else { throw .unreadable("its image file is missing") }
    let source = header.isPair ? partner ?? descriptor : descriptor
    guard let head = VolumeFile.bytes(source, 0, 2) else { throw .unreadable("it cannot be read") }
    isPacked = Gunzip.isGzip(head)
    let (size, wanted) = (try VolumeFile.size(source), header.offset + count)
    // Deflate makes at most 1032 bytes of one.
    guard isPacked ? wanted / 1032 <= size : wanted <= size else { throw .truncated }
    guard !isPacked || wanted <= Self.mostInflated(size) else { throw .tooLarge(bytes: wanted) }
  }

  /// Bytes that a packed file may make, which bounds the time that it takes.
  private static func mostInflated(_ size: Int) -> Int { (512 << 20) + min(64 * size, VolumeFile.largest) }

  private var slices: Int { header.size[2] }
  private var phases: Int { header.size[3] }
  private var rows: Int { header.size[1] }
  private var columns: Int { header.size[0] }
  private var plane: Int { rows * columns * header.type.width }

  // MARK: All of it, a piece at a time

  /// Bytes that are held at a time.
  private static let atOnce = 1 << 20

  /// Every byte of the image once, in whole numbers; packed data to their checksum. `body` returns false to stop early
  /// where nothing is packed, as then nothing more is to be found out.
  private func pass(_ source: Int32, _ body: ([UInt8]) -> Bool) throws(VolumeError) {
    let unpacker = isPacked ? Gunzip() : nil
    try unpacker?.skip(header.offset, from: source)
    var done = 0
    while done < count {
      let n = min(Self.atOnce, count - done)
      let piece: [UInt8]
      if let unpacker {
        piece = try unpacker.read(n, from: source)
      } else {
        guard let read = VolumeFile.bytes(source, header.offset + done, n) else {
          throw .unreadable("it cannot be read")
        }
        piece = read
      }
      guard piece.count == n else { throw .truncated }
      done += n
      if !body(piece), unpacker == nil { return }
    }
    try unpacker?.verify(source)
  }

  private func value(_ raw: UnsafeRawBufferPointer, _ at: Int) -> Double {
    header.type.value(raw, at, header.bigEndian)
  }

  private var isScaled: Bool { header.slope != 0 && header.slope.isFinite && header.intercept.isFinite }

  func contents(_ source: Int32) throws(VolumeError) -> VolumeContents {
    var census = NumberCensus()
    let width = header.type.width
    let (slope, intercept) = isScaled ? (header.slope, header.intercept) : (1, 0)
    try pass(source) { piece in
      guard !census.isDecided else { return false }
      piece.withUnsafeBytes { raw in
        for at in stride(from: 0, to: raw.count, by: width) where !census.isDecided {
          census.add(value(raw, at) * slope + intercept)
        }
      }
      return !census.isDecided
    }
    let placement = header.placement
    return VolumeContents(volumes: [
      Volume(series: series(), numbers: census.kind, isPlaced: placement.isPlaced && placement.affine != nil)
    ])
  }

  func summary(_ source: Int32, hashes: Bool) throws(VolumeError) -> VolumeFile.Summary {
    let width = header.type.width
    var sum = hashes ? SHA256() : nil
    // `contents` went through all of a packed file.
    if hashes {
      try pass(source) { piece in
        if header.bigEndian, width > 1 {
          for at in stride(from: 0, to: piece.count, by: width) { sum?.update(piece[at..<at + width].reversed()) }
        } else {
          sum?.update(piece)
        }
        return true
      }
    }
    return .init(
      rows: rows, columns: columns, frames: slices * phases, samples: 1, bitsAllocated: 8 * width,
      pixelSum: sum?.hex())
  }

  // MARK: What it says of itself

  private func series() -> Series {
    let (beat, note) = heartbeat
    let all = (0..<slices).map { k in
      Slice(
        rows: rows, columns: columns, geometry: geometry(k), heartbeat: beat.map(Milliseconds.init),
        phases: (0..<phases).map { t in
          Phase(time: beat.map { Milliseconds($0 * Double(t) / Double(phases)) }, path: "", frame: k * phases + t)
        })
    }
    return Series(
      instanceUID: "", number: 0, description: "", view: .unknown, viewRule: .none,
      orderRule: "place in the file\(note)", ties: 0, slices: all, notes: header.placement.notes)
  }

  /// Converters often leave the repetition time where the time between frames belongs: believed only where it makes a
  /// heartbeat.
  private var heartbeat: (ms: Double?, note: String) {
    guard phases > 1 else { return (nil, "") }
    let units: [Double] =
      switch header.timeUnit {
      case 8: [1000]
      case 16: [1]
      case 24: [0.001]
      default: [1000, 1]
      }
    let beats = units.map { header.frameTime * $0 * Double(phases) }
    if let beat = beats.first(where: { (200...3000).contains($0) }) { return (beat, "") }
    return (nil, ", frame time not believed")
  }

  /// Rows run down the screen, so the first is the file's last. RAS to LPS.
  private func geometry(_ k: Int) -> Geometry? {
    guard let affine = header.placement.affine else { return nil }
    func column(_ c: Int) -> Vector3 { Vector3(-affine[0][c], -affine[1][c], affine[2][c]) }
    let (i, j) = (column(0), column(1))
    let origin = column(3) + Double(rows - 1) * j + Double(k) * column(2)
    guard i.length > 0.01, j.length > 0.01, i.length < 100, j.length < 100, abs(i.normalized.dot(j.normalized)) < 0.05,
      origin.length.isFinite
    else { return nil }
    return Geometry(
      origin: origin, alongRow: i.normalized, alongColumn: -j.normalized, rowSpacing: j.length, columnSpacing: i.length)
  }

  // MARK: Some of its frames

  /// Numbers that are kept for the questions that follow: some neighbouring slices over all phases, as they come in the
  /// file. Where it is packed, any slice costs all of the file, so that as many are taken at once as memory allows.
  struct Kept {
    /// Bytes of numbers, but always one slice.
    var most: Int
    /// How often unpacking began at the start of the file.
    private(set) var begun = 0
    fileprivate var unpacker: Gunzip?
    fileprivate var slices = 0..<0
    fileprivate var bytes: [UInt8] = []

    init(most: Int) { self.most = most }

    fileprivate mutating func begin() { (unpacker, begun) = (Gunzip(), begun + 1) }
  }

  func frames(_ range: Range<Int>, _ source: Int32, _ kept: inout Kept) throws(VolumeError) -> VolumeFile.Frames {
    guard range.lowerBound >= 0, range.upperBound <= slices * phases else {
      throw .unreadable("it has no frame \(range.upperBound)")
    }
    var pixels: [Float] = []
    pixels.reserveCapacity(range.count * rows * columns)
    for frame in range {
      let (k, t) = frame.quotientAndRemainder(dividingBy: phases)
      if isPacked {
        try keep(k, source, &kept)
        let at = (t * kept.slices.count + k - kept.slices.lowerBound) * plane
        kept.bytes.withUnsafeBytes { add(UnsafeRawBufferPointer(rebasing: $0[at..<at + plane]), to: &pixels) }
      } else {
        guard let bytes = VolumeFile.bytes(source, header.offset + (t * slices + k) * plane, plane) else {
          throw .unreadable("it cannot be read")
        }
        guard bytes.count == plane else { throw .truncated }
        bytes.withUnsafeBytes { add($0, to: &pixels) }
      }
    }
    return .init(rows: rows, columns: columns, pixels: pixels)
  }

  /// Sees to it that a slice is among those kept. A block of them is where it is whichever of them is asked for, so that
  /// going back by one costs nothing either.
  private func keep(_ k: Int, _ source: Int32, _ kept: inout Kept) throws(VolumeError) {
    guard !kept.slices.contains(k) else { return }
    let some = max(1, min(slices, kept.most / (plane * phases)))
    let first = k / some * some
    let block = first..<min(slices, first + some)
    kept.slices = 0..<0
    kept.bytes = []
    kept.bytes.reserveCapacity(block.count * plane * phases)
    for t in 0..<phases {
      let at = header.offset + (t * slices + first) * plane
      // What lies behind costs nothing to reach; what lies before, all of the way.
      if (kept.unpacker?.made ?? .max) > at { kept.begin() }
      guard let unpacker = kept.unpacker else { throw .unreadable("it cannot be unpacked") }
      try unpacker.skip(at - unpacker.made, from: source)
      for _ in block {
        let bytes = try unpacker.read(plane, from: source)
        guard bytes.count == plane else { throw .truncated }
        kept.bytes += bytes
      }
    }
    kept.slices = block
  }

  /// A plane's last row first.
  private func add(_ raw: UnsafeRawBufferPointer, to pixels: inout [Float]) {
    let isScaled = isScaled
    for j in (0..<rows).reversed() {
      for i in 0..<columns {
        let value = value(raw, (j * columns + i) * header.type.width)
        pixels.append(Float(isScaled ? value * header.slope + header.intercept : value))
      }
    }
  }
}
