import Cine

/// A NIfTI volume of up to four dimensions: a series whose slices are k and whose phases are the fourth.
struct NIfTI {
  let header: NIfTIHeader
  private let data: [UInt8]
  /// Bytes of the image.
  private let count: Int

  /// Reads and inflates no more than the header asks for, and that only where the file can hold it.
  init(descriptor: Int32, partner: Int32?) throws(VolumeError) {
    let own = try Self.content(descriptor, wanted: NIfTIHeader.length)
    header = try NIfTIHeader(own)
    var (count, tooMany) = (header.type.width, false)
    for n in header.size {
      let product = count.multipliedReportingOverflow(by: n)
      (count, tooMany) = (product.partialValue, tooMany || product.overflow)
    }
    guard !tooMany, count <= VolumeFile.largest, header.offset <= 1 << 30 else {
      throw .impossibleSize(header.size.map(String.init).joined(separator: "×"))
    }
    if header.isPair {
      guard let partner else { throw .unreadable("its image file is missing") }
      data = try Self.content(partner, wanted: header.offset + count)
    } else {
      data = try Self.content(descriptor, wanted: header.offset + count)
    }
    guard data.count >= header.offset + count else { throw .truncated }
    self.count = count
  }

  private static func content(_ descriptor: Int32, wanted: Int) throws(VolumeError) -> [UInt8] {
    let size = try VolumeFile.size(descriptor)
    guard let head = VolumeFile.bytes(descriptor, 0, 2) else { throw .unreadable("it cannot be read") }
    guard Gunzip.isGzip(head) else {
      guard wanted <= NIfTIHeader.length || wanted <= size else { throw .truncated }
      guard let all = VolumeFile.bytes(descriptor, 0, min(wanted, size)) else { throw .unreadable("it cannot be read") }
      return all
    }
    // Deflate makes at most 1032 bytes of one.
    guard wanted / 1032 <= size else { throw .truncated }
    guard size <= VolumeFile.largest, let packed = VolumeFile.bytes(descriptor, 0, size) else {
      throw .unreadable("it cannot be read")
    }
    guard VolumeFile.canHold(wanted + Gunzip.nearEnd) else { throw .tooLarge(bytes: wanted) }
    // The head alone tells nothing of what follows it.
    guard let all = Gunzip.inflate(packed, wanted: wanted, verified: wanted > NIfTIHeader.length) else {
      throw .unreadable("its gzip data are damaged")
    }
    return all
  }

  private var slices: Int { header.size[2] }
  private var phases: Int { header.size[3] }

  func study(_ path: FilePath, _ view: (String) -> View?) throws(VolumeError) -> Study {
    let stem = String(path.name.text.prefix { $0 != "." })
    let named = view(stem)
    // Nothing else comes as a stack of cines.
    let isStack = slices >= 3 && phases >= 8
    let (beat, note) = heartbeat
    let all = (0..<slices).map { k in
      Slice(
        rows: header.size[1], columns: header.size[0], geometry: geometry(k), heartbeat: beat.map(Milliseconds.init),
        phases: (0..<phases).map { t in
          Phase(
            time: beat.map { Milliseconds($0 * Double(t) / Double(phases)) }, path: path, frame: k * phases + t)
        })
    }
    let series = Series(
      instanceUID: "\(path)#0", number: 0, description: stem, view: named ?? (isStack ? .shortAxis : .unknown),
      viewRule: named != nil ? .description : isStack ? .geometry : .none,
      orderRule: "place in the file\(note)", ties: 0, slices: all)
    return Study(
      instanceUID: path.text, path: path, patientName: "", patientID: stem, date: "", description: "NIfTI",
      series: [series])
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
    func column(_ c: Int) -> Vector3 {
      Vector3(-header.affine[0][c], -header.affine[1][c], header.affine[2][c])
    }
    let (i, j) = (column(0), column(1))
    let origin = column(3) + Double(header.size[1] - 1) * j + Double(k) * column(2)
    guard i.length > 0.01, j.length > 0.01, i.length < 100, j.length < 100, abs(i.normalized.dot(j.normalized)) < 0.05,
      origin.length.isFinite
    else { return nil }
    return Geometry(
      origin: origin, alongRow: i.normalized, alongColumn: -j.normalized, rowSpacing: j.length, columnSpacing: i.length)
  }

  func frames(_ range: Range<Int>) throws(VolumeError) -> VolumeFile.Frames {
    let (columns, rows) = (header.size[0], header.size[1])
    guard range.lowerBound >= 0, range.upperBound <= slices * phases else {
      throw .unreadable("it has no frame \(range.upperBound)")
    }
    var pixels: [Float] = []
    pixels.reserveCapacity(range.count * rows * columns)
    let isScaled = header.slope != 0 && header.slope.isFinite && header.intercept.isFinite
    data.withUnsafeBytes { raw in
      for frame in range {
        let (k, t) = frame.quotientAndRemainder(dividingBy: phases)
        let plane = (t * slices + k) * rows * columns
        for j in (0..<rows).reversed() {
          for i in 0..<columns {
            let at = header.offset + (plane + j * columns + i) * header.type.width
            let value = header.type.value(raw, at, header.bigEndian)
            pixels.append(Float(isScaled ? value * header.slope + header.intercept : value))
          }
        }
      }
    }
    return .init(rows: rows, columns: columns, pixels: pixels)
  }

  func summary() -> VolumeFile.Summary {
    let width = header.type.width
    var sum = SHA256()
    if header.bigEndian, width > 1 {
      for at in stride(from: header.offset, to: header.offset + count, by: width) {
        sum.update(data[at..<at + width].reversed())
      }
    } else {
      data.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[header.offset..<header.offset + count])) }
    }
    return .init(
      rows: header.size[1], columns: header.size[0], frames: slices * phases, samples: 1, bitsAllocated: 8 * width,
      pixelSum: sum.hex())
  }
}
