import Cine
import Findings
import Plain
import Terminal
import Workup

/// `cinecor search`: studies ranked by a sentence.
enum SearchCommand {
  static let command = Command(
    name: "search", synopsis: "\"TEXT\" PATH… [--model DIR] [--precision P] [--threads N] [--json]",
    summary: "Ranks studies by their likeness to a sentence of a report.",
    help: """
      --json         rows as JSON
      --model DIR    another model package than the bundled one
      --precision P  float32 (default), bfloat16, or auto: bfloat16 where the processor has it

      A sentence of which the model was taught fewer than half of the words is near to nothing, and that is said.

      example: cinecor search "The left ventricle is severely dilated." /data/inbox
      """, flags: ["--json"], options: ["--model", "--precision", "--threads"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let text = arguments.positional.first?.text, arguments.positional.count > 1 else {
      throw Failure(code: .usage, text: "search wants a sentence and a PATH")
    }
    let package = try Packages.model(arguments)
    let engine = Engine(package)
    guard let query = package.embed(sentence: text) else {
      throw Failure(code: .modelUnavailable, text: "this model has no text tower, so it cannot search")
    }
    let threads = try arguments.threads()
    let refusal = package.query(text)?.refusal
    let folder = Reading.scan(Array(arguments.positional.dropFirst()))
    var unreadable = folder.unreadable
    var found: [(study: Study, embedding: [Float])] = []
    for study in folder.studies where refusal == nil {
      guard let outcome = engine.workUp(study, threads: threads) else { continue }
      unreadable += outcome.unreadable
      if let embedding = outcome.analysis?.embedding, !embedding.isEmpty { found.append((study, embedding)) }
    }
    let ranked = Ranking.rank(found.map(\.embedding), by: query)
    if arguments.has("--json") {
      let rows = ranked.map { index, similarity in
        JSON.object([
          .init("study_instance_uid", .string(found[index].study.instanceUID)),
          .init("path", .string(found[index].study.path.text)), .init("similarity", .number(similarity, decimals: 4)),
        ])
      }
      let json = JSON.object([
        .init("schema_version", .int(1)), .init("query", .string(text)), .init("near", .bool(refusal == nil)),
        .init("note", .optional(refusal) { .string($0) }), .init("studies", .array(rows)),
        .init("notice", .string(TriageReport.notice)),
      ])
      try Output.write(json.pretty + "\n")
    } else {
      if let refusal { try Output.write(SafeText(refusal).text + "\n") }
      for (index, similarity) in ranked {
        let study = found[index].study
        try Output.write(
          "\(JSON.aligned(similarity, decimals: 3))  \(SafeText("\(study.patientID)  \(study.path)").text)\n")
      }
      try Output.write("\(TriageReport.notice) Trained on \(package.manifest.training.trainedOn).\n")
    }
    for file in unreadable { Output.complain(SafeText(file.sentence).text) }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }
}
