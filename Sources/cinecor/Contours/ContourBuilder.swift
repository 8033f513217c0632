import Cine
import Contours
import Findings
import Networks
import Phantom
import Plain
import Tensor
import Training

/// Teaches the contour network: on phantoms alone, or from such a network on, half on phantoms and half on people.
struct ContourBuilder {
  let steps: Int
  let seed: UInt64
  let threads: Int

  static let seed: UInt64 = 20_261
  /// Steps of a network that knows nothing, and of one that has learned from phantoms.
  static let firstSteps = 3200
  static let secondSteps = 500
  /// Hearts a step, and pictures of each.
  private static let (hearts, each) = (4, 4)

  /// `people` are labelled pictures, a list a person.
  func build(
    from first: ContourPackage?, people: [[LabelledClip]], to folder: String
  ) throws(Failure) -> ContourPackage {
    let recipe = first?.manifest.recipe ?? ContourRecipe()
    let configuration = first?.manifest.network ?? SegmentationConfiguration()
    let network: SegmentationNetwork
    do throws(ConfigurationError) {
      network = try SegmentationNetwork(configuration)
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
    let start = ContourTrainer.State(
      weights: first?.weights ?? Initialiser.weights(network.layout, seed: seed),
      statistics: first?.statistics ?? network.initialStatistics)
    var schedule = ContourSchedule()
    schedule.steps = steps
    schedule.batch = Self.hearts * Self.each
    if first != nil { schedule.rate = 5e-4 }
    let trainer = ContourTrainer(network, recipe, schedule, seed: seed, threads: threads)
    let progress = Progress("contours", total: steps)
    let seed = seed
    let taught = trainer.run(
      from: start, heartsPerStep: Self.hearts,
      hearts: { step, k in
        let number = step * Self.hearts + k
        guard people.isEmpty || k % 2 == 0 else { return Self.person(people, number, seed) }
        return PhantomPictures(seed: seed &+ UInt64(number) &* 7919, count: Self.each / 2).pictures
      },
      report: { report in
        let dice = report.dice.map { $0.map { JSON.fixed(Double($0), decimals: 2) ?? "?" } ?? "–" }
        progress.update(
          report.step + 1,
          "loss \(JSON.fixed(Double(report.loss), decimals: 3) ?? "?")  "
            + "Dice \(dice.dropFirst().joined(separator: " "))")
        return true
      })
    guard let taught else { throw Failure(code: .modelUnavailable, text: "training was stopped") }
    let stage = ContourManifest.Stage(
      taughtOn: people.isEmpty
        ? "synthetic hearts" : "\(people.count) people of the Sunnybrook collection among synthetic hearts",
      synthetic: people.isEmpty, steps: steps, seed: seed)
    let manifest = ContourManifest(
      name: "cinecor-contours", version: "1", network: configuration, recipe: recipe,
      stages: (first?.manifest.stages ?? []) + [stage], licence: "Apache-2.0")
    do throws(ModelPackageError) {
      return try ContourPackage.write(
        manifest, weights: taught.weights, statistics: taught.statistics, to: folder)
    } catch {
      throw Failure(code: .outputFailed, text: error.text)
    }
  }

  /// Some pictures of one person.
  private static func person(_ people: [[LabelledClip]], _ number: Int, _ seed: UInt64) -> [LabelledClip] {
    var draw = SplitMix(seed: seed, step: number, place: 1)
    let pictures = people[draw.below(people.count)]
    return (0..<each).map { _ in pictures[draw.below(pictures.count)] }
  }
}
