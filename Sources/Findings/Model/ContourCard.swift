import Cine
import Contours
import Plain

extension ContourPackage {
  /// The package's card, as `cinecor model info --contours` prints it.
  public var card: String {
    let m = manifest
    var lines = [
      "\(m.name) \(m.version)", TriageReport.notice, "",
      "network       U-Net, \(Count.of(network.layout.count, "weight")), squares of \(m.recipe.size) pixels of "
        + "\(JSON.fixed(m.recipe.pitch, decimals: 2) ?? "?") mm",
      "licence       \(m.licence)", "sha256        \(sha256)",
    ]
    for (k, stage) in m.stages.enumerated() {
      lines.append(
        (k == 0 ? "taught on     " : "then on       ") + "\(stage.taughtOn), \(Count.of(stage.steps, "step")), seed "
          + "\(stage.seed)" + (stage.synthetic ? "; no patient was in it" : ""))
    }
    guard let bands = m.calibration?.bands, !bands.isEmpty else {
      return (lines + ["intervals     not measured"]).joined(separator: "\n") + "\n"
    }
    lines += ["", "quantity   half of a 90 % interval, where all looks agree    measured on"]
    for quantity in VolumeQuantity.allCases {
      guard let band = bands[quantity.rawValue] else { continue }
      let half = band.factor * ContourCalibration.doubt(quantity, spread: 0)
      let said =
        quantity.isPercent
        ? JSON.fixed(half, decimals: 1).map { $0 + " points" } : JSON.fixed(100 * half, decimals: 0).map { $0 + " %" }
      let name = quantity.rawValue + String(repeating: " ", count: max(1, 11 - quantity.rawValue.count))
      let width = said ?? "?"
      lines.append(name + width + String(repeating: " ", count: max(1, 47 - width.count)) + band.measuredOn)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
