import Cine
import Foundation

/// A user's own small files, whatever bytes their names have.
enum Files {
  /// A link counts though it may lead nowhere.
  static func isThere(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withCString { lstat($0, &status) } == 0
  }

  /// Nil where the file cannot be read.
  static func contents(_ path: FilePath) -> [UInt8]? {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    return (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd() ?? Data()).map(Array.init)
  }
}
