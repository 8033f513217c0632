import Foundation
import TestSupport
import Testing

/// What the program says to people: names, numbers, and what they may have meant.
@Suite struct SayingTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  @Test(arguments: [
    (["traige", "/data"], "did you mean 'triage'?"), (["insepct", "/data"], "did you mean 'inspect'?"),
    (["help", "evalute"], "did you mean 'evaluate'?"), (["triage", "/data", "--jsn"], "did you mean '--json'?"),
    (["triage", "/data", "--thread=2"], "did you mean '--threads'?"),
    (["qa", "/data", "-json"], "did you mean '--json'?"),
    (["inspect", "/data", "--explain"], "did you mean '--explain-order'?"),
    (["--verison"], "did you mean '--version'?"), (["/data", "--hide-name"], "did you mean '--hide-names'?"),
    (["model", "chek"], "did you mean 'check'?"), (["triage", "--json=yes", "/data"], "--json takes no value"),
    (["phantom", "--out", "x", "--condition", "Atrial.Mixoma"], "did you mean 'Atrial.Myxoma'?"),
  ])
  func aSlipIsAnsweredWithWhatWasMeant(_ words: [String], _ answer: String) throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let run = try Run(words, home: home)
    #expect(run.status == 2 && run.errors.contains(answer), "\(run.errors)")
  }

  @Test(arguments: [["triage", "/data", "--frobnicate"], ["xylophone"], ["qa", "-z", "/data"]])
  func whatIsNearToNothingGetsNoGuess(_ words: [String]) throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let run = try Run(words, home: home)
    #expect(run.status == 2 && !run.errors.contains("did you mean") && run.errors.contains("--help"), "\(run.errors)")
  }

  @Test func peopleReadNamesAndProgramsCodes() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let hearts = home.appendingPathComponent("hearts").path
    _ = try Run(
      ["phantom", "--out", hearts, "--seed", "12", "--condition", "Non.Ischemic.cardiomyopathy", "--lvef", "24"],
      home: home)
    let text = try Run(["triage", hearts], home: home)
    #expect(text.status == 0 && text.output.contains("Left ventricular dilation"), "\(text.output)")
    #expect(!text.output.contains("Left.Ventricular.Dilation") && text.output.contains("short axis "))
    #expect(text.output.hasSuffix("1 study, 0 unreadable files, 2 skipped\n"))
    #expect(try Run(["triage", hearts, "--json"], home: home).output.contains("\"Left.Ventricular.Dilation\""))
    #expect(try Run(["triage", hearts, "--csv"], home: home).output.contains(",Left.Ventricular.Dilation,"))
    let inspected = try Run(["inspect", hearts], home: home).output
    #expect(inspected.hasSuffix(" ok\n") && inspected.contains("1 study, 0 duplicates; files: 2 not medical, "))
    #expect(inspected.contains("1 slice × "))

    let nonsense = try Run(["search", "purple monkey dishwasher", hearts], home: home)
    #expect(nonsense.status == 0 && nonsense.output.hasPrefix("Nothing is near") && !nonsense.output.contains(hearts))
    let json = try Run(["search", "purple monkey dishwasher", hearts, "--json"], home: home).output
    #expect(json.contains("\"near\": false") && json.contains("\"studies\": []"))
    let sense = try Run(["search", "The left ventricle is severely dilated.", hearts, "--json"], home: home).output
    #expect(sense.contains("\"near\": true") && sense.contains(hearts))
  }

  /// A state folder that cannot be had, and a catalogue that was damaged: each is said, once, beside the results.
  @Test func aCatalogueThatCannotBeKeptIsSaidOnce() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let hearts = home.appendingPathComponent("hearts").path
    _ = try Run(["phantom", "--out", hearts, "--seed", "12", "--count", "2"], home: home)
    let state = home.appendingPathComponent("cinecor")
    try "a file".write(to: state, atomically: true, encoding: .utf8)
    let blocked = try Run(["triage", hearts, "--csv"], home: home)
    #expect(
      blocked.status == 0 && blocked.errors.components(separatedBy: "are not kept").count == 2, "\(blocked.errors)")

    try FileManager.default.removeItem(at: state)
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    try Data(repeating: 7, count: 9000).write(to: state.appendingPathComponent("catalog.sqlite"))
    let damaged = try Run(["triage", hearts, "--csv"], home: home)
    #expect(damaged.status == 0 && damaged.output == blocked.output)
    #expect(damaged.errors.components(separatedBy: "was damaged").count == 2 && damaged.errors.contains(".damaged-"))
    let again = try Run(["triage", hearts, "--csv"], home: home)
    #expect(again.errors.isEmpty && again.output == blocked.output)
  }
}
