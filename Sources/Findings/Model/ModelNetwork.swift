import Networks
import Synchronization
import Tensor

/// A package's networks over one buffer of weights.
public struct ModelNetwork: Sendable {
  public let video: VideoEncoder
  private let tiled: TiledEncoder
  public let text: TextEncoder?
  /// In the order of the manifest's conditions.
  let heads: [MultiViewHead]
  let lvef: MultiViewHead?
  /// In the order of the manifest's quantities.
  let quantities: [MultiViewHead]
  private let weights: LayerWeights
  /// How many of them, from the first on, are the video encoder's.
  private let encoderWeights: Int
  /// Tensors in the file that no network here uses.
  public let unused: [String]

  /// The layout that a manifest asks for, and its networks.
  init(_ manifest: ModelManifest, weights: Safetensors, precision: Precision) throws(ModelPackageError) {
    var layout = ParameterLayout()
    do throws(ConfigurationError) {
      video = try VideoEncoder(manifest.video, into: &layout)
      encoderWeights = layout.count
      text = if let c = manifest.text { try TextEncoder(c, into: &layout) } else { nil }
    } catch {
      throw .contradiction(error.text)
    }
    let dim = manifest.video.projection
    guard dim >= 4 || manifest.hasNoHeads else {
      throw .contradiction("its embedding is too narrow for heads")
    }
    func head(_ name: String) -> MultiViewHead { MultiViewHead(dim: dim, name: "heads.\(name).", into: &layout) }
    heads = manifest.conditions.map { head($0.name) }
    quantities = (manifest.quantities ?? []).map { head($0.name) }
    lvef = manifest.lvef == nil ? nil : head(ModelManifest.lvefHead)
    do throws(CheckpointError) {
      let loaded = try Parameters.load(layout, from: weights)
      var values = loaded.parameters.values
      text?.turnWeights(&values)
      self.weights = LayerWeights(values, precision)
      unused = loaded.report.unused
    } catch {
      throw .weights(error)
    }
    tiled = TiledEncoder(video, self.weights)
  }

  func withEncoderWeights(_ body: (UnsafeBufferPointer<Float>) -> Void) {
    weights.values.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<encoderWeights])) }
  }

  var weightCount: Int { weights.values.count }

  public var precision: Precision { weights.precision }

  public var embeddingWidth: Int { video.configuration.projection }

  /// Clips [1, T, H, W] → unit embeddings, spread over threads; their number does not change a bit of the result. Nil
  /// once `proceed` says no.
  public func embed(
    _ clips: [[Float]], threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    proceed: @Sendable () -> Bool = { true }
  ) -> [[Float]]? {
    let results = Mutex<[[Float]?]>(Array(repeating: nil, count: clips.count))
    let done = Mutex(0)
    // Small networks run a clip a thread; of large ones one clip's memory is enough.
    let lanes = tiled.isLarge ? 1 : max(min(threads, clips.count), 1)
    let workspaces = (0..<lanes).map { _ in Workspace(threads: lanes == 1 ? threads : 1) }
    Lanes.run(clips.count, threads: lanes) { i, lane in
      guard proceed(), let made = result(clips[i], workspaces[lane], proceed: proceed) else { return }
      results.withLock { $0[i] = made.embedding }
      done.withLock {
        $0 += 1
        progress($0, clips.count)
      }
    }
    let all = results.withLock { $0.compactMap { $0 } }
    return all.count == clips.count ? all : nil
  }

  /// One clip [1, T, H, W] on its way to the embedding; nil once `proceed` says no.
  public func result(
    _ clip: [Float], _ workspace: Workspace, proceed: () -> Bool = { true }
  ) -> TiledEncoder.Result? {
    tiled.forward(clip: clip, workspace: workspace, proceed: proceed)
  }

  /// What the class token looks at: a tensor [heads, T', H', W'] for each block, over the grid of its keys. The class
  /// token's own share is left out, so that the rest sums to less than one.
  public func attention(_ clip: [Float]) -> [Tensor] {
    var maps: [Tensor] = []
    weights.values.withUnsafeBufferPointer { p in
      guard let p = p.baseAddress else { return }
      _ = video.forward(
        p, clip: clip, clipChannels: 1, keep: false, arena: Arena(),
        observe: { stage, values, rows, keys in
          guard case .attention(let block) = stage else { return }
          let (heads, grid) = video.attentionGrid(block)
          let map = (0..<heads).flatMap { head in
            UnsafeBufferPointer(start: values + (head * (rows / heads) * keys + 1), count: keys - 1)
          }
          maps.append(Tensor(shape: [heads, grid.t, grid.h, grid.w], values: map))
        })
    }
    return maps
  }

  /// A sentence's token ids → unit embedding; nil without a text tower.
  public func embed(sentence ids: [Int]) -> [Float]? {
    text?.embedding(weights, ids: ids, workspace: Workspace(threads: 1))
  }

  /// One head over a study's clip embeddings → its logit and the attention over the clips. Nil without clips.
  func read(_ head: MultiViewHead, _ views: [[Float]]) -> (logit: Double, attention: [Double])? {
    guard !views.isEmpty else { return nil }
    let arena = Arena()
    return weights.values.withUnsafeBufferPointer { p in
      views.flatMap { $0 }.withUnsafeBufferPointer { v in
        guard let p = p.baseAddress, let v = v.baseAddress else { return nil }
        let trace = head.forward(p, views: v, n: views.count, arena: arena)
        let attention = UnsafeBufferPointer(start: trace.attention, count: views.count).map(Double.init)
        return (Double(trace.logit), attention)
      }
    }
  }
}
