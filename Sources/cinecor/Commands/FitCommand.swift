import Cine
import Findings
import Foundation
import Learning
import Plain

/// `cinecor fit`: heads on one's own labels, over an encoder that does not change.
enum FitCommand {
  static let command = Command(
    name: "fit", synopsis: "LABELS.csv PATH… --out DIR [--model DIR] [--folds N] [--few P,…] [--measured] [--json]",
    summary: "Fits heads to one's own labels, measures them by cross-validation and writes a package with them.",
    help: """
      LABELS.csv has a row a study. The column `study` names it by its UID, its path or the path's last part, as
      `triage --json` prints them; `patient`, where there is one, says whose it is (else the patient ID of its files).
      Every other column is learned: a condition (0, 1, or blank where nobody knows), or a number with its unit in the
      column's head, as `lvef [%]` or `mass [g]`. Semicolons, tabs, decimal commas and UTF-16 are read too.

      --out DIR        the package, made or overwritten, with a README.md that is its card; for `triage --model DIR`
      --model DIR      the package whose encoder is used (default: the bundled one); its heads are replaced
      --column NAME    learn this column and not all of them; may be repeated
      --measured       heads also weigh what contours measure (volumes, mass, thickness, areas), but that of LVEF; how
                       well each does without is said beside; --contours DIR and --limits FILE as in `triage`
      --folds N        parts of the patients, each held out once (default 5)
      --false-marks X  the share of those without a condition that may be marked (default 0.05)
      --few P,P,…      also learn from these percents of the labelled patients: the few-label curve
      --seed S         everything follows from it (default 0)
      --precision P    of the encoder: float32 (default), bfloat16, or auto
      --threads N      cores to use (default: all); results do not depend on it
      --json           the results as one object

      No patient is ever learned from and measured on. A condition needs two patients with it and two without. What the
      encoder makes of a study is kept, so that another fit over the same files does not read them again.

      example: cinecor fit labels.csv /data/studies --out our-model --few 1,5,10,50,100
      """, flags: ["--json", "--measured"],
    options: [
      "--out", "--model", "--column", "--folds", "--false-marks", "--few", "--seed", "--precision", "--threads",
      "--contours", "--limits",
    ], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let file = arguments.positional.first, arguments.positional.count > 1, let out = arguments.value("--out")
    else { throw Failure(code: .usage, text: "fit wants LABELS.csv, a PATH and --out DIR") }
    let plan = try plan(arguments)
    guard let bytes = Files.contents(file) else {
      throw Failure(code: .someUnreadable, text: "\(file) could not be opened: check its name and permissions")
    }
    let table: LabelTable
    do throws(LearningError) {
      table = try LabelTable(csv: bytes, only: arguments.values("--column"))
    } catch {
      throw Failure(code: .someUnreadable, text: "\(file) \(error.text)")
    }
    let source = try Packages.modelFolder(arguments.value("--model"))
    guard !isSame(source, out) else {
      throw Failure(code: .usage, text: "--out is the model's own folder: name another, for the model stays as it is")
    }
    let package = try Packages.model(arguments)
    let contours = arguments.has("--measured") ? try Packages.contourJob(arguments) : nil
    if arguments.has("--measured"), contours == nil { _ = try Packages.contours(nil) }
    let studies = try LabelledStudies(
      file, table, Array(arguments.positional.dropFirst()), package, contours: contours, plan.threads)
    let result: FitResult
    do throws(LearningError) {
      let progress = Progress("heads", total: 0)
      result = try HeadFitter(studies.cohort, plan).fit { progress.update($0, of: $1) }
    } catch {
      throw Failure(code: .usage, text: "\(file): nothing was fitted\n\(error.text)")
    }
    let made: ModelPackage
    do throws(ModelPackageError) {
      let (manifest, contents) = try result.package(over: package, in: source, synthetic: studies.isSynthetic)
      made = try contents.write(manifest, to: out)
    } catch {
      throw Failure(code: .outputFailed, text: "\(out): \(error.text)")
    }
    do {
      try result.card(made.manifest).write(toFile: out + "/README.md", atomically: true, encoding: .utf8)
    } catch {
      throw Failure(code: .outputFailed, text: "\(out)/README.md could not be written: \(error.localizedDescription)")
    }
    if arguments.has("--json") {
      let json = JSON.object(
        [.init("schema_version", .int(1)), .init("model", .object([.init("sha256", .string(made.sha256))]))]
          + result.json + studies.json)
      try Output.write(json.pretty)
    } else {
      try Output.write(Output.safe(result.text) + "\nwrote \(out), with its card in README.md\n")
    }
    for file in studies.unreadable { Output.complain(file.sentence) }
    return studies.unreadable.isEmpty ? .allWell : .someUnreadable
  }

  private static func plan(_ arguments: Arguments) throws(Failure) -> HeadFitter.Plan {
    var plan = HeadFitter.Plan()
    plan.folds = try arguments.integer("--folds", in: 2...100) ?? plan.folds
    plan.falseMarks = try arguments.number("--false-marks", in: 0...1) ?? plan.falseMarks
    plan.seed = UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? 0)
    plan.threads = try arguments.threads()
    for word in (arguments.value("--few") ?? "").split(separator: ",") {
      guard let percent = Double(word.filter { $0 != " " && $0 != "%" }), percent > 0, percent <= 100 else {
        throw Failure(code: .usage, text: "--few wants percents from above 0 to 100, as 1,5,10,50,100, not '\(word)'")
      }
      plan.few.append(percent / 100)
    }
    return plan
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    return real(a) == real(b)
  }
}
