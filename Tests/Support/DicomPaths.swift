import Cine
import DicomFiles
import Glibc

/// Opens a path as a reading process gets it: an open descriptor, for as long as the body runs.
public func withDescriptor<T>(_ path: String, _ body: (Int32) throws(DicomError) -> T) throws(DicomError) -> T {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .cannotOpen(systemMessage()) }
  defer { close(descriptor) }
  return try body(descriptor)
}

extension DicomHeader {
  public static func read(path: String) throws(DicomError) -> DicomHeader {
    try withDescriptor(path) { (fd) throws(DicomError) in try read(descriptor: fd, path: FilePath(path)) }
  }
}
