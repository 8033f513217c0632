/// A report as a radiologist might have dictated it, in plain ASCII, a sentence an element.
public struct PhantomReport: Hashable, Sendable, Codable {
  public let findings: [String]
  public let impression: [String]

  /// Findings, then the impression.
  public var sentences: [String] { findings + impression }
}

extension PhantomReport {
  init(_ a: Anatomy, _ t: PhantomTruth, _ r: inout Random) {
    var dictation = Dictation(a, t, r)
    dictation.leftVentricle()
    dictation.wallsAndMotion()
    dictation.rightVentricle()
    dictation.atria()
    dictation.valves()
    dictation.vessels()
    dictation.pericardiumAndMasses()
    dictation.surgery()
    findings = dictation.sentences
    dictation.sentences = []
    dictation.impression()
    impression = dictation.sentences
    r = dictation.r
  }
}

/// Speaks facts in one of many ways.
struct Dictation {
  let a: Anatomy
  let t: PhantomTruth
  var r: Random
  var sentences: [String] = []

  init(_ a: Anatomy, _ t: PhantomTruth, _ r: Random) {
    self.a = a
    self.t = t
    self.r = r
  }

  func has(_ c: Condition) -> Bool { t.conditions[c.rawValue] == true }

  /// Adds one of the sentences; a share of the time none, for what not everybody mentions.
  mutating func say(_ choices: [String], mentioned: Double = 1) {
    let spoken = r.chance(mentioned)
    let sentence = r.pick(choices)
    if spoken { sentences.append(sentence) }
  }

  func whole(_ x: Double) -> String { "\(Int(x.rounded()))" }

  /// Tenths, as "1.8".
  func tenths(_ x: Double) -> String {
    let n = Int((x * 10).rounded())
    return "\(n / 10).\(abs(n) % 10)"
  }

  /// "mildly", "moderately" or "severely" by how far a value lies beyond its limit.
  func degree(_ x: Double, _ limit: Double, _ moderate: Double, _ severe: Double) -> String {
    x < limit * moderate ? "mildly" : x < limit * severe ? "moderately" : "severely"
  }

  static func adjective(_ adverb: String) -> String {
    adverb == "mildly" ? "mild" : adverb == "moderately" ? "moderate" : "severe"
  }
}
