import Glibc

/// Reads frames of files that hold many, and keeps some of what it unpacked as long as the same file is asked for: a packed
/// volume is unpacked once and not once a slice. What it keeps is bounded, whatever the file.
public struct VolumeReader {
  /// Which file it is, and that nobody wrote to it meanwhile.
  private struct Identity: Hashable {
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: [Int]

    init?(_ descriptor: Int32?) {
      guard let descriptor else { return nil }
      var s = stat()
      guard fstat(descriptor, &s) == 0 else { return nil }
      (device, inode, size) = (UInt(s.st_dev), UInt(s.st_ino), Int(s.st_size))
      seconds = [s.st_mtim.tv_sec, s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec]
    }
  }

  private var identity: [Identity?] = []
  private(set) var nifti: NIfTI.Kept
  private var hdf5: HDF5.Kept
  private let most: Int

  /// `most`: bytes of numbers to keep.
  public init(most: Int = 64 << 20) {
    self.most = most
    (nifti, hdf5) = (.init(most: most), .init(most: most))
  }

  /// Lets go of everything, unless it is the same file that is asked for next.
  public mutating func turn(to descriptor: Int32, partner: Int32?) {
    let next = [Identity(descriptor), Identity(partner)]
    guard next != identity || next[0] == nil else { return }
    (identity, nifti, hdf5) = (next, .init(most: most), .init(most: most))
  }

  /// Some of the frames that `VolumeFile.contents` counted, which must be of one series.
  public mutating func frames(
    _ range: Range<Int>, descriptor: Int32, partner: Int32? = nil
  ) throws(VolumeError) -> VolumeFile.Frames {
    turn(to: descriptor, partner: partner)
    switch VolumeFile.recognise(descriptor: descriptor) {
    case .nifti:
      let file = try NIfTI(descriptor: descriptor, partner: partner)
      return try file.frames(range, file.header.isPair ? partner ?? descriptor : descriptor, &nifti)
    case .hdf5: return try HDF5.frames(range, descriptor, &hdf5)
    case nil: throw .notVolume
    }
  }
}
