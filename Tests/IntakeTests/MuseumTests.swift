import TestSupport
import Testing

@testable import Intake

/// Every defect is named as what it is, by a reading process that outlives it.
@Suite struct MuseumTests {
  static let rooms = ["archives", "dicom", "hdf5", "nifti"]
  static let pieces = Museum.pieces.filter { piece in rooms.contains { piece.name.hasPrefix($0 + "/") } }

  /// An archive has a piece for each file in it.
  static let files = pieces.map { $0.name.split(separator: "/").prefix(2).joined(separator: "/") }

  @Test func everyPieceIsListed() {
    #expect(Self.pieces.count > 130)
    #expect(Set(Self.files) == Museum.files(Self.rooms))
  }

  @Test func everyPieceIsWhatItIs() {
    var rows: [FileInspection] = []
    let paths = Self.files.map { Museum.folder + "/" + $0 }
    FolderInspection.inspect(paths, pool: TestWorkers.pool) { row, _ in rows.append(row) }
    #expect(rows.count == Self.pieces.count)
    for (piece, row) in zip(Self.pieces, rows) {
      #expect(row.path.text == piece.path)
      #expect(row.status.rawValue == piece.status && (row.reason?.reason ?? "") == piece.reason, "\(piece.name)")
      #expect((row.reason?.text.isEmpty ?? true) == (row.status == .ok), "\(piece.name)")
    }
  }

  /// What `inspect` decodes for its hash is what the other commands check before they begin.
  @Test func everyCommandNamesTheSameFiles() {
    let paths = Self.pieces.map(\.path)
    var rows: [FileInspection] = []
    FolderInspection.inspect(paths, pool: TestWorkers.pool) { row, _ in rows.append(row) }
    let folder = StudyFolder(paths, pool: TestWorkers.pool)
    let broken = FolderInspection.broken(folder.images, pool: TestWorkers.pool)
    #expect(broken.count > 20)
    // A file that was read may have parts that were not: they have no row of their own.
    let files = (folder.unreadable + broken).map(\.path).filter(Set(rows.map(\.path)).contains)
    #expect(Set(files) == Set(rows.filter(\.isBroken).map(\.path)))
    #expect(Set(broken) == Set(rows.filter { row in broken.contains { $0.path == row.path } }.compactMap(\.reason)))
  }
}
