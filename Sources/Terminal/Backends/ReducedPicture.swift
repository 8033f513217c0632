/// What may be traded for speed, in every way of drawing.
extension GraphicsMode {
  var levels: [Governor.Level] {
    switch self {
    case .kitty: Governor.pictureLevels
    case .sixel: Governor.sixelLevels
    case .half, .grey, .quarter: Governor.cellLevels
    case .braille, .ascii: [Governor.cellLevels[0]]
    }
  }
}

extension Picture {
  /// With fewer pixels or greys. What kitty scales becomes smaller; elsewhere pixels become alike: those of the picture in
  /// cells, those of the terminal in sixels, whose rows of six then hold one row of squares. Marks keep their place.
  func reduced(_ level: Governor.Level, _ mode: GraphicsMode, _ setting: PictureSetting) -> Picture {
    var hasher = Hasher()
    hasher.combine(key)
    hasher.combine(level)
    let key = hasher.finalize()
    let (rows, columns) = size(level, mode, setting)
    let small = averaged(rows, columns, greys: level.greys)
    if mode == .kitty {
      let marks = marks.compactMap { moved($0, rows, columns) }
      return Picture(
        place: place, image: GreyImage(rows: rows, columns: columns, pixels: small), marks: marks, key: key)
    }
    let n = level.merged
    let height = mode == .sixel ? place.rows * setting.cellHeight : image.rows
    let width = mode == .sixel ? place.columns * setting.cellWidth : image.columns
    var pixels = [UInt8](repeating: 0, count: height * width)
    for y in 0..<height {
      for x in 0..<width { pixels[y * width + x] = small[y / n * columns + x / n] }
    }
    let marks = mode == .sixel ? marks.compactMap { moved($0, height, width) } : marks
    return Picture(place: place, image: GreyImage(rows: height, columns: width, pixels: pixels), marks: marks, key: key)
  }

  /// Pixels that are left to differ.
  func size(_ level: Governor.Level, _ mode: GraphicsMode, _ setting: PictureSetting) -> (rows: Int, columns: Int) {
    let n = level.merged
    let height = mode == .sixel ? place.rows * setting.cellHeight : image.rows
    let width = mode == .sixel ? place.columns * setting.cellWidth : image.columns
    return ((height + n - 1) / n, (width + n - 1) / n)
  }

  private func moved(_ mark: Mark, _ rows: Int, _ columns: Int) -> Mark? {
    guard image.pixels.indices.contains(mark.pixel) else { return nil }
    let (row, column) = (mark.pixel / image.columns, mark.pixel % image.columns)
    return Mark(pixel: row * rows / image.rows * columns + column * columns / image.columns, ink: mark.ink)
  }

  /// Means of the image over a grid of so many rows and columns.
  private func averaged(_ rows: Int, _ columns: Int, greys: Int?) -> [UInt8] {
    var small = [UInt8](repeating: 0, count: rows * columns)
    guard image.rows > 0, image.columns > 0 else { return small }
    for row in 0..<rows {
      let top = row * image.rows / rows, bottom = max((row + 1) * image.rows / rows, top + 1)
      for column in 0..<columns {
        let left = column * image.columns / columns, right = max((column + 1) * image.columns / columns, left + 1)
        var sum = 0
        for y in top..<bottom {
          for x in left..<right { sum += Int(image.pixels[y * image.columns + x]) }
        }
        let mean = sum / ((bottom - top) * (right - left))
        small[row * columns + column] = UInt8(greys.map { (mean * $0 / 256) * 255 / max($0 - 1, 1) } ?? mean)
      }
    }
    return small
  }
}
