/// How often a study's own report is among the nearest of all reports.
public struct Retrieval: Hashable, Sendable {
  public let count: Int
  public let nearest: Int
  /// Share of studies whose own report is among the nearest; studies that tie count by their chance.
  public let hits: Double
  public let medianRank: Double

  /// What drawing reports by lot would give.
  public var chance: Double { min(1, Double(nearest) / Double(count)) }
  public var timesChance: Double { hits / chance }

  /// Unit embeddings of studies and, in the same order, of their reports. Nil without studies.
  public init?(studies: [[Float]], reports: [[Float]], nearest: Int = 5) {
    precondition(studies.count == reports.count, "Retrieval: one report a study")
    guard !studies.isEmpty else { return nil }
    count = studies.count
    self.nearest = nearest
    var (sum, ranks) = (0.0, [Double]())
    for (i, study) in studies.enumerated() {
      let similarity = reports.map { UnitVector.dot(study, $0) }
      // Reports that say the same, word for word, cannot be told apart.
      let above = similarity.count { $0 > similarity[i] + 1e-9 }
      let equal = similarity.count { abs($0 - similarity[i]) <= 1e-9 }
      sum += min(max(Double(nearest - above) / Double(equal), 0), 1)
      ranks.append(Double(above) + Double(equal + 1) / 2)
    }
    hits = sum / Double(count)
    medianRank = ROC.median(ranks)
  }
}

/// Vectors of length one, and their sums: the same bytes wherever they are computed.
public enum UnitVector {
  public static func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// The mean of unit vectors, made unit length again; zero where they cancel. Nil without any.
  public static func mean(_ vectors: [[Float]]) -> [Float]? {
    guard let first = vectors.first else { return nil }
    var sum = [Double](repeating: 0, count: first.count)
    for v in vectors { for (i, x) in v.enumerated() where i < sum.count { sum[i] += Double(x) } }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sum.map { length > 1e-12 ? Float($0 / length) : 0 }
  }
}
