import Findings
import Plain

/// Labels of studies as a site keeps them: a row a study, a column a condition (0, 1, or blank where nobody knows) or a
/// number with its unit in the column's head ("mass [g]").
public struct LabelTable: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// A study's UID, its path, or its path's last part.
    public let study: String
    /// Nil where the table has no such column.
    public let patient: String?

    public init(line: Int, study: String, patient: String? = nil) {
      (self.line, self.study, self.patient) = (line, study, patient)
    }
  }

  public struct Column: Hashable, Sendable {
    public let name: String
    /// Empty where the head has none.
    public let unit: String
    /// One a row; nil where it is not known.
    public let values: [Double?]

    public init(name: String, unit: String = "", values: [Double?]) {
      (self.name, self.unit, self.values) = (name, unit, values)
    }

    /// Nothing but 0 and 1, and no unit.
    public var isCondition: Bool { unit.isEmpty && values.allSatisfy { $0 == nil || $0 == 0 || $0 == 1 } }

    /// LVEF in percent has a place of its own in every result.
    public var isLVEF: Bool { !isCondition && name.lowercased() == "lvef" && ["", "%"].contains(unit) }

    /// The same column for other rows.
    func taking(_ rows: [Int]) -> Column { Column(name: name, unit: unit, values: rows.map { values[$0] }) }
  }

  public let rows: [Row]
  public let columns: [Column]

  public static let studyNames = ["study", "study_instance_uid", "path"]
  public static let patientNames = ["patient", "patient_id_hash"]

  /// `only` are the columns to learn from, by name with or without the unit; empty for all of them.
  public init(csv bytes: [UInt8], only: [String] = []) throws(LearningError) {
    do throws(TableError) {
      let csv = try CSV(bytes)
      guard !csv.rows.isEmpty else { throw .empty }
      let names = Table.names(of: csv)
      guard let study = Self.studyNames.first(where: names.contains) else {
        throw .otherFile(
          "lacks a column that names the study: its head should be \(Self.studyNames.joined(separator: ", or ")), parted "
            + "from the others by commas, semicolons or tabs")
      }
      let patient = Self.patientNames.first(where: names.contains)
      let heads = try Self.heads(names, only)
      let table = try Table(csv, numeric: heads.map(\.head))
      var (rows, values) = ([Row](), [[Double?]](repeating: [], count: heads.count))
      for row in table.rows {
        rows.append(
          Row(
            line: row.line, study: try table.text(study, row),
            patient: try patient.map { name throws(TableError) in try table.text(name, row) }))
        for (i, head) in heads.enumerated() { values[i].append(try table.numberOrBlank(head.head, row)) }
      }
      self.rows = rows
      columns = zip(heads, values).map { Column(name: $0.name, unit: $0.unit, values: $1) }
    } catch {
      throw .table(error)
    }
    for column in columns { try Self.check(column) }
  }

  private typealias Head = (head: String, name: String, unit: String)

  /// The columns that hold labels.
  private static func heads(_ names: [String], _ only: [String]) throws(TableError) -> [Head] {
    let all = names.filter { !$0.isEmpty && !(studyNames + patientNames).contains($0) }.map(head)
    let wanted = only.isEmpty ? all : all.filter { only.contains($0.head) || only.contains($0.name) }
    if let lost = only.first(where: { name in !wanted.contains { $0.head == name || $0.name == name } }) {
      throw .otherFile("has no column \(lost); it has \(all.map(\.name).joined(separator: ", "))")
    }
    guard !wanted.isEmpty else { throw .otherFile("has no column with labels") }
    let twice = Dictionary(grouping: wanted, by: \.name).filter { $0.value.count > 1 }.keys.min()
    if let twice { throw .otherFile("has two columns \(twice): give them names of their own") }
    return wanted
  }

  /// "mass [g]" → mass, g.
  private static func head(_ text: String) -> Head {
    guard text.hasSuffix("]"), let open = text.lastIndex(of: "[") else { return (text, text, "") }
    let name = trimmed(String(text[..<open]))
    return name.isEmpty ? (text, text, "") : (text, name, trimmed(String(text[text.index(after: open)...].dropLast())))
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private static func check(_ column: Column) throws(LearningError) {
    if column.name.lowercased() == ModelManifest.lvefHead, !column.isLVEF {
      throw .labels(
        "has a column \(column.name) that is no LVEF in percent: give it another name, or write percent and 'lvef [%]'")
    }
    let known = column.values.compactMap { $0 }
    if column.isLVEF, known.allSatisfy({ $0 <= 1 }) || !known.allSatisfy({ (0...100).contains($0) }) {
      throw .labels("has LVEF that is no percent: write 55 for 55 %")
    }
  }
}
