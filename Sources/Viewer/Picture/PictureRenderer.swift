import Cine
import Terminal

/// Makes the grey picture of a clip's frame for a rectangle of cells.
struct PictureRenderer {
  let mode: GraphicsMode
  /// A cell's size in pixels: what makes circles round.
  let cell: (width: Int, height: Int)

  /// Longest side of a sixel picture, pixels: beyond it a frame takes longer to send than to show.
  private static let largestSixel = 480

  /// The part of an image to show: its upper left corner and size in pixels.
  struct Crop: Hashable {
    var row: Double
    var column: Double
    var rows: Double
    var columns: Double
  }

  static func crop(_ clip: CineClip, _ motion: MotionMap, _ framing: Framing) -> Crop {
    let (sy, sx) = (clip.geometry?.rowSpacing ?? 1.5, clip.geometry?.columnSpacing ?? 1.5)
    guard let field = framing.field else {
      return Crop(row: 0, column: 0, rows: Double(clip.rows), columns: Double(clip.columns))
    }
    let centre = framing.centre ?? SIMD2(motion.row, motion.column)
    let rows = min(field / sy, Double(clip.rows)), columns = min(field / sx, Double(clip.columns))
    let top = min(max(centre.x - rows / 2, 0), Double(clip.rows) - rows)
    let left = min(max(centre.y - columns / 2, 0), Double(clip.columns) - columns)
    return Crop(row: top, column: left, rows: rows, columns: columns)
  }

  /// The largest rectangle within `area` that shows the crop undistorted, and its size in picture pixels.
  func fit(
    _ crop: Crop, _ geometry: Geometry?, _ turn: Turn, in area: CellRectangle
  ) -> (place: CellRectangle, rows: Int, columns: Int) {
    var height = crop.rows * (geometry?.rowSpacing ?? 1.5)
    var width = crop.columns * (geometry?.columnSpacing ?? 1.5)
    if turn.isAcross { swap(&height, &width) }
    let ratio = height > 0 ? width / height : 1
    let (cw, ch) = (Double(cell.width), Double(cell.height))
    var rows = Double(area.rows)
    var columns = rows * ch * ratio / cw
    if columns > Double(area.columns) {
      columns = Double(area.columns)
      rows = columns * cw / ratio / ch
    }
    let r = max(1, min(area.rows, Int(rows.rounded()))), c = max(1, min(area.columns, Int(columns.rounded())))
    let place = CellRectangle(
      row: area.row + (area.rows - r) / 2, column: area.column + (area.columns - c) / 2, rows: r, columns: c)
    let size = pixels(of: place)
    return (place, size.rows, size.columns)
  }

  /// Pixels that a rectangle of cells shows.
  func pixels(of place: CellRectangle) -> (rows: Int, columns: Int) {
    guard mode.isPixels else {
      let per = mode.pixelsPerCell
      return (place.rows * per.rows, place.columns * per.columns)
    }
    let (h, w) = (place.rows * cell.height, place.columns * cell.width)
    let shrink = min(1, Double(Self.largestSixel) / Double(max(h, w, 1)))
    return (max(1, Int(Double(h) * shrink)), max(1, Int(Double(w) * shrink)))
  }

  /// One frame, scaled: averaged where the picture is coarser than the image, interpolated where it is finer.
  static func image(
    _ clip: CineClip, frame: Int, _ projection: Projection, low: Float, high: Float, inverted: Bool
  ) -> GreyImage {
    let (crop, (rows, columns)) = (projection.crop, projection.upright)
    var out = [UInt8](repeating: 0, count: rows * columns)
    let (dy, dx) = (crop.rows / Double(rows), crop.columns / Double(columns))
    let (ny, nx) = (max(1, min(8, Int(dy.rounded(.up)))), max(1, min(8, Int(dx.rounded(.up)))))
    let scale = high > low ? 255 / (high - low) : 0
    let base = frame * clip.rows * clip.columns
    let weight = 1 / Float(ny * nx)
    clip.pixels.withUnsafeBufferPointer { p in
      for i in 0..<rows {
        for j in 0..<columns {
          var sum: Float = 0
          for a in 0..<ny {
            let y = crop.row + (Double(i) + (Double(a) + 0.5) / Double(ny)) * dy - 0.5
            let y0 = min(max(Int(y), 0), clip.rows - 1), y1 = min(y0 + 1, clip.rows - 1)
            let fy = Float(min(max(y - Double(y0), 0), 1))
            for b in 0..<nx {
              let x = crop.column + (Double(j) + (Double(b) + 0.5) / Double(nx)) * dx - 0.5
              let x0 = min(max(Int(x), 0), clip.columns - 1), x1 = min(x0 + 1, clip.columns - 1)
              let fx = Float(min(max(x - Double(x0), 0), 1))
              let (r0, r1) = (base + y0 * clip.columns, base + y1 * clip.columns)
              let top = p[r0 + x0] + (p[r0 + x1] - p[r0 + x0]) * fx
              let bottom = p[r1 + x0] + (p[r1 + x1] - p[r1 + x0]) * fx
              sum += top + (bottom - top) * fy
            }
          }
          let value = (sum * weight - low) * scale
          let grey = value.isFinite ? UInt8(min(max(value, 0), 255)) : 0
          out[i * columns + j] = inverted ? 255 - grey : grey
        }
      }
    }
    return GreyImage(
      rows: projection.rows, columns: projection.columns,
      pixels: projection.turn.apply(out, rows: rows, columns: columns))
  }
}
