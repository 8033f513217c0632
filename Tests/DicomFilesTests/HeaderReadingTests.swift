import Cine
import Foundation
import TestSupport
import Testing

@testable import DicomFiles

private typealias Bytes = DicomBytes

/// What is read from a file's head: numbers as they were meant, or known to be missing; private elements where they are.
@Suite struct HeaderReadingTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func header(_ elements: [UInt8]) throws -> DicomHeader {
    // Elements of group 0028 stand after these.
    try DicomHeader.read(path: try scratch.write(UUID().uuidString, Bytes.image(before: elements) + Bytes.pixels()))
  }

  func text(_ group: Int, _ element: Int, _ vr: String, _ value: String) -> [UInt8] {
    Bytes.element(group, element, vr, Array(value.utf8) + (value.utf8.count & 1 == 1 ? [32] : []))
  }

  @Test func decimalCommasAreReadAsPointsAndSaid() throws {
    let h = try header(
      text(8, 0x32, "TM", "101200,25") + text(0x18, 0x1060, "DS", "90,25") + text(0x18, 0x1063, "DS", "30.5")
        + text(0x20, 0x32, "DS", "-1,5\\2,25\\3") + text(0x20, 0x37, "DS", "1\\0\\0\\0\\1,0\\0")
        + text(0x28, 0x30, "DS", "1,8\\1,8"))
    #expect(h.triggerTime == 90.25 && h.frameTime == 30.5)
    #expect(h.acquisitionTime == "101200.25")
    #expect(h.geometry?.origin == Vector3(-1.5, 2.25, 3))
    #expect(h.geometry?.rowSpacing == 1.8)
    #expect(h.commaNumbers == [0x0008_0032, 0x0018_1060, 0x0020_0032, 0x0020_0037, 0x0028_0030])
    #expect(h.unreadNumbers == [])
    let warnings = StudyWarnings.numbers([h, h, DicomHeader()])
    #expect(warnings.map(\.code) == ["decimal_comma"])
    #expect(warnings[0].text.hasPrefix("2 files with decimal commas"))
    #expect(warnings[0].text.contains("TriggerTime, ImagePositionPatient"))
  }

  @Test(arguments: ["1.234,5", "1,234,5", "90.25 ms", "late", "nan"])
  func numbersThatAreNoneAreMissingAndSaid(_ value: String) throws {
    let h = try header(text(0x18, 0x1060, "DS", value))
    #expect(h.triggerTime == nil)
    #expect(h.unreadNumbers == [0x0018_1060] && h.commaNumbers == [])
    #expect(StudyWarnings.numbers([h]).map(\.code) == ["unreadable_numbers"])
  }

  @Test func numbersThatAreThereOrEmptyAreNoWonder() throws {
    let h = try header(text(0x18, 0x81, "DS", " 1.5 ") + text(0x18, 0x1060, "DS", "") + text(0x20, 0x13, "IS", "7"))
    #expect(h.traits.echoTime == 1.5 && h.triggerTime == nil && h.instanceNumber == 7)
    #expect(h.unreadNumbers == [] && h.commaNumbers == [])
  }

  /// The block that the creator reserves in this file, not one by its number; with a VR and without.
  @Test(arguments: [0x10, 0x11, 0x5A, 0xFF]) func theRawDataTypeIsFoundInItsBlock(_ block: Int) throws {
    let other = text(0x43, block == 0x10 ? 0x20 : 0x10, "LO", "SOMEBODY ELSE")
    let own = text(0x43, block, "LO", "GEMS_PARM_01")
    let names = block == 0x10 ? own + other : other + own
    for vr in ["SS", "UN", "OB"] {
      let value = Bytes.element(0x43, block << 8 | 0x2F, vr, [2, 0])
      #expect(try header(names + value).traits.rawDataType == 2, "\(vr)")
    }
    // The same element of somebody else's block says nothing.
    let foreign = text(0x43, block, "LO", "SOMEBODY ELSE") + Bytes.element(0x43, block << 8 | 0x2F, "SS", [2, 0])
    #expect(try header(foreign).traits.rawDataType == nil)
  }

  @Test func whatTellsPicturesApartIsRead() throws {
    let h = try header(
      text(8, 0x2A, "DT", "20240102101112.5+0100") + text(8, 0x9208, "CS", "PHASE")
        + text(0x18, 0x24, "SH", "fl2d1_v150in") + text(0x18, 0x81, "DS", "4.6") + text(0x18, 0x82, "DS", "220")
        + text(0x18, 0x86, "IS", "2") + text(0x18, 0x1250, "SH", "C1") + text(0x20, 0x12, "IS", "3"))
    #expect(h.sequenceName == "fl2d1_v150in")
    #expect(h.traits.complexComponent == "PHASE" && h.traits.echoTime == 4.6 && h.traits.inversionTime == 220)
    #expect(h.traits.echoNumber == 2 && h.traits.coil == "C1" && h.traits.acquisitionNumber == 3)
    #expect(h.traits.acquisitionDateTime == "20240102101112.5+0100")
  }
}

/// Dates and times, over midnight and where half of them is missing.
@Suite struct AcquisitionMomentTests {
  /// The pictures in their order of time.
  func ranks(_ change: [(inout DicomHeader) -> Void]) -> [Int]? {
    let images = change.map { change in
      var h = Synthetic.header()
      change(&h)
      return DicomImage(header: h, frame: 0)
    }
    let values = AcquisitionMoment.values(images).compactMap { $0 }
    return values.count == images.count ? values.indices.sorted { values[$0] < values[$1] } : nil
  }

  func dated(_ pairs: [(String, String)]) -> [Int]? {
    ranks(pairs.map { date, time in { h in (h.acquisitionDate, h.acquisitionTime) = (date, time) } })
  }

  func written(_ texts: [String]) -> [Int]? { ranks(texts.map { t in { h in h.traits.acquisitionDateTime = t } }) }

  @Test func daysAreCounted() {
    #expect(dated([("20240102", "235959.9"), ("20240103", "000000.1")]) == [0, 1])
    // Over the ends of months and years, and a leap day.
    #expect(dated([("20240131", "235959"), ("20240201", "00"), ("20240201", "0001")]) == [0, 1, 2])
    #expect(dated([("20240228", "23"), ("20240229", "12"), ("20240301", "01")]) == [0, 1, 2])
    #expect(dated([("20231231", "235959.999999"), ("20240101", "000000.000001")]) == [0, 1])
    #expect(dated([("2024.01.02", "23:59:59"), ("2024.01.03", "00:00:01")]) == [0, 1])
  }

  @Test func withoutADateTheNightIsBridged() {
    #expect(dated([("", "235959.8"), ("", "000000.2"), ("", "000000.6")]) == [0, 1, 2])
    #expect(dated([("20240102", "235959.8"), ("", "000000.2")]) == [0, 1])
    #expect(dated([("", "101112.5"), ("", "101112.25")]) == [1, 0])
  }

  @Test func dateTimesHaveTheirOffsets() {
    #expect(written(["20240102235959.4", "20240103000000.1"]) == [0, 1])
    #expect(written(["20240102235959.4+0100", "20240102230000.1+0000"]) == [0, 1])
    #expect(written(["20240331015959+0100", "20240331030001+0200"]) == [0, 1])
    #expect(written(["20240102235959-0500", "20240103000001-0500"]) == [0, 1])
    // On different clocks nothing can be said; nor of what is no date.
    #expect(written(["20240102235959+0100", "20240103000001"]) == nil)
    #expect(written(["2024", "20240103000001"]) == nil)
    #expect(dated([("20241302", "25"), ("", "1")]) == nil)
  }

  /// One DateTime for the whole series, times a picture.
  @Test func theElementThatTellsMostIsTaken() {
    let change: [(inout DicomHeader) -> Void] = ["101113", "101112"].map { time in
      { h in
        h.traits.acquisitionDateTime = "20240102101112"
        h.acquisitionTime = time
      }
    }
    #expect(ranks(change) == [1, 0])
  }

  /// Microseconds are told apart.
  @Test func nothingIsRoundedAway() {
    #expect(written(["20240102235959.000002", "20240102235959.000001"]) == [1, 0])
  }
}
