import Foundation

/// Where Cinecor keeps things (XDG Base Directory Specification) and where its own assets lie.
enum Places {
  static func xdg(_ variable: String, _ fallback: String) -> String {
    let set = ProcessInfo.processInfo.environment[variable] ?? ""
    let base = set.hasPrefix("/") ? set : NSHomeDirectory() + "/" + fallback
    return base + "/cinecor"
  }

  static var config: String { xdg("XDG_CONFIG_HOME", ".config") }
  static var state: String { xdg("XDG_STATE_HOME", ".local/state") }
  static var cache: String { xdg("XDG_CACHE_HOME", ".cache") }
  static var catalog: String { state + "/catalog.sqlite" }
  static var log: String { state + "/log" }

  /// The folder Assets: CINECOR_ASSETS, else the nearest one beside or above the program itself.
  static var assets: String? {
    if let set = ProcessInfo.processInfo.environment["CINECOR_ASSETS"], !set.isEmpty { return set }
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
    var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    while folder.path != "/" {
      for candidate in [folder.path + "/Assets", folder.path + "/share/cinecor"] {
        if FileManager.default.fileExists(atPath: candidate + "/README.md") { return candidate }
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  /// Makes a folder that only its owner can read.
  static func makePrivate(_ folder: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(code: .outputFailed, text: "\(folder) could not be made: \(error.localizedDescription)")
    }
  }
}
