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

  /// The bar, in the lower left corner.
  static func bar(_ geometry: Geometry?, _ picture: Projection) -> [Mark] {
    let (rows, columns) = (picture.rows, picture.columns)
    guard let length = barLength(geometry, picture.crop), rows >= 12, columns >= 12 else { return [] }
    let perMillimetre = 1 / picture.pitch(geometry)
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

  /// A cross at each point, the active one larger, and dots between them.
  static func marks(_ measure: Measure, _ picture: Projection, active: Int?) -> [Mark] {
    guard !picture.isEmpty else { return [] }
    var pixels: [Int] = []
    for (a, b) in measure.sides {
      pixels += Line.pixels(picture(a), picture(b), picture).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    }
    let longest = max(picture.rows, picture.columns)
    for (k, point) in measure.points.enumerated() {
      let at = picture(point)
      guard abs(at.x) < 1e5, abs(at.y) < 1e5 else { continue }
      let (row, column) = (Int(at.x.rounded()), Int(at.y.rounded()))
      let arm = (active == nil ? 1 : max(2, longest / 60)) + (k == active ? 1 : 0)
      for d in -arm...arm {
        for (i, j) in [(row + d, column), (row, column + d)]
        where (0..<picture.rows).contains(i) && (0..<picture.columns).contains(j) {
          pixels.append(i * picture.columns + j)
        }
      }
    }
    return pixels.map { Mark(pixel: $0, ink: .green) }
  }
}
