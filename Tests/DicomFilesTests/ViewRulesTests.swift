import Cine
import Testing

@testable import DicomFiles

@Suite struct ViewRulesTests {
  @Test(arguments: [
    ("SAX cine", View.shortAxis), ("cine_sax_stack", .shortAxis), ("Short Axis bSSFP", .shortAxis),
    ("SA FIESTA", .shortAxis), ("CINE_segmented_SAX_b1", .shortAxis), ("2CH cine", .twoChamber),
    ("cine_2ch", .twoChamber), ("Two Chamber bSSFP", .twoChamber), ("VLA", .twoChamber), ("3-CH", .threeChamber),
    ("LVOT bSSFP", .threeChamber), ("tfi2d 4 CH retro", .fourChamber), ("Four Chamber", .fourChamber),
    ("HLA cine", .fourChamber), ("SSFP-CINE LAx", .longAxis),
  ])
  func descriptionsThatNameAView(_ text: String, _ view: View) {
    #expect(ViewRules.view(description: text, protocolName: "") == view)
    #expect(ViewRules.view(description: "", protocolName: text) == view)
  }

  @Test(arguments: [
    "", "cine", "localizer", "4CH LGE", "SAX T1 map", "sax_perfusion", "AX HASTE", "sagittal", "Sarah's trial",
    "aorta pc", "tagging SAX",
  ])
  func descriptionsThatDoNot(_ text: String) {
    #expect(ViewRules.view(description: text, protocolName: "") == nil)
  }

  func view(_ headers: [DicomHeader]) -> [View] { Synthetic.studies(headers)[0].series.map(\.view) }

  func plane(_ normal: Vector3, series: String, description: String = "", phases: Int = 10) -> [DicomHeader] {
    (0..<phases).map {
      Synthetic.header(series: series, phase: $0, phases: phases, normal: normal, description: description)
    }
  }

  @Test func anUnnamedStackAcrossTheAxisIsShortAxis() {
    let series = Synthetic.studies(Synthetic.stack(slices: 3))[0].series
    #expect(series.map(\.view) == [.shortAxis])
    #expect(series.map(\.viewRule) == [.geometry])
  }

  @Test func stacksThatAreNoneStayUnnamed() {
    let axial = (0..<10).flatMap { s in
      (0..<10).map { Synthetic.header(slice: s, phase: $0, normal: Vector3(0, 0, 1)) }
    }
    #expect(view(axial) == [.unknown])
    #expect(view(Synthetic.stack(slices: 5, phases: 1)) == [.unknown])
    // Too few phases for a cine: mapping, perhaps.
    #expect(view(Synthetic.stack(slices: 5, phases: 4)) == [.unknown])
  }

  @Test func longAxesAreNamedAboutTheStacksOwnAxis() {
    // A heart that lies 25° off the usual one.
    let axis = Vector3(0.9, -0.3, -0.3).normalized
    let septal = (Vector3(-0.55, -0.75, 0.05) - axis.dot(Vector3(-0.55, -0.75, 0.05)) * axis).normalized
    var front = axis.cross(septal)
    if front.z < 0 { front = -front }
    let stack = (0..<8).flatMap { s in
      (0..<10).map { Synthetic.header(series: "1.1", slice: s, phase: $0, normal: axis) }
    }
    func long(_ septum: Double, _ front2: Double) -> Vector3 { (septum * septal + front2 * front).normalized }
    let headers =
      stack + plane(long(1, 0.1), series: "1.2") + plane(long(0.12, 1), series: "1.3")
      + plane(long(-0.57, 0.82), series: "1.4") + plane(long(0.6, 0.75), series: "1.5")
    let series = Synthetic.studies(headers)[0].series
    #expect(series.map(\.view) == [.shortAxis, .twoChamber, .fourChamber, .threeChamber, .longAxis])
    #expect(series.allSatisfy { $0.viewRule == .geometry })
    // Turned about, a plane is the same plane.
    #expect(view(stack + plane(long(-1, -0.1), series: "1.2")) == [.shortAxis, .twoChamber])
  }

  @Test func wordsGoBeforeGeometry() {
    let headers = plane(Synthetic.shortAxis.normal, series: "1.2", description: "cine 4CH")
    let series = Synthetic.studies(headers)[0].series
    #expect(series.map(\.view) == [.fourChamber])
    #expect(series.map(\.viewRule) == [.description])
    #expect(view(plane(Synthetic.shortAxis.normal, series: "1.2", description: "venc flow")) == [.unknown])
    #expect(view(plane(Synthetic.shortAxis.normal, series: "1.2")) == [.shortAxis])
  }
}
