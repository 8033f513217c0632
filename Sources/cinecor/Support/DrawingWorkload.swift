import Cine
import Glibc
import Phantom
import Plain
import Terminal
import Volumes

/// Every way of drawing on the frames of one synthetic heart, as `bench drawing` times it: bytes and seconds a frame over a
/// second beat, after the first has filled what the encoder and the terminal keep.
struct DrawingWorkload {
  /// Cells of the picture in windows of 80×24, 120×36 and 200×60, a square of pixels of 10×20.
  static let sizes = [("80x24", 21), ("120x36", 33), ("200x60", 57)]
  static let cell = (width: 10, height: 20)

  struct Row {
    let mode: GraphicsMode
    let size: String
    let frames: Int
    let firstBytes: Int
    let bytes: Int
    let seconds: Double
  }

  private let clip: CineClip
  /// Grey values that are black and white.
  private let low: Float
  private let high: Float

  init() throws(Failure) {
    let heart = Phantom.make(PhantomRequest(seed: 11, scan: .full))
    guard let stack = heart.study.series.max(by: { $0.clips.count < $1.clips.count }),
      !stack.clips.isEmpty
    else {
      throw Failure(code: .someUnreadable, text: "there is no synthetic heart")
    }
    clip = stack.clips[stack.clips.count / 2]
    let all = clip.pixels.sorted()
    (low, high) = (all[all.count / 100], all[all.count - 1 - all.count / 100])
  }

  /// The frame's middle as a square of pixels, between black and white of the whole clip.
  func image(_ frame: Int, rows: Int, columns: Int) -> GreyImage {
    let side = Double(min(clip.rows, clip.columns)) * 0.75
    let (top, left) = ((Double(clip.rows) - side) / 2, (Double(clip.columns) - side) / 2)
    let base = frame * clip.rows * clip.columns
    var out = [UInt8](repeating: 0, count: rows * columns)
    for i in 0..<rows {
      for j in 0..<columns {
        let y = top + (Double(i) + 0.5) * side / Double(rows) - 0.5
        let x = left + (Double(j) + 0.5) * side / Double(columns) - 0.5
        let (y0, x0) = (max(Int(y), 0), max(Int(x), 0))
        let (y1, x1) = (min(y0 + 1, clip.rows - 1), min(x0 + 1, clip.columns - 1))
        let (fy, fx) = (Float(y - Double(y0)), Float(x - Double(x0)))
        func at(_ y: Int, _ x: Int) -> Float { clip.pixels[base + y * clip.columns + x] }
        let upper = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * fx
        let lower = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * fx
        let value = (upper + (lower - upper) * fy - low) / max(high - low, 1e-6)
        out[i * columns + j] = UInt8(min(max(value * 255, 0), 255))
      }
    }
    return GreyImage(rows: rows, columns: columns, pixels: out)
  }

  /// Pictures of a beat in a mode.
  private func pictures(_ mode: GraphicsMode, rows: Int) -> [Picture] {
    let columns = rows * Self.cell.height / Self.cell.width
    let block = mode.pixelsPerCell
    var size = (rows * block.rows, columns * block.columns)
    if mode.isPixels {
      let side = min(rows * Self.cell.height, 480)
      size = (side, side)
    }
    let place = CellRectangle(row: 1, column: 1, rows: rows, columns: columns)
    return (0..<clip.frames).map {
      Picture(place: place, image: image($0, rows: size.0, columns: size.1), key: $0)
    }
  }

  func rows() -> [Row] {
    var rows: [Row] = []
    for mode in GraphicsMode.allCases where mode != .ascii {
      for (name, height) in Self.sizes {
        let beat = pictures(mode, rows: height)
        var trial = DrawingTrial(mode, cell: Self.cell)
        func play() -> (bytes: Int, seconds: Double) {
          let start = Monotonic.now()
          let bytes = beat.reduce(0) { $0 + trial.bytes([$1]).count }
          return (bytes / beat.count, (Monotonic.now() - start) / Double(beat.count))
        }
        let (first, second) = (play(), play())
        // Sixels are kept as they were encoded: their work is in the first beat.
        rows.append(
          Row(
            mode: mode, size: name, frames: beat.count, firstBytes: first.bytes,
            bytes: second.bytes,
            seconds: mode == .sixel ? first.seconds : second.seconds))
      }
    }
    return rows
  }

  /// Bytes a second of twelve panes at 30 frames a second, after the upload.
  func twelvePanes() -> Int {
    let places = (0..<12).map {
      CellRectangle(row: 1 + $0 / 4 * 19, column: $0 % 4 * 50, rows: 18, columns: 36)
    }
    var trial = DrawingTrial(.kitty, cell: Self.cell)
    let images = (0..<clip.frames).map { image($0, rows: 64, columns: 64) }
    var second = 0
    for tick in 0..<(clip.frames + 30) {
      let frame = tick % clip.frames
      let pictures = places.enumerated().map { pane, place in
        Picture(place: place, image: images[frame], key: pane * 1000 + frame)
      }
      let bytes = trial.bytes(pictures).count
      if tick >= clip.frames { second += bytes }
    }
    return second
  }

  /// The beat at 480×480 as PNG files.
  func write(to folder: String) throws(Failure) {
    mkdir(folder, 0o755)
    for frame in 0..<clip.frames {
      let image = image(frame, rows: 480, columns: 480)
      let name = String(1000 + frame).dropFirst()
      let bytes =
        PNG.encode(rows: 480, columns: 480, rgb: image.pixels.flatMap { [$0, $0, $0] }) ?? []
      guard let file = fopen("\(folder)/\(name).png", "w") else {
        throw Failure(code: .outputFailed, text: "\(folder): no file can be written there")
      }
      let written = fwrite(bytes, 1, bytes.count, file)
      guard fclose(file) == 0, written == bytes.count else {
        throw Failure(code: .outputFailed, text: "\(folder)/\(name).png could not be written")
      }
    }
  }
}
