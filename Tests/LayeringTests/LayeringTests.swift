import Foundation
import TestSupport
import Testing

/// SwiftPM lets a target import what its dependencies import. This table is the house's real plan, and the test holds it.
@Suite struct LayeringTests {
  /// What the sources of each room may import, beside the Swift standard library's own modules.
  static let table: [String: Set<String>] = [
    "Plain": [],
    "Cine": ["Plain"],
    "Tensor": ["COpenBLAS"],
    "Networks": ["Plain", "Tensor"],
    "Terminal": ["Plain", "CCurses", "CChafa", "CZlib"],
    "DicomFiles": ["Plain", "Cine", "CDicom", "CCharLS", "COpenJPEG"],
    "Volumes": ["Plain", "Cine", "CHDF5", "CPNG", "CZlib"],
    "Intake": ["Plain", "Cine", "DicomFiles", "Volumes", "CSandbox", "CArchive", "CZlib"],
    "Quality": ["Plain", "Cine"],
    "Preparation": ["Cine"],
    "Contours": ["Plain", "Cine", "Preparation", "Networks"],
    "Findings": ["Plain", "Cine", "Preparation", "Contours", "Networks", "Tensor"],
    "Phantom": ["Plain", "Cine"],
    "Training": ["Plain", "Cine", "Networks", "Tensor", "Preparation", "Contours"],
    "Catalog": ["Cine", "CSQLite"],
    "Learning": ["Plain", "Cine", "Findings", "Networks", "Phantom", "Preparation", "Tensor", "Training"],
    "Workup": ["Plain", "Cine", "Intake", "Preparation", "Contours", "Findings", "Catalog"],
    "Viewer": ["Plain", "Cine", "Terminal"],
    "Settings": ["CToml"],
    "cinecor": [
      "Plain", "Cine", "Tensor", "Networks", "DicomFiles", "Volumes", "Intake", "Quality", "Preparation", "Contours",
      "Findings", "Phantom", "Training", "Learning", "Catalog", "Workup", "Terminal", "Viewer", "Settings",
    ],
  ]

  /// The system's own modules: the C library everywhere but in Plain and Cine, Foundation only where arguments and files meet.
  static func system(of room: String) -> Set<String> {
    switch room {
    case "Plain", "Cine": []
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

  /// Each source below a folder with what it imports.
  static func imports(below folder: String) throws -> [(file: String, modules: [String])] {
    let files = try #require(FileManager.default.enumerator(atPath: folder), "\(folder) is missing")
    return try files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { file in
      (file, imports(in: try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)))
    }
  }

  @Test(arguments: table.keys.sorted()) func roomImportsWhatItMayAndNoMore(_ room: String) throws {
    let may = try #require(Self.table[room])
    let allowed = may.union(Self.system(of: room)).union(["Swift"])
    let sources = try Self.imports(below: "\(Self.sources)/\(room)")
    #expect(!sources.isEmpty, "\(room) has no sources")
    for (file, modules) in sources {
      for module in modules where !allowed.contains(module) { Issue.record("\(room)/\(file) imports \(module)") }
    }
    let unused = may.subtracting(sources.flatMap(\.modules)).sorted()
    #expect(unused.isEmpty, "\(room) may import \(unused), and no file of it does")
  }

  /// What Package.swift gives a target of `kind` (`room` or `tests`), by name.
  static func dependencies(_ kind: String) throws -> [String: Set<String>] {
    let text = try String(contentsOfFile: SharedFolder.checkout + "/Package.swift", encoding: .utf8)
    let call = try Regex("\\b\(kind)\\(\\s*\"(\\w+)\",\\s*\\[([^\\]]*)\\]")
    return Dictionary(
      uniqueKeysWithValues: text.matches(of: call).map { match in
        let names = (match[2].substring ?? "").split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
        return (String(match[1].substring ?? ""), Set(names))
      })
  }

  @Test func thePackageGivesEveryRoomWhatTheTableSays() throws {
    let rooms = try Self.dependencies("room")
    #expect(rooms.count == Self.table.count - 2)
    // Cine and the program are spelled out in the package.
    for (room, may) in Self.table where room != "Cine" && room != "cinecor" { #expect(rooms[room] == may, "\(room)") }
  }

  @Test func testsAreGivenOnlyWhatTheyImport() throws {
    let all = try Self.dependencies("tests")
    #expect(all.count > 10)
    for (name, given) in all {
      let used = Set(try Self.imports(below: "\(SharedFolder.checkout)/Tests/\(name)Tests").flatMap(\.modules))
      #expect(given.subtracting(used).isEmpty, "\(name)Tests does not import \(given.subtracting(used).sorted())")
    }
  }

  @Test func everyRoomIsInTheTable() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Self.sources)
      .filter { !$0.hasPrefix("C") || ["Cine", "Catalog", "Contours"].contains($0) }
    #expect(Set(rooms) == Set(Self.table.keys))
  }

  @Test func importLinesAreRead() {
    let text =
      "@preconcurrency import Glibc\npublic import Cine\nimport struct Tensor.Shape\nlet x = 1 // import Nothing"
    #expect(Self.imports(in: text) == ["Glibc", "Cine", "Tensor"])
  }
}
