import Cine
import Foundation
import Intake
import TestSupport
import Testing

@testable import DicomFiles

/// Files in every common transfer syntax, many of them odd or broken: what pydicom and DCMTK both read is in
/// `expected.csv`, with the SHA-256 of the decoded pixels as stored, in native byte order.
@Suite(.enabled(if: SharedFolder.path("data/dicom-conformance") != nil)) struct ConformanceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let syntax: String
    let size: [String]
    let decode: String
    let sum: String

    var testDescription: String { path }

    init?(_ line: Substring) {
      // Fields in quotes hold commas.
      var fields = [""]
      var quoted = false
      for c in line {
        switch c {
        case "\"": quoted.toggle()
        case "," where !quoted: fields.append("")
        default: fields[fields.count - 1].append(c)
        }
      }
      guard fields.count == 14, fields[0] != "path" else { return nil }
      (path, syntax, size, decode, sum) = (fields[0], fields[1], Array(fields[2...6]), fields[10], fields[13])
    }
  }

  static let folder = SharedFolder.path("data/dicom-conformance") ?? ""

  static let rows: [Row] = {
    let text = (try? String(contentsOfFile: folder + "/expected.csv", encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).compactMap(Row.init)
  }()

  enum Outcome: Equatable {
    case decoded(DicomHeader, sum: String)
    case failed(DicomError)
  }

  func read(_ row: Row) -> Outcome {
    do throws(DicomError) {
      return try withDescriptor(Self.folder + "/" + row.path) { (fd) throws(DicomError) in
        let file = try DicomFile(descriptor: fd, path: FilePath(row.path))
        return .decoded(file.header, sum: try file.pixelSum())
      }
    } catch {
      return .failed(error)
    }
  }

  /// JPEG's inverse transform may round either way (ITU-T T.83): only its sizes are held, not its hash.
  static let lossyJPEG: Set = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"]

  @Test func everyFileThatCanBeDecodedHasTheExpectedPixels() {
    var exact = 0
    for row in Self.rows where row.decode == "ok" {
      guard case .decoded(let h, let sum) = read(row) else {
        Issue.record("\(row.path): \(read(row))")
        continue
      }
      let frames = row.size[2].isEmpty ? "1" : row.size[2]
      let size = ["\(h.rows)", "\(h.columns)", frames, "\(h.samples)", "\(h.bitsAllocated)"]
      #expect(size == [row.size[0], row.size[1], "\(h.frames)", row.size[3], row.size[4]], "\(row.path)")
      #expect(h.transferSyntax == row.syntax, "\(row.path)")
      if sum == row.sum { exact += 1 } else { #expect(Self.lossyJPEG.contains(row.syntax), "\(row.path) differs") }
    }
    #expect(exact >= 133)
  }

  @Test func whatHoldsNoImageIsSkippedAndWhatIsBrokenIsNamed() {
    for row in Self.rows where row.decode != "ok" {
      let outcome = read(row)
      switch outcome {
      case .failed(let error) where row.decode == "no-pixels": #expect(error.isSkipped, "\(row.path): \(error)")
      case .failed(let error): #expect(!error.isSkipped, "\(row.path): \(error)")
      // Declares 12 bits where the stream has 8, which pydicom's plugins refuse.
      case .decoded: #expect(row.path.hasSuffix("JPEG-lossy.dcm"), "\(row.path) was decoded")
      }
    }
  }

  @Test(arguments: [
    ("chrArab", "قباني^لنزار"), ("chrFren", "Buc^Jérôme"), ("chrGerm", "Äneas^Rüdiger"), ("chrGreek", "Διονυσιος"),
    ("chrRuss", "Люкceмбypг"), ("chrHbrw", "שרון^דבורה"), ("chrX1", "Wang^XiaoDong=王^小東="),
    ("chrX2", "Wang^XiaoDong=王^小东="), ("chrI2", "Hong^Gildong=洪^吉洞=홍^길동"),
    ("chrH31", "Yamada^Tarou=山田^太郎=やまだ^たろう"), ("chrH32", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
  ])
  func namesAreReadInTheirCharacterSet(_ file: String, _ name: String) throws {
    let path = Self.folder + "/pydicom-3.0.2/pydicom/data/charset_files/\(file).dcm"
    #expect(try DicomHeader.read(path: path).patientName == name)
  }

  @Test func mosaicsAreLeftOutWithAWord() {
    let folder = StudyFolder([Self.folder + "/dcm_qa_ts/In"], pool: TestWorkers.pool)
    #expect(folder.unreadable.count >= 6 && folder.unreadable.allSatisfy { $0.reason == "mosaic" })
  }

  /// Six slices in each of four files, one time point a file; each of the files has its own geometry a frame.
  @Test func enhancedFramesBecomeSlices() throws {
    let folder = StudyFolder([Self.folder + "/dcm_qa_enh/In/Siemens"], pool: TestWorkers.pool)
    #expect(folder.unreadable == [])
    let series = folder.studies.flatMap(\.series)
    #expect(series.map { $0.slices.map(\.phases.count) } == [[4, 4, 4, 4, 4, 4]])
    let frames = try #require(series.first).slices.map { Set($0.phases.map(\.frame)) }
    #expect(frames.allSatisfy { $0.count == 1 })
    #expect(Set(frames).count == 6)
    let loaded = CineLoader(TestWorkers.pool).load(try #require(folder.studies.first))
    #expect(loaded.unreadable == [])
    #expect(loaded.study.series[0].clips.count == 6)
  }
}
