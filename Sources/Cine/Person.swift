import Plain

/// What is known of the person, as far as normal ranges depend on it. Never a name.
public struct Person: Hashable, Sendable, Codable {
  public enum Sex: String, Hashable, Sendable, Codable, CaseIterable {
    case male = "M"
    case female = "F"
  }

  public var sex: Sex?
  /// cm
  public var height: Double?
  /// kg
  public var weight: Double?
  /// Years, of which a child may have less than one.
  public var age: Double?

  public init(sex: Sex? = nil, height: Double? = nil, weight: Double? = nil, age: Double? = nil) {
    (self.sex, self.height, self.weight, self.age) = (sex, height, weight, age)
  }

  public var isKnown: Bool { self != Person() }

  /// m², by Mosteller (N Engl J Med 317:1098, 1987): the root of cm · kg / 3600. Nil without height and weight.
  public var bodySurface: Double? {
    guard let height, let weight else { return nil }
    return (height * weight / 3600).squareRoot()
  }

  /// What people can be.
  public static let heights = 30.0...250.0
  public static let weights = 0.5...400.0
  public static let ages = 0.0...130.0

  /// What a file says, held against what people can be: what is impossible is missing, and that is said. `metres` is
  /// DICOM's own unit of a size; 50 and more are taken for centimetres, which many write.
  public static func checked(
    sex: String, metres: Double?, kilograms: Double?, age: String
  ) -> (person: Person, warnings: [AnalysisWarning]) {
    var warnings: [AnalysisWarning] = []
    var height = metres.map { 100 * $0 }
    if let written = metres, (50...250).contains(written) {
      height = written
      warnings.append(
        AnalysisWarning(
          code: "size_in_centimetres",
          text: "The patient's size is written as \(number(written)), where DICOM wants metres; taken for centimetres.")
      )
    }
    func possible(_ value: Double?, _ range: ClosedRange<Double>, _ what: String, _ written: Double?) -> Double? {
      // Scanners write 0 for what nobody typed in.
      guard let value, let written, written != 0 else { return nil }
      if range.contains(value) { return value }
      warnings.append(
        AnalysisWarning(
          code: "impossible_person",
          text: "The patient's \(what) is written as \(number(written)), which nobody can have; taken to be missing."))
      return nil
    }
    let person = Person(
      sex: Sex(rawValue: sex.filter { $0 != " " }.uppercased()),
      height: possible(height, heights, "size", metres), weight: possible(kilograms, weights, "weight", kilograms),
      age: years(age))
    return (person, warnings)
  }

  /// An age string (PS3.5 section 6.2, AS): "045Y", "018M", "010W", "003D".
  static func years(_ text: String) -> Double? {
    let word = text.filter { $0 != " " }
    guard let unit = word.last, let count = Double(word.dropLast()), count >= 0 else { return nil }
    let perYear: [Character: Double] = ["Y": 1, "M": 12, "W": 52.18, "D": 365.25]
    guard let many = perYear[unit], ages.contains(count / many) else { return nil }
    return count / many
  }

  private static func number(_ x: Double) -> String {
    JSON.fixed(x, decimals: x == x.rounded() ? 0 : 2) ?? "no number"
  }
}
