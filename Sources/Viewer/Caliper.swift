import Cine
import Terminal

/// Two points on a picture, and how far they are apart in the patient.
struct Caliper: Hashable, Sendable {
  /// Row and column in pixels of the image itself, whatever part of it is on the screen.
  var ends: [SIMD2<Double>]
  /// The end that keys move.
  var active = 0

  init(_ first: SIMD2<Double>, _ second: SIMD2<Double>) { ends = [first, second] }

  /// With the other end to be moved.
  var turned: Caliper {
    var other = self
    other.active = 1 - active
    return other
  }

  /// In pixels of the image.
  var pixels: Double { length(SIMD2(1, 1)) }

  /// mm within the plane (Pixel Spacing, DICOM PS3.3 10.7.1.1: between rows first, then between columns); nil where the
  /// spacing is not known.
  func millimetres(_ geometry: Geometry?) -> Double? {
    geometry.map { length(SIMD2($0.rowSpacing, $0.columnSpacing)) }
  }

  private func length(_ spacing: SIMD2<Double>) -> Double {
    let way = (ends[1] - ends[0]) * spacing
    return (way * way).sum().squareRoot()
  }
}

extension ViewerModel {
  /// The part of the image that is shown.
  private var shownCrop: PictureRenderer.Crop? {
    guard let clip = currentClip, let motion else { return nil }
    return PictureRenderer.crop(clip, motion, view.framing)
  }

  /// Puts both ends down beside the middle of the picture, which stops.
  mutating func measureByHand() {
    guard let crop = shownCrop else {
      said = Said("no picture here to measure", isWarning: true)
      return
    }
    let row = (crop.row + (crop.rows - 1) / 2).rounded()
    let (middle, reach) = (crop.column + (crop.columns - 1) / 2, crop.columns / 6)
    caliper = Caliper(SIMD2(row, (middle - reach).rounded()), SIMD2(row, (middle + reach).rounded()))
    // The slice stays though more of the study may come.
    (playing, view.content, view.chosen) = (false, .slice, true)
    enter(.caliper)
  }

  mutating func measure(_ action: Action) {
    switch action {
    case .up: nudge(-1, 0)
    case .down: nudge(1, 0)
    case .left: nudge(0, -1)
    case .right: nudge(0, 1)
    case .farUp: nudge(-5, 0)
    case .farDown: nudge(5, 0)
    case .farLeft: nudge(0, -5)
    case .farRight: nudge(0, 5)
    case .other: caliper = caliper.map { $0.turned }
    default: endMeasuring()
    }
  }

  mutating func endMeasuring() {
    caliper = nil
    leave(.caliper)
  }

  /// By pixels of the image, and never out of sight.
  private mutating func nudge(_ rows: Double, _ columns: Double) {
    guard var caliper, let crop = shownCrop else { return }
    var end = caliper.ends[caliper.active] + SIMD2(rows, columns)
    end.x = min(max(end.x, crop.row.rounded(.up)), (crop.row + crop.rows - 1).rounded(.down))
    end.y = min(max(end.y, crop.column.rounded(.up)), (crop.column + crop.columns - 1).rounded(.down))
    caliper.ends[caliper.active] = end
    self.caliper = caliper
  }

  /// What the caliper says, in the longest form that fits.
  func caliperLine(_ room: Int) -> String {
    guard let caliper, let clip = currentClip else { return "" }
    func number(_ x: Double) -> String { JSON.aligned(x, decimals: 1) }
    let length =
      caliper.millimetres(clip.geometry).map { "\(number($0)) mm" } ?? "\(number(caliper.pixels)) pixels, no spacing"
    let end = caliper.ends[caliper.active]
    let (row, column) = (Int(end.x.rounded()), Int(end.y.rounded()))
    var value = ""
    if (0..<clip.rows).contains(row), (0..<clip.columns).contains(column) {
      let at = (phase * clip.rows + row) * clip.columns + column
      value = " · value " + (JSON.fixed(Double(clip.pixels[at]), decimals: 1) ?? "none")
    }
    let forms = [" · end \(caliper.active + 1) of 2 · arrows move it · Tab the other · Esc", " · arrows Tab Esc", ""]
    return forms.map { length + value + $0 }.first { TextWidth.of($0) <= room } ?? TextWidth.fit(length, room)
  }
}
