import Cine
import Preparation

/// Which clips of a study are contoured: every slice of the short-axis stack, as long as volumes are sums, and every plane
/// along the ventricle.
public enum ContourChoice {
  public static func items(_ study: Study) -> [ClipChoice.Item] {
    let series = study.series.enumerated()
    let stack = series.filter { $0.element.view == .shortAxis }
      .max { ($0.element.slices.count, $1.offset) < ($1.element.slices.count, $0.offset) }
    let long = series.filter { [.twoChamber, .threeChamber, .fourChamber].contains($0.element.view) }
    return ([stack].compactMap { $0 } + long).flatMap { i, one in
      one.slices.indices.map { ClipChoice.Item(series: i, slice: $0, view: one.view) }
    }
  }
}
