import Cine
import Testing

@testable import DicomFiles

/// One Study Instance UID for two persons, or none at all.
@Suite struct PatientTests {
  /// Two stacks under one UID, at different places; `change` gets which of them.
  func two(_ change: (inout DicomHeader, Int) -> Void) -> [DicomHeader] {
    (0..<2).flatMap { who in
      Synthetic.stack(slices: 4) { _ in "1.2.\(who)" }.map { h in
        var h = h
        (h.patientID, h.patientName, h.studyDate) = ("P1", "Doe^Jane", "20240102")
        h.path = "/in\(h.path)"
        let place = h.geometry?.positionAlongNormal ?? 0
        h.geometry = Synthetic.plane(normal: Synthetic.shortAxis.normal, position: place + Double(who) * 40)
        change(&h, who)
        return h
      }
    }
  }

  @Test(
    arguments: [
      { (h: inout DicomHeader, who: Int) in h.patientID = "P\(who)" },
      { (h: inout DicomHeader, who: Int) in h.patientName = ["Doe^Jane", "Roe^Mary"][who] },
      { (h: inout DicomHeader, who: Int) in (h.patientID, h.patientName) = ("", ["A", "B"][who]) },
      { (h: inout DicomHeader, who: Int) in h.studyDate = "2024010\(who + 2)" },
    ] as [@Sendable (inout DicomHeader, Int) -> Void])
  func personsAndDaysAreStudies(_ change: @Sendable (inout DicomHeader, Int) -> Void) {
    let studies = Synthetic.studies(two(change).shuffled())
    #expect(studies.map { $0.series.map(\.slices.count) } == [[4], [4]])
    #expect(studies.allSatisfy { $0.warnings.map(\.code) == ["shared_study_uid"] })
    #expect(Set(studies.map(\.id)).count == 2)
    #expect(Set(studies.map(\.instanceUID)) == ["1.2.3"])
  }

  @Test(
    arguments: [
      { (h: inout DicomHeader, who: Int) in h.patientName = ["Doe^Jane", "DOE^JANE^^"][who] },
      { (h: inout DicomHeader, who: Int) in h.patientName = ["Doe^Jane", "Jane Doe"][who] },
      { (h: inout DicomHeader, who: Int) in h.patientID = ["P1", "P1 "][who] },
      { (h: inout DicomHeader, who: Int) in h.patientID = ["P1", ""][who] },
      { (h: inout DicomHeader, who: Int) in h.studyDate = ["20240102", ""][who] },
    ] as [@Sendable (inout DicomHeader, Int) -> Void])
  func onePersonIsOneStudy(_ change: @Sendable (inout DicomHeader, Int) -> Void) {
    let studies = Synthetic.studies(two(change))
    #expect(studies.map { $0.series.map(\.slices.count) } == [[8]])
    #expect(studies.flatMap(\.warnings) == [])
  }

  /// A copy is of the same person: one UID for all images does not make another's a copy.
  @Test func anothersImageIsNoCopy() {
    var builder = StudyBuilder()
    for who in ["A", "B"] {
      for var h in Synthetic.stack(slices: 2) {
        (h.patientID, h.path) = (who, "/\(who)\(h.path)")
        builder.add(h)
      }
    }
    #expect(builder.duplicates == 0)
    #expect(builder.studies().map { $0.series.map { $0.slices.map(\.phases.count) } } == [[[10, 10]], [[10, 10]]])
  }

  @Test func filesWithoutAUIDShareNone() {
    let headers = ["a", "b"].flatMap { folder in
      ["A", "B"].flatMap { who in
        Synthetic.stack(slices: 2).map { h in
          var h = h
          (h.studyUID, h.patientID, h.path) = ("", who, "/\(folder)/\(who)\(h.sopInstanceUID)")
          h.sopInstanceUID += folder
          return h
        }
      }
    }
    let studies = Synthetic.studies(headers)
    #expect(studies.map(\.path) == ["/a", "/a", "/b", "/b"])
    #expect(studies.map(\.patientID) == ["A", "B", "A", "B"])
    #expect(Set(studies.map(\.id)).count == 4)
  }
}
