import Foundation
import Testing

/// Files with a defect each, and what should become of them: Tests/Fixtures/bad.
public enum Museum {
  public struct Piece: Sendable, CustomTestStringConvertible {
    /// Below the museum's folder.
    public let name: String
    public let status: String
    public let reason: String
    public var path: String { Museum.folder + "/" + name }
    public var testDescription: String { name }
  }

  public static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/bad").path

  /// By `expected.csv`.
  public static let pieces: [Piece] = {
    let text = (try? String(contentsOfFile: folder + "/expected.csv", encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init) + ["", ""]
      return Piece(name: fields[0], status: fields[1], reason: fields[2])
    }
  }()

  /// Files of some of its rooms, as they lie there.
  public static func files(_ rooms: [String]) -> Set<String> {
    Set(
      rooms.flatMap { room in
        ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + room)) ?? []).map { room + "/" + $0 }
      })
  }
}
