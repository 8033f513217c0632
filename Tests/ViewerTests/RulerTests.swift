import Cine
import Plain
import Terminal
import Testing

@testable import Viewer

@Suite struct RulerTests {
  /// Paused, the sample's middle slice on the screen; pixels of so many mm.
  private func model(_ rowSpacing: Double = 3, _ columnSpacing: Double = 3, field: Double? = nil) -> ViewerModel {
    var m = Sample.model()
    var geometry = Sample.geometry(0)
    (geometry.rowSpacing, geometry.columnSpacing) = (rowSpacing, columnSpacing)
    let plain = Sample.clip()
    let clip = CineClip(
      frames: plain.frames, rows: 64, columns: 64, pixels: plain.pixels, geometry: geometry, times: plain.times,
      heartbeat: 800)
    _ = m.update(.clip(.init(study: "1", series: 0, slice: 2), clip, MotionMap(clip)))
    m.view.framing.field = field
    return m
  }

  private func press(_ keys: [Key], _ m: inout ViewerModel) { for key in keys { _ = m.update(.key(key)) } }

  private func line(_ m: ViewerModel, _ columns: Int = 120) -> String {
    let s = draw(m, rows: 36, columns: columns, mode: .half, cell: (10, 20)).0
    return String((0..<columns).map { s[35, $0].character })
  }

  private func geometry(_ rowSpacing: Double, _ columnSpacing: Double) -> Geometry {
    var geometry = Sample.geometry(0)
    (geometry.rowSpacing, geometry.columnSpacing) = (rowSpacing, columnSpacing)
    return geometry
  }

  /// 3-4-5: rows and columns have spacings of their own.
  @Test func lengthsInThePatient() throws {
    let way = Measure(.length, [SIMD2(10, 10), SIMD2(14, 13)])
    #expect(try #require(way.value(geometry(1.5, 1.5))) == (7.5, "mm"))
    #expect(abs(try #require(way.value(geometry(0.75, 1))).number - 18.0.squareRoot()) < 1e-12)
    #expect(try #require(way.value(nil)) == (5, "pixels"))
  }

  @Test func areasAndAngles() throws {
    let square = Measure(.area, [SIMD2(0, 0), SIMD2(0, 4), SIMD2(4, 4), SIMD2(4, 0)])
    #expect(try #require(square.value(geometry(2, 1))) == (32, "mm²") && square.text(geometry(2, 1)) == "32.0 mm²")
    #expect(square.sides.count == 4)
    // The other way round it is as large.
    #expect(try #require(Measure(.area, square.points.reversed()).value(nil)) == (16, "pixels²"))
    // A right angle stays one where pixels are no squares only along the axes.
    let corner = Measure(.angle, [SIMD2(4, 0), SIMD2(0, 0), SIMD2(0, 3)])
    #expect(abs(try #require(corner.value(geometry(2, 1))).number - 90) < 1e-9)
    let half = Measure(.angle, [SIMD2(4, 0), SIMD2(0, 0), SIMD2(4, 4)])
    #expect(abs(try #require(half.value(geometry(1, 1))).number - 45) < 1e-9 && half.text(geometry(1, 1)) == "45.0°")
    #expect(abs(try #require(half.value(geometry(1, 3.0.squareRoot()))).number - 60) < 1e-9)
    #expect(half.value(nil) == nil && half.text(nil).contains("without spacing"))
    #expect(Measure(.angle, [SIMD2(1, 1), SIMD2(1, 1), SIMD2(1, 1)]).value(geometry(1, 1)) == nil)
  }

  @Test func keysMoveTheEnds() throws {
    var m = model(2, 1)
    press([.character("c")], &m)
    let start = try #require(m.ruler)
    #expect(
      start.measure.points[0].x == start.measure.points[1].x && start.measure.points[0].y < start.measure.points[1].y
        && !m.playing)
    // Down the rows are 2 mm, along them 1 mm.
    press([.down, .character("j"), .right, .character("l"), .up, .left], &m)
    #expect(
      m.ruler?.measure.points[0] == start.measure.points[0] + SIMD2(1, 1)
        && m.ruler?.measure.points[1] == start.measure.points[1])
    press([.tab, .character("J"), .character("H"), .character("k"), .character("h")], &m)
    #expect(m.ruler?.measure.points[1] == start.measure.points[1] + SIMD2(4, -6) && m.ruler?.point == 1)
    let ends = try #require(m.ruler).measure.points
    let (down, along) = (2 * (ends[1].x - ends[0].x), ends[1].y - ends[0].y)
    let expected = JSON.aligned((down * down + along * along).squareRoot(), decimals: 1)
    #expect(line(m).contains("\(expected) mm · value ") && line(m).contains("not for diagnosis"))
    press([.escape], &m)
    #expect(m.ruler == nil && m.mode == nil && !line(m).contains("mm · value"))
  }

  /// The value of the frame that is shown, at the end that keys move.
  @Test func theValueUnderTheCursor() {
    var m = model()
    press([.character("c")], &m)
    m.ruler?.measure.points = [SIMD2(30, 36), SIMD2(5, 5)]
    #expect(line(m).contains(" mm · value 900"))
    press([.tab], &m)
    #expect(line(m).contains(" mm · value 400"))
  }

  /// The same two places are as far apart however close one looks, and lie where the picture shows them.
  @Test(arguments: [nil, 150.0, 100.0]) func zoomChangesNoDistance(_ field: Double?) throws {
    var m = model(3, 1.5, field: field)
    press([.character("c")], &m)
    m.ruler?.measure.points = [SIMD2(26, 32), SIMD2(34, 40)]
    #expect(line(m).contains("26.8 mm"))
    let (_, picture) = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20))
    let shown = try #require(picture)
    guard case .loaded(let clip, let motion) = try #require(m.clips[.init(study: "1", series: 0, slice: 2)]) else {
      return
    }
    let crop = PictureRenderer.crop(clip, motion, m.view.framing)
    let (rows, columns) = (shown.image.rows, shown.image.columns)
    let green = Set(shown.marks.filter { $0.ink == .green }.map(\.pixel))
    for end in [SIMD2(26.0, 32.0), SIMD2(34, 40)] {
      let row = Int(((end.x + 0.5 - crop.row) * Double(rows) / crop.rows - 0.5).rounded())
      let column = Int(((end.y + 0.5 - crop.column) * Double(columns) / crop.columns - 0.5).rounded())
      #expect(green.contains(row * columns + column))
    }
  }

  @Test func nothingElseReacts() {
    var m = model()
    press([.character("c")], &m)
    let before = (m.view.slice, m.phase, m.selectedUID, m.view.window, m.view.framing.field)
    let others = "jkhl pdsoPfx/?+-123wimS[]tgGN HJKLbelyMrz".filter { !"jkhlHJKL".contains($0) }.map {
      Key.character($0)
    }
    for key in others + [.pageDown, .pageUp, .home, .end, .backspace, .function(1)] {
      #expect(m.update(.key(key)).isEmpty && m.mode == .ruler && m.ruler != nil, "\(key)")
    }
    #expect(m.update(.paste("q")).isEmpty)
    let after = (m.view.slice, m.phase, m.selectedUID, m.view.window, m.view.framing.field)
    #expect(
      before == after && !m.quitting && m.page == nil && !m.playing && m.view.content == .slice
        && !m.entries[0].flags.marked)
    // News of the study does not move the picture away below it.
    _ = m.update(.catalogue([Sample.study("1", id: "anon-0042", slices: 9)], done: 1, total: 2))
    #expect(m.view.slice == before.0 && m.ruler != nil)
    #expect(m.update(.key(.control("l"))) == [.repaint] && m.update(.key(.control("z"))) == [.suspend])
    #expect(m.update(.key(.control("c"))) == [.quit])
  }

  /// What is kept lies on its own frame, is asked to be stored, and can be forgotten there.
  @Test func measuresAreKeptWithTheStudy() throws {
    var m = model()
    press([.character("c"), .character("a"), .character("n")], &m)
    #expect(m.ruler?.measure.kind == .area && m.ruler?.measure.points.count == 5 && m.ruler?.point == 1)
    let hash = m.entries[0].study.hash
    let effects = m.update(.key(.enter))
    let kept = try #require(m.entries[0].measures.first)
    #expect(effects == [.keepMeasures(hash: hash, [kept])] && m.mode == nil && m.ruler == nil)
    #expect(kept.text.hasSuffix(" mm²") && kept.place.slice == 2 && kept.place.phase == m.phase)
    #expect(m.measures(m.view, m.phase) == [kept.measure] && m.measures(m.view, m.phase + 1).isEmpty)
    #expect(m.measureTable.count == 2 && m.measureTable[1].contains(kept.text))
    press([.character("t")], &m)
    #expect(draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot.contains("area"))
    press([.escape, .character("v"), .escape, .character("c"), .character("v")], &m)
    #expect(m.ruler?.measure.kind == .angle && m.ruler?.measure.points.count == 3)
    #expect(m.update(.key(.backspace)) == [.keepMeasures(hash: hash, [])] && m.entries[0].measures.isEmpty)
    // What was kept before comes before what was measured since.
    _ = m.update(.measures(["1": [kept]]))
    #expect(m.entries[0].measures == [kept])
  }

  @Test func endsStayOnThePicture() throws {
    for field in [nil, 100.0] {
      var m = model(field: field)
      press([.character("c")] + Array(repeating: .left, count: 200) + Array(repeating: .up, count: 200), &m)
      press([.tab] + Array(repeating: .right, count: 200) + Array(repeating: .down, count: 200), &m)
      let ends = try #require(m.ruler).measure.points
      if field == nil {
        #expect(ends == [SIMD2(0, 0), SIMD2(63, 63)])
      } else {
        #expect(ends[0].x > 0 && ends[1].y < 63 && ends[1].x - ends[0].x > 30)
      }
    }
  }

  @Test func withoutSpacingOrPicture() {
    var m = model()
    let plain = Sample.clip()
    let clip = CineClip(
      frames: plain.frames, rows: 64, columns: 64, pixels: plain.pixels, geometry: nil, times: plain.times,
      heartbeat: 800)
    _ = m.update(.clip(.init(study: "1", series: 0, slice: 2), clip, MotionMap(clip)))
    press([.character("c")], &m)
    #expect(line(m).contains("pixels, no spacing") && !line(m).contains(" mm"))
    var none = ViewerModel(source: "", modelNote: "")
    press([.character("c")], &none)
    #expect(none.ruler == nil && none.mode == nil && none.said?.isWarning == true)
  }
}

@Suite struct ScaleBarTests {
  private func bar(_ spacing: Double, _ crop: PictureRenderer.Crop, _ rows: Int, _ columns: Int) -> [Int] {
    var geometry = Sample.geometry(0)
    (geometry.rowSpacing, geometry.columnSpacing) = (spacing / 2, spacing)
    return RulerMarks.bar(geometry, Projection(crop, rows: rows, columns: columns)).map(\.pixel)
  }

  /// As long as it says: along the rows, by the spacing between columns.
  @Test(arguments: [(1.0, 100.0, 400), (2.0, 100.0, 400), (1.0, 100.0, 90), (1.5, 40.0, 200)])
  func isAsLongAsItSays(_ spacing: Double, _ side: Double, _ columns: Int) throws {
    let crop = PictureRenderer.Crop(row: 3, column: 7, rows: side, columns: side)
    var geometry = Sample.geometry(0)
    geometry.columnSpacing = spacing
    let length = try #require(RulerMarks.barLength(geometry, crop))
    #expect(length == (side * spacing >= 100 ? 50 : 10))
    let pixels = bar(spacing, crop, columns / 2, columns)
    let across = Set(pixels.map { $0 % columns })
    let width = Double((across.max() ?? 0) - (across.min() ?? 0))
    #expect(abs(width - Double(length) * Double(columns) / (side * spacing)) <= 1)
    #expect(pixels.allSatisfy { (0..<columns * (columns / 2)).contains($0) })
  }

  @Test func noneWhereNothingIsKnownOrFits() {
    let crop = PictureRenderer.Crop(row: 0, column: 0, rows: 100, columns: 100)
    #expect(RulerMarks.bar(nil, Projection(crop, rows: 100, columns: 100)).isEmpty)
    #expect(bar(1, crop, 5, 5).isEmpty && bar(0.1, crop, 100, 100).isEmpty)
    var m = Sample.model()
    func shown() -> Set<Ink> {
      Set(draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).1?.marks.map(\.ink) ?? [])
    }
    func badge() -> String { draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot }
    #expect(shown() == [.green] && badge().contains("bar 50 mm"))
    m.view.framing.field = 100
    #expect(badge().contains("bar 50 mm"))
    _ = m.update(.key(.character("h")))
    #expect(shown().isEmpty && !badge().contains("bar "))
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var m = Sample.measuredModel()
    for key in [Key.character("c"), .tab, .character("J"), .right] { _ = m.update(.key(key)) }
    try SnapshotTests().check("ruler", m, columns, rows)
    try SnapshotTests().check("ruler-ascii", m, columns, rows, mode: .ascii)
  }
}
