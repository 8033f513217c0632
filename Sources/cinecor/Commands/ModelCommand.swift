import Cine
import Contours
import Findings
import Synchronization

/// `cinecor model`: what a package is, whether it is whole, how good it is on hearts that it never saw.
enum ModelCommand {
  static let command = Command(
    name: "model", synopsis: "info|check|eval [DIR] | import --architecture NAME --weights FILE --out DIR",
    summary: "A model package's card, its hashes, its measured performance.",
    help: """
      info           the card: what it is, what it was trained on, how well it did
      check          verifies every size and hash
      eval           makes synthetic studies whose seeds training never used, and measures the package on them
      model import makes a package of weights that others trained: safetensors or PyTorch's files, read and never run
      --contours DIR a contour network, on synthetic hearts, or
      --hearts DIR   on hearts that experts contoured, in the layout of ACDC or of Sunnybrook's pictures (of which
                     only people are taken that the network never learned from)
      --json         a row a heart
      --count N      how many (default 300)
      --seed S       the first seed (default \(PhantomEvaluation.seed))
      --threads N    cores to use (default: all)

      What it takes:
      --architecture NAME   mvit_b_16x4 or mvit_b_32x3
      --weights FILE        the encoder (and, if it has one, the text tower)
      --positions FILE      another file for the position tables
      --text-weights FILE --vocab FILE [--pooling class|mean|max|pooler]
                            a BERT with `text_proj`, and its words
      --published-order     phases by SliceLocation, InstanceNumber and name, as in the published data sets,
                            in place of position and time
      --out DIR             where the package goes

      Without DIR the bundled package.

      example: cinecor model info
      """,
    flags: ["--published-order", "--json"],
    options: [
      "--count", "--seed", "--threads", "--architecture", "--weights", "--positions", "--text-weights", "--vocab",
      "--pooling", "--out", "--contours", "--hearts",
    ], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let verb = arguments.positional.first else {
      throw Failure(code: .usage, text: "model wants info, check, eval or import")
    }
    if verb == "import" { return try ImportCommand.run(arguments) }
    if verb == "eval", let given = arguments.value("--contours") {
      return try contours(arguments, try Packages.contours(given))
    }
    let package = try Packages.model(arguments.positional.dropFirst().first?.text)
    switch verb {
    case "info": try Output.write(Output.safe(package.card))
    case "check":
      try Output.write("all well: \(Count.of(package.manifest.files.count, "file")), sha256 \(package.sha256)\n")
    case "eval":
      let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? PhantomEvaluation.seed
      let evaluation = PhantomEvaluation(
        package, count: try arguments.integer("--count", in: 1...1_000_000) ?? 300, seed: seed,
        threads: try arguments.threads())
      try Output.write(evaluation.text)
    default:
      let meant = Nearest.hint(verb.text, among: ["info", "check", "eval", "import"])
      throw Failure(code: .usage, text: "'\(verb)' is not known to 'model'\(meant); see 'cinecor model --help'")
    }
    return .allWell
  }

  private static func contours(_ arguments: Arguments, _ package: ContourPackage) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    var unreadable: [String] = []
    let evaluation: ContourEvaluation
    if let folder = arguments.value("--hearts") {
      if Files.isThere(FilePath(folder + "/images")) {
        let hearts = try SunnybrookHearts(folder: folder)
        // All of them, where none was learned from.
        let held = hearts.patients.indices.filter { package.manifest.isSynthetic || SunnybrookHearts.isHeld($0) }
        evaluation = ContourEvaluation(package, count: held.count, threads: threads) { hearts.trial(held[$0]) }
      } else {
        let hearts = ContouredHearts(folder: folder)
        guard !hearts.folders.isEmpty else {
          throw Failure(code: .someUnreadable, text: "\(folder) holds neither images/ nor a folder with an Info.cfg")
        }
        let failures = Mutex<[Int: String]>([:])
        evaluation = ContourEvaluation(package, count: hearts.folders.count, threads: threads) { k in
          do throws(Failure) {
            return try ContouredHearts.trial(hearts.folders[k])
          } catch {
            failures.withLock { $0[k] = error.text }
            return nil
          }
        }
        unreadable = failures.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
      }
    } else {
      let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? PhantomEvaluation.seed
      let count = try arguments.integer("--count", in: 1...1_000_000) ?? 300
      evaluation = ContourEvaluation(package, count: count, threads: threads) { .phantom(seed: seed + UInt64($0)) }
    }
    if arguments.has("--json") {
      try Output.write(evaluation.json.pretty)
    } else {
      try Output.write("taught on \(package.manifest.taughtOn)\n\n\(evaluation.text)")
    }
    for text in unreadable { Output.complain(text) }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }
}
