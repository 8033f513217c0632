import Cine
import DicomFiles
import Glibc
import Volumes

/// A regular file, open for reading, until this goes; with the image where it is the head of a NIfTI pair.
struct OpenFile: ~Copyable {
  let descriptor: Int32
  /// -1 where there is none.
  let partner: Int32
  /// Bytes of both.
  let size: Int

  /// `unpacked`: the archive that it is a member of, where it is one.
  init(_ path: FilePath, in unpacked: Unpacked? = nil) throws(Refusal) {
    let own = try Self.open(path, unpacked)
    let image = VolumeFile.partnerPaths(of: path).lazy.compactMap { try? Self.open($0, unpacked) }.first
    (descriptor, partner) = (own.descriptor, image?.descriptor ?? -1)
    size = own.size + (image?.size ?? 0)
  }

  private static func open(_ path: FilePath, _ unpacked: Unpacked?) throws(Refusal) -> (descriptor: Int32, size: Int) {
    if path.archive != nil {
      guard let member = try unpacked?.open(path) else { throw .changed }
      return member
    }
    // Without O_NONBLOCK a named pipe would wait for its writer.
    let opened = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard opened >= 0 else { throw .cannotOpen(errno) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw Refusal(.notDicom as DicomError)
    }
    return (opened, Int(status.st_size))
  }

  deinit {
    close(descriptor)
    if partner >= 0 { close(partner) }
  }
}
