import CHDF5
import Cine
import Glibc

/// Files that hold a whole study: HDF5 as the published tools write it, and NIfTI. The reader's boundary: an open
/// descriptor of a regular file comes in, plain values go out; `path` is only a label.
public enum VolumeFile {
  public enum Kind: Sendable { case hdf5, nifti }

  /// Some frames [frames, rows, columns], rescaled.
  public struct Frames: Sendable {
    public let rows: Int
    public let columns: Int
    public let pixels: [Float]

    public init(rows: Int, columns: Int, pixels: [Float]) {
      (self.rows, self.columns, self.pixels) = (rows, columns, pixels)
    }
  }

  /// The most that the pixels of a file may take once decoded.
  static let largest = 4 << 30

  /// Starts the libraries: afterwards no file is opened.
  public static func prepare() { chdf5_prepare() }

  /// By content, not suffix.
  public static func recognise(descriptor: Int32) -> Kind? {
    bytes(descriptor, 0, 1 << 16).flatMap(recognise)
  }

  /// By the first 64 KiB.
  public static func recognise(_ head: [UInt8]) -> Kind? {
    if NIfTIHeader.isNIfTI(head) { return .nifti }
    return HDF5Head.start(head) == nil ? nil : .hdf5
  }

  /// What a file holds; a phase's `frame` counts over all frames of the file. `partner` is the image of a NIfTI pair.
  public static func contents(descriptor: Int32, partner: Int32? = nil) throws(VolumeError) -> VolumeContents {
    switch recognise(descriptor: descriptor) {
    case .nifti:
      let file = try NIfTI(descriptor: descriptor, partner: partner)
      return try file.contents(file.header.isPair ? partner ?? descriptor : descriptor)
    case .hdf5: return try HDF5.contents(descriptor)
    case nil: throw .notVolume
    }
  }

  /// Some of the frames that `contents` counted, which must be of one series. Who asks for more had better keep a
  /// `VolumeReader`.
  public static func frames(
    _ range: Range<Int>, descriptor: Int32, partner: Int32? = nil
  ) throws(VolumeError) -> Frames {
    var reader = VolumeReader()
    return try reader.frames(range, descriptor: descriptor, partner: partner)
  }

  /// What a file holds, its numbers hashed.
  public struct Summary: Sendable {
    /// Nil where the file's data sets differ in them.
    public var rows: Int?
    public var columns: Int?
    public var frames: Int
    /// Channels of a picture.
    public var samples: Int?
    public var bitsAllocated: Int?
    /// SHA-256 of all numbers as stored, in the file's own order (HDF5: one data set after another, by name) and in
    /// native byte order, before any scaling; nil where it was not asked for.
    public var pixelSum: String?
  }

  /// Without `hashes` all that can be broken and that `contents` did not come upon is still read.
  public static func summary(
    descriptor: Int32, partner: Int32? = nil, hashes: Bool = true
  ) throws(VolumeError) -> Summary {
    switch recognise(descriptor: descriptor) {
    case .nifti:
      let file = try NIfTI(descriptor: descriptor, partner: partner)
      return try file.summary(file.header.isPair ? partner ?? descriptor : descriptor, hashes: hashes)
    case .hdf5: return try HDF5.summary(descriptor, hashes: hashes)
    case nil: throw .notVolume
    }
  }

  /// What the first bytes of a gzip inflate to; nil where they are none, or damaged.
  public static func inflated(_ head: [UInt8]) -> [UInt8]? {
    Gunzip.isGzip(head) ? Gunzip.start(of: head, 4096) : nil
  }

  /// Where the image lies if this is the head of a NIfTI pair, likeliest first: systems of capital letters write those.
  public static func partnerPaths(of path: FilePath) -> [FilePath] {
    for (head, image) in [(".hdr", ".img"), (".hdr.gz", ".img.gz")] {
      let end = String(decoding: path.bytes.suffix(head.utf8.count), as: UTF8.self)
      guard end.lowercased() == head else { continue }
      let images = end.contains("H") ? [image.uppercased(), image] : [image, image.uppercased()]
      return images.compactMap { path.replacing(suffix: end, by: $0) }
    }
    return []
  }

  /// `count` bytes from an offset, or as many as there are; nil where the file cannot be read.
  static func bytes(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8]? {
    var failed = false
    let all = [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
      while made < count, let base = buffer.baseAddress {
        let n = pread(descriptor, base + made, count - made, offset + made)
        if n < 0, errno == EINTR { continue }
        failed = n < 0
        guard n > 0 else { break }
        made += n
      }
    }
    return failed ? nil : all
  }

  static func size(_ descriptor: Int32) throws(VolumeError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notVolume }
    return Int(status.st_size)
  }
}
