/// What a cell means, not what it looks like: the backend gives it colours the terminal has.
public enum Role: UInt8, Hashable, Sendable, CaseIterable {
  case normal, dim, title, accent, warning, selected, bar

  /// One letter, for snapshots.
  public var letter: Character {
    switch self {
    case .normal: " "
    case .dim: "d"
    case .title: "t"
    case .accent: "a"
    case .warning: "w"
    case .selected: "s"
    case .bar: "b"
    }
  }
}

/// One cell of the screen.
public struct Cell: Hashable, Sendable {
  public var character: Character = " "
  public var role = Role.normal
  /// The cell belongs to a picture that is sent past the screen.
  public var isPicture = false

  public init() {}
}

/// A rectangle of cells.
public struct CellRectangle: Hashable, Sendable {
  public var row: Int
  public var column: Int
  public var rows: Int
  public var columns: Int

  public init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row
    self.column = column
    self.rows = max(0, rows)
    self.columns = max(0, columns)
  }

  public var isEmpty: Bool { rows == 0 || columns == 0 }
}

/// A grid of cells that drawing code writes into; nothing outside of it is an error, it is just not seen.
public struct Screen: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public private(set) var cells: [Cell]

  public init(rows: Int, columns: Int) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
    cells = Array(repeating: Cell(), count: self.rows * self.columns)
  }

  public var whole: CellRectangle { CellRectangle(row: 0, column: 0, rows: rows, columns: columns) }

  public subscript(row: Int, column: Int) -> Cell {
    get { contains(row, column) ? cells[row * columns + column] : Cell() }
    set { if contains(row, column) { cells[row * columns + column] = newValue } }
  }

  private func contains(_ row: Int, _ column: Int) -> Bool {
    row >= 0 && column >= 0 && row < rows && column < columns
  }

  /// Writes text in one line, at most `width` columns; returns the column after it. A wide character leaves its second
  /// cell empty for the terminal.
  @discardableResult
  public mutating func put(_ text: String, _ row: Int, _ column: Int, _ role: Role = .normal, width: Int? = nil) -> Int
  {
    var at = column
    let end = min(columns, width.map { column + $0 } ?? columns)
    for character in text {
      for (glyph, w) in TextWidth.cells(character) {
        guard at + w <= end else { return at }
        var cell = Cell()
        cell.character = glyph
        cell.role = role
        self[row, at] = cell
        if w == 2 {
          cell.character = "\0"
          self[row, at + 1] = cell
        }
        at += w
      }
    }
    return at
  }

  public mutating func fill(_ r: CellRectangle, _ character: Character = " ", _ role: Role = .normal) {
    var cell = Cell()
    cell.character = character
    cell.role = role
    for row in r.row..<r.row + r.rows { for column in r.column..<r.column + r.columns { self[row, column] = cell } }
  }

  /// The characters as lines, then the roles as lines where any is not plain: what snapshots keep.
  public var snapshot: String {
    func lines(_ letter: (Cell) -> Character) -> String {
      (0..<rows).map { row in
        let line = (0..<columns).map { letter(self[row, $0]) }.filter { $0 != "\0" }
        return String(line.reversed().drop { $0 == " " }.reversed())
      }.joined(separator: "\n")
    }
    return lines { $0.isPicture ? "▒" : $0.character } + "\n--- roles\n" + lines { $0.role.letter } + "\n"
  }
}
