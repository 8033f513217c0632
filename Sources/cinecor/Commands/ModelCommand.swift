import Cine
import Contours
import Findings
import Learning
import Plain
import Preparation
import Synchronization
import Tensor

/// `cinecor model`: what a package is, whether it is whole, how good it is on hearts that it never saw.
enum ModelCommand {
  static let command = Command(
    name: "model", synopsis: "info|check|eval|calibrate [DIR] | import --architecture NAME --weights FILE --out DIR",
    summary: "A model package's card, its hashes, its measured performance.",
    help: """
      info           the card (with --contours DIR a contour network's): what it is, what it was trained on, how well it did
      check          verifies every size and hash
      eval           makes synthetic studies whose seeds training never used, and measures the package on them
      model import makes a package of weights that others trained: safetensors or PyTorch's files, read and never run
      --contours DIR a contour network, on synthetic hearts, or
      --hearts DIR   on hearts that experts contoured, in the layout of ACDC or of Sunnybrook's pictures (of which
                     only people are taken that the network never learned from)
      --json         a row a heart
      calibrate DIR  sets from which probability on a learned finding is marked, on --count held-out synthetic hearts:
                     at most one in twenty without the condition, and likelier than not
      calibrate      with --contours DIR: measures on --count synthetic hearts, and on the people of --hearts DIR, how
                     wide 90 % intervals must be, and writes that into the package
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
      "--pooling", "--out", "--contours", "--hearts", "--limits",
    ], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let verb = arguments.positional.first else {
      throw Failure(code: .usage, text: "model wants info, check, eval, calibrate or import")
    }
    if verb == "import" { return try ImportCommand.run(arguments) }
    if verb == "info", let given = arguments.value("--contours") {
      try Output.write(Output.safe(try Packages.contours(given).card))
      return .allWell
    }
    if verb == "eval", let given = arguments.value("--contours") {
      return try contours(arguments, try Packages.contours(given))
    }
    if verb == "calibrate", let given = arguments.value("--contours") { return try calibrate(arguments, given) }
    let package = try Packages.model(arguments.positional.dropFirst().first?.text)
    switch verb {
    case "info": try Output.write(Output.safe(package.card))
    case "check":
      try Output.write("all well: \(Count.of(package.manifest.files.count, "file")), sha256 \(package.sha256)\n")
    case "calibrate": try marks(package, arguments)
    case "eval":
      let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? PhantomEvaluation.seed
      let evaluation = PhantomEvaluation(
        package, count: try arguments.integer("--count", in: 1...1_000_000) ?? 300, seed: seed,
        threads: try arguments.threads())
      try Output.write(evaluation.text)
    default:
      let meant = Nearest.hint(verb.text, among: ["info", "check", "eval", "calibrate", "import"])
      throw Failure(code: .usage, text: "'\(verb)' is not known to 'model'\(meant); see 'cinecor model --help'")
    }
    return .allWell
  }

  /// Measures a contour network on hearts whose truth is known, and what could not be read of them.
  private static func measure(
    _ arguments: Arguments, _ package: ContourPackage, hearts folder: String?
  ) throws(Failure) -> (evaluation: ContourEvaluation, unreadable: [String], on: String) {
    let threads = try arguments.threads()
    let limits = try Packages.limits(arguments.value("--limits"))
    guard let folder else {
      let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? PhantomEvaluation.seed
      let count = try arguments.integer("--count", in: 1...1_000_000) ?? 300
      let evaluation = ContourEvaluation(package, limits, count: count, threads: threads) {
        .phantom(seed: seed + UInt64($0))
      }
      return (evaluation, [], Count.of(count, "synthetic heart"))
    }
    if Files.isThere(FilePath(folder + "/images")) {
      let hearts = try SunnybrookHearts(folder: folder)
      // All of them, where none was learned from.
      let held = hearts.patients.indices.filter { package.manifest.isSynthetic || SunnybrookHearts.isHeld($0) }
      let evaluation = ContourEvaluation(package, limits, count: held.count, threads: threads) {
        hearts.trial(held[$0])
      }
      return (evaluation, [], "\(held.count) people of the Sunnybrook collection")
    }
    let hearts = ContouredHearts(folder: folder)
    guard !hearts.folders.isEmpty else {
      throw Failure(code: .someUnreadable, text: "\(folder) holds neither images/ nor a folder with an Info.cfg")
    }
    let failures = Mutex<[Int: String]>([:])
    let evaluation = ContourEvaluation(package, limits, count: hearts.folders.count, threads: threads) { k in
      do throws(Failure) {
        return try ContouredHearts.trial(hearts.folders[k])
      } catch {
        failures.withLock { $0[k] = error.text }
        return nil
      }
    }
    let unreadable = failures.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    return (evaluation, unreadable, Count.of(hearts.folders.count, "person", "people"))
  }

  private static func contours(_ arguments: Arguments, _ package: ContourPackage) throws(Failure) -> ExitCode {
    let (evaluation, unreadable, _) = try measure(arguments, package, hearts: arguments.value("--hearts"))
    if arguments.has("--json") {
      try Output.write(evaluation.json.pretty)
    } else {
      try Output.write("taught on \(package.manifest.taughtOn)\n\n\(evaluation.text)")
    }
    for text in unreadable { Output.complain(text) }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }

  /// Sets where the marks of a learned model begin, on held-out synthetic hearts, and writes that into its package.
  private static func marks(_ package: ModelPackage, _ arguments: Arguments) throws(Failure) {
    guard case .beat = package.manifest.recipe, let folder = arguments.positional.dropFirst().first?.text
    else {
      throw Failure(code: .usage, text: "model calibrate wants the DIR of a model that learned from synthetic hearts")
    }
    let threads = try arguments.threads()
    let count = try arguments.integer("--count", in: 20...1_000_000) ?? 400
    let hearts = PhantomStudies(
      count: count, seed: DefaultModel.seed &+ PhantomStudies.validationOffset, recipe: package.manifest.recipe)
    let analyser = Analyser(package)
    let progress = Progress("held-out hearts", total: count)
    let made = Mutex<[(logits: [Double?]?, labels: [String: Double])?]>(Array(repeating: nil, count: count))
    let done = Mutex(0)
    Lanes.run(count, threads: threads) { i, _ in
      let clips = hearts.clips(i).map { package.manifest.recipe.input($0.values) }
      let logits = package.network.embed(clips, threads: 1).map { analyser.logits($0).conditions }
      let labels = hearts.study(i).labels
      made.withLock { $0[i] = (logits, labels) }
      done.withLock {
        $0 += 1
        progress.update($0)
      }
    }
    let studies = made.withLock { $0.compactMap { $0 } }
    var manifest = package.manifest
    for k in manifest.conditions.indices {
      let label = manifest.conditions[k]
      let read = studies.compactMap { study in
        study.logits?[k].map { (label.calibration.probability($0), study.labels[label.name] == 1) }
      }
      manifest.conditions[k].threshold = Threshold.mark(scores: read.map(\.0), labels: read.map(\.1))
      try Output.write("\(label.name): \(JSON.fixed(manifest.conditions[k].threshold, decimals: 3) ?? "?")\n")
    }
    do throws(ModelPackageError) {
      try ModelContents.rewrite(manifest, in: folder)
    } catch {
      throw Failure(code: .outputFailed, text: error.text)
    }
  }

  /// Measures how wide the intervals of a contour network must be, and writes them into its package: on phantoms, and
  /// where there are people, what they tell on them.
  private static func calibrate(_ arguments: Arguments, _ folder: String) throws(Failure) -> ExitCode {
    let package = try Packages.contours(folder)
    var calibration = ContourCalibration()
    for hearts in [nil, arguments.value("--hearts")] where hearts != nil || calibration.bands.isEmpty {
      let (evaluation, _, on) = try measure(arguments, package, hearts: hearts)
      calibration.bands.merge(evaluation.calibration(measuredOn: on)) { phantoms, people in
        // Whatever is wider: people show other things than phantoms.
        people.factor >= phantoms.factor ? people : phantoms
      }
    }
    var manifest = package.manifest
    manifest.calibration = calibration
    do throws(ModelPackageError) {
      _ = try ContourPackage.write(manifest, weights: package.weights, statistics: package.statistics, to: folder)
    } catch {
      throw Failure(code: .outputFailed, text: error.text)
    }
    for (name, band) in calibration.bands.sorted(by: { $0.key < $1.key }) {
      try Output.write(
        "\(name): \(JSON.fixed(band.factor, decimals: 2) ?? "?") times the doubt, measured on \(band.measuredOn)\n")
    }
    return .allWell
  }
}
