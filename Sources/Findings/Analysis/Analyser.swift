import Cine
import Preparation

/// Why an analysis came to no end. Bad pictures are no reason: they give an analysis without numbers, and its warnings.
public enum AnalysisError: Error, Hashable, Sendable {
  case cancelled
}

/// What a model makes of a study. The same study gives the same bytes for any number of threads.
public struct Analyser: Sendable {
  public let package: ModelPackage

  public init(_ package: ModelPackage) { self.package = package }

  static let sentenceCount = 5
  /// Raised whenever the same pixels and weights come to give another analysis, its words included: what was kept from
  /// before is worked out anew.
  static let revision = 4

  /// A study's clips as the encoder sees them.
  public struct Embedded: Sendable {
    public let clips: [(item: ClipChoice.Item, embedding: [Float])]
    /// The mean of its clips, unit length; empty without clips.
    public let study: [Float]
    let cautions: [Caution]
    let heartFound: Bool
  }

  /// The chosen clips of a loaded study; those that were not loaded are passed over.
  public func analyse(
    _ loaded: LoadedStudy, threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> Analysis {
    let clips = ClipChoice(loaded.study).clips(of: loaded)
    return try analyse(loaded.study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
  }

  /// `clips` are those of `ClipChoice(study)`, in its order. `progress` hears from several threads, one at a time;
  /// `isCancelled` is asked between the network's blocks.
  public func analyse(
    _ study: Study, clips: [(item: ClipChoice.Item, clip: CineClip)], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> Analysis {
    let seen = try see(study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
    let embedded = seen.embedded
    var cautions = seen.cautions
    // The clips' times are filled in where the file has none; the study still knows.
    let untimed = clips.contains { item, clip in
      clip.frames > 1 && study.series[item.series].slices[item.slice].phases.contains { $0.time == nil }
    }
    if untimed { Caution.addNoTiming(to: &cautions) }
    let others = clips.map(\.item).filter { study.series[$0.series].differsFromPublishedOrder }.map(\.view)
    if !others.isEmpty, !package.manifest.recipe.wantsPublishedOrder {
      cautions.append(.otherOrder(View.allCases.filter(others.contains)))
    }
    let woven = study.series.filter { $0.view != .unknown && $0.isWoven }.map {
      "\($0.view.name) \"\($0.description)\""
    }
    if !woven.isEmpty { cautions.append(.woven(woven)) }
    if package.manifest.hasNoHeads { cautions.insert(.noHeads, at: 0) }
    if package.manifest.training.synthetic { cautions.insert(.syntheticTraining, at: 0) }
    if let refusal = seen.refusal {
      return Analysis(
        lvef: nil, findings: [], sentences: [], views: [], warnings: cautions.map(\.warning), refusal: refusal,
        embedding: [])
    }
    if let familiarity = package.familiarity,
      let distance = familiarity.distance(embedded.clips.map { ($0.item.view, $0.embedding) }),
      distance.mean > familiarity.limit
    {
      cautions.append(
        .unlikeTraining(distance: distance.mean, limit: familiarity.limit, furthest: distance.furthest))
    }
    let read = lvef(embedded)
    var analysis = Analysis(
      lvef: read.estimate, findings: findings(embedded),
      sentences: package.reports.nearest(Self.sentenceCount, to: embedded.study),
      views: zip(embedded.clips, read.attention).map { clip, weight in
        ViewWeight(
          view: clip.item.view, seriesInstanceUID: study.series[clip.item.series].instanceUID, slice: clip.item.slice,
          weight: weight)
      }, warnings: cautions.map(\.warning), embedding: embedded.study)
    analysis.quantities = quantities(embedded)
    return analysis
  }

  /// What the encoder makes of a study's clips, or why nothing: what heads are fitted to.
  public func embedding(
    _ study: Study, clips: [(item: ClipChoice.Item, clip: CineClip)], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> StudyEmbedding {
    let seen = try see(study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
    if let refusal = seen.refusal { return StudyEmbedding(clips: [], whyNot: refusal) }
    return StudyEmbedding(
      clips: seen.embedded.clips.map { .init(view: $0.item.view, values: $0.embedding) }, whyNot: nil)
  }

  /// `refusal` is set where no number may be made of it; it is among the cautions, if there are any.
  private func see(
    _ study: Study, clips: [(item: ClipChoice.Item, clip: CineClip)], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void, isCancelled: @Sendable () -> Bool
  ) throws(AnalysisError) -> (embedded: Embedded, cautions: [Caution], refusal: WhyNot?) {
    let refused = Self.refusal(study, clips.map(\.item))
    let embedded = try embed(
      refused == nil ? clips : [], threads: threads, progress: progress, isCancelled: isCancelled)
    var cautions = refused.map { [$0] } ?? embedded.cautions
    // Numbers read at a guessed scale would be numbers all the same.
    var isScaled = true
    if case .beat = package.manifest.recipe { isScaled = clips.contains { $0.clip.geometry != nil } }
    if !isScaled { cautions = cautions.map { if case .noGeometry = $0 { .noScale } else { $0 } } }
    if isScaled, embedded.heartFound, !embedded.clips.isEmpty { return (embedded, cautions, nil) }
    let refusal = cautions.first(where: \.isRefusal) ?? .noHeart(.still)
    return (embedded, cautions, WhyNot(refusal.warning))
  }

  /// What the heads of the files alone give reason for.
  private static func refusal(_ study: Study, _ items: [ClipChoice.Item]) -> Caution? {
    let series = items.isEmpty ? study.series : items.map { study.series[$0.series] }
    let foreign = series.map(\.modality).filter { !["MR", ""].contains($0) }
    if let first = foreign.first, !items.isEmpty || foreign.count == series.count { return .notMR(first) }
    // Not even two phases of a view: whatever its views are, it is no cine.
    let phases = series.map(\.phaseCount).max() ?? 0
    return items.isEmpty && (1..<HeartEvidence.fewestPhases).contains(phases) ? .noHeart(.fewPhases(phases)) : nil
  }

  /// Embeddings alone.
  public func embed(
    _ clips: [(item: ClipChoice.Item, clip: CineClip)], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> Embedded {
    if isCancelled() { throw .cancelled }
    let input = package.manifest.recipe.prepare(clips)
    let cautions = Caution.of(clips, input.notices, input.evidence.doubt)
    let heartFound = input.evidence.doubt == nil
    // Nothing that beats: no work is done whose result nobody may see.
    let seen = heartFound ? input.clips : []
    let made = package.network.embed(
      seen.map(\.values), threads: threads, progress: progress, proceed: { !isCancelled() })
    guard let made else { throw .cancelled }
    return Embedded(
      clips: zip(seen, made).map { ($0.item, $1) }, study: UnitVector.mean(made) ?? [], cautions: cautions,
      heartFound: heartFound)
  }

  private func lvef(_ embedded: Embedded) -> (estimate: EjectionFraction?, attention: [Double]) {
    let even = [Double](repeating: 1 / Double(max(embedded.clips.count, 1)), count: embedded.clips.count)
    guard let head = package.network.lvef, let calibration = package.manifest.lvef,
      let read = package.network.read(head, embedded.clips.map(\.embedding)), read.logit.isFinite
    else { return (nil, even) }
    let (percent, low, high) = calibration.estimate(read.logit)
    return (EjectionFraction(percent: percent, low: low, high: high), read.attention)
  }

  private func quantities(_ embedded: Embedded) -> [QuantityEstimate]? {
    package.manifest.quantities.map { labels in
      zip(labels, package.network.quantities).compactMap { label, head in
        guard let read = package.network.read(head, embedded.clips.map(\.embedding)), read.logit.isFinite else {
          return nil
        }
        return label.estimate(read.logit)
      }
    }
  }

  /// Most probable first; of equals the manifest's order.
  private func findings(_ embedded: Embedded) -> [Finding] {
    let views = embedded.clips.map(\.embedding)
    let all = zip(package.manifest.conditions, package.network.heads).compactMap { label, head -> Finding? in
      guard let read = package.network.read(head, views), read.logit.isFinite else { return nil }
      let probability = label.calibration.probability(read.logit)
      return Finding(
        condition: label.name, probability: probability, threshold: label.threshold,
        positive: probability >= label.threshold, auc: label.auc, aucLow: label.aucLow, aucHigh: label.aucHigh)
    }
    return Ranking.order(all.map(\.probability)).map { all[$0] }
  }

  /// Raw logits of every head for a study's clip embeddings: what calibration is fitted to.
  public func logits(_ clips: [[Float]]) -> (lvef: Double?, conditions: [Double?]) {
    (
      package.network.lvef.flatMap { package.network.read($0, clips)?.logit },
      package.network.heads.map { package.network.read($0, clips)?.logit }
    )
  }
}
