import Foundation
import TestSupport
import Testing

/// `inspect`, `qa` and `triage` over the same files: what one names the others name, and they end alike.
@Suite struct AgreementTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  private struct Told: Decodable {
    struct File: Decodable {
      var path: String
      var status: String?
      var reason: String?

      /// An image that cannot be read, as against something that is none.
      var isBroken: Bool { !["no_pixels", "not_medical", nil].contains(reason) }
    }
    struct Problem: Decodable {
      var code: String
      var text: String
    }
    struct Study: Decodable {
      var path: String
      var problems: [Problem]?
    }
    var files: [File]?
    /// What inspect has no row for: parts of files that are none, files that are not there.
    var leftOut: [File]?
    var unreadable: [File]?
    var skipped: Int
    var studies: [Study]
  }

  /// One answer a command; they are held against each other.
  @discardableResult
  private func hold(_ folder: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> (
    status: Int32, broken: [String: String], skipped: Int, qa: [Told.Study]
  ) {
    var all: [(status: Int32, broken: [String: String], skipped: Int)] = []
    var studies: [Told.Study] = []
    for command in ["inspect", "qa", "triage"] {
      let run = try Run([command, folder, "--json"], home: home)
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let told = try decoder.decode(Told.self, from: Data(run.output.utf8))
      let named = ((told.files ?? told.unreadable ?? []) + (told.leftOut ?? [])).filter(\.isBroken)
      let broken = Dictionary(named.map { ($0.path, $0.reason ?? "") }) { a, _ in a }
      #expect(broken.count == named.count, "\(command) names a file twice", sourceLocation: sourceLocation)
      if let files = told.files {
        let none = files.count { $0.status == "no_pixels" || $0.status == "not_medical" }
        #expect(none == told.skipped, "\(command)", sourceLocation: sourceLocation)
      }
      all.append((run.status, broken, told.skipped))
      if command == "qa" { studies = told.studies }
    }
    for other in all.dropFirst() {
      #expect(other.status == all[0].status, sourceLocation: sourceLocation)
      #expect(other.broken == all[0].broken, sourceLocation: sourceLocation)
      #expect(other.skipped == all[0].skipped, sourceLocation: sourceLocation)
    }
    return (all[0].status, all[0].broken, all[0].skipped, studies)
  }

  @Test func theyAgreeOverAMixedFolder() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let files = FileManager.default
    let hearts = home.appendingPathComponent("hearts").path
    _ = try Run(["phantom", "--out", hearts, "--seed", "501"], home: home)
    let folder = hearts + "/phantom-501"
    let good = try hold(hearts)
    #expect(good.status == 0 && good.broken.isEmpty && good.skipped == 2)
    #expect(good.qa.first?.problems?.contains { $0.code == "unreadable_files" } == false)

    // One that the model sees and one that it does not, both cut; a copy that is; a text; an object without a picture.
    func cut(_ name: String, to share: Double, as other: String? = nil) throws {
      let bytes = try #require(files.contents(atPath: folder + "/" + name))
      try bytes.prefix(Int(Double(bytes.count) * share)).write(to: URL(filePath: folder + "/" + (other ?? name)))
    }
    let names = try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".dcm") }.sorted()
    try cut(names[2], to: 0.9)
    try cut(names[names.count / 2], to: 0.5)
    try cut(names[0], to: 0.5, as: "second-copy.dcm")
    try "no image".write(toFile: folder + "/notes.dcm", atomically: true, encoding: .utf8)
    try Data(DicomBytes.preamble + DicomBytes.element(8, 0x60, "CS", Array("SR".utf8)))
      .write(to: URL(filePath: folder + "/report.dcm"))
    // JPEG whose codestream is cut: its head is whole, and no cine has it.
    for name in ["jpeg_cut.dcm", "jpeg_whole.dcm", "rle_cut.dcm", "jpeg_2000_nonsense.dcm"] {
      try files.copyItem(atPath: Museum.folder + "/dicom/" + name, toPath: hearts + "/" + name)
    }
    try files.createSymbolicLink(atPath: hearts + "/whole-again.dcm", withDestinationPath: "jpeg_whole.dcm")
    let mixed = try hold(hearts)
    #expect(mixed.status == 1 && mixed.broken.count == 6 && mixed.skipped == 4, "\(mixed.broken)")
    // Three files of the heart's own, known by their heads, and none of the others.
    let problems = mixed.qa.first { $0.path == folder }?.problems ?? []
    #expect(problems.filter { $0.code == "unreadable_files" }.map(\.text) == ["3 of its files could not be read."])
  }

  /// Half a hundred defects at once, and each room of them.
  @Test func theyAgreeOverTheMuseum() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let dicom = try hold(Museum.folder + "/dicom")
    #expect(dicom.status == 1 && dicom.broken.count > 25)
    for room in ["nifti", "hdf5"] { #expect(try hold("\(Museum.folder)/\(room)").status == 1) }
  }

  @Test func copiesAreFoundByTheirPixels() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let hearts = home.appendingPathComponent("hearts").path
    for seed in ["601", "607"] { _ = try Run(["phantom", "--out", hearts, "--seed", seed], home: home) }
    // The same pictures under other UIDs of the same length and another path.
    let files = FileManager.default
    try files.createDirectory(atPath: hearts + "/renamed", withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: hearts + "/phantom-601") where name.hasSuffix(".dcm") {
      let bytes = try #require(files.contents(atPath: "\(hearts)/phantom-601/\(name)"))
      try Self.otherUIDs([UInt8](bytes)).write(to: URL(filePath: "\(hearts)/renamed/\(name)"))
    }
    let run = try Run(["qa", hearts, "--json"], home: home)
    let studies = try JSONDecoder().decode(Told.self, from: Data(run.output.utf8)).studies
    #expect(studies.count == 3)
    let copies = studies.flatMap { s in
      (s.problems ?? []).filter { $0.code == "duplicate_study" }.map { (s.path, $0.text) }
    }
    #expect(copies.map(\.0) == [hearts + "/renamed"])
    #expect(copies.first?.1 == "Its pictures are those of \(hearts)/phantom-601, pixel by pixel.")
  }

  /// Study, Series and SOP Instance UID (explicit little endian) with their last digit changed.
  private static func otherUIDs(_ bytes: [UInt8]) -> Data {
    var bytes = bytes
    for tag: [UInt8] in [[8, 0, 0x18, 0], [0x20, 0, 0x0D, 0], [0x20, 0, 0x0E, 0]] {
      let head = tag + Array("UI".utf8)
      guard let at = bytes.indices.dropLast(80).first(where: { bytes[$0..<$0 + 6].elementsEqual(head) }) else {
        continue
      }
      let value = at + 8..<at + 8 + Int(bytes[at + 6])
      guard let last = value.last(where: { (0x30...0x39).contains(bytes[$0]) }) else { continue }
      bytes[last] = bytes[last] == 0x39 ? 0x31 : bytes[last] + 1
    }
    return Data(bytes)
  }
}
