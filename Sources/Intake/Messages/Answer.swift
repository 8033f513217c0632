import Cine
import DicomFiles
import Volumes

/// What a file turned out to be.
public enum Facts: Hashable, Sendable {
  /// A DICOM image: one of many that make a study.
  case image(DicomHeader)
  /// One or more series in one file: whose they are its name and its folder tell.
  case volumes(VolumeContents)
  /// A DICOMDIR: names of folders and files below its own folder, one list a file.
  case directory([[String]])
  /// No image but the size of the person whose volumes lie beside it.
  case subject(SubjectInfo)
  /// No image but an archive: see `Request.unpack`.
  case archive
}

/// Why a file gave nothing.
public struct Refusal: Error, Hashable, Sendable {
  /// It is no medical image, which is no error to the user.
  public var isSkipped: Bool
  /// A stable code, as in `UnreadableFile`.
  public var reason: String
  /// To be read after the file's name.
  public var text: String
  /// Study Instance UID, where the head still told.
  public var study = ""

  public func unreadable(_ path: FilePath) -> UnreadableFile {
    UnreadableFile(path: path, reason: reason, text: text, study: study)
  }
}

/// Rescaled pixels of some frames, row-major [frames, rows, columns].
public struct Pixels: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public let values: [Float]

  public init(rows: Int, columns: Int, values: [Float]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}

/// What a file gave.
public enum Reply: Hashable, Sendable {
  case facts(Facts)
  case pixels(Pixels)
  case inspection(FileInspection)
  case contents(ArchiveContents)
}

/// What comes back from a worker: 16 bytes (kind, sequence, length of the rest) and then the fields of its kind.
enum Answer: Hashable, Sendable {
  /// The first message of all: what the kernel granted, as CSandbox's bits.
  case ready(granted: Int)
  case facts(Facts)
  case pixels(Pixels)
  case inspection(FileInspection)
  case contents(ArchiveContents)
  case refused(Refusal)

  static let headSize = 16
  /// Raised with every change of a message: the two ends are the same binary, or nothing is believed.
  static let version = 3

  enum Kind: UInt32 {
    case ready = 1
    case image, volumes, pixels, refused, inspection, directory, archive, contents, subject
  }

  struct Head {
    var kind: Kind
    var sequence: UInt32
    var length: Int
  }

  /// `expected` bounds the length of pixels.
  static func head(_ bytes: UnsafeRawBufferPointer, expected: Request) throws(WireError) -> Head {
    var wire = WireReader(bytes)
    guard let kind = Kind(rawValue: try wire.raw(UInt32.self)) else { throw .outOfRange }
    let sequence = try wire.raw(UInt32.self)
    let length = try wire.raw(UInt64.self)
    guard length <= limit(kind, expected) else { throw .tooLong }
    return Head(kind: kind, sequence: sequence, length: Int(length))
  }

  private static func limit(_ kind: Kind, _ request: Request) -> UInt64 {
    switch (kind, request) {
    case (.image, .facts), (.volumes, .facts), (.directory, .facts), (.subject, .facts), (.inspection, .inspect),
      (.inspection, .check), (.contents, .unpack):
      UInt64(WireLimit.facts)
    // The matrix is held against its length when it is read; no decoded image is larger than 4 GiB.
    case (.pixels, .frames): 4 << 30
    case (.ready, _), (.refused, _): UInt64(4 * WireLimit.text)
    default: 0
    }
  }

  func bytes(sequence: UInt32) -> [UInt8] {
    var body = WireWriter()
    let kind: Kind
    // A writer checks nothing, so it cannot fail.
    switch self {
    case .ready(let granted):
      kind = .ready
      body.raw(UInt32(Self.version))
      body.raw(UInt32(truncatingIfNeeded: granted))
    case .facts(.image(var header)):
      kind = .image
      try? body.header(&header)
    case .facts(.volumes(var contents)):
      kind = .volumes
      try? body.contents(&contents)
    case .facts(.directory(var files)):
      kind = .directory
      try? body.directory(&files)
    case .facts(.archive): kind = .archive
    case .facts(.subject(var info)):
      kind = .subject
      try? body.subject(&info)
    case .contents(var contents):
      kind = .contents
      try? body.contents(&contents)
    case .pixels(let p): return Self.pixelsHead(p, sequence: sequence) + p.values.withUnsafeBytes { Array($0) }
    case .inspection(var row):
      kind = .inspection
      try? body.inspection(&row)
    case .refused(var refusal):
      kind = .refused
      body.flag(&refusal.isSkipped)
      body.text(&refusal.reason)
      body.text(&refusal.text)
      body.text(&refusal.study)
    }
    return Self.head(kind, sequence, body.bytes.count).bytes + body.bytes
  }

  /// All but the pixels themselves, which need not be copied to follow.
  static func pixelsHead(_ pixels: Pixels, sequence: UInt32) -> [UInt8] {
    var out = head(.pixels, sequence, 8 + 4 * pixels.values.count)
    out.raw(UInt32(clamping: pixels.rows))
    out.raw(UInt32(clamping: pixels.columns))
    return out.bytes
  }

  private static func head(_ kind: Kind, _ sequence: UInt32, _ count: Int) -> WireWriter {
    var out = WireWriter()
    out.raw(kind.rawValue)
    out.raw(sequence)
    out.raw(UInt64(count))
    return out
  }

  /// Reads the fields that follow a head. `path` is the file's, as the asking side knows it.
  static func body(
    _ bytes: UnsafeRawBufferPointer, _ kind: Kind, to request: Request, path: FilePath
  ) throws(WireError) -> Answer {
    var wire = WireReader(bytes)
    let answer: Answer
    switch kind {
    case .ready:
      guard try wire.raw(UInt32.self) == UInt32(version) else { throw .outOfRange }
      answer = .ready(granted: Int(try wire.raw(UInt32.self)))
    case .image:
      var header = DicomHeader()
      try wire.checkedHeader(&header)
      header.path = path
      answer = .facts(.image(header))
    case .volumes:
      var contents = VolumeContents(volumes: [])
      try wire.contents(&contents)
      contents.setPath(path)
      answer = .facts(.volumes(contents))
    case .directory:
      var files: [[String]] = []
      try wire.directory(&files)
      answer = .facts(.directory(files))
    case .archive: answer = .facts(.archive)
    case .subject:
      var info = SubjectInfo()
      try wire.subject(&info)
      answer = .facts(.subject(info))
    case .contents:
      var contents = ArchiveContents()
      try wire.contents(&contents)
      answer = .contents(contents)
    case .inspection:
      var row = FileInspection(path: path)
      try wire.inspection(&row)
      guard request != .inspect || (row.pixelSum != nil) == (row.status == .ok) else { throw .outOfRange }
      answer = .inspection(row)
    case .pixels: answer = .pixels(try pixels(&wire, bytes, request))
    case .refused:
      var refusal = Refusal(isSkipped: false, reason: "", text: "")
      try wire.flag(&refusal.isSkipped)
      try wire.code(&refusal.reason)
      try wire.text(&refusal.text)
      try wire.text(&refusal.study)
      answer = .refused(refusal)
    }
    if kind != .pixels { try wire.end() }
    return answer
  }

  private static func pixels(
    _ wire: inout WireReader, _ bytes: UnsafeRawBufferPointer, _ request: Request
  ) throws(WireError) -> Pixels {
    let (rows, columns) = (Int(try wire.raw(UInt32.self)), Int(try wire.raw(UInt32.self)))
    guard case .frames(let frames) = request, (1...65_535).contains(rows), (1...65_535).contains(columns) else {
      throw .outOfRange
    }
    let (count, overflow) = (rows * columns).multipliedReportingOverflow(by: frames.count)
    guard !overflow, count <= 1 << 30, wire.left == 4 * count else { throw .outOfRange }
    let start = wire.position
    let values = [Float](unsafeUninitializedCapacity: count) { floats, n in
      UnsafeMutableRawBufferPointer(floats).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
      n = count
    }

    guard values.allSatisfy({ $0.isFinite }) else { throw .notFinite }
    return Pixels(rows: rows, columns: columns, values: values)
  }
}

extension Wire {
  fileprivate mutating func subject(_ info: inout SubjectInfo) throws(WireError) {
    try optional(&info.height)
    try optional(&info.weight)
  }

  /// Names of files, none of which leads out of their folder.
  fileprivate mutating func directory(_ files: inout [[String]]) throws(WireError) {
    try list(&files, [], size: 4) { (wire: inout Self, names: inout [String]) throws(WireError) in
      try wire.list(&names, "", size: 4) { (wire: inout Self, name: inout String) throws(WireError) in
        try wire.text(&name)
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(where: { $0 == 0 || $0 == 47 })
        else { throw .outOfRange }
      }
    }
  }
}

extension VolumeContents {
  fileprivate mutating func setPath(_ path: FilePath) {
    for i in volumes.indices {
      for j in volumes[i].series.slices.indices {
        for k in volumes[i].series.slices[j].phases.indices { volumes[i].series.slices[j].phases[k].path = path }
      }
    }
  }
}
