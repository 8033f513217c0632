import Cine
import DicomFiles
import Foundation
import Intake
import TestSupport
import Testing

@Suite struct DicomWriterTests {
  @Test(arguments: DicomWriter.Compression.allCases)
  func whatIsWrittenIsReadBack(_ compression: DicomWriter.Compression) throws {
    let scratch = try ScratchFolder()
    let made = Synthetic.loaded()
    try DicomWriter.write(made, folder: scratch.path + "/study", compression: compression)
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(folder.unreadable == [])
    #expect(folder.skipped == 0)
    let study = try #require(folder.studies.first)
    #expect(folder.studies.count == 1)
    #expect(study.instanceUID == made.study.instanceUID)
    #expect(study.patientName == "Müller^Zoë")
    #expect(study.patientID == "P1")
    #expect(study.date == "20260101")
    #expect(study.description == "Synthetic heart, not a patient")
    #expect(study.series.map(\.description) == ["SAX cine", "4CH cine"])
    #expect(study.series.map(\.view) == [.shortAxis, .fourChamber])
    #expect(study.series.map(\.orderRule) == ["position, then TriggerTime", "position, then TriggerTime"])

    let loaded = CineLoader(TestWorkers.pool).load(study)
    #expect(loaded.unreadable == [])
    for (a, b) in zip(made.series, loaded.study.series) {
      #expect(a.clips.count == b.clips.count)
      for (x, y) in zip(a.clips, b.clips) {
        #expect(x.pixels == y.pixels)
        #expect(x.times == y.times)
        #expect(x.heartbeat == y.heartbeat)
        let (g, h) = (try #require(x.geometry), try #require(y.geometry))
        #expect((g.origin - h.origin).length < 1e-5)
        #expect((g.normal - h.normal).length < 1e-5)
        #expect(g.rowSpacing == h.rowSpacing)
      }
    }
    let header = try DicomHeader.read(path: scratch.path + "/study/01-01-01.dcm")
    #expect(header.transferSyntax == compression.rawValue)
    #expect(header.cardiacImages == 4)
    #expect(header.imageType == "DERIVED\\SECONDARY\\M")
  }

  @Test(arguments: DicomWriter.Compression.allCases)
  func theSameStudyGivesTheSameBytes(_ compression: DicomWriter.Compression) throws {
    let scratch = try ScratchFolder()
    try DicomWriter.write(Synthetic.loaded(), folder: scratch.path + "/a", compression: compression)
    try DicomWriter.write(Synthetic.loaded(), folder: scratch.path + "/b", compression: compression)
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a").sorted()
    #expect(names.count == 16)
    for name in names {
      let (a, b) = (scratch.path + "/a/" + name, scratch.path + "/b/" + name)
      #expect(FileManager.default.contents(atPath: a) == FileManager.default.contents(atPath: b))
    }
  }

  @Test func filesSayThatTheyAreSynthetic() throws {
    let scratch = try ScratchFolder()
    try DicomWriter.write(Synthetic.loaded(phases: 1), folder: scratch.path)
    let bytes = try #require(FileManager.default.contents(atPath: scratch.path + "/01-01-01.dcm"))
    #expect(bytes.range(of: Data("SYNTHETIC: computed".utf8)) != nil)
    #expect(bytes.range(of: Data("CINECOR".utf8)) != nil)
    #expect(bytes.range(of: Data("OFFIS_DCMTK".utf8)) == nil)
  }

  @Test func pixelsBeyondTwelveBitsAreClamped() throws {
    let scratch = try ScratchFolder()
    let values: [Float] = [-5, 0.4, 0.6, 4095, 5000, .nan]
    let clip = CineClip(frames: 1, rows: 2, columns: 3, pixels: values, geometry: nil, times: [0], heartbeat: 900)
    let slice = Slice(
      rows: 2, columns: 3, geometry: nil, heartbeat: nil, phases: [Phase(time: nil, path: "", frame: 0)])
    var made = Synthetic.loaded().study
    var series = made.series[0]
    series.slices = [slice]
    made.series = [series]
    try DicomWriter.write(
      LoadedStudy(study: made, series: [LoadedSeries(series: series, clips: [clip])]), folder: scratch.path)
    let study = try #require(StudyFolder([scratch.path], pool: TestWorkers.pool).studies.first)
    #expect(try CineLoader(TestWorkers.pool).load(study.series[0].slices[0]).pixels == [0, 0, 1, 4095, 4095, 0])
  }

  @Test func aFolderThatCannotBeMadeIsNamed() {
    #expect(throws: DicomWriter.WriteError.self) {
      try DicomWriter.write(Synthetic.loaded(), folder: "/dev/null/none")
    }
  }

  @Test func uniqueIdentifiersAreValidAndTheirNamesAlone() {
    let ids = (0..<200).map { UniqueID.make("series/\($0)") }
    #expect(Set(ids).count == 200)
    #expect(ids.allSatisfy { $0.count <= 64 && $0.hasPrefix("2.25.") && $0.allSatisfy { "0123456789.".contains($0) } })
    // The first 128 bits of SHA-256("abc"), ba7816bf8f01cfea414140de5dae2223, in decimal.
    #expect(UniqueID.make("abc") == "2.25.247859944228867399418143717509236138531")
  }
}
