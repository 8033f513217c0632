import Cine
import Findings
import Foundation
import Networks
import Tensor

/// `cinecor train`: makes the default model from nothing but a seed.
enum TrainCommand {
  static let command = Command(
    name: "train", synopsis: "--out DIR [--contours [--from DIR] [--hearts DIR]] [--studies N] [--steps N] [--seed S]",
    summary: "Trains a model on synthetic hearts: both towers by contrast, then heads. Or the contour network.",
    help: """
      --out DIR      the model package, made or overwritten
      --studies N    synthetic studies for training (default \(DefaultModel.trainingStudies))
      --steps N      steps of 32 clips (default \(DefaultModel.schedule.steps))
      --seed S       everything follows from it (default \(DefaultModel.seed))
      --threads N    cores to use (default: all)
      --towers DIR   keep the pretrained towers there, or take them from there if they are there already

      --contours     the contour network instead, on synthetic hearts whose every pixel is known
      --from DIR     a contour network to go on from
      --hearts DIR   people of the Sunnybrook collection, half of the pictures from then on: images/, endo/ and epi/;
                     every third person is left out, to be measured on

      example: cinecor train --out my-model --studies 500 --steps 500
               cinecor train --contours --out contours
               cinecor train --contours --from contours --hearts sunnybrook --out contours-2
      """, flags: ["--contours"],
    options: ["--out", "--studies", "--steps", "--seed", "--threads", "--towers", "--from", "--hearts"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let out = arguments.value("--out") else { throw Failure(code: .usage, text: "train wants --out DIR") }
    if arguments.has("--contours") { return try contours(arguments, out) }
    let training = try arguments.integer("--studies", in: 10...1_000_000) ?? DefaultModel.trainingStudies
    let builder = ModelBuilder(
      training: training, validation: max(100, min(DefaultModel.validationStudies, training / 2)),
      steps: try arguments.integer("--steps", in: 1...10_000_000) ?? DefaultModel.schedule.steps,
      seed: UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? Int(DefaultModel.seed)),
      threads: try arguments.threads())
    let studies = builder.makeStudies(training, "synthetic hearts", seed: builder.seed)
    let towers = try self.towers(arguments.value("--towers"), builder, studies)
    let held = builder.makeStudies(
      builder.validation, "held-out hearts", seed: builder.seed &+ PhantomData.validationOffset)
    let package = try builder.finish(towers, studies, held, to: out)
    try Output.write("\n\(package.card)")
    return .allWell
  }

  private static func contours(_ arguments: Arguments, _ out: String) throws(Failure) -> ExitCode {
    let first: ContourPackage? =
      if let folder = arguments.value("--from") { try Packages.contours(folder) } else { nil }
    var people: [[LabelledClip]] = []
    if let folder = arguments.value("--hearts") {
      let hearts = try SunnybrookHearts(folder: folder)
      people = hearts.patients.enumerated().filter { !SunnybrookHearts.isHeld($0.offset) }
        .map { $0.element.pictures.map(\.labelled) }
    }
    let builder = ContourBuilder(
      steps: try arguments.integer("--steps", in: 1...10_000_000)
        ?? (first == nil ? ContourBuilder.firstSteps : ContourBuilder.secondSteps),
      seed: UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? Int(ContourBuilder.seed)),
      threads: try arguments.threads())
    let package = try builder.build(from: first, people: people, to: out)
    try Output.write("\(out): taught on \(package.manifest.taughtOn)\n")
    return .allWell
  }

  /// Pretrains, or takes towers that an earlier run has kept.
  private static func towers(
    _ folder: String?, _ builder: ModelBuilder, _ studies: [TrainingStudy]
  ) throws(Failure) -> ModelBuilder.Towers {
    guard let folder else { return try builder.pretrain(studies) }
    let (weights, words) = (folder + "/towers.safetensors", folder + "/vocab.txt")
    if let text = try? String(contentsOfFile: words, encoding: .utf8) {
      let vocabulary = text.split(separator: "\n").map(String.init)
      let (network, tokenizer) = try ModelBuilder.network(vocabulary)
      do throws(CheckpointError) {
        let loaded = try Parameters(network.layout, from: Safetensors(path: weights))
        return .init(network: network, weights: loaded, vocabulary: vocabulary, tokenizer: tokenizer)
      } catch {
        throw Failure(code: .modelUnavailable, text: error.text)
      }
    }
    let towers = try builder.pretrain(studies)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(Safetensors.encode(towers.weights.tensors)).write(to: URL(fileURLWithPath: weights))
      try towers.vocabulary.joined(separator: "\n").write(toFile: words, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(code: .outputFailed, text: "\(folder): \(error.localizedDescription)")
    }
    return towers
  }
}
