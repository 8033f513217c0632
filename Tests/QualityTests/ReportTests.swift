import Cine
import Testing

@testable import Quality

/// Whom unreadable files are charged to, and which studies are copies.
@Suite struct ReportTests {
  /// A study of some files, a slice each.
  private func study(_ uid: String, _ path: FilePath, _ files: [FilePath]) -> Study {
    let slices = files.map { file in
      Slice(rows: 4, columns: 4, geometry: nil, heartbeat: nil, phases: [Phase(time: nil, path: file, frame: 0)])
    }
    let series = Series(
      instanceUID: uid + ".1", number: 1, description: "", view: .shortAxis, viewRule: .description, orderRule: "",
      ties: 0, slices: slices)
    return Study(
      instanceUID: uid, path: path, patientName: "", patientID: "", date: "", description: "", series: [series])
  }

  private func broken(_ path: FilePath, study: String = "") -> UnreadableFile {
    UnreadableFile(path: path, reason: "truncated", text: "ends too early", study: study)
  }

  /// Who pays for which of some files: the study's UID, or the folder.
  private func charges(_ studies: [Study], _ files: [UnreadableFile]) -> [String] {
    let report = QualityReport(studies.map { CheckedStudy($0, []) }, unreadable: files, skipped: 0, copies: 0)
    let charged = report.studies.reduce(0) { sum, q in
      sum + (q.problems.first { $0.code == "unreadable_files" }.flatMap { Int($0.text.prefix { $0.isNumber }) } ?? 0)
    }
    // Every file once: with a study, or with a folder.
    #expect(charged + report.folders.reduce(0) { $0 + $1.count } == report.unreadable.count)
    return zip(report.unreadable, report.chargedTo).map { file, owner in
      owner?.instanceUID ?? Charges.folder(of: file.path).text
    }
  }

  @Test func aFileIsChargedToItsOwnStudyOrToItsFolder() {
    let flat = [study("1", "/d", ["/d/a1", "/d/a2"]), study("2", "/d", ["/d/b1"])]
    // Named by its head, else by nobody; one of a study's own pictures by its path.
    #expect(charges(flat, [broken("/d/x", study: "2")]) == ["2"])
    #expect(charges(flat, [broken("/d/x")]) == ["/d"])
    #expect(charges(flat, [broken("/d/a2")]) == ["1"])
    #expect(charges(flat, [broken("/d/x", study: "9")]) == ["/d"])

    let nested = [study("1", "/d", ["/d/a1", "/d/s/a2"]), study("2", "/d/s/t", ["/d/s/t/b1"])]
    #expect(charges(nested, [broken("/d/s/t/x"), broken("/d/s/x"), broken("/d/u/x")]) == ["2", "1", "/d/u"])
    // Neighbours by name alone are none.
    #expect(charges([study("1", "/d/s", ["/d/s/a"])], [broken("/d/s2/x"), broken("/d/s.dcm")]) == ["/d/s2", "/d"])

    // Two people under one UID: the folder decides, where it can.
    let shared = [study("1", "/p", ["/p/a"]), study("1", "/q", ["/q/a"])]
    #expect(charges(shared, [broken("/q/x", study: "1"), broken("/r/x", study: "1")]) == ["1", "/r"])

    // A file that is a whole study says nothing of those beside it.
    #expect(charges([study("", "/d/one.nii", ["/d/one.nii"])], [broken("/d/two.nii")]) == ["/d"])
    #expect(charges([], [broken("/x"), broken("x")]) == ["/", "."])
  }

  @Test func aFileIsChargedOnce() {
    let files = [broken("/d/x", study: "1"), broken("/d/a1"), broken("/d/a1"), broken("/d/x", study: "1")]
    #expect(charges([study("1", "/d", ["/d/a1"])], files) == ["1", "1"])
  }

  private func copies(_ studies: [(path: FilePath, prints: [String])]) -> [String: String] {
    let checked = studies.enumerated().map { i, s in
      var one = CheckedStudy(study("\(i)", s.path, []), [])
      one.prints = s.prints
      return one
    }
    let report = QualityReport(checked, unreadable: [], skipped: 0, copies: 0)
    return Dictionary(
      report.studies.flatMap { q in
        q.problems.filter { $0.code == "duplicate_study" }.map { (q.study.instanceUID, $0.text) }
      }, uniquingKeysWith: { a, b in a + b })
  }

  @Test func copiesAreFoundByTheirPixelsAlone() {
    #expect(copies([("/a", ["x", "y"]), ("/b", ["z"])]) == [:])
    #expect(
      copies([("/a", ["x", "y"]), ("/b", ["y", "x"])]) == ["1": "Its pictures are those of /a, pixel by pixel."])
    #expect(copies([("/a", ["x", "y"]), ("/a", ["x", "y"])])["1"]?.contains("study 0") == true)
    #expect(copies([("/a", ["x", "y"]), ("/b", ["x", "z"])]) == ["1": "1 of its 2 slices has the pixels of /a."])
    // A part of a study is no copy of the whole.
    #expect(copies([("/a", ["x", "y"]), ("/b", ["x"])]) == ["1": "1 of its 1 slice has the pixels of /a."])
    #expect(copies([("/a", ["x"]), ("/b", ["x"]), ("/c", ["x"])]).count == 2)
  }

  @Test func aPrintKnowsPicturesAndNothingElse() {
    func print(_ pixels: [Float], frames: Int = 2) -> [String] {
      var checks = PixelChecks()
      checks.add(
        CineClip(
          frames: frames, rows: 1, columns: 2, pixels: pixels, geometry: nil, times: [0, 1], heartbeat: 800),
        series: 3, slice: 5)
      return checks.prints
    }
    #expect(print([1, 2, 3, 4]) == print([3, 4, 1, 2]))
    #expect(print([1, 2, 3, 4]) != print([1, 2, 3, 5]))
    #expect(print([7, 7, 7, 7]).isEmpty)
  }

  @Test func numbersHaveTheirNouns() {
    let one = QualityReport([CheckedStudy(study("1", "/d", []), [])], unreadable: [broken("/x")], skipped: 0, copies: 1)
    #expect(one.summary == "1 study, 1 without problems, 1 unreadable file, 1 second copy left out")
    #expect(
      QualityReport([], unreadable: [], skipped: 0, copies: 0).summary
        == "0 studies, 0 without problems, 0 unreadable files")
    #expect(Problem.name("tied_order") == "unknown order" && Problem.name("short_coverage") == "short coverage")
  }
}
