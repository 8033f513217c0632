import Cine

/// What several slices of a series have in common.
struct SharedProblem {
  let code: String
  let weight: Problem.Weight
  let series: Int
  let what: String
  /// From 0, rising.
  var slices: [Int]
  /// How many frames of them, where single frames are meant.
  var frames: Int?

  mutating func add(_ slice: Int, frames more: Int?) {
    slices.append(slice)
    if let more { frames = (frames ?? 0) + more }
  }

  var problem: Problem {
    let count = frames.map { Count.of($0, "frame") + " of " } ?? ""
    let noun = slices.count == 1 ? "slice" : "slices"
    return Problem(code, weight, series: series, "\(what): \(count)\(noun) \(Self.ranges(slices)).")
  }

  /// "1–3, 7": slices are counted from 1 on the screen.
  static func ranges(_ slices: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for slice in slices {
      if let last = runs.last, last.upperBound + 1 == slice {
        runs[runs.count - 1] = last.lowerBound...slice
      } else {
        runs.append(slice...slice)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound + 1)" : "\($0.lowerBound + 1)–\($0.upperBound + 1)" }
      .joined(separator: ", ")
  }
}
