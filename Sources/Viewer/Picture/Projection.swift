import Cine

/// Which way up an image is shown: quarter turns with the clock, then a mirror.
struct Turn: Hashable, Sendable {
  /// 0 to 3.
  private(set) var quarters = 0
  private(set) var mirrored = false

  var isUpright: Bool { quarters == 0 && !mirrored }
  /// Rows become columns.
  var isAcross: Bool { quarters % 2 == 1 }

  mutating func rotate() { quarters = (quarters + (mirrored ? 3 : 1)) % 4 }
  mutating func mirror() { mirrored.toggle() }

  /// From where on the image [rows, columns] a point of the turned one comes.
  func undo(at p: SIMD2<Double>, rows: Double, columns: Double) -> SIMD2<Double> {
    var at = p
    if mirrored { at.y = (isAcross ? rows : columns) - 1 - at.y }
    return switch quarters {
    case 1: SIMD2(rows - 1 - at.y, at.x)
    case 2: SIMD2(rows - 1 - at.x, columns - 1 - at.y)
    case 3: SIMD2(at.y, columns - 1 - at.x)
    default: at
    }
  }

  /// Where a point (row, column) of an image [rows, columns] comes to lie.
  func apply(_ p: SIMD2<Double>, rows: Double, columns: Double) -> SIMD2<Double> {
    var at =
      switch quarters {
      case 1: SIMD2(p.y, rows - 1 - p.x)
      case 2: SIMD2(rows - 1 - p.x, columns - 1 - p.y)
      case 3: SIMD2(columns - 1 - p.y, p.x)
      default: p
      }
    if mirrored { at.y = (isAcross ? rows : columns) - 1 - at.y }
    return at
  }

  /// The image [rows, columns] turned; its shape with it.
  func apply(_ pixels: [UInt8], rows: Int, columns: Int) -> [UInt8] {
    guard !isUpright else { return pixels }
    var out = pixels
    let width = isAcross ? rows : columns
    for i in 0..<rows {
      for j in 0..<columns {
        var (a, b) = (i, j)
        switch quarters {
        case 1: (a, b) = (j, rows - 1 - i)
        case 2: (a, b) = (rows - 1 - i, columns - 1 - j)
        case 3: (a, b) = (columns - 1 - j, i)
        default: break
        }
        if mirrored { b = width - 1 - b }
        out[a * width + b] = pixels[i * columns + j]
      }
    }
    return out
  }

  /// A step on the screen (down, right) as one on the image.
  func undo(_ step: SIMD2<Double>) -> SIMD2<Double> {
    let s = mirrored ? SIMD2(step.x, -step.y) : step
    return switch quarters {
    case 1: SIMD2(-s.y, s.x)
    case 2: -s
    case 3: SIMD2(s.y, -s.x)
    default: s
    }
  }
}

/// How pixels of an image come to lie on a picture: the part that is shown, scaled and turned.
struct Projection: Hashable, Sendable {
  let crop: PictureRenderer.Crop
  /// Of the picture, as it is turned.
  let rows: Int
  let columns: Int
  let turn: Turn

  init(_ crop: PictureRenderer.Crop, rows: Int, columns: Int, turn: Turn = Turn()) {
    (self.crop, self.rows, self.columns, self.turn) = (crop, rows, columns, turn)
  }

  /// Of the picture before it is turned.
  var upright: (rows: Int, columns: Int) { turn.isAcross ? (columns, rows) : (rows, columns) }

  var isEmpty: Bool { rows <= 0 || columns <= 0 || crop.rows <= 0 || crop.columns <= 0 }

  /// Pixels of the picture along a row of the image.
  var perColumn: Double { Double(upright.columns) / crop.columns }
  var perRow: Double { Double(upright.rows) / crop.rows }

  /// The picture's pixel, with fractions, of one of the image. Pixel centres lie at whole numbers in both: row i of the
  /// picture shows the image at crop.row + (i + ½) / scale - ½.
  func callAsFunction(_ p: SIMD2<Double>) -> SIMD2<Double> {
    let at = (p + 0.5 - SIMD2(crop.row, crop.column)) * SIMD2(perRow, perColumn) - 0.5
    return turn.apply(at, rows: Double(upright.rows), columns: Double(upright.columns))
  }

  /// The image's pixel under one of the picture, both with fractions.
  func image(_ p: SIMD2<Double>) -> SIMD2<Double> {
    let at = turn.undo(at: p, rows: Double(upright.rows), columns: Double(upright.columns))
    return (at + 0.5) / SIMD2(perRow, perColumn) - 0.5 + SIMD2(crop.row, crop.column)
  }

  /// Size of a pixel of the picture, mm.
  func pitch(_ geometry: Geometry?) -> Double { (geometry?.columnSpacing ?? 1.5) / max(perColumn, 1e-9) }
}
