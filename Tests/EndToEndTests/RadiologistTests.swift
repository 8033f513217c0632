import Foundation
import TestSupport
import Testing

/// A night on call: twelve studies, five of them grave. Which one first, why, how large, how a normal one looks beside it.
@Suite(.serialized) struct RadiologistTests {
  let home: URL
  private var hearts: String { home.path + "/hearts" }
  private var out: String { home.path + "/desk" }

  /// Seeds and what is asked of the phantom.
  private static let grave: [(seed: Int, request: [String])] = [
    (901, ["--condition", "Non.Ischemic.cardiomyopathy", "--lvef", "15"]),
    (904, ["--condition", "Non.Ischemic.cardiomyopathy", "--lvef", "22"]),
    (906, ["--condition", "Ischemic.Cardiomyopathy", "--lvef", "24"]),
    (909, ["--condition", "Non.Ischemic.cardiomyopathy", "--lvef", "27"]),
    (911, ["--condition", "Left.Ventricular.Dilation", "--condition", "Non.Ischemic.cardiomyopathy", "--lvef", "20"]),
  ]

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("night-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  private func clean() { try? FileManager.default.removeItem(at: home) }

  private func makeHearts() throws {
    for seed in 901...912 {
      let request = Self.grave.first { $0.seed == seed }?.request ?? ["--condition", "PureNormal"]
      let made = try Run(["phantom", "--out", hearts, "--seed", "\(seed)"] + request, home: home)
      try #require(made.status == 0, "\(made.errors)")
    }
  }

  /// Types keys, and looks at the whole screen until a word is there: what changes is sent in pieces otherwise.
  private func press(_ keys: String, _ sitting: Sitting, until word: String, seconds: Int = 30) -> Bool {
    sitting.type(keys)
    for _ in 0..<seconds {
      let before = sitting.sent.count
      // Ctrl-L draws everything anew and asks the terminal, which answers.
      sitting.type("\u{C}\u{1B}[?62c")
      if sitting.wait(for: word, from: before, seconds: 1) { return true }
    }
    return false
  }

  /// What is said once is gone with the next key.
  private func hear(_ word: String, after keys: String, _ sitting: Sitting) -> Bool {
    let before = sitting.sent.count
    sitting.type(keys)
    return sitting.wait(for: word, from: before, seconds: 30)
  }

  @Test func theGraveOnesFirstAndTheWholeWayThroughTheNight() throws {
    defer { clean() }
    try makeHearts()
    // The list as text is in the same order as on the screen.
    let triage = try Run(["triage", hearts, "--json"], home: home)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(triage.output.utf8)) as? [String: Any])
    let studies = try #require(json["studies"] as? [[String: Any]])
    let seeds = studies.compactMap { ($0["path"] as? String)?.split(separator: "-").last.flatMap { Int($0) } }
    try #require(seeds.count == 12)
    #expect(Set(seeds.prefix(5)) == Set(Self.grave.map(\.seed)), "\(seeds)")

    let sitting = try Sitting(
      [hearts, "--graphics", "grey", "--export", out], home: home, environment: TerminalTests.usual, rows: 36,
      columns: 120)
    try #require(sitting.wait(for: "\u{1B}[c"))
    sitting.type("\u{1B}[?62c")
    // Results are kept: nothing is worked out twice.
    try #require(press("", sitting, until: "12 done", seconds: 120))
    #expect(press("g", sitting, until: "PHANTOM-\(seeds[0])"))
    // Why: the finding under the cursor says its source and where it is seen, Enter goes there.
    #expect(press("a", sitting, until: "90 % interval"))
    #expect(press("\r", sitting, until: "paused"))
    sitting.type("\u{1B}")
    sitting.rest(0.3)
    // How large, how a normal one looks beside it.
    #expect(press("c", sitting, until: " mm · value "))
    #expect(hear("kept: ", after: "\u{1B}[C\r", sitting))
    #expect(press("bG", sitting, until: "PHANTOM-\(seeds[11])"))
    #expect(press("e", sitting, until: "PHANTOM-\(seeds[0])"))
    #expect(hear("marked", after: "m", sitting))
    #expect(hear("ote cinecor-", after: "xr", sitting))
    #expect(hear("ote cinecor-", after: "xm", sitting))
    sitting.type("q")
    #expect(sitting.end() == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: out)
    let report = try #require(files.first { $0.hasSuffix("-report.html") })
    let page = try String(contentsOfFile: out + "/" + report, encoding: .utf8)
    #expect(page.contains("Measured by hand") && page.contains("PHANTOM-\(seeds[0])") && page.contains("marked"))
    let measures = try String(contentsOfFile: out + "/cinecor-measures.csv", encoding: .utf8)
    #expect(measures.contains("length,") && measures.contains(" mm"))
  }
}
