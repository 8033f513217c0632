import Cine
import Networks
import Tensor

/// `cinecor bench`: this machine's times for the default video encoder, for `make bench` to hold against PyTorch's.
enum BenchCommand {
  static let command = Command(
    name: "bench", synopsis: "[--threads N] [--json]", summary: "Times the default encoder on this machine.",
    help: """
      'make bench' runs it beside PyTorch and prints the ratios.

      example: cinecor bench
      """, flags: ["--json"], options: ["--threads"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    var layout = ParameterLayout()
    let encoder: VideoEncoder
    do throws(ConfigurationError) {
      encoder = try VideoEncoder(DefaultModel.video, into: &layout)
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
    let weights = Initialiser.weights(layout, seed: 1)
    let c = DefaultModel.video
    let clip = (0..<c.temporalSize * c.spatialSize * c.spatialSize).map { Float($0 % 97) / 97 - 0.5 }
    let one = seconds(9) { forward(encoder, weights, clip, clips: 1, threads: 1) }
    let study = seconds(5) { forward(encoder, weights, clip, clips: 8, threads: threads) }
    let step = seconds(5) { train(encoder, weights, clip, clips: 32, threads: threads) }
    if arguments.has("--json") {
      let json = JSON.object([
        .init("threads", .int(threads)), .init("core", .string(Blas.core)), .init("clip_s", .number(one, decimals: 6)),
        .init("study_of_8_s", .number(study, decimals: 6)), .init("step_of_32_s", .number(step, decimals: 6)),
      ])
      try Output.write(json.pretty + "\n")
    } else {
      func ms(_ x: Double) -> String { "\(JSON.aligned(x * 1000, decimals: 1)) ms" }
      try Output.write(
        """
        OpenBLAS \(Blas.core), \(threads) threads
        one clip, one thread            \(ms(one))
        a study of 8 clips              \(ms(study))
        forward and backward, 32 clips  \(ms(step))

        """)
    }
    return .allWell
  }

  /// Median of some runs, after one that warms up.
  private static func seconds(_ runs: Int, _ body: () -> Void) -> Double {
    body()
    let times = (0..<runs).map { _ in
      let start = Progress.now()
      body()
      return Progress.now() - start
    }
    return times.sorted()[runs / 2]
  }

  private static func forward(
    _ encoder: VideoEncoder, _ weights: Parameters, _ clip: [Float], clips: Int, threads: Int
  ) {
    Lanes.run(clips, threads: threads) { _, _ in
      let arena = Arena()
      weights.values.withUnsafeBufferPointer { p in
        clip.withUnsafeBufferPointer { x in
          guard let p = p.baseAddress, let x = x.baseAddress else { return }
          _ = encoder.forward(p, clip: x, clipChannels: 1, keep: false, arena: arena)
        }
      }
    }
  }

  private static func train(_ encoder: VideoEncoder, _ weights: Parameters, _ clip: [Float], clips: Int, threads: Int) {
    Lanes.run(threads, threads: threads) { lane, _ in
      let arena = Arena()
      var gradients = [Float](repeating: 0, count: weights.values.count)
      let slope = [Float](repeating: 0.01, count: encoder.configuration.projection)
      weights.values.withUnsafeBufferPointer { p in
        clip.withUnsafeBufferPointer { x in
          guard let p = p.baseAddress, let x = x.baseAddress else { return }
          for _ in stride(from: lane, to: clips, by: threads) {
            arena.reset()
            guard let trace = encoder.forward(p, clip: x, clipChannels: 1, keep: true, arena: arena) else { return }
            encoder.backward(p, &gradients, trace, dEmbedding: slope, arena: arena)
          }
        }
      }
    }
  }
}
