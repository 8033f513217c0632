import Cine
import TestSupport
import Testing

@testable import DicomFiles

/// Sex, size, weight and age on their way from the file into the study.
@Suite struct PersonTests {
  static func study(_ change: (inout DicomHeader, Int) -> Void) -> Study {
    var headers = Synthetic.stack(slices: 2, phases: 3)
    for i in headers.indices { change(&headers[i], i) }
    return Synthetic.studies(headers)[0]
  }

  @Test func filesThatAgree() {
    let study = Self.study { h, i in
      // Some files of a study leave it out.
      if i != 2 { (h.patientSex, h.patientSize, h.patientWeight, h.patientAge) = ("M", 1.84, 95, "061Y") }
    }
    #expect(study.person == Person(sex: .male, height: 184, weight: 95, age: 61) && study.warnings.isEmpty)
    #expect(Self.study { _, _ in }.person == nil)
  }

  @Test func filesThatDoNotAgreeSayNothing() {
    let study = Self.study { h, i in (h.patientSize, h.patientWeight) = (1.84, i == 0 ? 95 : 59) }
    #expect(study.person == Person(height: 184))
    #expect(study.warnings.map(\.code) == ["contradicting_person"])
  }

  @Test func centimetresAreSaid() {
    let study = Self.study { h, _ in h.patientSize = 184 }
    #expect(study.person?.height == 184 && study.warnings.map(\.code) == ["size_in_centimetres"])
  }

  @Test func aFileIsReadWithThem() throws {
    func text(_ e: Int, _ vr: String, _ value: String) -> [UInt8] {
      DicomBytes.element(0x10, e, vr, Array(value.utf8))
    }
    let person =
      text(0x40, "CS", "F ") + text(0x1010, "AS", "045Y") + text(0x1020, "DS", "1,68") + text(0x1030, "DS", "62.5")
    let scratch = try ScratchFolder()
    let path = try scratch.write("one", DicomBytes.image(before: person) + DicomBytes.pixels())
    let header = try DicomHeader.read(path: path)
    #expect(header.patientSex == "F" && header.patientAge == "045Y")
    #expect(header.patientSize == 1.68 && header.patientWeight == 62.5 && header.commaNumbers == [0x0010_1020])
  }
}
