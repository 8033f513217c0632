import Cine

/// The preparation that the published weights know (arXiv 2312.00357, the authors' loaders), odd order and all.
public struct PublishedRecipe: Hashable, Sendable, Codable {
  public var frames = 16
  /// Side of the network's input.
  public var pixels = 224
  /// The short side is scaled to this before the centre is cut out.
  public var shortSide = 264
  /// Grey values are scaled over the series to whole numbers 0…255 first, as the authors' data sets hold them.
  public var grey = true
  /// Clips pass through the storage step: short side 480, centre 360. Later data sets keep their native size.
  public var stored = true
  /// Phases come by SliceLocation, InstanceNumber and name, as in the authors' data sets, and not by their times.
  public var publishedOrder: Bool?

  public init() {}

  static let storedShortSide = 480
  static let storedSide = 360

  var isSound: Bool { (2...128).contains(frames) && (8...512).contains(pixels) && (pixels...1024).contains(shortSide) }

  /// frames [t, rows, columns] → network input [1, frames, pixels, pixels]: frames at linspace(0, t−1, frames) cut to
  /// whole numbers, (x − 0.45)/0.225 on the values as they are, short side scaled (bilinear, not antialiased), centre
  /// cut out, and only then divided by 255. Empty input gives zeros.
  public func transform(_ values: [Float], frames t: Int, rows: Int, columns: Int) -> [Float] {
    precondition(values.count == t * rows * columns, "PublishedRecipe: shape and values differ")
    guard !values.isEmpty else { return [Float](repeating: 0, count: frames * pixels * pixels) }
    // short_side_scale of pytorchvideo: the long side is cut to a whole number.
    let (height, width) =
      columns < rows
      ? (Int(Double(rows) / Double(columns) * Double(shortSide)), shortSide)
      : (shortSide, Int(Double(columns) / Double(rows) * Double(shortSide)))
    let vertical = Resampling.bilinear(
      input: rows, output: height, first: Self.centred(height, pixels), count: pixels)
    let horizontal = Resampling.bilinear(
      input: columns, output: width, first: Self.centred(width, pixels), count: pixels)
    var result: [Float] = []
    result.reserveCapacity(frames * pixels * pixels)
    values.withUnsafeBufferPointer { all in
      for k in Self.linspace(t, frames) {
        let still = UnsafeBufferPointer(rebasing: all[k * rows * columns..<(k + 1) * rows * columns])
        // Normalising commutes with interpolation, whose weights sum to one.
        for x in Resampling.apply(still, rows: rows, columns: columns, vertical: vertical, horizontal: horizontal) {
          result.append((x - 0.45) / 0.225 / 255)
        }
      }
    }
    return result
  }

  /// The storage step: frames [t, rows, columns] → [t, 360, 360], antialiased. Empty input gives nothing.
  public func store(_ values: [Float], frames t: Int, rows: Int, columns: Int) -> [Float] {
    precondition(values.count == t * rows * columns, "PublishedRecipe: shape and values differ")
    guard !values.isEmpty else { return [] }
    let short = min(rows, columns)
    let (height, width) = (Self.storedShortSide * rows / short, Self.storedShortSide * columns / short)
    let side = Self.storedSide
    let vertical = Resampling.antialiased(input: rows, output: height, first: Self.centred(height, side), count: side)
    let horizontal = Resampling.antialiased(
      input: columns, output: width, first: Self.centred(width, side), count: side)
    return values.withUnsafeBufferPointer { all in
      (0..<t).flatMap { k in
        Resampling.apply(
          UnsafeBufferPointer(rebasing: all[k * rows * columns..<(k + 1) * rows * columns]), rows: rows,
          columns: columns, vertical: vertical, horizontal: horizontal)
      }
    }
  }

  /// First index of the middle `size` of `length`, halves rounded to even as Python does.
  private static func centred(_ length: Int, _ size: Int) -> Int {
    Int((Double(length - size) / 2).rounded(.toNearestOrEven))
  }

  /// torch.linspace(0, t − 1, count) in float32, cut to whole numbers: the second half counts back from the end.
  static func linspace(_ t: Int, _ count: Int) -> [Int] {
    let end = Float(t - 1)
    let step = end / Float(max(count - 1, 1))
    return (0..<count).map { i in
      let x = i < count / 2 ? step * Float(i) : end - step * Float(count - 1 - i)
      return max(0, min(t - 1, Int(x)))
    }
  }

  /// One clip, `top` being the largest value of its series → network input.
  func input(_ clip: CineClip, top: Float) -> [Float] {
    // Only the frames that will be used are resampled; choosing from them again chooses them all.
    let plane = clip.rows * clip.columns
    var values = Self.linspace(clip.frames, frames).flatMap { clip.pixels[$0 * plane..<($0 + 1) * plane] }
    for i in values.indices where !values[i].isFinite { values[i] = 0 }
    if grey {
      let scale = top > 0 ? 255 / top : 0
      for i in values.indices {
        let x = (values[i] * scale).rounded(.down)
        values[i] = x > 0 ? min(x, 255) : 0
      }
    }
    guard stored else { return transform(values, frames: frames, rows: clip.rows, columns: clip.columns) }
    values = store(values, frames: frames, rows: clip.rows, columns: clip.columns)
    return transform(values, frames: frames, rows: Self.storedSide, columns: Self.storedSide)
  }
}
