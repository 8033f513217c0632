import Cine
import Terminal

/// Outlines as pixels of the picture that is shown.
enum OutlineRaster {
  /// Pixels coarser than this, mm, would fill the wall with its own borders: every second one is left out.
  static let coarse = 2.5

  static func ink(_ structure: Outline.Structure) -> Ink {
    switch structure {
    case .leftEndocardium: .orange
    case .leftEpicardium: .blue
    case .rightVentricle: .yellow
    case .leftAtrium: .pink
    case .rightAtrium: .violet
    }
  }

  /// Marks of `outlines` on an image [rows, columns] that shows `crop` of a picture. `pitch` is the size of its pixels, mm;
  /// `top`, `left` and `stride` say where the image lies on a larger one.
  static func marks(
    _ outlines: [Outline], crop: PictureRenderer.Crop, rows: Int, columns: Int, pitch: Double, top: Int = 0,
    left: Int = 0, stride: Int? = nil
  ) -> [Mark] {
    guard rows > 0, columns > 0, crop.rows > 0, crop.columns > 0 else { return [] }
    let scale = SIMD2(Double(rows) / crop.rows, Double(columns) / crop.columns)
    let corner = SIMD2(crop.row, crop.column)
    let width = stride ?? columns
    // On large pictures a line of one pixel is hard to see.
    let thickness = max(rows, columns) >= 360 ? 2 : 1
    var marks: [Mark] = []
    for outline in outlines.sorted(by: { $0.structure.rawValue < $1.structure.rawValue }) {
      let ink = ink(outline.structure)
      var last: (row: Int, column: Int)?
      var count = 0
      func dot(_ at: SIMD2<Double>) {
        let (row, column) = (Int(at.x.rounded()), Int(at.y.rounded()))
        guard last?.row != row || last?.column != column else { return }
        last = (row, column)
        count += 1
        if pitch > coarse, count % 2 == 0 { return }
        for i in row..<row + thickness where i >= 0 && i < rows {
          for j in column..<column + thickness where j >= 0 && j < columns {
            marks.append(Mark(pixel: (top + i) * width + left + j, ink: ink))
          }
        }
      }
      // Row i of the image shows the picture at crop.row + (i + ½) / scale - ½.
      let points = outline.points.map { point in
        (SIMD2(Double(point.x), Double(point.y)) + 0.5 - corner) * scale - 0.5
      }
      guard points.allSatisfy({ abs($0.x) < 1e5 && abs($0.y) < 1e5 }) else { continue }
      for (k, a) in points.enumerated() {
        let b = points[k + 1 < points.count ? k + 1 : 0]
        let steps = max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up)))
        for step in 0..<steps { dot(a + (b - a) * (Double(step) / Double(steps))) }
      }
    }
    return marks
  }
}
