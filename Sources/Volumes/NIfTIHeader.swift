import Cine

/// The head of a NIfTI-1 or NIfTI-2 file (nifti.nimh.nih.gov: nifti1.h, nifti2.h).
struct NIfTIHeader {
  private(set) var isPair = false
  let bigEndian: Bool
  /// Columns, rows, slices, phases.
  let size: [Int]
  let type: NIfTIType
  /// Byte of the image's first number, in this file or in its partner.
  let offset: Int
  /// Slope 0 means none.
  let slope: Double
  let intercept: Double
  let placement: NIfTIPlacement
  /// As written, in the unit of `timeUnit`.
  let frameTime: Double
  let timeUnit: Int

  static let length = 540

  /// Head of a file, or of what it inflates to.
  static func isNIfTI(_ head: [UInt8]) -> Bool {
    let start = Gunzip.isGzip(head) ? Gunzip.start(of: head, length) ?? [] : head
    return version(start) != nil
  }

  private static func version(_ b: [UInt8]) -> (version: Int, bigEndian: Bool)? {
    guard b.count >= 348 else { return nil }
    let little = Int(b[0]) | Int(b[1]) << 8 | Int(b[2]) << 16 | Int(b[3]) << 24
    let big = Int(b[3]) | Int(b[2]) << 8 | Int(b[1]) << 16 | Int(b[0]) << 24
    func magic(_ at: Int, _ text: String) -> Bool { b[at..<at + 3].elementsEqual(text.utf8) && b[at + 3] == 0 }
    if little == 348 || big == 348 { return magic(344, "n+1") || magic(344, "ni1") ? (1, big == 348) : nil }
    if little == 540 || big == 540 { return magic(4, "n+2") || magic(4, "ni2") ? (2, big == 540) : nil }
    return nil
  }

  init(_ bytes: [UInt8]) throws(VolumeError) {
    guard let (version, bigEndian) = Self.version(bytes) else { throw .notVolume }
    self.bigEndian = bigEndian
    let reader = Reader(bytes: bytes, bigEndian: bigEndian)
    guard bytes.count >= (version == 1 ? 348 : 540) else { throw .truncated }
    let dims: [Int]
    let (spacing, code, units): ([Double], Int, Int)
    let (rows, quaternion, shift): ([[Double]], [Double], [Double])
    let (sform, qform): (Int, Int)
    if version == 1 {
      isPair = bytes[345] == UInt8(ascii: "i")
      dims = (0..<8).map { reader.int(40 + 2 * $0, 2) }
      code = reader.int(70, 2)
      spacing = (0..<8).map { reader.float(76 + 4 * $0) }
      offset = Int(exactly: reader.float(108).rounded(.towardZero)) ?? -1
      (slope, intercept) = (reader.float(112), reader.float(116))
      units = Int(bytes[123])
      (qform, sform) = (reader.int(252, 2), reader.int(254, 2))
      quaternion = (0..<3).map { reader.float(256 + 4 * $0) }
      shift = (0..<3).map { reader.float(268 + 4 * $0) }
      rows = (0..<3).map { r in (0..<4).map { reader.float(280 + 16 * r + 4 * $0) } }
    } else {
      isPair = bytes[5] == UInt8(ascii: "i")
      dims = (0..<8).map { reader.int(16 + 8 * $0, 8) }
      code = reader.int(12, 2)
      spacing = (0..<8).map { reader.double(104 + 8 * $0) }
      offset = reader.int(168, 8)
      (slope, intercept) = (reader.double(176), reader.double(184))
      units = reader.int(500, 4)
      (qform, sform) = (reader.int(344, 4), reader.int(348, 4))
      quaternion = (0..<3).map { reader.double(352 + 8 * $0) }
      shift = (0..<3).map { reader.double(376 + 8 * $0) }
      rows = (0..<3).map { r in (0..<4).map { reader.double(400 + 32 * r + 8 * $0) } }
    }
    (frameTime, timeUnit) = (spacing[4], units & 0x38)
    size = try Self.size(dims)
    placement = NIfTIPlacement(
      .init(
        sformCode: sform, qformCode: qform, spacing: spacing, size: size, rows: rows, quaternion: quaternion,
        shift: shift, lengthUnit: units & 7))
    guard let type = NIfTIType(rawValue: code) else { throw .unsupported("numbers of type \(code)") }
    self.type = type
    guard offset >= (isPair ? 0 : version == 1 ? 348 : 540) else { throw .impossibleSize("its pixels at \(offset)") }
  }

  private static func size(_ dims: [Int]) throws(VolumeError) -> [Int] {
    let rank = dims[0]
    guard (2...7).contains(rank), dims[1...rank].allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw .impossibleSize(dims.map(String.init).joined(separator: "×"))
    }
    guard dims[1...rank].dropFirst(4).allSatisfy({ $0 == 1 }) else { throw .unsupported("more than four dimensions") }
    return (1...4).map { $0 <= rank ? dims[$0] : 1 }
  }

  struct Reader {
    let bytes: [UInt8]
    let bigEndian: Bool

    private func bits(_ at: Int, _ width: Int) -> UInt64 {
      let part = bytes[at..<at + width]
      return bigEndian ? part.reduce(0) { $0 << 8 | UInt64($1) } : part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func int(_ at: Int, _ width: Int) -> Int {
      let unused = UInt64(64 - 8 * width)
      return Int(Int64(bitPattern: bits(at, width) << unused) >> Int64(unused))
    }

    func float(_ at: Int) -> Double { Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(at, 4)))) }
    func double(_ at: Int) -> Double { Double(bitPattern: bits(at, 8)) }
  }
}

/// What the numbers are (nifti1.h, DT_*). Colour, complex numbers and those of 128 bits are refused by their code.
enum NIfTIType: Int {
  case uint8 = 2
  case int16 = 4
  case int32 = 8
  case float32 = 16
  case float64 = 64
  case int8 = 256
  case uint16 = 512
  case uint32 = 768
  case int64 = 1024
  case uint64 = 1280

  var width: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The number at an offset, which must lie inside.
  @inline(__always)
  func value(_ raw: UnsafeRawBufferPointer, _ at: Int, _ bigEndian: Bool) -> Double {
    func read<T: FixedWidthInteger>(_: T.Type) -> T {
      let x = raw.loadUnaligned(fromByteOffset: at, as: T.self)
      return bigEndian ? T(bigEndian: x) : T(littleEndian: x)
    }
    return switch self {
    case .uint8: Double(raw[at])
    case .int8: Double(Int8(bitPattern: raw[at]))
    case .int16: Double(read(Int16.self))
    case .uint16: Double(read(UInt16.self))
    case .int32: Double(read(Int32.self))
    case .uint32: Double(read(UInt32.self))
    case .int64: Double(read(Int64.self))
    case .uint64: Double(read(UInt64.self))
    case .float32: Double(Float(bitPattern: read(UInt32.self)))
    case .float64: Double(bitPattern: read(UInt64.self))
    }
  }
}
