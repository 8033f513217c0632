import Networks
import Plain
import Tensor

/// What `bench` times. Weights are random: times do not depend on them.
struct EncoderWorkload {
  let encoder: VideoEncoder
  let weights: Parameters
  let clip: [Float]

  init(_ configuration: MViTConfiguration) throws(ConfigurationError) {
    var layout = ParameterLayout()
    encoder = try VideoEncoder(configuration, into: &layout)
    weights = Initialiser.weights(layout, seed: 1)
    let c = configuration
    clip = (0..<c.temporalSize * c.spatialSize * c.spatialSize).map { Float($0 % 97) / 97 - 0.5 }
  }

  /// Seconds for some clips, one after another, each spread over the threads.
  func forward(clips: Int, threads: Int, runs: Int, _ precision: Precision = .float32) -> Double {
    let workspace = Workspace(threads: threads)
    let tiled = TiledEncoder(encoder, LayerWeights(weights.values, precision))
    return Self.seconds(runs) {
      for _ in 0..<clips { _ = tiled.forward(clip: clip, workspace: workspace) }
    }
  }

  /// Seconds for the gradient of some clips, which are spread over the threads.
  func train(clips: Int, threads: Int, runs: Int) -> Double {
    Self.seconds(runs) {
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

  /// Seconds a clip for nothing but its matrix products, each as one plain sgemm, the threads working side by side.
  func products(threads: Int, runs: Int) -> Double {
    let products = encoder.products
    let seconds = Self.seconds(runs) {
      Lanes.run(threads, threads: threads) { _, _ in
        let arena = Arena()
        let (a, b, c) = products.reduce(into: (0, 0, 0)) { most, s in
          most = (max(most.0, s.m * s.k), max(most.1, s.k * s.n), max(most.2, s.m * s.n))
        }
        let (x, w, y) = (arena.zeros(a), arena.zeros(b), arena.zeros(c))
        for s in products {
          Blas.gemm(s.m, s.n, s.k, x, lda: s.k, w, ldb: s.k, transposedB: true, beta: 0, y, ldc: s.n)
        }
      }
    }
    return seconds / Double(threads)
  }

  /// The best of some runs, after two that warm up: what others do on the machine only ever adds.
  static func seconds(_ runs: Int, _ body: () -> Void) -> Double {
    body()
    body()
    let times = (0..<runs).map { _ in
      let start = Monotonic.now()
      body()
      return Monotonic.now() - start
    }
    return times.min() ?? .nan
  }
}

/// A sentence of 64 tokens through BERT base.
struct TextWorkload {
  let encoder: TextEncoder
  let weights: Parameters

  init() throws(ConfigurationError) {
    var layout = ParameterLayout()
    encoder = try TextEncoder(BERTConfiguration(), into: &layout)
    weights = Initialiser.weights(layout, seed: 1)
  }

  func forward(threads: Int, runs: Int, _ precision: Precision) -> Double {
    let workspace = Workspace(threads: threads)
    let ids = (0..<64).map { 1000 + 37 * $0 }
    var values = weights.values
    encoder.turnWeights(&values)
    let shared = LayerWeights(values, precision)
    return EncoderWorkload.seconds(runs) { _ = encoder.embedding(shared, ids: ids, workspace: workspace) }
  }
}
