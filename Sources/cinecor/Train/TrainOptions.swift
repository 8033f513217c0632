import Cine
import Findings
import Learning
import Networks

/// What `cinecor train` was told about towers.
struct TrainOptions {
  let pairs: FilePath?
  let phantoms: Int
  let out: String
  let run: String
  let resumes: Bool
  /// Seconds between checkpoints.
  let interval: Double
  /// Bytes of clips that are kept.
  let budget: Int
  let threads: Int
  let seed: UInt64
  /// The share of patients that is held out.
  let held: Double
  /// Of the package.
  let name: String
  let from: String?
  let architecture: String
  let newText: Bool
  private let arguments: Arguments

  init(_ arguments: Arguments, out: String) throws(Failure) {
    guard arguments.positional.count < 2 else {
      throw Failure(code: .usage, text: "train wants one table of pairs, not \(arguments.positional.count)")
    }
    pairs = arguments.positional.first
    // `--studies` is what `--phantoms` was called when there was nothing else.
    let studies = try arguments.integer("--studies", in: 10...1_000_000)
    let asked = try arguments.integer("--phantoms", in: 0...1_000_000) ?? studies
    phantoms = asked ?? (pairs == nil ? DefaultModel.trainingStudies : 0)
    if pairs == nil, phantoms < 10 { throw Failure(code: .usage, text: "train wants PAIRS, or at least 10 --phantoms") }
    self.out = out
    run = arguments.value("--run") ?? Self.trimmed(out) + ".run"
    resumes = arguments.has("--resume")
    interval = 60 * (try arguments.number("--save-every", in: 0...10_000) ?? 10)
    budget = Int(1e9 * (try arguments.number("--cache", in: 0...100_000) ?? 20))
    threads = try arguments.threads()
    seed = UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? Int(DefaultModel.seed))
    held = (try arguments.number("--held", in: 0...50) ?? 10) / 100
    name = arguments.value("--name") ?? "site-towers"
    from = try arguments.value("--from").map { given throws(Failure) in
      given == "bundled" ? try Packages.modelFolder(nil) : given
    }
    if from == nil, arguments.value("--freeze") != nil {
      throw Failure(code: .usage, text: "--freeze wants --from: blocks that know nothing would stay so")
    }
    architecture = arguments.value("--architecture") ?? "mvit_b_16x4"
    guard ModelImport.architectures[architecture] != nil else {
      let known = ModelImport.architectures.keys.sorted().joined(separator: " and ")
      throw Failure(code: .usage, text: "--architecture knows \(known)")
    }
    switch arguments.value("--vocabulary") ?? "package" {
    case "package": newText = false
    case "reports": newText = true
    case let other: throw Failure(code: .usage, text: "--vocabulary knows package and reports, not '\(other)'")
    }
    self.arguments = arguments
  }

  private static func trimmed(_ path: String) -> String {
    String(path.reversed().drop { $0 == "/" }.reversed())
  }

  /// Of 224-pixel clips a batch of 32 would not fit into most machines' memory.
  func sampling(_ start: TowerStart) throws(Failure) -> ContrastiveSampler.Plan {
    var plan = pairs == nil ? DefaultModel.sampling : ContrastiveSampler.Plan()
    if pairs != nil { (plan.augmentation.phase, plan.augmentation.warp) = (0.06, 0.03) }
    let usual = start.network.video.configuration.spatialSize > 128 ? 8 : plan.batch
    plan.batch = try arguments.integer("--batch", in: 2...4096) ?? usual
    return plan
  }

  /// `studies` are those to learn from, `batch` how many a batch has.
  func schedule(_ start: TowerStart, studies: Int, batch: Int) throws(Failure) -> ContrastiveSchedule {
    var s = DefaultModel.schedule
    if start.source != nil { s.rate = 1e-4 }
    s.accumulate = try arguments.integer("--accumulate", in: 1...1000) ?? 1
    if pairs != nil {
      // Each has gradients of its own: of large encoders two are as much as most machines bear.
      s.shards = start.network.video.configuration.spatialSize > 128 ? 2 : 4
      s.steps = max(
        start.source == nil ? 2000 : 200, Self.epochs * studies / max(1, min(batch, studies) * s.accumulate))
    }
    s.steps = try arguments.integer("--steps", in: 1...10_000_000) ?? s.steps
    s.warmUp =
      try arguments.integer("--warm-up", in: 0...1_000_000) ?? (pairs == nil ? s.warmUp : min(200, s.steps / 10))
    s.rate = Float(try arguments.number("--rate", in: 1e-9...1) ?? Double(s.rate))
    s.decay = Float(try arguments.number("--decay", in: 0...1) ?? Double(s.decay))
    s.clip = Float(try arguments.number("--clip", in: 1e-6...1e9) ?? Double(s.clip))
    if let temperature = try arguments.number("--temperature", in: 0.001...10) {
      (s.scale, s.learnsScale) = (Float(1 / temperature), false)
    }
    let depth = start.network.video.configuration.depth
    s.frozenBlocks = try arguments.integer("--freeze", in: 0...depth) ?? 0
    return s
  }

  /// How often each study is seen where no steps are named.
  private static let epochs = 60

  /// The towers that training begins with; `sentences` are those that it will learn from.
  func start(_ sentences: [String]) throws(Failure) -> TowerStart {
    do throws(LearningError) {
      guard let from else { return try TowerStart(sentences: sentences, seed: seed) }
      let (manifest, contents) = try source(from)
      return try TowerStart(manifest, contents, sentences: sentences, newText: newText, seed: seed)
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
  }

  /// A package, or a checkpoint of a published architecture.
  private func source(_ path: String) throws(LearningError) -> (ModelManifest, ModelContents) {
    do throws(ModelPackageError) {
      if Files.isThere(FilePath(path + "/manifest.json")) {
        let package = try ModelPackage(path: path)
        return (package.manifest, try ModelContents(towersOf: package, in: path))
      }
      let file: ModelImport.Source
      do throws(CheckpointError) {
        file = try ModelImport.Source(path: path)
      } catch {
        throw .import(file: path, error)
      }
      let made = try ModelImport(
        architecture: architecture, video: ModelImport.architectures[architecture] ?? .mvitB16x4, weights: file,
        positions: nil, text: nil)
      return (made.manifest, made.contents)
    } catch {
      throw .run(error.text)
    }
  }
}
