import Foundation
import Glibc
import TestSupport
import Testing

/// A folder that fills while the program looks.
@Suite(.serialized) struct WatchTests {
  let home: URL
  private var inbox: String { home.path + "/inbox" }

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: home.path + "/inbox", withIntermediateDirectories: true)
  }

  /// A study that lies there gets its line; one that comes in two pieces gets one when it is whole, and another when it
  /// grew after that. Then SIGTERM ends it well.
  @Test func aLineAStudyOnceItIsWhole() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let demo = SharedFolder.checkout + "/Assets/demo/phantom-11"
    let files = try FileManager.default.contentsOfDirectory(atPath: demo).filter { $0.hasSuffix(".dcm") }.sorted()
    try #require(files.count > 3)
    func bring(_ some: ArraySlice<String>) throws {
      for file in some { try FileManager.default.copyItem(atPath: demo + "/" + file, toPath: inbox + "/" + file) }
    }
    let output = home.path + "/lines"
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("cinecor")
    process.arguments = ["watch", inbox, "--json", "--quiet-time", "1"]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "XDG_STATE_HOME": home.path, "XDG_CONFIG_HOME": home.path + "/config",
      "CINECOR_ASSETS": SharedFolder.checkout + "/Assets",
    ]) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    func lines() -> [String] {
      (try? String(contentsOfFile: output, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }
    func wait(for count: Int) -> Bool {
      for _ in 0..<600 where lines().count < count { usleep(200_000) }
      return lines().count == count
    }
    try bring(files.prefix(2))
    usleep(400_000)
    try bring(files.dropFirst(2).dropLast())
    #expect(wait(for: 1))
    try bring(files.suffix(1))
    #expect(wait(for: 2))
    for line in lines() {
      let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect((json?["studies"] as? [Any])?.count == 1)
    }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
