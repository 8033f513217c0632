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

  /// Whether so much memory can be had: a reading process has a limit, and Swift's arrays end it there.
  static func canHold(_ bytes: Int) -> Bool {
    let place = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard place != MAP_FAILED else { return false }
    munmap(place, bytes)
    return true
  }

  /// By content, not suffix.
  public static func recognise(descriptor: Int32) -> Kind? {
    bytes(descriptor, 0, 1 << 16).flatMap(recognise)
  }

  /// By the first 64 KiB.
  public static func recognise(_ head: [UInt8]) -> Kind? {
    if NIfTIHeader.isNIfTI(head) { return .nifti }
    // A user block may stand in front (HDF5 file format, II.A).
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var at = 0
    while at + 8 <= head.count {
      if Array(head[at..<at + 8]) == signature { return .hdf5 }
      at = at == 0 ? 512 : 2 * at
    }
    return nil
  }

  /// One study a file; a phase's `frame` counts over all frames of the file. `partner` is the image of a NIfTI pair.
  /// `view` files a series by its name.
  public static func study(
    descriptor: Int32, path: FilePath, partner: Int32? = nil, view: (String) -> View?
  ) throws(VolumeError) -> Study {
    switch recognise(descriptor: descriptor) {
    case .nifti: try NIfTI(descriptor: descriptor, partner: partner).study(path, view)
    case .hdf5: try HDF5.study(descriptor, path, view)
    case nil: throw .notVolume
    }
  }

  /// Some of the frames that `study` counted, which must be of one series.
  public static func frames(
    _ range: Range<Int>, descriptor: Int32, partner: Int32? = nil
  ) throws(VolumeError) -> Frames {
    switch recognise(descriptor: descriptor) {
    case .nifti: try NIfTI(descriptor: descriptor, partner: partner).frames(range)
    case .hdf5: try HDF5.frames(range, descriptor)
    case nil: throw .notVolume
    }
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
    /// native byte order, before any scaling.
    public var pixelSum: String
  }

  public static func summary(descriptor: Int32, partner: Int32? = nil) throws(VolumeError) -> Summary {
    switch recognise(descriptor: descriptor) {
    case .nifti: try NIfTI(descriptor: descriptor, partner: partner).summary()
    case .hdf5: try HDF5.summary(descriptor)
    case nil: throw .notVolume
    }
  }

  /// What the first bytes of a gzip inflate to; nil where they are none, or damaged.
  public static func inflated(_ head: [UInt8]) -> [UInt8]? {
    Gunzip.isGzip(head) ? Gunzip.inflate(head, wanted: 4096) : nil
  }

  /// The image's path where this is the head of a NIfTI pair.
  public static func partnerPath(of path: FilePath) -> FilePath? {
    path.replacing(suffix: ".hdr", by: ".img") ?? path.replacing(suffix: ".hdr.gz", by: ".img.gz")
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
