import Cine
import DicomFiles
import Foundation
import Phantom

/// `cinecor phantom`: synthetic studies as DICOM, with report and truth.
enum PhantomCommand {
  static let command = Command(
    name: "phantom", synopsis: "--out DIR [--count N] [--seed S] [--condition NAME]… [--lvef X]",
    summary: "Makes synthetic studies: DICOM, the report, and the truth.",
    help: """
      --out DIR         a folder a study is made below it
      --count N         how many (default 1)
      --seed S          the first seed (default 1); each study follows from its own
      --condition NAME  a condition that must be there; may be repeated
      --lvef X          an ejection fraction to aim at, percent
      --demo            the bundled demonstration studies

      Conditions: \(Phantom.conditions.joined(separator: ", "))

      example: cinecor phantom --out hearts --count 3 --condition Hypertrophic.Cardiomyopathy
      """, flags: ["--demo"], options: ["--out", "--count", "--seed", "--condition", "--lvef"], run: run)

  /// What `cinecor demo` shows: a normal heart and seven that are not; story.csv beside them says what to look at.
  private static let demonstration: [PhantomRequest] = [
    PhantomRequest(seed: 11, conditions: [], scan: .demonstration),
    PhantomRequest(seed: 12, conditions: ["Non.Ischemic.cardiomyopathy"], lvef: 24, scan: .demonstration),
    PhantomRequest(seed: 13, conditions: ["Hypertrophic.Cardiomyopathy"], scan: .demonstration),
    PhantomRequest(seed: 14, conditions: ["Pulmonary.Hypertension"], scan: .demonstration),
    PhantomRequest(seed: 15, conditions: ["Amyloid"], scan: .demonstration),
    PhantomRequest(seed: 16, conditions: ["Large.Pericardial.Effusion"], scan: .demonstration),
    PhantomRequest(seed: 17, conditions: ["Ischemic.Cardiomyopathy"], lvef: 36, scan: .demonstration),
    PhantomRequest(seed: 18, conditions: ["Atrial.Myxoma"], scan: .demonstration),
  ]

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let out = arguments.value("--out") else { throw Failure(code: .usage, text: "phantom wants --out DIR") }
    let count = try arguments.integer("--count", in: 1...1_000_000) ?? 1
    let seed = UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? 1)
    let conditions = arguments.values("--condition")
    for name in conditions where !Phantom.conditions.contains(name) {
      let near = Nearest.hint(name, among: Phantom.conditions)
      throw Failure(
        code: .usage, text: "'\(name)' is none of the phantom's conditions\(near); see 'cinecor phantom --help'")
    }
    let lvef = try arguments.number("--lvef", in: 5...85)
    let requests =
      arguments.has("--demo")
      ? demonstration
      : (0..<count).map {
        PhantomRequest(seed: seed + UInt64($0), conditions: conditions.isEmpty ? nil : conditions, lvef: lvef)
      }
    let progress = Progress("studies", total: requests.count)
    for (i, request) in requests.enumerated() {
      try write(Phantom.make(request), to: "\(out)/phantom-\(request.seed)", compressed: arguments.has("--demo"))
      progress.update(i + 1)
    }
    return .allWell
  }

  private static func write(_ phantom: PhantomStudy, to folder: String, compressed: Bool) throws(Failure) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try DicomWriter.write(phantom.study, folder: folder, compression: compressed ? .jpegLSLossless : .none)
      let report =
        (["Findings"] + phantom.report.findings + ["", "Impression"] + phantom.report.impression).joined(
          separator: "\n")
      try (report + "\n").write(toFile: folder + "/report.txt", atomically: true, encoding: .utf8)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(phantom.truth).write(to: URL(fileURLWithPath: folder + "/truth.json"))
    } catch let error as DicomWriter.WriteError {
      throw Failure(code: .outputFailed, text: "\(error)")
    } catch {
      throw Failure(code: .outputFailed, text: "\(folder): \(error.localizedDescription)")
    }
  }
}
