/// Separated values (RFC 4180, and as spreadsheets save them): commas, semicolons or tabs, quotes with separators and line
/// breaks within them, CRLF, LF or CR, in any encoding of `TableText`.
public struct CSV: Sendable {
  public struct Row: Hashable, Sendable {
    /// Line on which the row begins, from 1.
    public let line: Int
    public let cells: [String]
  }

  public enum Separator: UInt8, Hashable, Sendable, CaseIterable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09
  }

  public let separator: Separator
  /// Lines without any character are left out.
  public let rows: [Row]

  public init(_ file: [UInt8]) throws(TableError) {
    let bytes = try TableText.utf8(file)
    let (separator, begin) = Self.separator(bytes)
    self.separator = separator
    var rows: [Row] = []
    var (cells, cell): ([String], [UInt8]) = ([], [])
    var (line, start) = (begin > 0 ? 2 : 1, begin > 0 ? 2 : 1)
    /// Where the cell stands: not begun, bare, within quotes, behind the closing quote.
    enum State { case empty, bare, quoted, closed }
    var state = State.empty
    let (quote, cr, lf) = (UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"))
    func end() {
      cells.append(String(decoding: cell, as: UTF8.self))
      cell = []
      state = .empty
    }
    func endRow() {
      if !cells.isEmpty || !cell.isEmpty || state != .empty {
        end()
        rows.append(Row(line: start, cells: cells))
      }
      cells = []
      line += 1
      start = line
    }
    var i = begin
    while i < bytes.count {
      let b = bytes[i]
      i += 1
      if state == .quoted {
        if b == quote {
          if i < bytes.count, bytes[i] == quote {
            cell.append(quote)
            i += 1
          } else {
            state = .closed
          }
        } else {
          if b == lf { line += 1 }
          cell.append(b)
        }
      } else if b == quote, state == .empty {
        state = .quoted
      } else if b == separator.rawValue {
        end()
        // A separator promises another cell, be it empty.
        if i == bytes.count || bytes[i] == lf || bytes[i] == cr { state = .bare }
      } else if b == lf || b == cr {
        if b == cr, i < bytes.count, bytes[i] == lf { i += 1 }
        endRow()
      } else if state == .closed {
        throw .line(line, "text after a closing quote")
      } else {
        state = .bare
        cell.append(b)
      }
    }
    if state == .quoted { throw .line(start, "a quote that is never closed") }
    endRow()
    self.rows = rows
  }

  /// What parts the cells, and where the table begins: Excel's own line `sep=;` says it, else the separator that parts the
  /// first line into most cells.
  private static func separator(_ bytes: [UInt8]) -> (Separator, begin: Int) {
    let ends: Set = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    let word = bytes.prefix(4).map { $0 | 0x20 }
    if word == Array("sep=".utf8), bytes.count > 5, ends.contains(bytes[5]), let named = Separator(rawValue: bytes[4]) {
      return (named, bytes[5] == UInt8(ascii: "\r") && bytes.count > 6 && bytes[6] == UInt8(ascii: "\n") ? 7 : 6)
    }
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for b in bytes.drop(while: ends.contains) {
      if b == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if ends.contains(b) { break }
      counts[b, default: 0] += 1
    }
    // Of equals the first, which is the comma.
    let best = Separator.allCases.reduce(Separator.comma) { a, b in
      counts[b.rawValue, default: 0] > counts[a.rawValue, default: 0] ? b : a
    }
    return (best, 0)
  }
}
