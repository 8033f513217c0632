import Foundation
import TestSupport
import Testing

/// What a reader takes along and finds again, by the program itself on a terminal.
@Suite(.serialized) struct DeskTests {
  let home: URL
  let demo = SharedFolder.checkout + "/Assets/demo"
  private var out: String { home.path + "/out" }

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  private func clean() { try? FileManager.default.removeItem(at: home) }

  private func sit(_ arguments: [String]) throws -> Sitting {
    let sitting = try Sitting(
      arguments + ["--graphics", "grey"], home: home, environment: TerminalTests.usual, rows: 36, columns: 120)
    try #require(sitting.wait(for: "\u{1B}[c"))
    sitting.type("\u{1B}[?62c")
    try #require(sitting.wait(for: "/min", seconds: 60), "no picture")
    return sitting
  }

  /// Types keys and waits for a word that has not been there.
  private func press(_ keys: String, _ sitting: Sitting, until word: String) -> Bool {
    let before = sitting.sent.count
    sitting.type(keys)
    return sitting.wait(for: word, from: before)
  }

  private func text(_ file: String) throws -> String { try String(contentsOfFile: out + "/" + file, encoding: .utf8) }

  @Test func filesAreWrittenOnceAndForTheirOwner() throws {
    defer { clean() }
    let sitting = try sit([demo + "/phantom-11", "--export", out])
    sitting.type(" ")
    for keys in ["xp", "xc", "xr", "xp"] { #expect(press(keys, sitting, until: "cinecor-"), "\(keys)") }
    sitting.type("q")
    #expect(sitting.end() == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(files.count == 4 && files.contains("cinecor-worklist.csv"))
    for ending in ["-picture.png", "-picture-2.png", "-report.html"] {
      #expect(files.contains { $0.hasSuffix(ending) }, "\(ending)")
    }
    for file in files {
      let path = out + "/" + file
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600 && !file.lowercased().contains("phantom"), "\(file)")
    }
    // The first was not written over. Contours may have come between the two.
    for file in files where file.hasSuffix(".png") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: out + "/" + file))
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && bytes.count > 1000, "\(file)")
    }
    let table = try text("cinecor-worklist.csv")
    #expect(table.hasPrefix("study,name,path,status,quality,lvef_percent") && table.contains("PHANTOM"))
    let page = try text(try #require(files.first { $0.hasSuffix(".html") }))
    for words in ["Research use only, not for diagnosis", "data:image/png;base64,iVBOR", "PHANTOM"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func withHiddenNamesNothingOfThePatientIsWritten() throws {
    defer { clean() }
    let sitting = try sit([demo + "/phantom-11", "--export", out, "--hide-names"])
    for keys in ["xc", "xr"] { #expect(press(keys, sitting, until: "cinecor-"), "\(keys)") }
    sitting.type("q")
    #expect(sitting.end() == 0)
    for file in try FileManager.default.contentsOfDirectory(atPath: out) {
      let all = try text(file)
      #expect(!all.lowercased().contains("phantom") && !all.contains(demo), "\(file)")
    }
  }

  @Test func nothingIsWrittenBesideTheData() throws {
    defer { clean() }
    let data = home.path + "/data"
    try FileManager.default.copyItem(atPath: demo + "/phantom-11", toPath: data)
    let before = try FileManager.default.subpathsOfDirectory(atPath: data).sorted()
    let sitting = try sit([data, "--export", data + "/new/deeper"])
    #expect(press("xc", sitting, until: "not written"))
    sitting.type("q")
    #expect(sitting.end() == 0)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: data).sorted() == before)
  }

  @Test func marksAreThereNextTime() throws {
    defer { clean() }
    let first = try sit([demo + "/phantom-11"])
    #expect(press("m", first, until: "marked"))
    first.rest(1.5)
    first.type("q")
    #expect(first.end() == 0)
    let second = try sit([demo + "/phantom-11"])
    #expect(second.wait(for: "◇"))
    // Unread and unmarked again only by a key.
    #expect(press("m", second, until: "taken away"))
    second.type("q")
    #expect(second.end() == 0)
  }
}
