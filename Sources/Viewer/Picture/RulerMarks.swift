import Cine
import Terminal

/// What measures on the picture: a bar of known length, and the caliper.
enum RulerMarks {
  /// Length of the bar, mm, with a tick every 10 mm: 50 where that is no more than half of the picture, else 10. Nil where
  /// the spacing is not known, or nothing fits.
  static func barLength(_ geometry: Geometry?, _ crop: PictureRenderer.Crop) -> Int? {
    guard let geometry, geometry.columnSpacing > 0 else { return nil }
    return [50, 10].first { Double($0) <= crop.columns * geometry.columnSpacing / 2 }
  }

  /// The bar, in the lower left corner of an image [rows, columns] that shows `crop`.
  static func bar(_ geometry: Geometry?, crop: PictureRenderer.Crop, rows: Int, columns: Int) -> [Mark] {
    guard let length = barLength(geometry, crop), let geometry, rows >= 12, columns >= 12 else { return [] }
    let perMillimetre = Double(columns) / (crop.columns * geometry.columnSpacing)
    let (margin, height) = (max(1, rows / 40), max(2, rows / 40))
    let row = rows - 1 - margin
    let left = max(1, columns / 40)
    func column(_ millimetres: Int) -> Int { left + Int((Double(millimetres) * perMillimetre).rounded()) }
    var pixels: [Int] = []
    for j in left...column(length) where j < columns { pixels.append(row * columns + j) }
    // Ticks that would touch are none.
    let step = 10 * perMillimetre >= 3 ? 10 : length
    for tick in stride(from: 0, through: length, by: step) where column(tick) < columns {
      for i in row - height..<row { pixels.append(i * columns + column(tick)) }
    }
    return pixels.map { Mark(pixel: $0, ink: .green) }
  }

  /// A cross at each end, and dots between them.
  static func caliper(_ caliper: Caliper, crop: PictureRenderer.Crop, rows: Int, columns: Int) -> [Mark] {
    guard rows > 0, columns > 0, crop.rows > 0, crop.columns > 0 else { return [] }
    let scale = SIMD2(Double(rows) / crop.rows, Double(columns) / crop.columns)
    let ends = caliper.ends.map { ($0 + 0.5 - SIMD2(crop.row, crop.column)) * scale - 0.5 }
    var marks: [Mark] = []
    func dot(_ row: Int, _ column: Int) {
      guard (0..<rows).contains(row), (0..<columns).contains(column) else { return }
      marks.append(Mark(pixel: row * columns + column, ink: .green))
    }
    let way = ends[1] - ends[0]
    let steps = Int(max(abs(way.x), abs(way.y)).rounded())
    guard steps < 1 << 16 else { return [] }
    for step in stride(from: 0, through: steps, by: 3) where steps > 0 {
      let at = ends[0] + way * (Double(step) / Double(steps))
      dot(Int(at.x.rounded()), Int(at.y.rounded()))
    }
    for (k, end) in ends.enumerated() {
      let (row, column) = (Int(end.x.rounded()), Int(end.y.rounded()))
      // The end that keys move is the larger one.
      let arm = max(2, max(rows, columns) / 60) + (k == caliper.active ? 1 : 0)
      for d in -arm...arm {
        dot(row + d, column)
        dot(row, column + d)
      }
    }
    return marks
  }
}
