import Glibc

/// Both ventricles around the left one's long axis, on a grid of levels (0 mitral plane to 1 apex) and angles.
struct Ventricles {
  static let levels = 36
  static let angles = 64
  static let cosines: [Double] = (0..<angles).map { cos(angle($0)) }

  let a: Anatomy
  let beat: HeartBeat
  /// [levels + 1]: radius over the radius at the widest.
  let profile: [Double]
  /// [levels + 1, angles]: share of the motion, and wall at end-diastole in mm.
  let motion: [Double]
  let wall: [Double]
  /// [angles]: the crescent of the right ventricle, 0 where the ventricles have no common wall.
  let crescent: [Double]

  static func angle(_ j: Int) -> Double {
    let x = 2 * .pi * Double(j) / Double(angles)
    return x > .pi ? x - 2 * .pi : x
  }

  /// Half a fuller ellipse, a little narrower at the valve.
  static func profile(_ level: Double) -> Double {
    let t = min(max(level, 0), 1)
    return max(1 - pow(t, 2.5), 0).squareRoot() * (0.86 + 0.14 * HeartBeat.smooth(t / 0.4))
  }

  init(_ a: Anatomy) {
    self.a = a
    beat = HeartBeat(systole: a.systole)
    profile = (0...Self.levels).map { Self.profile(Double($0) / Double(Self.levels)) }
    var motion: [Double] = []
    var wall: [Double] = []
    for i in 0...Self.levels {
      let level = Double(i) / Double(Self.levels)
      for j in 0..<Self.angles {
        let angle = Self.angle(j)
        // The septum, and in the asymmetric disease more so towards the front.
        let septal = pow(max(cos((angle - 0.25) * 0.5), 0), 4) * (1 - 0.45 * pow(level, 2))
        var w =
          a.wall * (1 - 0.22 * pow(level, 4)) * (0.75 + 0.25 * HeartBeat.smooth(level / 0.12)) + a.septalExtra * septal
        w += a.apicalExtra * HeartBeat.smooth((level - 0.5) / 0.3)
        var m = 0.92 + 0.16 * level - (a.septalExtra > 5 ? 0.25 * septal : 0.06 * septal)
        if let share = a.infarct?.share(level: level, angle: angle) {
          m *= 1 - (a.infarct?.stillness ?? 0) * share
          w *= 1 - (a.infarct?.thinning ?? 0) * share
        }
        motion.append(m)
        wall.append(w)
      }
    }
    self.motion = motion
    self.wall = wall
    crescent = (0..<Self.angles).map {
      let x = Self.angle($0) / a.insertion
      guard abs(x) < 1 else { return 0 }
      // The acute margin lies towards the back of the middle.
      let corner = x < -0.22 ? (1 + x) / 0.78 : (1 - x) / 1.22
      return pow((1 - a.angular) * (1 - x * x) + a.angular * corner, 0.9)
    }
  }

  /// [angles]: contraction with the lateral wall's delay.
  func contractions(at time: Double) -> [Double] {
    guard a.delay > 0 else { return [Double](repeating: beat.contraction(time), count: Self.angles) }
    return Self.cosines.map { beat.contraction(time + a.delay * 0.5 * $0 - a.delay * 0.25) }
  }

  /// [angles]: the cavity's outline over a circle: oval, and where the septum is flattened a chord instead of an arc.
  func flattening(_ c: Double) -> [Double] {
    let flat = a.flatDiastole + (a.flatSystole - a.flatDiastole) * c
    return Self.cosines.enumerated().map { j, cosine in
      let oval = 1 + a.oval * cos(2 * (Self.angle(j) - a.ovalAngle))
      guard flat > 0.01, cosine > 0.05 else { return oval }
      let chord = (1 - 0.62 * flat) / cosine
      return oval * pow(1 + pow(chord, -5), -0.2)
    }
  }

  /// Cavity end on the long axis at a contraction, mm.
  func cavityEnd(_ c: Double, _ squeeze: Double) -> Double {
    a.length * (1 - 0.12 * squeeze * c * (a.infarct?.territory == .lad ? 0.2 : 1))
  }

  /// Volume of the left cavity, papillary muscles and trabeculae counted as blood, ml.
  func leftVolume(at time: Double, squeeze: Double) -> Double {
    let cs = contractions(at: time)
    let c = beat.contraction(time)
    let flat = flattening(c)
    var sum = 0.0
    for i in 0...Self.levels {
      var ring = 0.0
      for j in 0..<Self.angles {
        let r = max(1 - squeeze * motion[i &* Self.angles &+ j] * cs[j], 0) * flat[j]
        ring += r * r
      }
      sum += (i == 0 || i == Self.levels ? 0.5 : 1) * ring * profile[i] * profile[i]
    }
    let step = (cavityEnd(c, squeeze) - a.descent * c) / Double(Self.levels)
    return 0.5 * sum * a.radius * a.radius * (2 * .pi / Double(Self.angles)) * step / 1000
  }

  /// End-systolic volume: the smallest of the beat, ml.
  func smallestVolume(squeeze: Double) -> Double {
    guard a.delay > 0 else { return leftVolume(at: a.systole, squeeze: squeeze) }
    return (-3...4).map { leftVolume(at: a.systole + 0.02 * Double($0), squeeze: squeeze) }.min() ?? 0
  }
}

extension Anatomy {
  /// Finds radius, squeeze and depth of the right ventricle that give the volumes and the ejection fraction asked for, as
  /// near as this heart can; the truth is measured afterwards.
  mutating func solve() {
    let wanted = leftIndex * bodySurface
    let now = Ventricles(self).leftVolume(at: 0, squeeze: 0)
    radius *= cbrt(wanted / now)
    descent = min(descent * cbrt(bodySurface / 1.88), 0.2 * length)
    let ventricles = Ventricles(self)
    let edv = ventricles.leftVolume(at: 0, squeeze: 0)
    var (low, high) = (-0.1, 0.95)
    for _ in 0..<14 {
      let middle = (low + high) / 2
      let lvef = 100 * (1 - ventricles.smallestVolume(squeeze: middle) / edv)
      if lvef < targetLVEF { low = middle } else { high = middle }
    }
    squeeze = (low + high) / 2
    (low, high) = (4, 90)
    for _ in 0..<12 {
      rightDepth = (low + high) / 2
      if HeartShape(self, at: 0).rightVolume < rightIndex * bodySurface { low = rightDepth } else { high = rightDepth }
    }
  }
}
