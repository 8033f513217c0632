import FoundationEssentials
import Plain

/// Studies and their reports as a site keeps them: a table with the columns `path`, `report` and, where there is one,
/// `patient`; or a JSON object of these a line (JSON Lines), whose report may be a list of sentences.
public struct PairTable: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// As it was written; a relative one starts at the table's own folder.
    public let path: String
    public let sentences: [String]
    /// Nil where it is not said.
    public let patient: String?
  }

  public let rows: [Row]
  /// Rows whose report has no sentence, by their lines.
  public let withoutSentences: [Int]

  public init(_ bytes: [UInt8]) throws(LearningError) {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    let all = first == UInt8(ascii: "{") ? try Self.jsonLines(bytes) : try Self.table(bytes)
    rows = all.filter { !$0.sentences.isEmpty }
    withoutSentences = all.filter(\.sentences.isEmpty).map(\.line)
    guard !rows.isEmpty else { throw .table(.empty) }
  }

  private static func table(_ bytes: [UInt8]) throws(LearningError) -> [Row] {
    do throws(TableError) {
      let csv = try CSV(bytes)
      guard !csv.rows.isEmpty else { throw .empty }
      let names = Table.names(of: csv)
      guard let path = pathNames.first(where: names.contains), let report = reportNames.first(where: names.contains)
      else {
        throw .otherFile(
          "lacks columns: its head should name path and report, and may name patient, parted by commas, semicolons or "
            + "tabs; or it is a file of JSON objects with these keys, one a line")
      }
      let patient = LabelTable.patientNames.first(where: names.contains)
      let table = try Table(csv, numeric: [])
      return try table.rows.map { row throws(TableError) in
        Row(
          line: row.line, path: try table.text(path, row),
          sentences: ReportSentences.of(try table.textOrBlank(report, row) ?? ""),
          patient: try patient.flatMap { name throws(TableError) in try table.textOrBlank(name, row) })
      }
    } catch {
      throw .table(error)
    }
  }

  static let pathNames = ["path", "study"]
  static let reportNames = ["report", "text"]

  private struct Line: Decodable {
    enum Report: Decodable {
      case text(String)
      case sentences([String])

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          self = .text(text)
        } else {
          self = .sentences(try value.decode([String].self))
        }
      }
    }

    var path: String
    var report: Report
    var patient: String?
  }

  private static func jsonLines(_ bytes: [UInt8]) throws(LearningError) -> [Row] {
    var rows: [Row] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (i, raw) in lines.enumerated() {
      let line = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? raw.dropFirst(3) : raw
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      let read: Line
      do {
        read = try JSONDecoder().decode(Line.self, from: Data(line))
      } catch {
        throw .table(.line(i + 1, "it should be a JSON object with path, report and, if you like, patient"))
      }
      let sentences =
        switch read.report {
        case .text(let text): ReportSentences.of(text)
        case .sentences(let all): all.flatMap(ReportSentences.of)
        }
      let patient = read.patient.flatMap { $0.isEmpty ? nil : $0 }
      rows.append(Row(line: i + 1, path: read.path, sentences: sentences, patient: patient))
    }
    return rows
  }
}
