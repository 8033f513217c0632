import Cine
import Glibc

/// Votes for the centre of a round, bright cavity whose wall moves: every moving pixel votes along its gradient of
/// brightness, at each distance that a ventricle's wall can have from its middle. The left ventricle is a circle in
/// every short-axis slice, so its walls agree; the right one is a crescent and moves more, which is why motion alone
/// does not find the left (both hearts of the Sunnybrook studies in use show that).
enum RoundCavity {
  /// mm
  private static let radii = stride(from: 12.0, to: 38, by: 2)

  /// Adds the votes of one slice to `votes` [h, w], whose cells are `pitch` mm wide and begin at (x0, y0) before the
  /// slice's first pixel.
  static func vote(
    _ plane: Plane, x0: Double, y0: Double, pitch: Double, into votes: inout [Float], width w: Int, height h: Int
  ) {
    let (clip, g) = (plane.clip, plane.geometry)
    let (rows, columns) = (clip.rows, clip.columns)
    guard rows > 2, columns > 2 else { return }
    let radius = max(1, min(6, Int((1.4 / min(g.rowSpacing, g.columnSpacing)).rounded())))
    func smooth(_ x: [Float]) -> [Float] { BoxBlur.mean(x, columns, rows, radius: radius) }
    let still = smooth(smooth(Harmonic.mean(clip)))
    let motion = smooth(Harmonic.energy(clip).map { $0.squareRoot() })
    for i in 1..<rows - 1 {
      for j in 1..<columns - 1 {
        let k = i * columns + j
        guard motion[k] > 0.01 else { continue }
        let dy = Double(still[k + columns] - still[k - columns]) / (2 * g.rowSpacing)
        let dx = Double(still[k + 1] - still[k - 1]) / (2 * g.columnSpacing)
        let slope = (dy * dy + dx * dx).squareRoot()
        guard slope > 1e-6, slope.isFinite else { continue }
        // Gentle slopes count less: their direction is noise.
        let weight = motion[k] * Float(slope / (slope + 0.015))
        let (y, x) = (y0 + Double(i) * g.rowSpacing, x0 + Double(j) * g.columnSpacing)
        for r in radii {
          let row = Int(((y + dy / slope * r) / pitch).rounded())
          let column = Int(((x + dx / slope * r) / pitch).rounded())
          if row >= 0, column >= 0, row < h, column < w { votes[row * w + column] += weight }
        }
      }
    }
  }
}
