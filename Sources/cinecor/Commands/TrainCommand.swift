import Cine
import Findings
import Learning

/// `cinecor train`: towers that learn by contrast from studies and their reports, and the contour network.
enum TrainCommand {
  static let command = Command(
    name: "train",
    synopsis: "[PAIRS] --out DIR [--phantoms N] [--from MODEL] [--resume] | --watch DIR | --contours --out DIR",
    summary:
      "Trains a model by contrast on studies with their reports, one's own or synthetic; or the contour network.",
    help: """
      PAIRS has a row a study: columns path and report, and patient where you like (else the patient ID of its files), as
      CSV, or as JSON objects with these keys, one a line. A path is a study's folder or file, relative to the table. The
      program splits reports into sentences. Without PAIRS it learns from synthetic hearts, and makes the default model,
      heads and all; with PAIRS the package has towers, vocabulary and the sentences of the reports, for `search`,
      `triage --model` and `fit --model`. Sentences of your reports lie in it: treat it as you treat them.

      --out DIR         the model package, made or overwritten
      --name NAME       what the package of PAIRS calls itself (default site-towers)
      --phantoms N      synthetic studies, added to PAIRS (default none) or alone (default \(DefaultModel.trainingStudies))
      --from MODEL      begin with a package's towers (`bundled`: those of this program), or with a checkpoint
                        (safetensors, PyTorch) of --architecture NAME (default mvit_b_16x4)
      --freeze N        the first N blocks of its video encoder stay as they are
      --vocabulary W    of a package's text tower: package (default), or reports, with a new text tower
      --held P          percent of the patients of PAIRS held out, to measure retrieval on (default 10)

      --steps N         default \(DefaultModel.schedule.steps); with PAIRS 60 times through them, but at least 2000, or 200
                        with --from
      --batch N         studies a batch (default 32; 8 for encoders of 224 pixels); --accumulate N batches a step
      --rate X          learning rate at its peak (default 7e-4; 1e-4 with --from), after --warm-up N steps, then a cosine
      --decay X         of weights (default 0.05); --clip X largest norm of gradients (default 1)
      --temperature X   fixed; without it, it is learned
      --seed S          everything follows from it (default \(DefaultModel.seed))

      --resume          go on where the same command was stopped, by a signal or by a crash, or begin: what comes out is
                        the same to the last bit, at any number of threads
      --run DIR         where the checkpoint, clips, configuration, metrics.jsonl and TensorBoard's file lie (default:
                        OUT.run); clips and checkpoint go at the end
      --save-every M    minutes between checkpoints (default 10); SIGTERM, too, ends in one
      --cache GB        of decoded clips on disk (default 20); what does not fit is decoded again when it is drawn
      --threads N       cores to use (default: all)

      --watch DIR       draws the curves of a training that runs in DIR (its --out or --run), and does nothing else

      --contours     the contour network instead, on synthetic hearts whose every pixel is known
      --from DIR     a contour network to go on from
      --hearts DIR   people of the Sunnybrook collection, half of the pictures from then on: images/, endo/ and epi/;
                     every third person is left out, to be measured on

      example: cinecor train pairs.csv --out our-towers --phantoms 500 --resume
               cinecor train pairs.jsonl --from cmr.ckpt --freeze 12 --out our-towers
               cinecor train --out my-model --phantoms 500 --steps 500
               cinecor train --contours --out contours
               cinecor train --contours --from contours --hearts sunnybrook --out contours-2
      """, flags: ["--contours", "--resume"],
    options: [
      "--out", "--name", "--phantoms", "--studies", "--from", "--architecture", "--freeze", "--vocabulary", "--held",
      "--steps",
      "--batch", "--accumulate", "--rate", "--warm-up", "--decay", "--clip", "--temperature", "--seed", "--run",
      "--save-every", "--cache", "--threads", "--watch", "--hearts",
    ], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    if let folder = arguments.value("--watch") { return try TrainWatch.run(folder) }
    guard let out = arguments.value("--out") else { throw Failure(code: .usage, text: "train wants --out DIR") }
    if arguments.has("--contours") { return try contours(arguments, out) }
    return try TowerTraining(TrainOptions(arguments, out: out)).run()
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
}
