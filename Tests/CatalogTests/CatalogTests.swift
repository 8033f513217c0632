import Cine
import FoundationEssentials
import Glibc
import Testing

@testable import Catalog

@Suite struct CatalogTests {
  /// A folder that is removed when the value goes.
  final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/cinecor-catalog-\(UUID().uuidString)"
    var file: String { path + "/state/deep/catalog.sqlite" }

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func listing() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: path + "/state/deep").sorted()
    }
  }

  private func analysis(_ percent: Double) -> Analysis {
    Analysis(
      lvef: EjectionFraction(percent: percent, low: percent - 8, high: percent + 8),
      findings: [
        Finding(
          condition: "Ä \"quoted\"", probability: 0.1 + 0.2, threshold: 0.5, positive: false, auc: nil, aucLow: nil,
          aucHigh: nil)
      ], sentences: [ReportSentence(text: "line\nbreak", similarity: 1.0 / 3)],
      views: [ViewWeight(view: .shortAxis, seriesInstanceUID: "1.2", slice: 3, weight: 0.25)],
      warnings: [AnalysisWarning(code: "c", text: "t")], embedding: [0.1, -0.7, Float.leastNonzeroMagnitude])
  }

  private func mode(_ path: String) -> UInt32 {
    var info = stat()
    return stat(path, &info) == 0 ? info.st_mode & 0o777 : 0
  }

  @Test func resultsComeBackByContentAndModel() throws {
    let folder = try Folder()
    let catalog = Catalog.open(folder.file)
    #expect(catalog.notes.isEmpty)
    #expect(catalog.result(content: "a", model: "m") == nil)
    try catalog.store(analysis(40), kind: .findings, content: "a", model: "m")
    try catalog.store(analysis(50), kind: .findings, content: "a", model: "n")
    try catalog.store(analysis(60), kind: .findings, content: "b'; DROP TABLE results; --", model: "m")
    try catalog.store(analysis(45), kind: .findings, content: "a", model: "m")
    let again = Catalog.open(folder.file)
    #expect(again.result(content: "a", model: "m") == analysis(45))
    #expect(again.result(content: "a", model: "n") == analysis(50))
    #expect(again.result(content: "b'; DROP TABLE results; --", model: "m") == analysis(60))
    #expect(again.result(content: "b", model: "m") == nil)
    #expect(throws: CatalogError.noNumber) {
      try catalog.store(analysis(.nan), kind: .findings, content: "c", model: "m")
    }
    #expect(again.result(content: "c", model: "m") == nil)
  }

  @Test func contentsAreKnownByTheirFiles() throws {
    let folder = try Folder()
    let catalog = Catalog.open(folder.file)
    #expect(catalog.content(files: "f") == nil)
    try catalog.store(content: "a", files: "f")
    try catalog.store(content: "b", files: "g")
    try catalog.store(content: "c", files: "g")
    let again = Catalog.open(folder.file)
    #expect(again.content(files: "f") == "a" && again.content(files: "g") == "c")
  }

  @Test func readingsAreLoggedLatestFirst() throws {
    let catalog = Catalog.inMemory()
    for study in ["x", "y", "x"] { try catalog.logReading(study: study, model: study == "y" ? "" : "m") }
    #expect(catalog.readings().map(\.study) == ["x", "y", "x"] && catalog.readings().map(\.model) == ["m", "", "m"])
    #expect(catalog.readings(limit: 1).count == 1)
    #expect(try #require(catalog.readings().first).opened > 1_700_000_000)
  }

  @Test func onlyTheOwnerCanRead() throws {
    let folder = try Folder()
    do {
      let catalog = Catalog.open(folder.file)
      try catalog.store(analysis(40), kind: .findings, content: "a", model: "m")
      for name in try folder.listing() { #expect(mode(folder.path + "/state/deep/" + name) == 0o600, "\(name)") }
      #expect(try folder.listing().contains("catalog.sqlite-wal"))
      #expect(mode(folder.path + "/state/deep") == 0o700 && mode(folder.path + "/state") == 0o700)
    }
    chmod(folder.file, 0o644)
    _ = Catalog.open(folder.file)
    #expect(mode(folder.file) == 0o600)
  }

  @Test func whatWasAcknowledgedIsThereWhenTheProgramIsKilled() throws {
    let folder = try Folder()
    let catalog = Catalog.open(folder.file)
    for i in 0..<20 { try catalog.store(analysis(Double(i)), kind: .findings, content: "\(i)", model: "m") }
    // What a killed program leaves behind: the files as they are, no connection closed.
    let left = try Folder()
    try FileManager.default.copyItem(atPath: folder.path + "/state", toPath: left.path + "/state")
    try? FileManager.default.removeItem(atPath: left.file + "-shm")
    // Its last write may be half on the disk.
    let torn = RawFile.append(left.file + "-wal", [UInt8](repeating: 7, count: 1000))
    #expect(torn)
    let found = Catalog.open(left.file)
    #expect(found.notes.isEmpty)
    for i in 0..<20 { #expect(found.result(content: "\(i)", model: "m") == analysis(Double(i))) }
    withExtendedLifetime(catalog) {}
  }

  @Test func manyConnectionsWriteAtOnce() async throws {
    let folder = try Folder()
    let file = folder.file
    try await withThrowingTaskGroup(of: Void.self) { group in
      for k in 0..<6 {
        group.addTask {
          // Opening, and with it the first migration, is part of the race.
          let catalog = Catalog.open(file)
          #expect(catalog.notes.isEmpty)
          for i in 0..<15 {
            try catalog.store(self.analysis(Double(i)), kind: .findings, content: "\(k).\(i)", model: "m")
          }
        }
      }
      try await group.waitForAll()
    }
    let catalog = Catalog.open(file)
    for k in 0..<6 {
      for i in 0..<15 { #expect(catalog.result(content: "\(k).\(i)", model: "m") == analysis(Double(i))) }
    }
  }

  @Test func aDamagedFileIsMovedAsideAndNamed() throws {
    for damage in ["no database", "torn page"] {
      let folder = try Folder()
      do {
        let catalog = Catalog.open(folder.file)
        for i in 0..<200 { try catalog.store(analysis(Double(i)), kind: .findings, content: "\(i)", model: "m") }
      }
      var bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file)))
      try #require(bytes.count > 20_000)
      if damage == "no database" {
        bytes = Array("this is no database, and it is longer than its header of one hundred bytes".utf8) + bytes[100...]
      } else {
        for i in 8192..<16_384 { bytes[i] = UInt8(truncatingIfNeeded: i &* 31) }
      }
      try Data(bytes).write(to: URL(filePath: folder.file))
      let catalog = Catalog.open(folder.file)
      guard case .damagedMovedAside(let aside)? = catalog.notes.first, catalog.notes.count == 1 else {
        Issue.record("\(damage): \(catalog.notes)")
        continue
      }
      #expect(try Data(contentsOf: URL(filePath: aside)) == Data(bytes))
      #expect(catalog.notes[0].text.contains(aside))
      #expect(catalog.result(content: "1", model: "m") == nil)
      try catalog.store(analysis(1), kind: .findings, content: "1", model: "m")
      let again = Catalog.open(folder.file)
      #expect(again.notes.isEmpty && again.result(content: "1", model: "m") == analysis(1))
    }
  }

  @Test func aFileOfALaterVersionIsLeftAlone() throws {
    let folder = try Folder()
    do { try Catalog.open(folder.file).store(analysis(1), kind: .findings, content: "1", model: "m") }
    do { try Database(path: folder.file).run("PRAGMA user_version = 99") }
    let before = try Data(contentsOf: URL(filePath: folder.file))
    let catalog = Catalog.open(folder.file)
    #expect(catalog.notes == [.newer])
    try catalog.store(analysis(2), kind: .findings, content: "2", model: "m")
    #expect(catalog.result(content: "2", model: "m") == analysis(2))
    #expect(try Data(contentsOf: URL(filePath: folder.file)) == before)
  }

  @Test func anEmptyFileIsMigratedFromTheStart() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/state/deep", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: folder.file))
    let catalog = Catalog.open(folder.file)
    try catalog.store(analysis(3), kind: .findings, content: "3", model: "m")
    #expect(catalog.notes.isEmpty && catalog.result(content: "3", model: "m") == analysis(3))
    #expect(try Database(path: folder.file).rows("PRAGMA user_version") == [["\(Catalog.steps.count)"]])
  }

  @Test func aFileOfTheFirstVersionKeepsItsReadings() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/state/deep", withIntermediateDirectories: true)
    do {
      let old = try Database(path: folder.file)
      for step in Catalog.steps[0] { try old.run(step) }
      try old.run("INSERT INTO readings (study, opened) VALUES ('x', 1)")
      try old.run("PRAGMA user_version = 1")
    }
    let catalog = Catalog.open(folder.file)
    try catalog.logReading(study: "y", model: "m")
    #expect(catalog.notes.isEmpty && catalog.readings().map(\.study) == ["y", "x"])
    #expect(catalog.readings().map(\.model) == ["m", ""])
  }

  /// What the third version kept as text is there as findings, byte for byte, and once.
  @Test func resultsOfTheThirdVersionAreCarriedOver() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/state/deep", withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(analysis(41)), as: UTF8.self)
    do {
      let old = try Database(path: folder.file)
      for step in Catalog.steps[..<3].joined() { try old.run(step) }
      for model in ["m", "n"] {
        try old.run(
          "INSERT INTO results (content, model, analysis, stored) VALUES ('a', ?, ?, 7)", [.text(model), .text(json)])
      }
      try old.run("INSERT INTO contents (files, content, stored) VALUES ('f', 'a', 7)")
      try old.run("PRAGMA user_version = 3")
    }
    let catalog = Catalog.open(folder.file)
    #expect(catalog.notes.isEmpty && catalog.content(files: "f") == "a")
    for model in ["m", "n"] {
      #expect(catalog.result(content: "a", model: model) == analysis(41))
      #expect(catalog.blob(kind: .findings, content: "a", model: model) == Array(json.utf8))
      for kind in [ResultKind.measured, .contours] {
        #expect(catalog.blob(kind: kind, content: "a", model: model) == nil)
      }
    }
    let database = try Database(path: folder.file)
    #expect(try database.rows("SELECT count(*), min(stored), typeof(blob) FROM blobs") == [["2", "7", "blob"]])
    #expect(try database.rows("SELECT name FROM sqlite_master WHERE name = 'results'").isEmpty)
  }

  @Test func whatAReaderDidIsKept() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/state/deep", withIntermediateDirectories: true)
    do {
      let old = try Database(path: folder.file)
      for step in Catalog.steps[..<4].joined() { try old.run(step) }
      try old.run("INSERT INTO readings (study, opened) VALUES ('x', 1)")
      try old.run("PRAGMA user_version = 4")
    }
    let catalog = Catalog.open(folder.file)
    #expect(catalog.notes.isEmpty && catalog.readings().map(\.study) == ["x"])
    #expect(catalog.flags(study: "a") == StudyFlags())
    // Either alone, and one does not undo the other.
    try catalog.setMarked(true, study: "a")
    #expect(catalog.flags(study: "a") == StudyFlags(read: false, marked: true))
    try catalog.setRead(study: "a")
    try catalog.setRead(study: "b'; DROP TABLE flags; --")
    let again = Catalog.open(folder.file)
    #expect(again.flags(study: "a") == StudyFlags(read: true, marked: true))
    try again.setMarked(false, study: "a")
    #expect(catalog.flags(study: "a") == StudyFlags(read: true, marked: false))
    #expect(catalog.flags(study: "b'; DROP TABLE flags; --") == StudyFlags(read: true))
  }

  @Test func resultsOfSeveralKindsAreKeptSideBySide() throws {
    let folder = try Folder()
    let catalog = Catalog.open(folder.file)
    let blobs: [ResultKind: [UInt8]] = [
      .embedding: [7],
      .findings: [], .measured: [0, 255, 0, 128], .contours: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) },
    ]
    for kind in ResultKind.allCases {
      try catalog.store(kind: kind, blob: [1], content: "a", model: "m")
      try catalog.store(kind: kind, blob: blobs[kind] ?? [], content: "a", model: "m")
    }
    let again = Catalog.open(folder.file)
    for kind in ResultKind.allCases {
      #expect(again.blob(kind: kind, content: "a", model: "m") == blobs[kind] ?? [])
      #expect(again.blob(kind: kind, content: "a", model: "n") == nil)
      #expect(again.blob(kind: kind, content: "b", model: "m") == nil)
    }
    // Bytes that are no such value.
    #expect(again.value(Measured.self, kind: .measured, content: "a", model: "m") == nil)
    let measured = Measured(
      curve: VolumeCurve(left: [100.1, 40], right: [], muscle: [90], endDiastole: 0, endSystole: 1), lvef: nil,
      measurements: [], findings: [], quality: Quality(grade: .green, reasons: []))
    try catalog.store(measured, kind: .measured, content: "a", model: "m")
    #expect(again.value(kind: .measured, content: "a", model: "m") == measured)
  }

  @Test func withoutAPlaceResultsLastAsLongAsTheProgram() throws {
    let folder = try Folder()
    try Data("a file".utf8).write(to: URL(filePath: folder.path + "/state"))
    let catalog = Catalog.open(folder.file)
    guard case .notKept? = catalog.notes.first else {
      Issue.record("\(catalog.notes)")
      return
    }
    try catalog.store(analysis(4), kind: .findings, content: "4", model: "m")
    #expect(catalog.result(content: "4", model: "m") == analysis(4))
  }
}

extension Catalog {
  fileprivate func result(content: String, model: String) -> Analysis? {
    value(kind: .findings, content: content, model: model)
  }
}

/// Appending without Foundation's file handles.
enum RawFile {
  static func append(_ path: String, _ bytes: [UInt8]) -> Bool {
    let fd = open(path, O_WRONLY | O_APPEND)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    return bytes.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) } == bytes.count
  }
}
