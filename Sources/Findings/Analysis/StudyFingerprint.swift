import Cine
import Preparation

/// One name for what the model sees of a study: results are kept under it. Everything that reaches the model is in it,
/// names and dates are not.
public enum StudyFingerprint {
  /// SHA-256 over pixels, geometry and times of the chosen clips.
  public static func of(_ clips: [(item: ClipChoice.Item, clip: CineClip)]) -> String {
    var sum = SHA256()
    func add(_ numbers: [Double]) {
      numbers.withUnsafeBytes { sum.update($0) }
    }
    func add(_ numbers: [Int]) {
      numbers.map(Int64.init).withUnsafeBytes { sum.update($0) }
    }
    add([clips.count])
    for (item, clip) in clips {
      let view = Array(item.view.rawValue.utf8)
      add([item.series, item.slice, view.count])
      sum.update(view)
      add([clip.frames, clip.rows, clip.columns, clip.geometry == nil ? 0 : 1])
      if let g = clip.geometry {
        for v in [g.origin, g.alongRow, g.alongColumn] { add([v.x, v.y, v.z]) }
        add([g.rowSpacing, g.columnSpacing])
      }
      add(clip.times + [clip.heartbeat])
      clip.pixels.withUnsafeBytes { sum.update($0) }
    }
    return sum.hex()
  }
}
