import Plain
import Training

/// Folds of patients: whoever has several studies has them all on one side. Those who carry a class are spread evenly, so
/// that wherever two patients carry it, no fold holds them all.
struct PatientSplit: Hashable, Sendable {
  /// What each patient's studies carry: classes by number.
  typealias Classes = [String: Set<Int>]

  let folds: [String: Int]
  let count: Int

  /// As many folds as asked for, or as there are patients. `name` gives each task draws of its own.
  init(_ classes: Classes, folds wanted: Int, seed: UInt64, name: String) {
    count = max(1, min(wanted, classes.count))
    // Who carries most is dealt first: the others can then mend what that left uneven.
    let order = Self.shuffled(classes.keys, seed: seed, name: name).enumerated().map { n, patient in
      (rank: (-(classes[patient]?.count ?? 0), classes[patient]?.max() ?? 0, n), patient)
    }.sorted { $0.rank < $1.rank }
    var carriers = [[Int: Int]](repeating: [:], count: count)
    var sizes = [Int](repeating: 0, count: count)
    var folds: [String: Int] = [:]
    for (_, patient) in order {
      let own = classes[patient] ?? []
      func cost(_ f: Int) -> (Int, Int) { (own.reduce(0) { $0 + carriers[f][$1, default: 0] }, sizes[f]) }
      let best = (0..<count).min { cost($0) < cost($1) } ?? 0
      folds[patient] = best
      sizes[best] += 1
      for c in own { carriers[best][c, default: 0] += 1 }
    }
    self.folds = folds
  }

  /// This share of the patients who carry each class, at least one of them; those of a lesser share are among those of a
  /// greater one.
  static func share(_ share: Double, of classes: Classes, seed: UInt64, name: String) -> Set<String> {
    let order = shuffled(classes.keys, seed: seed, name: name + " few")
    var chosen: Set<String> = []
    for c in Set(classes.values.flatMap { $0 }).sorted() {
      let carriers = order.filter { classes[$0]?.contains(c) == true }
      chosen.formUnion(carriers.prefix(Int((share * Double(carriers.count)).rounded(.up))))
    }
    return chosen
  }

  static func shuffled(_ patients: some Collection<String>, seed: UInt64, name: String) -> [String] {
    var order = patients.sorted()
    var draws = SplitMix(seed: seed, name: name)
    draws.shuffle(&order)
    return order
  }
}
