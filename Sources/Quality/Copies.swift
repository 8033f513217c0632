import Cine

/// A study as far as it can be judged alone.
public struct CheckedStudy: Sendable {
  public let study: Study
  public var problems: [Problem]
  /// One a slice whose pictures were read and are not blank: see `PixelChecks.prints`.
  public var prints: [String] = []

  public init(_ study: Study, _ problems: [Problem]) {
    self.study = study
    self.problems = problems
  }
}

/// Studies that hold pictures of another one, whatever their names, UIDs and paths are.
enum Copies {
  /// A problem for each study that shares slices with one before it, by the study's index.
  static func problems(_ studies: [CheckedStudy]) -> [(study: Int, problem: Problem)] {
    var first: [String: Int] = [:]
    var found: [(Int, Problem)] = []
    for (i, one) in studies.enumerated() {
      let own = Set(one.prints)
      let shared = Dictionary(own.compactMap { first[$0] }.map { ($0, 1) }, uniquingKeysWith: +)
      // The one that most is shared with; of equals the first.
      if let (other, count) = shared.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) {
        let name =
          studies[other].study.path == one.study.path
          ? "study \(studies[other].study.instanceUID)" : studies[other].study.path.text
        let isWhole = count == own.count && count == Set(studies[other].prints).count
        found.append(
          (
            i,
            Problem(
              "duplicate_study", .error,
              isWhole
                ? "Its pictures are those of \(name), pixel by pixel."
                : "\(count) of its \(Count.of(own.count, "slice")) \(count == 1 ? "has" : "have") the pixels of "
                  + "\(name).")
          ))
      }
      for print in own where first[print] == nil { first[print] = i }
    }
    return found
  }
}
