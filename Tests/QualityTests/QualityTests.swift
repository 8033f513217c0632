import Cine
import Testing

@testable import Quality

@Suite struct QualityTests {
  static func geometry(_ z: Double) -> Geometry {
    Geometry(
      origin: Vector3(0, 0, z), alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 1.5,
      columnSpacing: 1.5)
  }

  /// A short-axis stack, 10 mm apart, ten phases a slice.
  static func series(_ positions: [Double], phases: [Int: Int] = [:], ties: Int = 0) -> Series {
    Series(
      instanceUID: "1", number: 1, description: "", view: .shortAxis, viewRule: .description, orderRule: "", ties: ties,
      slices: positions.enumerated().map { k, z in
        Slice(
          rows: 4, columns: 4, geometry: geometry(z), heartbeat: Milliseconds(800),
          phases: (0..<phases[k, default: 10]).map { Phase(time: Milliseconds(Double($0) * 80), path: "f", frame: $0) })
      })
  }

  static func codes(_ series: Series) -> [String] {
    let study = Study(
      instanceUID: "1", path: "p", patientName: "", patientID: "", date: "", description: "", series: [series])
    return StudyQuality(study, HeaderChecks.problems(study)).problems.map(\.code)
  }

  static let whole = (0..<8).map { Double($0) * 10 }

  @Test func aWholeStackLacksOnlyItsLongAxes() { #expect(Self.codes(Self.series(Self.whole)) == ["missing_views"]) }

  @Test func stacksAreCheckedSliceBySlice() {
    #expect(Self.codes(Self.series(Self.whole, phases: [3: 9])).contains("ragged_stack"))
    #expect(Self.codes(Self.series(Self.whole.filter { $0 != 30 })).contains("gap"))
    #expect(Self.codes(Self.series(Self.whole + [72])).contains("overlap"))
    #expect(Self.codes(Self.series(Array(Self.whole.prefix(5)))).contains("short_coverage"))
    #expect(Self.codes(Self.series(Self.whole, ties: 4)).contains("tied_order"))
    #expect(Self.codes(Self.series(Self.whole, phases: [:])).contains("no_timing") == false)
  }

  @Test func whatReadingNoticedIsAProblem() {
    var study = Study(
      instanceUID: "1", path: "p", patientName: "", patientID: "", date: "", description: "",
      series: [Self.series(Self.whole, ties: 40)])
    study.warnings = ["shared_study_uid", "decimal_comma"].map { AnalysisWarning(code: $0, text: "\($0) text") }
    let problems = HeaderChecks.problems(study)
    #expect(problems.first { $0.code == "shared_study_uid" }?.weight == .error)
    #expect(problems.first { $0.code == "decimal_comma" }?.weight == .warning)
    // Half of its pictures share the moments of the others.
    #expect(problems.first { $0.code == "tied_order" }?.text.contains("nothing tells them apart") == true)
    #expect(Self.series(Self.whole, ties: 40).isWoven && !Self.series(Self.whole, ties: 4).isWoven)
  }

  /// 96 × 96 pixels of a bright disc and a body around it, moved aside by some pixels.
  static func clip(seed: Int, moved: Int = 0, _ change: (inout [Float]) -> Void = { _ in }) -> CineClip {
    let n = 96
    var pixels: [Float] = []
    for t in 0..<4 {
      for y in 0..<n {
        for x in 0..<n {
          let (dy, dx) = (Float(y - 48), Float(x - 48 - moved))
          let r = (dy * dy + dx * dx).squareRoot()
          pixels.append(
            r < Float(8 + t) ? 200 + r : r < 30 ? 90 + r + Float((seed * 31 + x * y + t) % 7) : Float((x + y) % 5))
        }
      }
    }
    change(&pixels)
    return CineClip(
      frames: 4, rows: n, columns: n, pixels: pixels, geometry: geometry(0), times: [0, 1, 2, 3], heartbeat: 800)
  }

  static func codes(_ clips: [CineClip]) -> [String] {
    var checks = PixelChecks()
    for (k, clip) in clips.enumerated() { checks.add(clip, series: 0, slice: k) }
    return checks.problems.map(\.code)
  }

  @Test func pixelsAreChecked() {
    #expect(Self.codes([Self.clip(seed: 1), Self.clip(seed: 2)]) == [])
    #expect(Self.codes([Self.clip(seed: 1), Self.clip(seed: 1)]) == ["duplicate"])
    let plane = 96 * 96
    #expect(Self.codes([Self.clip(seed: 1) { p in for i in 0..<plane { p[i] = 3 } }]).contains("empty_frames"))
    #expect(
      Self.codes([Self.clip(seed: 1) { p in for i in 0..<plane { p[plane + i] = p[i] } }]) == ["repeated_frames"])
    #expect(
      Self.codes([Self.clip(seed: 1) { p in for i in p.indices where p[i] > 100 { p[i] = 100 } }]).contains("clipped"))
    #expect(Self.codes([Self.clip(seed: 1) { p in for i in p.indices { p[i] += 5000 } }]).contains("low_contrast"))
    let stack = [0, 0, 8, 0, 0].enumerated().map { Self.clip(seed: $0, moved: $1) }
    #expect(Self.codes(stack) == ["breath_hold_shift"])
    // A heart that lies ever further aside is only oblique; one slice may still lie aside of that.
    #expect(Self.codes([0, 6, 12, 18].enumerated().map { Self.clip(seed: $0, moved: $1) }) == [])
    #expect(Self.codes([0, 2, 12, 6].enumerated().map { Self.clip(seed: $0, moved: $1) }) == ["breath_hold_shift"])
  }

  @Test func whatSlicesShareIsSaidOnce() {
    var checks = PixelChecks()
    for k in [0, 1, 2, 6] {
      let clip = Self.clip(seed: k + 1) { p in for i in p.indices where p[i] > 100 { p[i] = 100 } }
      checks.add(clip, series: 0, slice: k)
    }
    #expect(
      checks.problems.map(\.text) == [
        "Cut off at the brightest: slices 1–3, 7.", "The same as the frame before: 4 frames of slices 1–3, 7.",
      ])
  }
}
