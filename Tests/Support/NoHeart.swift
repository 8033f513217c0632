import Cine
import Glibc
import Plain

/// Moving and still pictures that are no heart: what people open by mistake, and what tries to look like a beat.
public struct NoHeart: Sendable {
  public let name: String
  /// Brightness at (y, x) in mm from the middle, at a share of the beat, in a slice.
  private let signal: @Sendable (_ y: Double, _ x: Double, _ beat: Double, _ slice: Int) -> Double
  /// Standard deviation of independent noise; 1 is the brightness of bright tissue.
  private var noise = 0.02

  public static let size = 110
  public static let spacing = 2.0
  public static let frames = 20

  /// A stack of short-axis slices, or one of another view.
  public func study(_ seed: UInt64, view: View = .shortAxis) -> LoadedStudy {
    var heart = RingHeart()
    (heart.spacing, heart.size, heart.frames) = (Self.spacing, Self.size, Self.frames)
    return heart.study((0..<6).map { clip($0, seed: seed) }, view: view)
  }

  private func clip(_ slice: Int, seed: UInt64) -> CineClip {
    var random = SplitMix(seed: seed &* 977 &+ UInt64(slice))
    let middle = Double(Self.size - 1) / 2
    var pixels: [Float] = []
    pixels.reserveCapacity(Self.frames * Self.size * Self.size)
    for t in 0..<Self.frames {
      for i in 0..<Self.size {
        for j in 0..<Self.size {
          let (y, x) = ((Double(i) - middle) * Self.spacing, (Double(j) - middle) * Self.spacing)
          let clean = signal(y, x, Double(t) / Double(Self.frames), slice)
          pixels.append(Float(abs(clean + noise * random.normal()) * 400))
        }
      }
    }
    let geometry = Geometry(
      origin: Vector3(-middle * Self.spacing, -middle * Self.spacing, Double(slice) * 8), alongRow: Vector3(1, 0, 0),
      alongColumn: Vector3(0, 1, 0), rowSpacing: Self.spacing, columnSpacing: Self.spacing)
    return CineClip(
      frames: Self.frames, rows: Self.size, columns: Self.size, pixels: pixels, geometry: geometry,
      times: (0..<Self.frames).map { Double($0) * 900 / Double(Self.frames) }, heartbeat: 900)
  }

  // MARK: The kinds

  public static let all: [NoHeart] = [
    NoHeart("pure noise", noise: 0.5) { _, _, _, _ in 0 },
    NoHeart("noise over tissue", noise: 0.2) { y, x, _, k in tissue(y, x, k) },
    NoHeart("a picture repeated", noise: 0) { y, x, _, k in tissue(y, x, k) },
    NoHeart("a picture repeated with noise") { y, x, _, k in tissue(y, x, k) },
    NoHeart("flicker") { y, x, t, k in tissue(y, x, k) * (1 + 0.2 * jumps(t, k)) },
    NoHeart("slow flicker") { y, x, t, k in tissue(y, x, k) * (1 + 0.2 * sin(turn(t))) },
    NoHeart("an even field that pulses") { _, _, t, _ in 1 + 0.2 * sin(turn(t)) },
    NoHeart("a bar that swings") { _, x, t, _ in abs(x - 30 * sin(turn(t))) < 10 ? 1 : 0.1 },
    NoHeart("a bar that passes") { _, x, t, _ in abs(x + 110 - 220 * t) < 10 ? 1 : 0.1 },
    NoHeart("breathing") { y, x, t, k in tissue(y + 8 * sin(turn(t)), x + sin(turn(t)), k) },
    NoHeart("drift") { y, x, t, k in tissue(y + 15 * t, x, k) },
    NoHeart("a wedge that turns") { y, x, t, _ in
      hypot(y, x) < 40 && cos(2 * atan2(y, x) - 2 * turn(t)) > 0 ? 1 : 0.1
    },
    NoHeart("a shade that turns") { y, x, t, _ in hypot(y, x) < 40 ? 0.5 * (1 + cos(atan2(y, x) - turn(t))) : 0.1 },
    NoHeart("a vessel that pulses") { y, x, t, k in
      hypot(y - 15, x) < 9 + 1.5 * sin(turn(t)) ? 1 : 0.4 * tissue(y, x, k)
    },
    NoHeart("a vessel that brightens") { y, x, t, k in
      hypot(y - 15, x) < 10 ? 1 + 0.4 * sin(turn(t)) : 0.4 * tissue(y, x, k)
    },
    NoHeart("discs that wander") { y, x, t, k in discs(y, x, k) { s, n in 1.2 * s * (t - 0.5) * Double(n % 3 + 1) } },
    NoHeart("discs that jump") { y, x, t, k in discs(y, x, k + Int(t * 20 + 0.5) * 7) { _, _ in 0 } },
    NoHeart("functional brain") { y, x, t, k in brain(y, x, k) * (1 + 0.02 * jumps(t, k)) },
    NoHeart("diffusion") { y, x, t, k in brain(y, x, k) * (t == 0 ? 1 : 0.3 + 0.03 * jumps(t, k)) },
    NoHeart("inversion recovery") { y, x, t, k in
      brain(y, x, k) * abs(1 - 2 * exp(-t / (0.2 + 0.3 * tissue(y, x, k))))
    },
    NoHeart("contrast that arrives") { y, x, t, k in
      0.3 * tissue(y, x, k) + (hypot(y, x) < 22 ? exp(-pow((t - 0.45) * 5, 2)) : 0)
        + (hypot(y, x + 45) < 22 ? exp(-pow((t - 0.25) * 5, 2)) : 0)
    },
    NoHeart("rings that zoom") { y, x, t, _ in
      hypot(y, x) < 75 ? 0.5 + 0.5 * cos(hypot(y, x) / (10 + sin(turn(t)))) : 0
    },
    NoHeart("tissue that zooms") { y, x, t, k in tissue(y * (1 + 0.06 * sin(turn(t))), x * (1 + 0.06 * sin(turn(t))), k)
    },
  ]

  private init(
    _ name: String, noise: Double = 0.02, _ signal: @escaping @Sendable (Double, Double, Double, Int) -> Double
  ) {
    (self.name, self.noise, self.signal) = (name, noise, signal)
  }

  private static func turn(_ t: Double) -> Double { 2 * Double.pi * t }

  /// Soft, still shapes that change a little from slice to slice.
  private static func tissue(_ y: Double, _ x: Double, _ k: Int) -> Double {
    let z = Double(k) * 0.3
    let a = sin(x * 0.07 + 2 * sin(y * 0.031 + z)) + sin(y * 0.083 + 2 * sin(x * 0.027 - z))
    return hypot(y, x * 0.9) < 95 ? 0.5 + 0.22 * a : 0.02
  }

  private static func brain(_ y: Double, _ x: Double, _ k: Int) -> Double {
    guard hypot(y * 0.85, x) < 70 else { return 0.02 }
    return hypot(y, abs(x) - 9) < 8 ? 1 : 0.5 + 0.2 * sin(x * 0.25 + 3 * sin(y * 0.07)) + 0.02 * Double(k)
  }

  /// −1…1, another at every phase.
  private static func jumps(_ t: Double, _ k: Int) -> Double {
    var random = SplitMix(seed: UInt64(t * 1000) &* 31 &+ UInt64(k))
    return 2 * random.unit() - 1
  }

  private static func discs(_ y: Double, _ x: Double, _ k: Int, _ move: (Double, Int) -> Double) -> Double {
    var random = SplitMix(seed: UInt64(k) &* 7919)
    var sum = 0.05
    for n in 0..<7 {
      let at = (random.unit() * 160 - 80, random.unit() * 160 - 80)
      let radius = 8 + random.unit() * 20
      let way = random.unit() * 80 - 40
      if hypot(y - at.0 - move(way, n), x - at.1 + move(way, n + 1)) < radius { sum += 0.4 + 0.08 * Double(n) }
    }
    return sum
  }
}

extension SplitMix {
  mutating func normal() -> Double {
    let (a, b) = (max(unit(), 1e-12), unit())
    return (-2 * log(a)).squareRoot() * cos(2 * Double.pi * b)
  }
}
