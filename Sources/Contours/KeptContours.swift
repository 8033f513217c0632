import Cine
import Preparation

extension Contourer {
  /// Raised whenever the same pixels and weights come to give other contours: what was kept from before is drawn anew.
  public static let revision = 5
}

extension StudyContours {
  /// The stack, then the planes.
  public var drawn: [DrawnClip] { stack + long }

  /// What was drawn on a study before, its stack cleaned; nil where it is not this study's.
  public init?(_ drawn: [DrawnClip], of study: Study) {
    func slice(_ item: ClipChoice.Item) -> Slice? {
      guard study.series.indices.contains(item.series) else { return nil }
      let slices = study.series[item.series].slices
      return slices.indices.contains(item.slice) ? slices[item.slice] : nil
    }
    guard drawn.allSatisfy({ slice($0.item)?.phases.count == $0.frames }) else { return nil }
    let stack = drawn.filter { $0.item.view == .shortAxis }
    self.init(
      stack: stack, long: drawn.filter { $0.item.view != .shortAxis },
      volumes: StackVolumes(stack, positions: stack.compactMap { slice($0.item)?.geometry?.positionAlongNormal }))
  }
}
