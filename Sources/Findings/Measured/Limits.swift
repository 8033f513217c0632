import Cine
import Plain

/// What is normal, by publication, sex and age: one table, which a site can replace (`Assets/limits.csv`).
public struct Limits: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public var measurement: String
    public var unit: String
    /// Nil is any.
    public var sex: Person.Sex?
    public var low: Double?
    public var high: Double?
    /// Years, both included.
    public var ages: ClosedRange<Double>?
    /// What a value below `low` means, and one above `high`.
    public var conditionLow: String?
    public var conditionHigh: String?
    public var words: Words?
    /// Whether a value beyond gives a finding, or is only shown.
    public var givesFindings: Bool
    public var source: String
  }

  /// How far beyond, in words: each up to its number, the last for all that is further.
  public struct Words: Hashable, Sendable {
    public var steps: [(word: String, until: Double)] { zip(names, bounds).map { ($0, $1) } }
    public var last: String { names.last ?? "" }
    let names: [String]
    let bounds: [Double]

    /// `below`: the value lies below its limit.
    public func word(_ value: Double, below: Bool) -> String {
      steps.first { below ? value >= $0.until : value <= $0.until }?.word ?? last
    }
  }

  /// Only those that fit contours with papillary muscles in the cavity.
  public let rows: [Row]
  /// SHA-256 of the file: what is kept depends on it.
  public let sha256: String

  static let columns = [
    "measurement", "unit", "sex", "papillaries", "low", "high", "age_from", "age_to", "condition_low",
    "condition_high", "words", "findings", "source", "read", "note",
  ]
  /// Age columns may be left out, and so may words and note.
  private static let optional: Set<String> = ["age_from", "age_to", "words", "note"]

  public init(_ bytes: [UInt8]) throws(LimitsError) {
    let table: CSV
    do throws(TableError) { table = try CSV(bytes) } catch { throw LimitsError(error) }
    guard let head = table.rows.first else { throw .empty }
    let names = head.cells.map { Self.trimmed($0).lowercased() }
    let missing = Self.columns.filter { !Self.optional.contains($0) && !names.contains($0) }
    guard missing.isEmpty else { throw .missingColumns(missing) }
    if let unknown = names.first(where: { !$0.isEmpty && !Self.columns.contains($0) }) {
      throw .line(head.line, "a column \"\(unknown)\", which is none of \(Self.columns.joined(separator: ", "))")
    }
    var rows: [Row] = []
    for line in table.rows.dropFirst() where !line.cells.allSatisfy({ Self.trimmed($0).isEmpty }) {
      guard line.cells.count <= names.count || line.cells.dropFirst(names.count).allSatisfy(\.isEmpty) else {
        throw .line(line.line, "more cells than the first line has")
      }
      var cells: [String: String] = [:]
      for (name, cell) in zip(names, line.cells) { cells[name] = Self.trimmed(cell) }
      if let row = try Self.row(cells, line.line) { rows.append(row) }
    }
    guard !rows.isEmpty else { throw .empty }
    self.rows = rows
    sha256 = SHA256.hex(of: bytes)
  }

  private static func trimmed(_ text: String) -> String {
    func isSpace(_ c: Character) -> Bool { c == " " || c == "\u{A0}" }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// Nil for what is made with papillary muscles in the mass.
  private static func row(_ cells: [String: String], _ line: Int) throws(LimitsError) -> Row? {
    func cell(_ name: String) -> String? { cells[name].flatMap { $0.isEmpty ? nil : $0 } }
    func number(_ name: String) throws(LimitsError) -> Double? {
      guard let text = cell(name) else { return nil }
      guard let x = Double(text), x.isFinite else { throw .line(line, "\(name) \"\(text)\" is no number") }
      return x
    }
    func choice<T>(_ name: String, _ values: [String: T]) throws(LimitsError) -> T {
      let text = cell(name) ?? ""
      guard let value = values[text.lowercased()] else {
        throw .line(line, "\(name) \"\(text)\" is none of \(values.keys.sorted().joined(separator: ", "))")
      }
      return value
    }
    guard let measurement = cell("measurement") else { throw .line(line, "no measurement") }
    guard MeasurementNames.units[measurement] != nil else {
      let known = MeasurementNames.units.keys.sorted().joined(separator: ", ")
      throw .line(line, "measurement \"\(measurement)\" is none of \(known)")
    }
    let unit = cell("unit") ?? ""
    guard let wanted = MeasurementNames.units[measurement], wanted == unit else {
      throw .line(line, "\(measurement) is in \"\(MeasurementNames.units[measurement] ?? "")\", not in \"\(unit)\"")
    }
    guard let source = cell("source") else { throw .line(line, "no source") }
    let (low, high) = (try number("low"), try number("high"))
    guard low != nil || high != nil else { throw .line(line, "neither low nor high") }
    if let low, let high, low >= high { throw .line(line, "low \(low) is not below high \(high)") }
    let (from, to) = (try number("age_from"), try number("age_to"))
    guard (from ?? 0) <= (to ?? .infinity) else { throw .line(line, "age_from is above age_to") }
    let sexes: [String: Person.Sex?] = ["m": .male, "f": .female, "any": nil]
    let sex = try choice("sex", sexes)
    let fits = try choice(
      "papillaries", ["in cavity": true, "in mass": false, "not told": true, "–": true, "-": true])
    let gives = try choice("findings", ["yes": true, "no": false])
    _ = try choice("read", ["p": true, "2": true, "–": true, "-": true])
    let (conditionLow, conditionHigh) = (cell("condition_low"), cell("condition_high"))
    if conditionLow != nil, low == nil { throw .line(line, "condition_low without low") }
    if conditionHigh != nil, high == nil { throw .line(line, "condition_high without high") }
    let words = try cell("words").map { (text) throws(LimitsError) in try Self.words(text, line) }
    guard fits else { return nil }
    return Row(
      measurement: measurement, unit: unit, sex: sex, low: low, high: high,
      ages: from == nil && to == nil ? nil : (from ?? 0)...(to ?? .infinity), conditionLow: conditionLow,
      conditionHigh: conditionHigh, words: words, givesFindings: gives, source: source)
  }

  /// "mildly 41 moderately 30 severely".
  private static func words(_ text: String, _ line: Int) throws(LimitsError) -> Words {
    let parts = text.split(separator: " ").map(String.init)
    let names = stride(from: 0, to: parts.count, by: 2).map { parts[$0] }
    let bounds = stride(from: 1, to: parts.count, by: 2).map { Double(parts[$0]) }
    guard parts.count & 1 == 1, !bounds.contains(nil), names.allSatisfy({ Double($0) == nil }) else {
      throw .line(line, "words \"\(text)\" are not word, number, word … word")
    }
    return Words(names: names, bounds: bounds.compactMap { $0 })
  }

  // MARK: Whose

  /// The rows that hold for a person. What is not known of the person takes in every row.
  public func rows(_ measurement: String, _ person: Person?) -> [Row] {
    rows.filter { row in
      guard row.measurement == measurement else { return false }
      if let wanted = row.sex, let sex = person?.sex, sex != wanted { return false }
      if let ages = row.ages, let age = person?.age, !ages.contains(age) { return false }
      return true
    }
  }

  /// The lowest low and the highest high of the rows that hold: where sources disagree or the sex is not known, the
  /// wider. Nil where none holds.
  public func widest(_ measurement: String, _ person: Person?) -> Measurement.Limit? {
    let some = rows(measurement, person)
    // A second, further limit of the same side has a condition of its own and is no wider range.
    let first = some.first.map { row in
      some.filter { ($0.conditionLow, $0.conditionHigh) == (row.conditionLow, row.conditionHigh) }
    }
    guard let first, let any = first.first else { return nil }
    let low = first.filter { $0.low != nil }.min { ($0.low ?? 0) < ($1.low ?? 0) }
    let high = first.filter { $0.high != nil }.max { ($0.high ?? 0) < ($1.high ?? 0) }
    var sources: [String] = []
    for row in [low, high].compactMap({ $0 }) where !sources.contains(row.source) { sources.append(row.source) }
    return Measurement.Limit(
      low: low?.low, high: high?.high, source: sources.isEmpty ? any.source : sources.joined(separator: "; "))
  }
}

/// Why a table of limits cannot be used.
public enum LimitsError: Error, Hashable, Sendable {
  case empty
  case missingColumns([String])
  case otherFile(String)
  case line(Int, String)

  init(_ error: TableError) {
    switch error {
    case .empty: self = .empty
    case .otherFile(let what): self = .otherFile(what)
    case .missingColumns(let names): self = .missingColumns(names)
    case .line(let line, let why): self = .line(line, why)
    }
  }

  /// To be read after the file's name.
  public var text: String {
    switch self {
    case .empty: "holds no limits"
    case .missingColumns(let names): "lacks \(names.joined(separator: ", ")) in its first line"
    case .otherFile(let what): what
    case .line(let line, let why): "is not understood in line \(line): \(why)"
    }
  }
}
