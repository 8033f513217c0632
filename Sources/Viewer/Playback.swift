import Cine

extension ViewerModel {
  var motion: MotionMap? { motion(currentID) }

  /// The ends of the beat by volume, on the shown clip; without contours by motion.
  var endDiastole: Int? {
    current?.measured?.curve.flatMap { phase(of: $0.endDiastole, in: $0) } ?? motion?.endDiastole
  }
  var endSystole: Int? { current?.measured?.curve.flatMap { phase(of: $0.endSystole, in: $0) } ?? motion?.endSystole }

  /// A moment of the stack's longest slice on the shown clip, which may have other frames.
  private func phase(of moment: Int, in curve: VolumeCurve) -> Int? {
    guard let frames = currentClip?.frames, curve.left.indices.contains(moment) else { return nil }
    return min(moment * frames / curve.left.count, frames - 1)
  }

  /// What is drawn over one frame.
  func outlines(_ id: ClipID, _ frame: Int, in viewport: Viewport) -> [Outline] {
    viewport.layers.contains(.contours) ? contours[id]?[frame] ?? [] : []
  }

  /// The phase that a heart at this moment of its beat shows: the last one whose time has come. What the screen was too
  /// slow for is never shown late.
  static func phase(of clip: CineClip, beat: Double) -> Int {
    guard clip.frames > 1, clip.heartbeat > 0, let start = clip.times.first else { return 0 }
    let time = beat * clip.heartbeat
    let found = clip.times.lastIndex { $0 - start <= time + 1e-6 } ?? 0
    return min(found, clip.frames - 1)
  }

  public var phase: Int { currentClip.map { Self.phase(of: $0, beat: view.beat) } ?? 0 }

  mutating func tick(_ now: Double) {
    defer { lastTick = now }
    guard playing, let last = lastTick else { return }
    // The wall clock and each slice's own heartbeat, whatever was drawn in between.
    let ms = (now - last) * 1000 * speed
    for i in viewports.indices where !isMatched || i == active {
      guard let clip = clip(viewports[i].id), clip.heartbeat > 0 else { continue }
      let beat = viewports[i].beat + ms / clip.heartbeat
      viewports[i].beat = beat - beat.rounded(.down)
    }
    match()
    let shown = phase
    if shown != lastPhase {
      lastPhase = shown
      shownFrames.append(now)
    }
    shownFrames.removeAll { now - $0 > 2 }
  }

  /// All hearts at the same moment of their beats.
  mutating func match() {
    guard isMatched else { return }
    for i in viewports.indices { viewports[i].beat = view.beat }
  }

  mutating func stop(at phase: Int?) {
    guard let clip = currentClip, let phase, clip.heartbeat > 0, clip.times.indices.contains(phase) else { return }
    playing = false
    view.beat = min((clip.times[phase] - (clip.times.first ?? 0)) / clip.heartbeat, 0.9999)
    match()
  }

  mutating func step(_ by: Int) {
    guard let clip = currentClip, clip.frames > 0 else { return }
    stop(at: (phase + by + clip.frames) % clip.frames)
  }

  /// Beats a minute of the slice on the screen.
  var heartRate: Double? { currentClip.map { 60_000 / max($0.heartbeat, 1) } }

  /// Frames a second that were shown, and that the heart asks for.
  var frameRates: (shown: Double, wanted: Double)? {
    guard let clip = currentClip, clip.heartbeat > 0 else { return nil }
    let span = (shownFrames.last ?? 0) - (shownFrames.first ?? 0)
    let shown = span > 0.3 ? Double(shownFrames.count - 1) / span : 0
    return (shown, Double(clip.frames) * 1000 * speed / clip.heartbeat)
  }

  /// Seconds until the next phase of any picture is due; nil while nothing plays.
  public var untilNextPhase: Double? {
    guard playing else { return nil }
    let own = currentClip?.heartbeat ?? 0
    return viewports.compactMap { viewport -> Double? in
      guard let clip = clip(viewport.id), clip.frames > 1, clip.heartbeat > 0 else { return nil }
      let now = Self.phase(of: clip, beat: viewport.beat)
      let start = clip.times.first ?? 0
      let next = now + 1 < clip.frames ? (clip.times[now + 1] - start) / clip.heartbeat : 1
      let beat = isMatched && own > 0 ? own : clip.heartbeat
      return max(0, (next - viewport.beat) * beat / 1000 / speed)
    }.min()
  }

  /// What is on the screen of every picture: where it changes something is to be drawn.
  var phases: [Int] {
    viewports.map { viewport in clip(viewport.id).map { Self.phase(of: $0, beat: viewport.beat) } ?? 0 }
  }
}
