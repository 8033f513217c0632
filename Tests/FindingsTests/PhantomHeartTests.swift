import Cine
import Preparation
import Testing

@testable import Contours
@testable import Findings
@testable import Phantom

/// Numbers of synthetic hearts whose tissue is known, as if the network had drawn it: what an anatomy says of itself
/// against what its planes measure.
@Suite struct PhantomHeartTests {
  struct Heart {
    let truth: PhantomTruth
    let made: Measurer.Result

    /// `size`: of the square in pixels. At the network's own 128 many atria reach the border.
    init(seed: UInt64, conditions: [String], _ measurer: Measurer, size: Int = 192) {
      let model = PhantomModel(PhantomRequest(seed: seed, conditions: conditions, scan: .demonstration))
      let renderer = model.renderer(times: [0, model.anatomy.systole])
      truth = model.truth
      let scan = renderer.scan
      var recipe = ContourRecipe()
      recipe.size = size
      var series: [Series] = []
      var stack: [DrawnClip] = []
      var long: [DrawnClip] = []
      for view in [View.shortAxis, .twoChamber, .fourChamber] {
        let planes = scan.planes.filter { $0.view == view }
        let slices = planes.map {
          Slice(rows: $0.rows, columns: $0.columns, geometry: $0.geometry, heartbeat: nil, phases: [])
        }
        for (k, plane) in planes.enumerated() {
          let placement = recipe.placement(centre: plane.geometry.pixel(of: scan.middle), plane.geometry)
          let labels = (0..<2).flatMap { phase in
            let all = renderer.labels(plane, phase: phase).map { ($0.labels.only ?? .rest).rawValue }
            return all.withUnsafeBufferPointer {
              placement.cut(labels: $0, rows: plane.rows, columns: plane.columns, outside: UInt8(0))
            }
          }
          let clip = DrawnClip(
            item: ClipChoice.Item(series: series.count, slice: k, view: view), placement: placement, frames: 2,
            labels: labels, pixelArea: recipe.pitch * recipe.pitch)
          if view == .shortAxis { stack.append(clip) } else { long.append(clip) }
        }
        series.append(
          Series(
            instanceUID: "1.\(series.count)", number: nil, description: "", view: view, viewRule: .geometry,
            orderRule: "", ties: 0, slices: slices))
      }
      var study = Study(
        instanceUID: "1", path: "", patientName: "", patientID: "", date: "", description: "", series: series)
      study.person = Person(height: 175, weight: truth.bodySurface * truth.bodySurface * 3600 / 175)
      let positions = series[0].slices.compactMap { $0.geometry?.positionAlongNormal }
      made = measurer.measured(
        study, StudyContours(stack: stack, long: long, volumes: StackVolumes(stack, positions: positions)))
    }

    func value(_ name: String) -> Double { made.measurements.first { $0.name == name }?.value ?? .nan }
  }

  static func heart(_ seed: UInt64, _ condition: String) throws -> Heart {
    Heart(seed: seed, conditions: [condition], Measurer(try LimitsTests.bundled()))
  }

  @Test(arguments: UInt64(1)...8) func aNormalHeart(_ seed: UInt64) throws {
    let heart = try Self.heart(seed, "PureNormal")
    let truth = heart.truth
    #expect(heart.made.findings.isEmpty, "\(heart.made.findings.map(\.why))")
    #expect(abs(heart.value("lvef") - truth.lvef) < 4)
    #expect(abs(heart.value("lv_edv") / truth.edv - 1) < 0.08)
    #expect(abs(heart.value("rv_edv") / truth.rightEDV - 1) < 0.1)
    #expect((truth.lateralWall - 1...truth.septum + 1).contains(heart.value("wall_thickness_max")))
    #expect(heart.value("poorly_thickening_segments") <= 3 && heart.value("still_segments") == 0)
    #expect(heart.made.wall?.isNamed == true && heart.made.wall?.segments.count == 16)
    #expect((14...24).contains(heart.value("la_area")) && (14...24).contains(heart.value("ra_area")))
    // Area and length against the anatomy's own volume.
    #expect(abs(heart.value("la_volume_index") / truth.leftAtrium - 1) < 0.3)
    // The frame that shows it.
    let area = heart.made.measurements.first { $0.name == "la_area" }
    #expect(area?.frame == FramePlace(seriesInstanceUID: "1.2", slice: 0, phase: 1))
  }

  @Test(arguments: [
    (UInt64(11), "Hypertrophic.Cardiomyopathy", ["Left.Ventricular.Hypertrophy", "Hypertrophic.Cardiomyopathy"]),
    (11, "Left.Atrial.Dilation", ["Left.Atrial.Dilation"]), (12, "Left.Atrial.Dilation", ["Left.Atrial.Dilation"]),
    (11, "Right.Atrial.Dilation", ["Right.Atrial.Dilation"]), (12, "Right.Atrial.Dilation", ["Right.Atrial.Dilation"]),
    (11, "Ischemic.Cardiomyopathy", ["Regional.Wall.Motion", "Left.Ventricular.Dilation"]),
    (12, "Ischemic.Cardiomyopathy", ["Regional.Wall.Motion", "Reduced.LVEF"]),
    (11, "Left.Ventricular.Dilation", ["Left.Ventricular.Dilation"]),
    (11, "Right.Ventricular.Dilation", ["Right.Ventricular.Dilation"]),
  ])
  func aSickHeart(_ seed: UInt64, _ condition: String, _ wanted: [String]) throws {
    let found = try Self.heart(seed, condition).made.findings.map(\.condition)
    #expect(Set(wanted).isSubset(of: found), "\(found)")
    #expect(found.contains("Regional.Wall.Motion") == wanted.contains("Regional.Wall.Motion"))
  }

  @Test func aThickSeptumIsThickThere() throws {
    let heart = try Self.heart(11, "Hypertrophic.Cardiomyopathy")
    #expect(abs(heart.value("wall_thickness_max") / heart.truth.thickestWall - 1) < 0.15)
    let thickest = try #require(heart.made.wall?.thickest)
    #expect([2, 3, 8, 9].contains(thickest.number))
    #expect(heart.made.findings[0].why.contains("septal: 2.2 times the lateral wall"))
    // The same contours give the same numbers.
    #expect(try Self.heart(11, "Hypertrophic.Cardiomyopathy").made == heart.made)
  }
}
