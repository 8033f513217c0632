import Cine
import Terminal

/// A line through the heart, whose grey values are shown over time (M-mode).
struct MotionStrip: Hashable, Sendable {
  /// A point of the line: row and column in pixels of the image.
  var centre: SIMD2<Double>
  /// Against a row of the image, in steps of 15 degrees.
  var angle = 0

  /// Heartbeats side by side.
  static let beats = 2

  private static let steps = (0..<12).map { k -> SIMD2<Double> in
    // sin and cos of multiples of 15 degrees.
    let sines = [0, 0.25881904510252074, 0.5, 0.7071067811865476, 0.8660254037844386, 0.9659258262890683, 1]
    func sine(_ k: Int) -> Double { k <= 6 ? sines[k] : k <= 12 ? sines[12 - k] : -sines[min(k - 12, 6)] }
    return SIMD2(sine(k), sine(k + 6))
  }

  /// Along the line, a pixel long.
  private var step: SIMD2<Double> { Self.steps[(angle % 12 + 12) % 12] }

  /// Both ends, as far as the shown part goes from the middle to its nearer side.
  func ends(_ crop: PictureRenderer.Crop) -> (SIMD2<Double>, SIMD2<Double>) {
    let reach = min(crop.rows, crop.columns) / 2
    return (centre - step * reach, centre + step * reach)
  }

  mutating func rotate(_ by: Int) { angle = ((angle + by) % 12 + 12) % 12 }

  /// Sideways: at right angles to itself.
  mutating func shift(_ by: Double, in crop: PictureRenderer.Crop) {
    centre += SIMD2(step.y, -step.x) * by
    centre.x = min(max(centre.x, crop.row), crop.row + crop.rows - 1)
    centre.y = min(max(centre.y, crop.column), crop.column + crop.columns - 1)
  }

  /// Grey values [rows, columns]: the line from top to bottom, time from left to right.
  func image(
    _ clip: CineClip, crop: PictureRenderer.Crop, rows: Int, columns: Int, low: Float, high: Float, inverted: Bool
  ) -> GreyImage {
    let (a, b) = ends(crop)
    let n = clip.rows * clip.columns
    let scale = high > low ? 255 / (high - low) : 0
    // Between two phases in proportion to time.
    let moments = (0..<columns).map { j -> (phase: Int, next: Int, share: Float) in
      let all = (Double(j) + 0.5) / Double(columns) * Double(Self.beats)
      let beat = all - all.rounded(.down)
      let phase = ViewerModel.phase(of: clip, beat: beat)
      guard clip.heartbeat > 0, let first = clip.times.first else { return (phase, phase, 0) }
      let next = (phase + 1) % clip.frames
      let start = clip.times[phase] - first
      let end = next > phase ? clip.times[next] - first : clip.heartbeat
      let share = end > start ? (beat * clip.heartbeat - start) / (end - start) : 0
      return (phase, next, Float(min(max(share, 0), 1)))
    }
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    for i in 0..<rows {
      let p = a + (b - a) * ((Double(i) + 0.5) / Double(rows))
      let (y, x) = (Int(p.x.rounded(.down)), Int(p.y.rounded(.down)))
      guard y >= 0, x >= 0, y + 1 < clip.rows, x + 1 < clip.columns else { continue }
      let (fy, fx) = (Float(p.x) - Float(y), Float(p.y) - Float(x))
      let greys = (0..<clip.frames).map { t -> Float in
        let k = t * n + y * clip.columns + x
        let top = clip.pixels[k] + (clip.pixels[k + 1] - clip.pixels[k]) * fx
        let below = k + clip.columns
        let bottom = clip.pixels[below] + (clip.pixels[below + 1] - clip.pixels[below]) * fx
        let value = (top + (bottom - top) * fy - low) * scale
        let grey = value.isFinite ? min(max(value, 0), 255) : 0
        return inverted ? 255 - grey : grey
      }
      for (j, moment) in moments.enumerated() {
        let (now, next) = (greys[moment.phase], greys[moment.next])
        pixels[i * columns + j] = UInt8(now + (next - now) * moment.share)
      }
    }
    return GreyImage(rows: rows, columns: columns, pixels: pixels)
  }
}
