import Foundation
import TestSupport
import Testing

/// The program as its users run it.
struct Run {
  let status: Int32
  let output: String
  let errors: String

  /// The binary beside the test bundle. State goes into `home`, never into the user's own.
  init(_ arguments: [String], home: URL, output: String? = nil, program: String? = nil) throws {
    let process = Process()
    let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    process.executableURL = program.map { URL(fileURLWithPath: $0) } ?? build.appendingPathComponent("cinecor")
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_STATE_HOME"] = home.path
    environment["XDG_CONFIG_HOME"] = home.path + "/config"
    environment["CINECOR_ASSETS"] = SharedFolder.checkout + "/Assets"
    process.environment = environment
    let (out, err) = (home.appendingPathComponent("out"), home.appendingPathComponent("err"))
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output.map { URL(fileURLWithPath: $0) } ?? out)
    process.standardError = try FileHandle(forWritingTo: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = try String(contentsOf: out, encoding: .utf8)
    errors = try String(contentsOf: err, encoding: .utf8)
  }
}

@Suite struct ProgramTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  func clean() { try? FileManager.default.removeItem(at: home) }

  func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func phantomsAreReadTriagedAndTriagedTheSameAgain() throws {
    defer { clean() }
    let hearts = home.appendingPathComponent("hearts").path
    #expect(try Run(["phantom", "--out", hearts, "--count", "2", "--seed", "500"], home: home).status == 0)
    try "no image".write(toFile: hearts + "/notes.dcm", atomically: true, encoding: .utf8)
    let first = try Run(["triage", hearts, "--json", "--threads", "1"], home: home)
    #expect(first.status == 0, "\(first.errors)")
    let kept = try Run(["triage", hearts, "--json", "--threads", "2"], home: home)
    #expect(first.output == kept.output)
    // Another state folder has no kept results: two threads must give the same bytes by themselves.
    let other = home.appendingPathComponent("other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    #expect(try Run(["triage", hearts, "--json", "--threads", "2"], home: other).output == first.output)

    let report = try json(first.output)
    #expect(first.output.hasPrefix("{\n  \"schema_version\": 2"))
    // The note, two reports and two truths.
    #expect(report["skipped"] as? Int == 5)
    let studies = try #require(report["studies"] as? [[String: Any]])
    #expect(studies.count == 2)
    for study in studies {
      let series = try #require(study["series"] as? [[String: Any]])
      #expect(Set(series.compactMap { $0["view"] as? String }) == ["SAX", "2CH", "3CH", "4CH"])
      let lvef = try #require(study["lvef"] as? [String: Double])
      let (low, percent, high) = (try #require(lvef["low"]), try #require(lvef["percent"]), try #require(lvef["high"]))
      #expect(low <= percent && percent <= high && high <= 100)
      // Those that contradict what was measured are left out.
      #expect(((study["sentences"] as? [Any])?.count ?? 9) <= 5)
      let quality = try #require(study["quality"] as? [String: Any])
      #expect(["green", "amber"].contains(quality["grade"] as? String))
      let volumes = try #require(study["volumes"] as? [String: Any])
      let edv = try #require(volumes["edv_ml"] as? [String: Double])
      #expect(edv["low"] ?? 1 < edv["value"] ?? 0 && edv["value"] ?? 1 < edv["high"] ?? 0)
      let names = (study["measurements"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
      #expect(Set(["lvef", "lv_edv", "lv_mass", "rvef", "wall_thickness_max"]).isSubset(of: names))
      let probabilities = (study["findings"] as? [[String: Any]] ?? []).compactMap { $0["probability"] as? Double }
      #expect(probabilities.count >= 16 && probabilities == probabilities.sorted(by: >))
      let warnings = (study["warnings"] as? [[String: String]] ?? []).compactMap { $0["code"] }
      #expect(warnings.contains("synthetic_training"))
    }
    let csv = try Run(["triage", hearts, "--csv"], home: home)
    #expect(csv.output.split(separator: "\r\n").count == 3)
  }

  /// Nothing but the clock of the system tells: name, size and the time of writing stay.
  @Test func aFileThatChangedIsNoticed() throws {
    defer { clean() }
    let hearts = home.appendingPathComponent("hearts").path
    _ = try Run(["phantom", "--out", hearts, "--seed", "502"], home: home)
    let folder = hearts + "/phantom-502"
    // What was written within two seconds is not taken for known.
    sleep(4)
    let first = try Run(["triage", hearts, "--json"], home: home)
    #expect(first.output == (try Run(["triage", hearts, "--json"], home: home)).output)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("01-06-") {
      let path = folder + "/" + name
      let written = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      let size = try file.seekToEnd()
      try file.seek(toOffset: size / 2)
      try file.write(contentsOf: Data(count: Int(size - size / 2)))
      try file.close()
      try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: path)
    }
    let changed = try Run(["triage", hearts, "--json"], home: home)
    #expect(changed.output != first.output)
    let other = home.appendingPathComponent("other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    #expect(try Run(["triage", hearts, "--json"], home: other).output == changed.output)
  }

  @Test func aTruncatedFileIsNamedAndTheRestOpens() throws {
    defer { clean() }
    let hearts = home.appendingPathComponent("hearts").path
    _ = try Run(["phantom", "--out", hearts, "--seed", "501"], home: home)
    let folder = hearts + "/phantom-501"
    let victim = folder + "/01-02-03.dcm"
    let bytes = try #require(FileManager.default.contents(atPath: victim))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: victim))
    let run = try Run(["triage", hearts, "--json"], home: home)
    #expect(run.status == 1)
    let report = try json(run.output)
    let unreadable = try #require(report["unreadable"] as? [[String: String]])
    #expect(unreadable.count == 1 && unreadable[0]["path"] == victim && unreadable[0]["reason"] == "truncated")
    let studies = try #require(report["studies"] as? [[String: Any]])
    #expect(studies.count == 1 && studies[0]["status"] as? String == "done")
  }

  @Test(.enabled(if: SharedFolder.path("data/sunnybrook") != nil)) func realPeopleAreRead() throws {
    defer { clean() }
    let path = try #require(SharedFolder.path("data/sunnybrook"))
    let run = try Run(["triage", path, "--json"], home: home)
    #expect(run.status == 0, "\(run.errors)")
    let report = try json(run.output)
    #expect(report["skipped"] as? Int == 3)
    let studies = try #require(report["studies"] as? [[String: Any]])
    let shapes = studies.compactMap { study in
      (study["series"] as? [[String: Any]])?.map {
        "\($0["view"] ?? "") \($0["view_rule"] ?? "") \($0["slices"] ?? 0)×\($0["phases"] ?? 0)"
      }
    }
    #expect(Set(shapes) == [["SAX geometry 12×20"], ["SAX geometry 10×20"]])
    for study in studies {
      // The experts' contours give 26 % and 22 %: both are grave, whatever it is in points.
      let lvef = try #require(study["lvef"] as? [String: Double])
      #expect(abs((lvef["percent"] ?? 0) - 24) < 8)
      let conditions = (study["findings"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String == "measured" }
      #expect(conditions.contains { $0["condition"] as? String == "Reduced.LVEF" })
      let codes = (study["warnings"] as? [[String: String]] ?? []).compactMap { $0["code"] }
      #expect(codes.contains("synthetic_training") && codes.contains("missing_views"))
    }
  }

  @Test func exitCodesSayWhatHappened() throws {
    defer { clean() }
    #expect(try Run([], home: home).status == 2)
    #expect(try Run(["triage", "--nonsense"], home: home).status == 2)
    #expect(try Run(["/no/such/path"], home: home).status == 2)
    #expect(try Run(["--help"], home: home).status == 0)
    #expect(try Run(["triage", "--help"], home: home).output.contains("example: cinecor triage"))
    #expect(try Run([home.path], home: home).status == 3)
    #expect(try Run(["paths"], home: home, output: "/dev/full").status == 4)
    let noModel = try Run(["triage", home.path, "--model", home.path], home: home)
    #expect(noModel.status == 5 && noModel.errors.contains(home.path))
    let empty = try Run(["triage", home.path], home: home)
    #expect(empty.status == 0 && empty.output.contains("No study here"))
  }

  @Test func theBundledModelIsWhole() throws {
    defer { clean() }
    let check = try Run(["model", "check"], home: home)
    #expect(check.status == 0, "\(check.errors)")
    let card = try Run(["model", "info"], home: home).output
    #expect(card.contains("synthetic hearts") && card.contains("not for diagnosis"))
  }
}
