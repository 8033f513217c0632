import Cine
import Contours
import Glibc
import Plain
import Preparation

/// Turns labelled clips into training samples: turned, mirrored, scaled, shifted and warped anew each time, with another
/// contrast. All frames of a clip are changed alike.
struct ContourSampler {
  let recipe: ContourRecipe

  struct Sample {
    /// [size, size]
    let picture: [Float]
    /// [size, size], bits of `HeartLabels`.
    let labels: [UInt8]
  }

  func samples(_ labelled: LabelledClip, _ draw: inout SplitMix) -> [Sample] {
    let clip = labelled.clip
    guard let g = clip.geometry else { return [] }
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * Double(draw.unitFloat()) }
    // The centre that is found by the beat lies 3 mm from the ventricle's middle in the median, 10 at most.
    let reach = 11.0
    let centre = (
      labelled.centre.row + uniform(-reach, reach) / g.rowSpacing,
      labelled.centre.column + uniform(-reach, reach) / g.columnSpacing
    )
    let placement = Placement(
      centre: centre, size: recipe.size, pitch: recipe.pitch * uniform(0.88, 1.14), rowSpacing: g.rowSpacing,
      columnSpacing: g.columnSpacing, turn: uniform(-.pi, .pi), mirrored: draw.unitFloat() < 0.5)
    let warp = Warp(&draw)
    let n = clip.rows * clip.columns
    let squares = (0..<clip.frames).map { t in
      clip.pixels.withUnsafeBufferPointer {
        placement.cut(
          UnsafeBufferPointer(rebasing: $0[t * n..<(t + 1) * n]), rows: clip.rows, columns: clip.columns,
          shift: warp.shift)
      }
    }
    let gamma = Float(uniform(0.75, 1.35))
    let pictures = ContourRecipe.normalise(squares, gamma: gamma)
    let area = recipe.size * recipe.size
    return (0..<clip.frames).map { t in
      let labels = labelled.labels.withUnsafeBufferPointer {
        placement.cut(
          labels: UnsafeBufferPointer(rebasing: $0[t * n..<(t + 1) * n]), rows: clip.rows, columns: clip.columns,
          outside: HeartLabels.all, shift: warp.shift)
      }
      return Sample(picture: Array(pictures[t * area..<(t + 1) * area]), labels: labels.map(\.rawValue))
    }
  }

  /// A smooth bending of the square: two waves, at most some pixels high.
  private struct Warp {
    private var waves: [(way: SIMD2<Double>, phase: Double, height: SIMD2<Double>)] = []

    init(_ draw: inout SplitMix) {
      func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * Double(draw.unitFloat()) }
      for _ in 0..<2 {
        let (angle, length) = (uniform(0, 2 * .pi), uniform(45, 120))
        waves.append(
          (
            2 * .pi / length * SIMD2(cos(angle), sin(angle)), uniform(0, 2 * .pi),
            SIMD2(uniform(-1.6, 1.6), uniform(-1.6, 1.6))
          ))
      }
    }

    func shift(_ row: Double, _ column: Double) -> SIMD2<Double> {
      waves.reduce(.zero) { $0 + sin(($1.way * SIMD2(row, column)).sum() + $1.phase) * $1.height }
    }
  }
}
