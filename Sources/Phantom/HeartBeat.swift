import Glibc

/// How the heart goes through a beat. Times are shares of the R-R interval, in [0, 1).
struct HeartBeat: Sendable {
  let systole: Double

  static func smooth(_ x: Double) -> Double {
    let x = min(max(x, 0), 1)
    return x * x * (3 - 2 * x)
  }

  /// Contraction, 0 at end-diastole and 1 at end-systole: ejection, rapid filling, diastasis, atrial kick.
  func contraction(_ time: Double) -> Double {
    let time = time - time.rounded(.down)
    let relaxing = systole + 0.05
    let filled = min(relaxing + 0.2, 0.78)
    if time < systole { return Self.smooth(time / systole) }
    if time < filled { return 1 - 0.8 * Self.smooth((time - systole) / (filled - systole)) }
    if time < 0.84 { return 0.2 - 0.03 * (time - filled) / max(0.84 - filled, 0.01) }
    return 0.17 * (1 - Self.smooth((time - 0.84) / 0.15))
  }

  /// How far the mitral valve is open: early and atrial filling.
  func mitralOpening(_ time: Double) -> Double {
    let opens = systole + 0.05
    let early = max(0, 1 - pow((time - opens - 0.09) / 0.1, 2))
    let atrial = 0.75 * max(0, 1 - pow((time - 0.9) / 0.08, 2))
    let between = time > opens + 0.08 && time < 0.95 ? 0.4 : 0
    return min(1, max(early, atrial, between))
  }

  /// Flow through the aortic valve, 0 to 1.
  func ejection(_ time: Double) -> Double {
    let x = (time - 0.03) / max(systole - 0.05, 0.1)
    return x > 0 && x < 1 ? min(1, 3.2 * pow(x, 0.6) * (1 - x)) : 0
  }

  /// How empty the atria's own squeeze leaves them, 0 to 1.
  func atrialKick(_ time: Double) -> Double {
    if time > 0.84 { return Self.smooth((time - 0.84) / 0.13) }
    return 1 - Self.smooth(time / 0.2)
  }
}
