import Foundation
import TestSupport
import Testing

/// A file's name may hold any code but two; none of those that steer a terminal leaves the program by any way.
@Suite struct SinkTests {
  static let steering: [Unicode.Scalar] = {
    let codes = Array(1...31) + Array(127...159) + [0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF]
    return codes.compactMap { Unicode.Scalar($0) }
  }()

  @Test(arguments: [
    ["triage"], ["triage", "--json"], ["triage", "--csv"], ["inspect"], ["inspect", "--json"], ["qa"],
    ["qa", "--json"],
    ["qa", "--csv"], ["search", "heart"], [""],
  ])
  func noCodeComesThrough(_ command: [String]) throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    let name = "a" + String(String.UnicodeScalarView(Self.steering)) + ".dcm"
    // DICOM by its head, and nothing more.
    let file = home.appendingPathComponent(name)
    try (Data(count: 128) + Data("DICM".utf8) + Data([2, 0, 0x10, 0, 0x55, 0x49, 0xFF, 0])).write(to: file)
    let words = command == [""] ? [file.path + "?"] : command + [file.path]
    let run = try Run(words, home: home)
    #expect(run.status != 0)
    let all = run.output + run.errors
    #expect(all.contains("dcm"))
    // Ends of lines are the program's own.
    let raw = all.unicodeScalars.filter { Self.steering.contains($0) && $0 != "\n" && $0 != "\r" }
    #expect(raw.isEmpty, "\(raw.map { String($0.value, radix: 16) })")
  }
}
