import Cine
import Findings
import Workup

/// The viewer as lines, for screen readers and for terminals that cannot move their cursor: every study as it is done,
/// then which ones to open first. Nothing that was said moves or is said anew.
enum PlainView {
  static func run(_ paths: [FilePath], _ arguments: Arguments) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    let package = try Packages.model(arguments)
    let engine = Engine(package, contours: try Packages.contourJob(arguments))
    let folder = Reading.scan(paths)
    var unreadable: [UnreadableFile] = []
    unreadable.add(Reading.broken(folder))
    let count = folder.studies.count
    try Output.write("\(Count.of(count, "study", "studies")). \(TriageReport.notice)\n")
    func report(_ entries: [TriageReport.Entry]) -> TriageReport {
      TriageReport(model: .init(package), entries: entries, unreadable: [], skipped: 0)
    }
    var entries: [TriageReport.Entry] = []
    for (i, study) in folder.studies.enumerated() {
      guard let outcome = engine.workUp(study, threads: threads) else { continue }
      unreadable.add(outcome.unreadable)
      let entry = TriageReport.Entry(study, outcome)
      entries.append(entry)
      let lines = TriageText.study(entry, report([entry])).map(spoken)
      try Output.write(Output.safe("Study \(i + 1) of \(count): " + lines.joined(separator: "\n")) + "\n")
    }
    for file in unreadable { try Output.write(Output.safe("Not read: \(file.sentence)") + "\n") }
    if entries.count > 1 {
      try Output.write("Open first:\n")
      for (i, entry) in report(entries).entries.prefix(5).enumerated() {
        let why = entry.measured?.findings.first?.why ?? "no measured finding"
        try Output.write(Output.safe("\(i + 1). \(entry.study.patientID): \(why)") + "\n")
      }
    }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }

  /// Signs as words.
  private static func spoken(_ line: String) -> String {
    [("⚠", "Warning:"), ("▸", "Measured:"), ("▹", "Learned:"), ("–", " to "), ("×", " by "), ("≥", "at least ")].reduce(
      line.drop { $0 == " " }.description
    ) { text, sign in text.split(separator: sign.0, omittingEmptySubsequences: false).joined(separator: sign.1) }
  }
}
