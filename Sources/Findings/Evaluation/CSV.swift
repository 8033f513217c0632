/// Comma-separated values (RFC 4180): quotes, commas and line breaks within quotes, CRLF, LF, and a byte order mark.
public struct CSV: Sendable {
  public struct Row: Hashable, Sendable {
    /// Line on which the row begins, from 1.
    public let line: Int
    public let cells: [String]
  }

  /// Lines without any character are left out.
  public let rows: [Row]

  public init(_ bytes: [UInt8]) throws(EvaluationError) {
    var rows: [Row] = []
    var (cells, cell): ([String], [UInt8]) = ([], [])
    var (line, start) = (1, 1)
    /// Where the cell stands: not begun, bare, within quotes, behind the closing quote.
    enum State { case empty, bare, quoted, closed }
    var state = State.empty
    let (quote, comma, cr, lf) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n"))
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
    var i = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
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
      } else if b == comma {
        end()
        // A comma promises another cell, be it empty.
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
}

/// Why predictions could not be evaluated.
public enum EvaluationError: Error, Hashable, Sendable {
  case empty
  /// The header lacks these, and does not fit the other kind of table either.
  case missingColumns([String])
  case line(Int, String)

  public var text: String {
    switch self {
    case .empty: "the table holds no rows"
    case .missingColumns(let names):
      "the table's first line lacks \(names.joined(separator: ", ")): it should name study, condition, label and "
        + "probability, or study, label and prediction"
    case .line(let line, let why): "line \(line): \(why)"
    }
  }
}
