import Networks
import Tensor
import Training

/// The segmentation network as `bench` times it: on weights and pictures of a file, where there is one, else on random
/// ones, since times do not depend on them.
struct SegmentationWorkload {
  private let network: SegmentationNetwork
  private let weights: Parameters
  private let statistics: Parameters
  /// [n, channels, side, side]
  private let pictures: [Float]
  /// Somebody's logits for the pictures.
  private let expected: [Float]?
  private static let side = 128

  init(file path: String?) throws(Failure) {
    do throws(ConfigurationError) {
      network = try SegmentationNetwork(SegmentationConfiguration())
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
    guard let path else {
      (weights, statistics) = (Initialiser.weights(network.layout, seed: 1), network.initialStatistics)
      pictures = (0..<Self.side * Self.side).map { Float($0 % 97) / 97 - 0.5 }
      expected = nil
      return
    }
    do throws(CheckpointError) {
      let file = try Safetensors(path: path)
      (weights, statistics) = try network.load(from: file)
      pictures = file.tensor("pictures")?.values ?? []
      expected = file.tensor("logits")?.values
    } catch {
      throw Failure(code: .someUnreadable, text: "\(path): \(error.text)")
    }
    guard !pictures.isEmpty, pictures.count % (Self.side * Self.side) == 0 else {
      throw Failure(code: .someUnreadable, text: "\(path) has no 'pictures' of [n, 1, \(Self.side), \(Self.side)]")
    }
  }

  private func batch(_ count: Int) -> [Float] {
    (0..<count * Self.side * Self.side).map { pictures[$0 % pictures.count] }
  }

  private var folded: FoldedSegmentation {
    FoldedSegmentation(network, weights: weights, statistics: statistics)
  }

  func rows(threads: Int) -> [BenchCommand.Row] {
    let (folded, one, stack) = (folded, batch(1), batch(300))
    func seconds(_ pictures: [Float], threads: Int, runs: Int) -> Double {
      let count = pictures.count / (Self.side * Self.side)
      return EncoderWorkload.seconds(runs) {
        folded.forEach(pictures, count: count, height: Self.side, width: Self.side, threads: threads) { _, _ in }
      }
    }
    return [
      .init(key: "frame_s", name: "one frame, one thread", seconds: seconds(one, threads: 1, runs: 30)),
      .init(key: "stack_s", name: "a stack of 12 × 25 frames", seconds: seconds(stack, threads: threads, runs: 5)),
      .init(key: "step_of_16_s", name: "loss and gradient, 16 frames", seconds: train(threads: threads, runs: 5)),
    ]
  }

  private func train(threads: Int, runs: Int) -> Double {
    let step = SegmentationStep(network, threads: threads)
    var statistics = statistics
    let labels = (0..<16 * Self.side * Self.side).map { UInt8(1) << UInt8($0 / 50 % 6) }
    let batch = SegmentationBatch(count: 16, height: Self.side, width: Self.side, pictures: batch(16), labels: labels)
    return EncoderWorkload.seconds(runs) { _ = step.run(weights, &statistics, batch) }
  }

  /// The largest between its own logits and the file's.
  func difference(threads: Int) -> Float? {
    guard let expected else { return nil }
    let count = pictures.count / (Self.side * Self.side)
    let own = folded.logits(pictures, count: count, height: Self.side, width: Self.side, threads: threads)
    guard own.count == expected.count else { return .infinity }
    return zip(own, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
