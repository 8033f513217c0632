import Foundation
import TestSupport
import Testing

/// SwiftPM lets a target import what its dependencies import. This table is the house's real plan, and the test holds it.
@Suite struct LayeringTests {
  /// What the sources of each room may import, beside the Swift standard library's own modules.
  static let table: [String: Set<String>] = [
    "Cine": [],
    "Tensor": ["COpenBLAS"],
    "Networks": ["Tensor"],
    "Terminal": ["CCurses", "CChafa"],
    "DicomFiles": ["Cine", "CDicom", "COpenJPEG"],
    "Volumes": ["Cine", "CHDF5", "CZlib"],
    "Intake": ["Cine", "DicomFiles", "Volumes", "CSandbox"],
    "Quality": ["Cine"],
    "Preparation": ["Cine", "Tensor"],
    "Findings": ["Cine", "Preparation", "Networks", "Tensor"],
    "Phantom": ["Cine"],
    "Training": ["Networks", "Tensor", "Findings", "Preparation"],
    "Catalog": ["Cine", "CSQLite"],
    "Viewer": ["Cine", "Terminal"],
    "cinecor": [
      "Cine", "Tensor", "Networks", "DicomFiles", "Volumes", "Intake", "Quality", "Preparation", "Findings",
      "Phantom", "Training", "Catalog", "Terminal", "Viewer",
    ],
  ]

  /// The system's own modules: the C library everywhere but in Cine, Foundation only where arguments and files meet.
  static func system(of room: String) -> Set<String> {
    switch room {
    case "Cine": []
    case "cinecor": ["Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch"]
    case "Terminal", "Viewer", "Phantom", "Tensor": ["Glibc", "Synchronization", "Dispatch"]
    default: ["Glibc", "Synchronization", "Dispatch", "FoundationEssentials"]
    }
  }

  static let sources = SharedFolder.checkout + "/Sources"

  /// Imported module of each line that imports one.
  static func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let i = words.firstIndex(of: "import"), i + 1 < words.count, words[..<i].allSatisfy(isModifier) else {
        return nil
      }
      let kinds: Set = ["struct", "class", "enum", "func", "protocol", "var", "let", "typealias"]
      let name = kinds.contains(words[i + 1]) && i + 2 < words.count ? words[i + 2] : words[i + 1]
      return String(name.prefix { $0 != "." })
    }
  }

  static func isModifier(_ word: String) -> Bool {
    word.hasPrefix("@") || ["public", "internal", "package", "private", "fileprivate"].contains(word)
  }

  @Test(arguments: table.keys.sorted()) func roomImportsOnlyWhatItMay(_ room: String) throws {
    let allowed = try #require(Self.table[room]).union(Self.system(of: room)).union(["Swift"])
    let files = try #require(FileManager.default.enumerator(atPath: "\(Self.sources)/\(room)"))
    var seen = 0
    for case let file as String in files where file.hasSuffix(".swift") {
      seen += 1
      let text = try String(contentsOfFile: "\(Self.sources)/\(room)/\(file)", encoding: .utf8)
      for module in Self.imports(in: text) where !allowed.contains(module) {
        Issue.record("\(room)/\(file) imports \(module)")
      }
    }
    #expect(seen > 0, "\(room) has no sources")
  }

  @Test func everyRoomIsInTheTable() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Self.sources)
      .filter { !$0.hasPrefix("C") || $0 == "Cine" || $0 == "Catalog" }
    #expect(Set(rooms) == Set(Self.table.keys))
  }

  @Test func importLinesAreRead() {
    let text =
      "@preconcurrency import Glibc\npublic import Cine\nimport struct Tensor.Shape\nlet x = 1 // import Nothing"
    #expect(Self.imports(in: text) == ["Glibc", "Cine", "Tensor"])
  }
}
