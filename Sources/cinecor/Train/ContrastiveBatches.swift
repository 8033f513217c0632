import Plain
import Training

/// Draws the batches of contrastive training: each step follows from the seed and its number alone.
struct ContrastiveBatches {
  let studies: [TrainingStudy]
  /// Token ids of each study's sentences.
  let sentences: [[[Int]]]
  let side: Int
  let size: Int
  let seed: UInt64

  /// One clip of each study, changed a little, with three to six sentences of its report.
  func batch(_ step: Int) -> [ContrastiveSample] {
    let perEpoch = max(studies.count / size, 1)
    let order = shuffled(epoch: step / perEpoch)
    let first = (step % perEpoch) * size
    var samples: [ContrastiveSample] = []
    var groups: [[[Int]]: Int] = [:]
    for i in 0..<min(size, studies.count) {
      let k = order[first + i]
      var draw = SplitMix(seed: seed, step: step, place: i)
      let clips = studies[k].clips
      guard !clips.isEmpty else { continue }
      let grey = clips[draw.below(clips.count)].grey
      let wanted = 3 + draw.below(4)
      let chosen = Set((0..<wanted).map { _ in draw.below(sentences[k].count) }).sorted().map { sentences[k][$0] }
      let group = groups[chosen, default: groups.count]
      groups[chosen] = group
      samples.append(
        ContrastiveSample(
          clip: Augmentation.apply(grey, side: side, &draw), channels: 1, sentences: chosen, group: group))
    }
    return samples
  }

  private func shuffled(epoch: Int) -> [Int] {
    var draw = SplitMix(seed: seed, step: -1 - epoch, place: 0)
    var order = Array(studies.indices)
    for i in order.indices.dropLast() { order.swapAt(i, i + draw.below(order.count - i)) }
    return order
  }
}
