import Foundation

/// The folder of real files and goldens beside the checkout, where there is one. Tests over it skip otherwise.
public enum SharedFolder {
  /// The checkout's own folder.
  public static let checkout: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// Path of a file or folder below the shared folder, or nil, said once on stderr, where it does not exist.
  public static func path(_ relative: String) -> String? {
    let path = URL(fileURLWithPath: checkout).deletingLastPathComponent().path + "/shared/" + relative
    if FileManager.default.fileExists(atPath: path) { return path }
    FileHandle.standardError.write(Data("skipped: no shared/\(relative) beside this checkout\n".utf8))
    return nil
  }
}
