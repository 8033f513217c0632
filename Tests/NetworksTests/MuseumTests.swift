import Foundation
import TestSupport
import Testing

@testable import Networks

/// Weights that are damaged, or made to do harm.
@Suite struct MuseumTests {
  static let pieces = Museum.pieces.filter { $0.name.hasPrefix("weights/") }

  @Test func everyPieceIsListed() {
    #expect(Self.pieces.count > 25)
    #expect(Set(Self.pieces.map(\.name)) == Museum.files(["weights"]))
  }

  @Test(arguments: pieces) func everyPieceIsWhatItIs(_ piece: Museum.Piece) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: piece.path)))
    do throws(CheckpointError) {
      let file = try Checkpoint(bytes)
      #expect(piece.status == "ok" && file.tensor("w") != nil)
    } catch {
      let name =
        switch error {
        case .malformed: "malformed"
        case .refused: "refused"
        case .unsupportedType: "unsupported_type"
        case .unreadable, .mismatch, .shardsMissing, .leavesFolder: "other"
        }
      #expect(piece.status == "refused" && piece.reason == name, "\(error)")
      #expect(!error.text.isEmpty)
    }
  }
}
