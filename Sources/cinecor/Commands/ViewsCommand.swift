import Cine
import DicomFiles
import Findings
import Foundation
import Plain

/// `cinecor views`: how series would be filed by their descriptions.
enum ViewsCommand {
  static let command = Command(
    name: "views", synopsis: "[FILE] [--json]",
    summary: "How series descriptions would be filed: SAX, 2CH, 3CH, 4CH or -.",
    help: """
      FILE      a description a line, or CSV with a column series_description (default: standard input)
      --json    rows with description and view

      A site's own rules come first: lines such as 'kardio vierkammer = 4CH' or 'cine test = -' in
      \(SiteViews.path)

      example: echo 4CH_FIESTA_BH | cinecor views
      """, flags: ["--json"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard arguments.positional.count < 2 else { throw Failure(code: .usage, text: "views wants one FILE, or none") }
    let bytes: [UInt8]
    if let path = arguments.positional.first, path != "-" {
      guard let read = Files.contents(path) else {
        throw Failure(code: .someUnreadable, text: "\(path) could not be read")
      }
      bytes = read
    } else {
      bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
    }
    let names = SiteViews.names
    let rows = descriptions(bytes).map { text -> (text: String, view: String) in
      // A long axis that is not named further is none of the four.
      let view = names.view(text).flatMap { $0 == .longAxis ? nil : $0 } ?? .unknown
      return (text, view.rawValue)
    }
    if arguments.has("--json") {
      let all = rows.map { JSON.object([.init("description", .string($0.text)), .init("view", .string($0.view))]) }
      try Output.write(JSON.object([.init("schema_version", .int(1)), .init("views", .array(all))]).pretty)
    } else {
      try Output.write(rows.map { $0.view + "\n" }.joined())
    }
    return .allWell
  }

  /// The column `series_description` of a CSV that has one, else every line.
  private static func descriptions(_ bytes: [UInt8]) -> [String] {
    if let csv = try? CSV(bytes), let head = csv.rows.first?.cells,
      let column = head.firstIndex(of: "series_description")
    {
      return csv.rows.dropFirst().map { $0.cells.indices.contains(column) ? $0.cells[column] : "" }
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let texts = lines.map { String($0.hasSuffix("\r") ? $0.dropLast() : $0) }
    return texts.last == "" ? texts.dropLast() : texts
  }
}

/// A site's own names for views, read once.
enum SiteViews {
  static var path: String { Places.config + "/views" }

  static let names: ViewNames = {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return ViewNames() }
    let (names, refused) = ViewNames.read(text)
    for line in refused {
      Output.complain("\(path): '\(line)' is no rule; it wants 'words = SAX', 2CH, 3CH, 4CH, LAX or -")
    }
    return names
  }()
}
