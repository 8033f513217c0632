import Cine
import DicomFiles
import Findings
import Foundation
import Networks
import Tensor
import TestSupport
import Testing

/// From a site's studies and reports to towers that search, triage and fit.
@Suite struct TrainTests {
  let folder: ScratchFolder
  private var home: URL { URL(fileURLWithPath: folder.path) }
  private func path(_ name: String) -> String { folder.path + "/" + name }

  init() throws {
    folder = try ScratchFolder()
    var layout = ParameterLayout()
    _ = try VideoEncoder(tinyConfiguration, into: &layout)
    let file = try folder.write("weights.safetensors", Safetensors.encode(FormulaWeights.fill(layout).tensors))
    let made = try ModelImport(
      architecture: "tiny", video: tinyConfiguration, weights: .init(path: file), positions: nil, text: nil)
    _ = try made.contents.write(made.manifest, to: path("imported"))
  }

  /// Rings of muscle that squeeze more or less, two of one person, and what was said of them.
  private func writeSite() throws {
    var lines = ""
    try FileManager.default.createDirectory(atPath: path("site"), withIntermediateDirectories: true)
    for n in 0..<7 {
      var heart = RingHeart()
      (heart.size, heart.spacing, heart.slices) = (80, 3.5, 5)
      heart.squeeze = 5 + Double(n)
      let made = heart.study
      var (study, series) = (made.study, made.study.series[0])
      (study.instanceUID, study.patientID) = ("2.25.\(n + 1)", n < 2 ? "P" : "P\(n)")
      (series.instanceUID, series.description) = ("2.25.\(n + 1).1", "SAX")
      study.series = [series]
      try DicomWriter.write(
        LoadedStudy(study: study, series: [LoadedSeries(series: series, clips: made.series[0].clips)]),
        folder: path("site/heart-\(n)"))
      let report =
        "FINDINGS:\\n1. LVEF \(30 + 5 * n)%. \(n < 4 ? "Reduced function" : "Normal function").\\n2. No effusion."
      lines += "{\"path\": \"site/heart-\(n)\", \"report\": \"\(report)\"}\n"
    }
    lines += "{\"path\": \"site/nobody\", \"report\": \"Normal.\"}\n{\"path\": \"site/heart-6\", \"report\": \"-\"}\n"
    _ = try folder.write("pairs.jsonl", lines.utf8)
  }

  private func train(_ out: String, _ more: [String]) throws -> Run {
    try Run(
      ["train", path("pairs.jsonl"), "--from", path("imported"), "--out", path(out), "--batch", "3", "--held", "20"]
        + more,
      home: home)
  }

  private func bytes(_ package: String) throws -> [String: Data] {
    let files = try FileManager.default.contentsOfDirectory(atPath: path(package))
    return Dictionary(
      uniqueKeysWithValues: try files.map { ($0, try Data(contentsOf: URL(filePath: path(package) + "/" + $0))) })
  }

  @Test func aSitesPairsGiveAPackageThatSearchesTriagesAndFits() throws {
    try writeSite()
    let made = try train("towers", ["--steps", "8", "--threads", "1"])
    // One row leads nowhere.
    #expect(made.status == 1, "\(made.errors)")
    #expect(made.errors.contains("line 8: there is no study at"))
    #expect(made.errors.contains("line 9: its report has no sentence"))
    #expect(made.output.contains("studies of the user's with their reports"))
    // The log stays, the clips and the checkpoint go.
    let left = try FileManager.default.contentsOfDirectory(atPath: path("towers.run")).sorted()
    #expect(left == ["configuration.json", "data.json", "events.out.tfevents.cinecor", "metrics.jsonl"])
    let reports = try String(contentsOfFile: path("towers/reports.jsonl"), encoding: .utf8)
    #expect(reports.contains("{\"text\":\"No effusion.\"}\n") && !reports.contains("FINDINGS"))

    let found = try Run(
      ["search", "reduced function", path("site"), "--model", path("towers"), "--json"], home: home)
    #expect(found.status == 0 && found.output.contains("heart-6"), "\(found.errors)\(found.output)")
    let triaged = try Run(["triage", path("site/heart-1"), "--model", path("towers"), "--json"], home: home)
    #expect(triaged.status == 0 && triaged.output.contains("no_heads") && triaged.output.contains("effusion."))
    _ = try folder.write("labels.csv", "study,good\nheart-2,0\nheart-3,0\nheart-4,1\nheart-5,1\nheart-6,1\n".utf8)
    let fitted = try Run(
      ["fit", path("labels.csv"), path("site"), "--model", path("towers"), "--out", path("fitted")], home: home)
    #expect(fitted.status == 0, "\(fitted.errors)")

    // Frozen blocks are those of the package that it began with, to the precision that it is stored in.
    let frozen = try train("frozen", ["--steps", "3", "--freeze", "2", "--temperature", "0.1", "--phantoms", "2"])
    #expect(frozen.status == 1 && frozen.output.contains("2 synthetic hearts"), "\(frozen.errors)")
    let (before, after) = try (
      Safetensors(path: path("imported/weights.safetensors")), Safetensors(path: path("frozen/weights.safetensors"))
    )
    for (name, isSame) in [
      ("video_encoder.blocks.1.mlp.fc1.weight", true), ("video_encoder.patch_embed.patch_model.weight", true),
      ("video_encoder.blocks.2.mlp.fc1.weight", false), ("video_proj.weight", false),
    ] { #expect((before.tensor(name)?.values == after.tensor(name)?.values) == isSame, "\(name)") }
    try refusals()
  }

  private func refusals() throws {
    _ = try folder.write("none.csv", "path,report\nnowhere,Normal.\n".utf8)
    let lost = try Run(["train", path("none.csv"), "--out", path("no")], home: home)
    #expect(lost.status == 1 && lost.errors.contains("no row of"), "\(lost.errors)")
    #expect(try Run(["train", path("pairs.jsonl"), "--out", path("no"), "--freeze", "2"], home: home).status == 2)
    #expect(try Run(["train", path("missing"), "--out", path("no")], home: home).status == 1)
    #expect(try Run(["train", "--phantoms", "2", "--out", path("no")], home: home).status == 2)
    #expect(!FileManager.default.fileExists(atPath: path("no")))
  }

  /// Killed wherever it stands, again and again, it ends as one that was left alone. As often as CINECOR_KILLS says.
  @Test func whatIsKilledEndsAsWhatWasNot() throws {
    try writeSite()
    let kills = Int(ProcessInfo.processInfo.environment["CINECOR_KILLS"] ?? "") ?? 5
    let last = 12 * kills
    let options = ["--steps", "\(last)", "--save-every", "0"]
    #expect(try train("whole", options + ["--threads", "1"]).status == 1)
    let whole = try bytes("whole")
    var killed = 0
    var steps: [String] = []
    var chance = SeededBytes(UInt64(kills))
    for round in 0..<(10 * kills) where killed < kills {
      // Every third is asked to end, as systems do before they kill; every fourth ends wherever it is by then.
      let signal = round % 3 == 2 ? SIGTERM : SIGKILL
      let wait = 0.001 * Double(chance.below(round % 4 == 3 ? 900 : 30))
      let goal = round % 4 == 3 ? 0 : try metrics().count + 1 + chance.below(20)
      let status = try endedRun(
        options + ["--resume", "--threads", "\(1 + round % 3)"], atStep: goal, after: wait, by: signal)
      steps.append("\(try metrics().count) (\(status < 0 ? "signal \(-status)" : "ended"))")
      if status == 1 {
        // It was done before its time had come: another begins.
        #expect(try bytes("killed") == whole)
        for name in ["killed", "killed.run"] { try FileManager.default.removeItem(atPath: path(name)) }
      } else {
        killed += 1
      }
    }
    #expect(killed == kills)
    let ended = try train("killed", options + ["--resume"])
    #expect(ended.status == 1, "\(ended.errors)")
    print("killed \(killed) times, with this many steps behind it: \(steps.joined(separator: ", "))")
    let other = try bytes("killed")
    #expect(whole.keys.sorted() == other.keys.sorted())
    for (name, data) in whole { #expect(other[name] == data, "\(name)") }
    #expect(try metrics() == Array(1...last))
    try FileManager.default.removeItem(atPath: path("killed.run"))
    // Told otherwise, it says so rather than mixing two trainings.
    _ = try endedRun(options, atStep: 5, after: 0, by: SIGKILL)
    let changed = try train("killed", ["--steps", "61", "--resume"])
    #expect(changed.status == 2 && changed.errors.contains("was told otherwise"), "\(changed.errors)")
    let unasked = try train("killed", options)
    #expect(unasked.status == 2 && unasked.errors.contains("--resume goes on with it"), "\(unasked.errors)")
  }

  /// Steps that the log has.
  private func metrics() throws -> [Int] {
    guard let text = try? String(contentsOfFile: path("killed.run/metrics.jsonl"), encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap { line in
      ((try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any])?["step"] as? Int
    }
  }

  /// The exit status, or minus the signal's number.
  private func endedRun(_ more: [String], atStep goal: Int, after seconds: Double, by signal: Int32) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("cinecor")
    process.arguments =
      [
        "train", path("pairs.jsonl"), "--from", path("imported"), "--out", path("killed"), "--batch", "3", "--held",
        "20",
      ]
      + more
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_STATE_HOME"] = folder.path
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, try metrics().count < goal { usleep(2000) }
    usleep(UInt32(seconds * 1e6))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }
}
