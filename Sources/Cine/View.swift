/// The standard cine views of cardiac MR.
public enum View: String, Hashable, Sendable, Codable, CaseIterable {
  case shortAxis = "SAX"
  case twoChamber = "2CH"
  case threeChamber = "3CH"
  case fourChamber = "4CH"
  /// A long-axis plane through the left ventricle which geometry alone does not name.
  case longAxis = "LAX"
  case unknown = "-"

  /// Those along the left ventricle, in the order of their chambers.
  public static let longAxes: [View] = [.twoChamber, .threeChamber, .fourChamber, .longAxis]

  public var isLongAxis: Bool { Self.longAxes.contains(self) }

  /// The view in words, as on the screen and in reports.
  public var name: String {
    switch self {
    case .shortAxis: "short axis"
    case .twoChamber: "2 chamber"
    case .threeChamber: "3 chamber"
    case .fourChamber: "4 chamber"
    case .longAxis: "long axis"
    case .unknown: "unknown view"
    }
  }
}

/// By what a series got its view, kept with it so that the screen and the JSON can say so.
public enum ViewRule: String, Hashable, Sendable, Codable {
  case description, geometry, none
}
