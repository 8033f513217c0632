import Cine
import Testing

@testable import DicomFiles

/// Pictures of one place are told apart by what they are, and by which take they belong to, before time orders them.
@Suite struct PicturesApartTests {
  func shape(_ series: [Series]) -> [[Int]] { series.map { $0.slices.map(\.phases.count) } }

  func series(_ headers: [DicomHeader]) throws -> [Series] { try #require(Synthetic.studies(headers).first).series }

  /// A stack whose every picture comes `count` times, changed by its number from 0.
  func times(
    _ count: Int, slices: Int = 3, phases: Int = 10, _ change: (inout DicomHeader, Int) -> Void
  ) -> [DicomHeader] {
    Synthetic.stack(slices: slices, phases: phases).flatMap { header in
      (0..<count).map { k in
        var h = header
        h.sopInstanceUID += ".\(k)"
        h.path = "\(h.path)-\(k)"
        h.seriesDescription = "cine SAX"
        h.instanceNumber = (header.instanceNumber ?? 0) * count + k
        change(&h, k)
        return h
      }
    }
  }

  @Test func echoesAreSeries() throws {
    let all = try series(times(2) { h, k in h.traits.echoTime = [1.4, 4.6][k] })
    #expect(shape(all) == [[10, 10, 10], [10, 10, 10]])
    #expect(all.map(\.description) == ["cine SAX, echo 1, TE 1.4 ms", "cine SAX, echo 2, TE 4.6 ms"])
    #expect(all.map(\.ties) == [0, 0])
    #expect(all.map(\.view) == [.shortAxis, .shortAxis])
  }

  /// Trigger times that differ by the echo time are two cines all the same.
  @Test func echoesWithTimesOfTheirOwnAreSeries() throws {
    let all = try series(
      times(2) { h, k in
        h.traits.echoTime = [1.4, 4.6][k]
        h.triggerTime = (h.triggerTime ?? 0) + [0, 3.2][k]
      })
    #expect(shape(all) == [[10, 10, 10], [10, 10, 10]])
  }

  @Test(
    arguments: [
      { (h: inout DicomHeader, k: Int) in h.traits.inversionTime = [110, 220][k] },
      { (h: inout DicomHeader, k: Int) in h.traits.bValue = [0, 500][k] },
      { (h: inout DicomHeader, k: Int) in h.traits.echoNumber = k + 1 },
      { (h: inout DicomHeader, k: Int) in h.traits.coil = ["C1", "C2"][k] },
      { (h: inout DicomHeader, k: Int) in h.traits.velocityDirection = ["0\\0\\1", "1\\0\\0"][k] },
      { (h: inout DicomHeader, k: Int) in h.sequenceName = ["fl2d1_v150in", "fl2d1_v150ap"][k] },
      { (h: inout DicomHeader, k: Int) in
        h.imageType = ["ORIGINAL\\PRIMARY\\M_FFE\\M", "ORIGINAL\\PRIMARY\\M_PCA\\M"][k]
      },
      { (h: inout DicomHeader, k: Int) in h.imageType = ["ORIGINAL\\PRIMARY\\M\\ND", "ORIGINAL\\PRIMARY\\M\\NORM"][k] },
    ] as [@Sendable (inout DicomHeader, Int) -> Void])
  func anyTraitThatExplainsSharedMomentsSplits(_ change: @Sendable (inout DicomHeader, Int) -> Void) throws {
    let all = try series(times(2, change))
    #expect(shape(all) == [[10, 10, 10], [10, 10, 10]])
    #expect(all.map(\.ties) == [0, 0])
    #expect(Set(all.map(\.description)).count == 2)
  }

  @Test(arguments: [
    "ORIGINAL\\PRIMARY\\P\\ND", "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE", "ORIGINAL\\PRIMARY\\VELOCITY MAP\\P\\PCA",
    "ORIGINAL\\PRIMARY\\PHASE CONTRAST M\\P\\PCA", "DERIVED\\PRIMARY\\R_IR\\R\\IR", "ORIGINAL\\PRIMARY\\I",
    "DERIVED\\PRIMARY\\T1 MAP\\T1\\IR", "DERIVED\\PRIMARY\\F",
  ])
  func whatIsNoPictureOfAHeartIsNoView(_ type: String) throws {
    let all = try series(
      times(2) { h, k in h.imageType = [type, "ORIGINAL\\PRIMARY\\M\\ND"][k] })
    #expect(shape(all) == [[10, 10, 10], [10, 10, 10]])
    // The magnitude comes first, whatever came first in the series, and alone is a short axis.
    #expect(all.map(\.view) == [.shortAxis, .unknown])
    #expect(all[0].description == "cine SAX, magnitude")
  }

  @Test func waterAndInPhaseShowAHeart() throws {
    let all = try series(
      times(4) { h, k in h.imageType = "DERIVED\\PRIMARY\\" + ["FAT", "WATER", "IN_PHASE", "OUT_PHASE"][k] })
    #expect(
      Set(all.map(\.description)) == [
        "cine SAX, water", "cine SAX, fat", "cine SAX, in phase", "cine SAX, opposed phase",
      ])
    #expect(all.last?.description == "cine SAX, fat" && all.last?.view == .unknown)
    #expect(all.dropLast().allSatisfy { $0.view == .shortAxis })
  }

  /// Also where geometry alone would name the view.
  @Test func theComplexComponentIsHeardInFilesAndFrames() throws {
    let classic = try series(
      times(2) { h, k in
        h.seriesDescription = ""
        h.traits.complexComponent = ["MAGNITUDE", "PHASE"][k]
      })
    #expect(classic.map(\.view) == [.shortAxis, .unknown])
    var h = Synthetic.header()
    h.traits.complexComponent = "MIXED"
    h.frames = 40
    h.perFrame = (0..<40).map { i in
      var f = DicomFrame()
      (f.triggerTime, f.imageType) = (Double(i / 4) * 80, "ORIGINAL\\PRIMARY\\FLOW_ENCODED\\NONE")
      f.traits.complexComponent = ["PHASE", "MAGNITUDE", "REAL", "IMAGINARY"][i % 4]
      return f
    }
    let enhanced = try series([h])
    #expect(shape(enhanced) == [[10], [10], [10], [10]])
    #expect(enhanced[0].slices[0].phases.map(\.frame) == (0..<10).map { 4 * $0 + 1 })
  }

  @Test func echoesOfMagnitudesAndPhasesAreFour() throws {
    let all = try series(
      times(4) { h, k in
        h.traits.rawDataType = k & 1
        h.traits.echoTime = k < 2 ? 1.4 : 4.6
      })
    #expect(shape(all) == Array(repeating: [10, 10, 10], count: 4))
    #expect(all[1].description == "cine SAX, magnitude, echo 2, TE 4.6 ms")
  }

  /// Numbers that scanners count up from picture to picture or from slice to slice, and round, split nothing.
  @Test func ordinaryScansStayWhole() throws {
    let changes: [@Sendable (inout DicomHeader, Int) -> Void] = [
      { h, i in h.traits.acquisitionNumber = i }, { h, i in h.traits.acquisitionNumber = i / 10 },
      { h, i in h.traits.acquisitionNumber = i % 10 / 5 }, { h, i in h.traits.echoTime = 1.38 + 0.01 * Double(i % 2) },
      { h, i in h.traits.echoTime = 1.1 + 0.2 * Double(i / 10) }, { h, i in h.traits.echoNumber = i % 2 },
      { h, i in h.imageType = "ORIGINAL\\PRIMARY\\M\\ND" + ["", "\\NORM"][i % 2] },
      { h, i in h.traits.inversionTime = 100 + 30 * Double(i % 10) },
      { h, i in h.sequenceName = "*tfi2d1_\(i % 10)" },
    ]
    for (n, change) in changes.enumerated() {
      let headers = Synthetic.stack(slices: 3).enumerated().map { i, h in
        var h = h
        change(&h, i)
        return h
      }
      let all = try series(headers)
      #expect(shape(all) == [[10, 10, 10]], "\(n)")
      #expect(all.map(\.description) == [""], "\(n)")
    }
  }

  @Test func whatNothingTellsApartIsTied() throws {
    let all = try series(times(2) { _, _ in })
    #expect(shape(all) == [[20, 20, 20]])
    #expect(all[0].ties == 30)
    #expect(all[0].isWoven)
    #expect(all[0].orderRule == "position, then TriggerTime")
    // No later rule is said to decide, though instance numbers are all there.
    var builder = StudyBuilder()
    for h in times(2, { _, _ in }) { builder.add(h) }
    let steps = try #require(builder.explained().first?.order.first?.slices.first)
    #expect(!steps.contains { $0.decides })
    #expect(steps.first { $0.rule == "TriggerTime" }?.tied == 10)
    // Temporal positions are moments too.
    let numbered = try series(
      times(2) { h, _ in
        h.temporalPosition = Int(h.triggerTime ?? 0)
        h.triggerTime = nil
      })
    #expect(numbered[0].ties == 30)
    #expect(numbered[0].orderRule == "position, then TemporalPositionIdentifier")
  }

  /// Pictures taken once a beat share trigger times that tell no phase.
  @Test func aPictureABeatIsOrderedByAcquisition() throws {
    let headers = (0..<40).map { i in
      var h = Synthetic.header(phase: i, phases: 40)
      h.triggerTime = 250 + Double(i % 3)
      h.acquisitionTime = "1012\(10 + i)"
      return h
    }
    let all = try series(headers)
    #expect(shape(all) == [[40]])
    #expect(all[0].ties == 0)
    #expect(all[0].orderRule == "position, then AcquisitionTime")
  }
}
