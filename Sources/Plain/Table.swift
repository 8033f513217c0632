/// A table whose columns have names.
public struct Table {
  private let columns: [String: Int]
  /// Rows with nothing in any cell, as spreadsheets leave them, are left out.
  public let rows: [CSV.Row]
  private let mark: DecimalMark

  /// `numeric` names the columns that hold numbers.
  public init(_ csv: CSV, numeric: [String]) throws(TableError) {
    let names = Self.names(of: csv)
    guard !names.isEmpty else { throw .empty }
    columns = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    rows = csv.rows.dropFirst().filter { !$0.cells.allSatisfy { Self.trimmed($0).isEmpty } }
    guard !rows.isEmpty else { throw .empty }
    for row in rows where row.cells.count > names.count || zip(row.cells, names).contains(where: Self.isNameless) {
      let hint =
        csv.separator == .comma
        ? ": is the comma a separator and a decimal mark? Save it with semicolons, or put quotes around such numbers"
        : ""
      throw .line(row.line, "it has more cells than the first line has names\(hint)")
    }
    var numbers: [DecimalMark.Written] = []
    for row in rows {
      for name in numeric {
        if let column = columns[name], row.cells.indices.contains(column) {
          numbers.append(.init(line: row.line, text: Self.trimmed(row.cells[column])))
        }
      }
    }
    mark = try DecimalMark(numbers, separator: csv.separator)
  }

  /// What the first line calls the columns.
  public static func names(of csv: CSV) -> [String] { csv.rows.first?.cells.map(trimmed) ?? [] }

  private static func isNameless(_ cell: String, _ name: String) -> Bool { name.isEmpty && !trimmed(cell).isEmpty }

  public func has(_ name: String) -> Bool { columns[name] != nil }

  /// Fails with the names of the columns that are not there.
  public func require(_ names: [String]) throws(TableError) {
    let missing = names.filter { columns[$0] == nil }
    guard missing.isEmpty else { throw .missingColumns(missing) }
  }

  /// Nil where the table has no such column.
  private func cell(_ name: String, _ row: CSV.Row) throws(TableError) -> String? {
    guard let column = columns[name] else { return nil }
    guard row.cells.indices.contains(column) else { throw .line(row.line, "it ends before the column \(name)") }
    return Self.trimmed(row.cells[column])
  }

  /// Fails where it is blank.
  public func text(_ name: String, _ row: CSV.Row) throws(TableError) -> String {
    guard let text = try cell(name, row), !text.isEmpty else { throw .line(row.line, "\(name) is blank") }
    return text
  }

  /// Nil where it is blank.
  public func textOrBlank(_ name: String, _ row: CSV.Row) throws(TableError) -> String? {
    try cell(name, row).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Fails where it is blank or no finite number, with its line.
  public func number(_ name: String, _ row: CSV.Row) throws(TableError) -> Double {
    let text = try text(name, row)
    guard let x = mark.number(text), x.isFinite else { throw .line(row.line, "\(name) is no number: \(text)") }
    return x
  }

  /// Nil for a blank cell, or NA.
  public func numberOrBlank(_ name: String, _ row: CSV.Row) throws(TableError) -> Double? {
    guard let text = try cell(name, row), !text.isEmpty, text != "NA" else { return nil }
    return try number(name, row)
  }

  static func trimmed(_ s: String) -> String {
    func isBlank(_ c: Character) -> Bool { c == " " || c == "\t" || c == "\u{A0}" }
    return String(s.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}

/// What stands between whole and fraction in a table's numbers: one mark for all of them, or the table is not believed.
struct DecimalMark {
  struct Written {
    let line: Int
    let text: String
  }

  private let isComma: Bool

  init(_ numbers: [Written], separator: CSV.Separator) throws(TableError) {
    let commas = numbers.filter { $0.text.contains(",") }
    isComma = !commas.isEmpty
    guard let comma = commas.first else { return }
    if let both = commas.first(where: { $0.text.contains(".") || $0.text.split(separator: ",").count > 2 }) {
      throw .line(both.line, "\(both.text) has thousands parted: write numbers with a decimal mark alone")
    }
    if let point = numbers.first(where: { $0.text.contains(".") }) {
      throw .line(
        max(comma.line, point.line),
        "\(comma.text) in line \(comma.line) has a comma, \(point.text) in line \(point.line) a point: write all numbers "
          + "with one decimal mark")
    }
    // Programs that part cells by semicolons do so because the comma is their decimal mark; elsewhere 1,234 may be meant
    // as thousands.
    if separator != .semicolon, commas.allSatisfy({ Self.couldBeThousands($0.text) }) {
      throw .line(
        comma.line, "\(comma.text) may have a decimal comma or its thousands parted: write numbers with a decimal point"
      )
    }
  }

  /// As 1,234, -12,345 and 123,456, but not as 0,123 or 1,5.
  private static func couldBeThousands(_ text: String) -> Bool {
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
      return false
    }
    return (1...3).contains(parts[0].count) && parts[0].first != "0" && parts[1].count == 3
  }

  func number(_ text: String) -> Double? {
    Double(isComma ? String(text.map { $0 == "," ? "." : $0 }) : text)
  }
}
