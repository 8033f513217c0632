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

  /// Marks of `outlines` on a picture. `pitch` is the size of its pixels, mm.
  static func marks(_ outlines: [Outline], _ picture: Projection, pitch: Double) -> [Mark] {
    guard !picture.isEmpty else { return [] }
    let (rows, columns) = (picture.rows, picture.columns)
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
            marks.append(Mark(pixel: i * columns + j, ink: ink))
          }
        }
      }
      let points = outline.points.map { picture(SIMD2(Double($0.x), Double($0.y))) }
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
