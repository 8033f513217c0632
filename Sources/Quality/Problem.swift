import Cine

/// Something about a study that its user should know before counting on it.
public struct Problem: Hashable, Sendable {
  public enum Weight: Int, Hashable, Sendable, Comparable {
    case note = 1
    case warning = 3
    case error = 10

    public static func < (a: Weight, b: Weight) -> Bool { a.rawValue < b.rawValue }
    public var name: String { self == .error ? "error" : self == .warning ? "warning" : "note" }
  }

  /// Stable code for JSON: `ragged_stack`, `gap`, ….
  public let code: String
  public let weight: Weight
  /// In the study's order, where it concerns one.
  public let series: Int?
  /// With slices counted from 1, as on the screen.
  public let text: String

  public init(_ code: String, _ weight: Weight, series: Int? = nil, _ text: String) {
    (self.code, self.weight, self.series, self.text) = (code, weight, series, text)
  }
}

extension Problem {
  /// A code in words, for people.
  public static func name(_ code: String) -> String {
    switch code {
    case "tied_order": "unknown order"
    case "order_differs": "another order than the published one"
    case "uneven_rr": "uneven heartbeats"
    case "no_timing": "no trigger times"
    case "no_geometry": "no positions or spacing"
    default: code.split(separator: "_").joined(separator: " ")
    }
  }
}

/// A study's problems, worst first.
public struct StudyQuality: Sendable {
  public let study: Study
  public let problems: [Problem]

  init(_ study: Study, _ problems: [Problem]) {
    self.study = study
    self.problems = problems.sorted { a, b in
      (b.weight.rawValue, a.series ?? -1, a.code) < (a.weight.rawValue, b.series ?? -1, b.code)
    }
  }

  /// What studies are ordered by: the more, the worse.
  public var score: Int { problems.reduce(0) { $0 + $1.weight.rawValue } }
}
