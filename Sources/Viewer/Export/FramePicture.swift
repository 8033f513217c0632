import Cine
import Terminal

/// One frame as it is on the screen, for a file: at twice its own resolution, with contours in colour.
public struct FramePicture: Hashable, Sendable {
  let rows: Int
  let columns: Int
  /// Row-major [rows, columns].
  let pixels: [Float]
  let geometry: Geometry?
  let crop: PictureRenderer.Crop
  let turn: Turn
  let low: Float
  let high: Float
  let inverted: Bool
  let outlines: [Outline]
  let measures: [Measure]
  /// A bar of known length belongs to it.
  let hasBar: Bool

  /// Pixels at most.
  private static let limit = 1 << 24

  /// Colours, [rows, columns, 3]. Where pixels are not square the finer side is doubled, and the other follows. Below the
  /// picture stands that it is no diagnosis.
  public func drawn() -> (rows: Int, columns: Int, rgb: [UInt8]) {
    let (sy, sx) = (geometry?.rowSpacing ?? 1, geometry?.columnSpacing ?? 1)
    let fine = min(sy, sx)
    var (y, x) = (2 * sy / fine, 2 * sx / fine)
    let all = crop.rows * y * crop.columns * x
    if all > Double(Self.limit) {
      let shrink = (Double(Self.limit) / all).squareRoot()
      (y, x) = (y * shrink, x * shrink)
    }
    var (height, width) = (max(1, Int((crop.rows * y).rounded())), max(1, Int((crop.columns * x).rounded())))
    if turn.isAcross { swap(&height, &width) }
    let projection = Projection(crop, rows: height, columns: width, turn: turn)
    let clip = CineClip(
      frames: 1, rows: rows, columns: columns, pixels: pixels, geometry: geometry, times: [0], heartbeat: 1)
    let image = PictureRenderer.image(
      clip, frame: 0, projection, low: low, high: high, inverted: inverted)
    var rgb: [UInt8] = []
    let bar = hasBar ? RulerMarks.bar(geometry, projection) + OrientationMarks.marks(geometry, projection) : []
    let length = bar.isEmpty ? nil : RulerMarks.barLength(geometry, crop)
    let band = TinyText.band(columns: width, more: length.map { ", BAR \($0) MM" } ?? "")
    rgb.reserveCapacity((height + band.rows) * width * 3)
    for grey in image.pixels { rgb += [grey, grey, grey] }
    var marks = OutlineRaster.marks(outlines, projection, pitch: fine / 2)
    for measure in measures { marks += RulerMarks.marks(measure, projection, active: nil) }
    for mark in marks + bar where image.pixels.indices.contains(mark.pixel) {
      let (red, green, blue) = mark.ink.rgb
      (rgb[3 * mark.pixel], rgb[3 * mark.pixel + 1], rgb[3 * mark.pixel + 2]) = (red, green, blue)
    }
    for white in band.pixels { rgb += [white, white, white] }
    return (height + band.rows, width, rgb)
  }
}

extension FramePicture {
  /// What is on the screen, or the same at another phase; nil where no picture is.
  init?(_ model: ViewerModel, phase other: Int? = nil) {
    guard let id = model.currentID, case .loaded(let clip, let motion) = model.clips[id] else { return nil }
    let n = clip.rows * clip.columns
    let phase = other ?? model.phase
    guard n > 0, phase >= 0, clip.pixels.count >= (phase + 1) * n else { return nil }
    (rows, columns, geometry) = (clip.rows, clip.columns, clip.geometry)
    pixels = Array(clip.pixels[phase * n..<(phase + 1) * n])
    crop = PictureRenderer.crop(clip, motion, model.view.framing)
    turn = model.view.framing.turn
    (low, high) = grey(model.view.window, motion)
    inverted = model.view.inverted
    measures = model.measures(model.view, phase)
    outlines = model.outlines(id, phase, in: model.view)
    hasBar = model.view.layers.contains(.overlays)
  }
}

/// A heartbeat as it is on the screen, for a file.
public struct CinePicture: Hashable, Sendable {
  public let frames: [FramePicture]
  /// How long each is shown, ms.
  public let times: [Int]

  /// Nil where no picture is.
  init?(_ model: ViewerModel) {
    guard let clip = model.currentClip, clip.frames > 0 else { return nil }
    frames = (0..<clip.frames).compactMap { FramePicture(model, phase: $0) }
    guard frames.count == clip.frames else { return nil }
    let start = clip.times.first ?? 0
    times = clip.times.indices.map { k in
      let end = k + 1 < clip.times.count ? clip.times[k + 1] : start + clip.heartbeat
      let length = (end - clip.times[k]).rounded()
      return length.isFinite ? Int(min(max(length, 1), 10_000)) : 40
    }
  }
}
