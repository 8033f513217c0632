/// Why a table could not be read.
public enum TableError: Error, Hashable, Sendable {
  case empty
  /// It is no table; what it is and what to do, to be read after the file's name.
  case otherFile(String)
  case missingColumns([String])
  case line(Int, String)

  /// To be read after the file's name.
  public var text: String {
    switch self {
    case .empty: "holds no rows"
    case .otherFile(let what): what
    case .missingColumns(let names): "lacks \(names.joined(separator: ", ")) in its first line"
    case .line(let line, let why): "is not understood in line \(line): \(why)"
    }
  }
}
