import Networks
import Tensor

/// The video encoder and the text encoder over one flat buffer of weights: what contrastive training trains.
public struct TwoTowers: Sendable {
  public let video: VideoEncoder
  public let text: TextEncoder
  public let layout: ParameterLayout

  public init(video: MViTConfiguration, text: BERTConfiguration) throws(ConfigurationError) {
    guard video.projection == text.projection else { throw .impossible("the two towers end in different widths") }
    var layout = ParameterLayout()
    self.video = try VideoEncoder(video, into: &layout)
    self.text = try TextEncoder(text, into: &layout)
    self.layout = layout
  }

  /// How many weights, from the first on, lie below the video encoder's block `blocks`: patches, positions, the blocks
  /// before it. 0 freezes nothing.
  public func weights(belowBlock blocks: Int) -> Int {
    guard blocks > 0 else { return 0 }
    let name = blocks < video.configuration.depth ? "video_encoder.blocks.\(blocks)." : "video_encoder.norm_embed."
    return layout.entries.first { $0.name.hasPrefix(name) }?.offset ?? 0
  }
}

/// One clip with the sentences that go with it in this step.
public struct ContrastiveSample: Sendable {
  /// [channels, T, H, W]; one channel stands for equal ones.
  public var clip: [Float]
  public var channels: Int
  /// Token ids of one or more sentences; their embeddings are averaged.
  public var sentences: [[Int]]
  /// Samples of one group say the same, word for word.
  public var group: Int

  public init(clip: [Float], channels: Int, sentences: [[Int]], group: Int) {
    self.clip = clip
    self.channels = channels
    self.sentences = sentences
    self.group = group
  }
}

/// Which pairs of a batch's clips and texts are no negatives of each other.
public enum Negatives: Sendable {
  /// A clip's own text alone.
  case all
  /// Samples of one group, which share the target.
  case grouped
  /// Those that are true here [row of clips, row of texts]: they count neither way.
  case masked([Bool])
}

/// Loss and gradients of a batch. The batch is cut into a fixed number of shards, whatever the number of threads, and
/// their gradients are summed in order, so that the result has the same bytes on any machine of one kind.
public final class ContrastiveStep {
  public let towers: TwoTowers
  private let threads: Int
  private let shards: Int
  private let frozenBlocks: Int
  private let state: State

  /// Memory of each shard; touched by one thread at a time.
  private final class State: @unchecked Sendable {
    var gradients: [UnsafeMutablePointer<Float>]
    var video: [Arena]
    var text: [Arena]
    let count: Int

    init(shards: Int, count: Int) {
      self.count = count
      gradients = (0..<shards).map { _ in
        let p = UnsafeMutablePointer<Float>.allocate(capacity: count)
        p.initialize(repeating: 0, count: count)
        return p
      }
      video = (0..<shards).map { _ in Arena() }
      text = (0..<shards).map { _ in Arena() }
    }

    deinit { for p in gradients { p.deallocate() } }
  }

  /// Of the first `frozenBlocks` of the video encoder nothing is kept and no gradient is worked out.
  public init(_ towers: TwoTowers, threads: Int, shards: Int = 2, frozenBlocks: Int = 0) {
    self.towers = towers
    self.threads = threads
    self.frozenBlocks = frozenBlocks
    self.shards = shards
    state = State(shards: shards, count: towers.layout.count)
  }

  public struct Outcome {
    public var loss: Float
    /// [count of weights]
    public var gradients: [Float]
    public var dLogScale: Float
    /// [n, projection], unit rows.
    public var video: [Float]
    public var text: [Float]
  }

  /// The forward passes are kept in memory until the loss is known, then each shard runs back over its own samples.
  public func run(_ weights: [Float], _ samples: [ContrastiveSample], scale: Float, negatives: Negatives) -> Outcome {
    let n = samples.count
    let d = towers.video.configuration.projection
    let (shards, state, towers) = (shards, state, towers)
    let memory = BatchMemory(n: n, d: d, frozenBlocks: frozenBlocks)
    weights.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let p = Unchecked(base)
      Lanes.run(shards, threads: threads) { shard, _ in
        let (videoArena, textArena) = (state.video[shard], state.text[shard])
        videoArena.reset()
        textArena.reset()
        for i in stride(from: shard, to: n, by: shards) {
          memory.forward(towers, p.value, samples[i], i, videoArena, textArena)
        }
      }
    }
    var (groups, masked): ([Int]?, [Bool]?) = (nil, nil)
    switch negatives {
    case .all: break
    case .grouped: groups = samples.map(\.group)
    case .masked(let pairs): masked = pairs
    }
    let loss = Losses.infoNCE(
      v: memory.v.values, t: memory.t.values, n: n, d: d, scale: scale, groups: groups, masked: masked)
    weights.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let p = Unchecked(base)
      Lanes.run(shards, threads: threads) { shard, _ in
        let g = state.gradients[shard]
        g.update(repeating: 0, count: state.count)
        for i in stride(from: shard, to: n, by: shards) {
          memory.backward(towers, p.value, g, i, loss.dv, loss.dt, state.video[shard], state.text[shard])
        }
      }
    }
    var gradients = [Float](repeating: 0, count: state.count)
    gradients.withUnsafeMutableBufferPointer { sum in
      guard let base = sum.baseAddress else { return }
      for g in state.gradients { Rows.add(state.count, g, into: base) }
    }
    return Outcome(
      loss: loss.loss, gradients: gradients, dLogScale: loss.dLogScale, video: memory.v.values, text: memory.t.values)
  }
}

/// A pointer that may cross into a lane: the buffer outlives the lanes and is only read there.
struct Unchecked<T>: @unchecked Sendable {
  let value: T
  init(_ value: T) { self.value = value }
}

/// The traces and embeddings of a batch; each index is written by one lane only.
private final class BatchMemory: @unchecked Sendable {
  final class Matrix: @unchecked Sendable {
    let d: Int
    private let p: UnsafeMutableBufferPointer<Float>
    init(_ n: Int, _ d: Int) {
      self.d = d
      p = .allocate(capacity: n * d)
      p.initialize(repeating: 0)
    }
    deinit { p.deallocate() }
    func row(_ i: Int) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(rebasing: p[i * d..<(i + 1) * d])
    }
    var values: [Float] { Array(p) }
  }

  let v: Matrix
  let t: Matrix
  private let means: Matrix
  private let frozenBlocks: Int
  private let traces: UnsafeMutableBufferPointer<(VideoEncoder.Trace, [TextEncoder.Trace], Float)?>

  init(n: Int, d: Int, frozenBlocks: Int) {
    self.frozenBlocks = frozenBlocks
    v = Matrix(n, d)
    t = Matrix(n, d)
    means = Matrix(n, d)
    traces = .allocate(capacity: n)
    traces.initialize(repeating: nil)
  }

  deinit {
    traces.deinitialize()
    traces.deallocate()
  }

  func forward(
    _ towers: TwoTowers, _ p: UnsafePointer<Float>, _ sample: ContrastiveSample, _ i: Int, _ video: Arena, _ text: Arena
  ) {
    let clip = video.floats(sample.clip.count)
    sample.clip.withUnsafeBufferPointer { b in
      if let base = b.baseAddress { clip.update(from: base, count: b.count) }
    }
    let seen = towers.video.forward(
      p, clip: clip, clipChannels: sample.channels, keep: true, frozenBlocks: frozenBlocks, arena: video)
    guard let seen else { return }
    let d = v.d
    _ = v.row(i).update(fromContentsOf: UnsafeBufferPointer(start: seen.embedding, count: d))
    let read = sample.sentences.map { towers.text.forward(p, ids: $0, arena: text) }
    guard let mean = means.row(i).baseAddress, let row = t.row(i).baseAddress else { return }
    for trace in read { Rows.add(d, 1 / Float(read.count), trace.embedding, into: mean) }
    // A single sentence is a unit vector already; normalising it again would only round it.
    let scale: Float
    if read.count == 1 {
      row.update(from: mean, count: d)
      scale = 0
    } else {
      scale = Rows.normalise(d, mean, row)
    }
    traces[i] = (seen, read, scale)
  }

  func backward(
    _ towers: TwoTowers, _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ i: Int, _ dv: [Float],
    _ dt: [Float], _ video: Arena, _ text: Arena
  ) {
    guard let (seen, read, scale) = traces[i] else { return }
    let d = v.d
    var mark = video.mark
    let dVideo = video.floats(d)
    for j in 0..<d { dVideo[j] = dv[i * d + j] }
    towers.video.backward(p, g, seen, dEmbedding: dVideo, arena: video)
    video.release(mark)
    mark = text.mark
    let dText = text.floats(d)
    for j in 0..<d { dText[j] = dt[i * d + j] }
    if scale != 0, let row = t.row(i).baseAddress {
      let dMean = text.floats(d)
      Rows.normaliseBackward(d, y: row, scale: scale, dy: dText, dx: dMean)
      for j in 0..<d { dText[j] = dMean[j] / Float(read.count) }
    }
    for trace in read { towers.text.backward(p, g, trace, dEmbedding: dText, arena: text) }
    text.release(mark)
  }
}
