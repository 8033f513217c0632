import Cine
import Intake
import Preparation
import TestSupport
import Testing

@Suite struct BeatRecipeTests {
  private func prepared(_ study: LoadedStudy) -> PreparedStudy {
    BeatRecipe().prepare(ClipChoice(study.study).clips(of: study))
  }

  @Test func centreIsFoundInThePatientWhateverTheOriginsOfTheSlices() throws {
    let heart = RingHeart()
    let study = prepared(heart.study)
    let centre = try #require(study.centre)
    let off = centre - heart.centre
    #expect(abs(off.dot(heart.across)) < 2 && abs(off.dot(heart.down)) < 2)
    // Along the normal it is the middle of the chosen slices, the second and the fourth of six.
    #expect(abs(off.dot(heart.across.cross(heart.down)) + 8) < 1)
    #expect(study.notices.isEmpty)
    #expect(study.confidence > 0.5)
    #expect(study.clips.count == 2)
    #expect(study.clips.allSatisfy { $0.grey.count == 16 * 64 * 64 })
  }

  @Test func theBoxShowsTheRingInItsMiddleAtOneScale() throws {
    // The same heart scanned finely and coarsely.
    for spacing in [1.0, 2.6] {
      var heart = RingHeart()
      (heart.spacing, heart.size) = (spacing, Int(280 / spacing))
      let grey = try #require(prepared(heart.study).clips.first).grey
      // End-diastole: blood out to 26 mm, muscle to 36 mm, pixels of 2.5 mm.
      let row = (0..<64).map { Int(grey[32 * 64 + $0]) }
      #expect(row[26...37].allSatisfy { $0 > 150 }, "\(row)")
      #expect(row[18...19].allSatisfy { $0 < 70 } && row[44...45].allSatisfy { $0 < 70 }, "\(row)")
    }
  }

  @Test func longAxisPlaneGetsTheStacksCentre() throws {
    let heart = RingHeart()
    let stack = heart.study
    // A plane across the stack that does not move by itself.
    let half = 110.0
    let normal = heart.across.cross(heart.down)
    let plane = Geometry(
      origin: heart.centre - half * normal - half * heart.down, alongRow: normal, alongColumn: heart.down,
      rowSpacing: 2, columnSpacing: 2)
    let square = 43...67
    let mark = (0..<16).flatMap { _ in
      (0..<111 * 111).map { i -> Float in square.contains(i / 111) && square.contains(i % 111) ? 1000 : 0 }
    }
    let clip = CineClip(
      frames: 16, rows: 111, columns: 111, pixels: mark, geometry: plane, times: (0..<16).map { Double($0) * 50 },
      heartbeat: 800)
    var clips = ClipChoice(stack.study).clips(of: stack)
    clips.append((ClipChoice.Item(series: 1, slice: 0, view: .fourChamber), clip))
    let grey = try #require(BeatRecipe().prepare(clips).clips.last).grey
    let bright = (0..<64 * 64).filter { grey[$0] > 128 }
    let row = Double(bright.map { $0 / 64 }.reduce(0, +)) / Double(bright.count)
    let column = Double(bright.map { $0 % 64 }.reduce(0, +)) / Double(bright.count)
    // The chosen slices' middle lies 8 mm before the heart's: 3.2 pixels along the rows.
    #expect(abs(row - 31.5) < 1 && abs(column - 34.7) < 1, "row \(row), column \(column)")
  }

  @Test func withoutGeometryTheHeartIsFoundAllTheSame() throws {
    var heart = RingHeart()
    heart.wander = 0
    let study = heart.study((0..<heart.slices).map { heart.clip($0, geometry: .some(nil)) })
    let made = prepared(study)
    #expect(made.notices == [.noGeometry])
    #expect(made.centre == nil)
    #expect(try #require(made.clips.first).grey[32 * 64 + 32] > 150)
  }

  @Test func nonsenseGeometryCountsAsNone() {
    var heart = RingHeart()
    heart.slices = 3
    for spacing in [0, -1.4, .nan, .infinity, 1e-9] {
      var g = heart.geometry(1)
      g.rowSpacing = spacing
      #expect(prepared(heart.study([heart.clip(1, geometry: g)])).notices == [.noGeometry])
    }
    var far = heart.geometry(1)
    far.origin.x = .nan
    #expect(prepared(heart.study([heart.clip(1, geometry: far)])).notices == [.noGeometry])
  }

  @Test func aStillClipHasNoHeart() {
    var heart = RingHeart()
    (heart.squeeze, heart.slices) = (0, 4)
    #expect(prepared(heart.study).notices == [.heartNotFound])
    #expect(prepared(heart.study).confidence == 0)
    // Constant pixels, no numbers at all, one frame, no clips.
    for value in [Float(7), .nan, .infinity] {
      let flat = CineClip(
        frames: 5, rows: 40, columns: 40, pixels: [Float](repeating: value, count: 5 * 1600), geometry: nil,
        times: [0, 1, 2, 3, 4], heartbeat: 5)
      #expect(prepared(heart.study([flat])).notices.contains(.heartNotFound))
    }
    #expect(BeatRecipe().prepare([]).notices == [.heartNotFound])
  }

  @Test func someLostPixelsDoNotHideTheHeart() throws {
    let heart = RingHeart()
    var pixels = heart.clip(2).pixels
    for i in stride(from: 0, to: pixels.count, by: 97) { pixels[i] = .nan }
    let clip = heart.clip(2)
    let broken = CineClip(
      frames: clip.frames, rows: clip.rows, columns: clip.columns, pixels: pixels, geometry: clip.geometry,
      times: clip.times, heartbeat: clip.heartbeat)
    let made = prepared(heart.study([broken]))
    #expect(made.notices.isEmpty)
    // The heart's distance from the single slice along its normal cannot be seen.
    let off = try #require(made.centre) - heart.centre
    #expect(abs(off.dot(heart.across)) < 6 && abs(off.dot(heart.down)) < 6)
  }

  @Test func timesThatDoNotRiseAreReplacedByEvenOnes() {
    var heart = RingHeart()
    heart.slices = 1
    let clip = heart.clip(0)
    let shuffled = CineClip(
      frames: clip.frames, rows: clip.rows, columns: clip.columns, pixels: clip.pixels, geometry: clip.geometry,
      times: clip.times.reversed(), heartbeat: clip.heartbeat)
    let made = prepared(heart.study([shuffled]))
    #expect(made.notices == [.noTiming])
    #expect(made.clips.map(\.grey) == prepared(heart.study([clip])).clips.map(\.grey))
  }

  @Test func phasesAreSpreadOverTheBeatByTheirTimes() throws {
    // Brightness is the time within the beat; frames bunch at its start.
    let times = [0.0, 50, 100, 150, 200, 600, 800]
    let pixels = times.flatMap { t in (0..<100 * 100).map { $0 < 5000 ? Float(t) : Float(1000) } }
    let clip = CineClip(
      frames: 7, rows: 100, columns: 100, pixels: pixels, geometry: nil, times: times, heartbeat: 1000)
    var recipe = BeatRecipe()
    (recipe.box, recipe.frames) = (120, 10)
    let made = recipe.prepare([(ClipChoice.Item(series: 0, slice: 0, view: .fourChamber), clip)])
    let grey = try #require(made.clips.first).grey
    let seen = (0..<10).map { Int(grey[$0 * 64 * 64 + 30 * 64 + 32]) }
    // 0, 100, …, 800 as they are; at 900 half-way back from 800 to 0.
    for (k, expected) in [0, 100, 200, 300, 400, 500, 600, 700, 800, 400].enumerated() {
      #expect(abs(seen[k] - expected * 255 / 1000) <= 3, "\(k): \(seen)")
    }
  }

  @Test func theMotionMapIsBrightWhereTheWallMoves() throws {
    let heart = RingHeart()
    let clip = heart.clip(2)
    let map = MotionMap(clip)
    let at = try #require(clip.geometry).pixel(of: heart.centre)
    let edge = Int(at.row) * heart.size + Int(at.column + 22 / heart.spacing)
    #expect(map.values[edge] > 0.6)
    #expect(map.values[6 * heart.size + 100] < 0.2)
    #expect(map.values.allSatisfy { (0...1).contains($0) })
  }

  /// Middle of the left ventricle in the middle slice, seen by eye. Its right neighbour moves more in both hearts.
  @Test(
    .enabled(if: SharedFolder.path("data/sunnybrook") != nil),
    arguments: [("SCD0000101", 139.0, 129.0), ("SCD0000301", 117, 127)])
  func theLeftVentricleOfRealHeartsIsFound(_ patient: String, _ row: Double, _ column: Double) throws {
    let folder = try #require(SharedFolder.path("data/sunnybrook"))
    let study = try #require(
      StudyFolder([folder], pool: TestWorkers.pool).studies.first { $0.path.text.contains(patient) })
    let loaded = CineLoader(TestWorkers.pool).load(study).study
    let made = prepared(loaded)
    #expect(made.notices.isEmpty)
    #expect(made.confidence > 0.2)
    let series = try #require(loaded.series.first)
    let middle = series.series.slices.count / 2
    let at = try #require(series.clips[middle].geometry).pixel(of: try #require(made.centre))
    #expect(abs(at.row - row) < 8 && abs(at.column - column) < 8, "\(at)")
  }
}
