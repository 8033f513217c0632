import Cine

/// Which clips of a study the model sees (design as published): one each of the long-axis views; of the short-axis stack
/// the first and last slice dropped where it has more than five, then every second. A series of pictures that are woven
/// together is no cine.
public struct ClipChoice: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    /// Index into `study.series`, and the slice within it.
    public let series: Int
    public let slice: Int
    public let view: View

    public init(series: Int, slice: Int, view: View) {
      self.series = series
      self.slice = slice
      self.view = view
    }
  }

  public let items: [Item]

  public init(_ study: Study) {
    var items: [Item] = []
    func cine(_ view: View) -> [(offset: Int, element: Series)] {
      study.series.enumerated().filter { $0.element.view == view && $0.element.phaseCount > 1 && !$0.element.isWoven }
    }
    if let stack = cine(.shortAxis).max(by: { $0.element.slices.count < $1.element.slices.count }) {
      for slice in Self.stackSlices(stack.element.slices.count) {
        items.append(Item(series: stack.offset, slice: slice, view: .shortAxis))
      }
    }
    for view in [View.twoChamber, .threeChamber, .fourChamber] {
      guard let found = cine(view).first else { continue }
      items.append(Item(series: found.offset, slice: found.element.slices.count / 2, view: view))
    }
    self.items = items
  }

  static func stackSlices(_ count: Int) -> [Int] {
    let inner = count > 5 ? 1..<count - 1 : 0..<count
    return Array(stride(from: inner.lowerBound, to: inner.upperBound, by: 2))
  }
}
