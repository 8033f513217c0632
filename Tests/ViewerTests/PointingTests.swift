import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct PointingTests {
  /// A model that knows where its pictures were drawn.
  private func shown(_ m: ViewerModel, _ rows: Int = 36, _ columns: Int = 120) -> ViewerModel {
    var m = m
    _ = m.update(.size(rows: rows, columns: columns))
    let frame = draw(m, mode: .half, cell: (10, 20))
    _ = m.update(.shown(frame.pictures.map(\.place), PictureLoss()))
    return m
  }

  @Test func aClickOpensARow() {
    var m = shown(Sample.model())
    #expect(m.selectedUID == "1")
    _ = m.update(.mouse(Mouse(.press, .left, row: 3, column: 5)))
    #expect(m.selectedUID == "2")
    // Titles and what lies below the rows are none.
    for row in [1, 10, 34] { _ = m.update(.mouse(Mouse(.press, .left, row: row, column: 5))) }
    #expect(m.selectedUID == "2")
    _ = m.update(.mouse(Mouse(.wheelUp, nil, row: 10, column: 5)))
    #expect(m.selectedUID == "1")
  }

  @Test func theWheelStepsSlices() {
    var m = shown(Sample.model())
    let at = m.places[0]
    let slice = m.view.slice
    _ = m.update(.mouse(Mouse(.wheelDown, nil, row: at.row + 2, column: at.column + 2)))
    #expect(m.view.slice == slice + 1)
    for _ in 0..<20 { _ = m.update(.mouse(Mouse(.wheelDown, nil, row: at.row, column: at.column))) }
    #expect(m.view.slice == 4)
    // On a page it scrolls the page.
    _ = m.update(.key(.character("?")))
    _ = m.update(.size(rows: 12, columns: 60))
    _ = m.update(.mouse(Mouse(.wheelDown, nil, row: 5, column: 5)))
    #expect(m.scroll == 3 && m.view.slice == 4)
  }

  /// What the mouse puts down lies under it, whichever way up the picture is.
  @Test(arguments: 0..<8) func pointsFollowTheMouse(_ way: Int) throws {
    var m = Sample.model()
    for _ in 0..<way % 4 { m.view.framing.turn.rotate() }
    if way >= 4 { m.view.framing.turn.mirror() }
    _ = m.update(.key(.character("c")))
    m = shown(m)
    let at = m.places[0]
    let (row, column) = (at.row + at.rows / 3, at.column + at.columns / 4)
    _ = m.update(.mouse(Mouse(.press, .left, row: row, column: column)))
    let ruler = try #require(m.ruler)
    let crop = try #require(m.shownCrop)
    let picture = Projection(crop, rows: at.rows, columns: at.columns, turn: m.view.framing.turn)
    let back = picture(ruler.measure.points[ruler.point])
    #expect(abs(back.x - Double(row - at.row)) <= 1 && abs(back.y - Double(column - at.column)) <= 1)
    // Dragged far beyond the picture it stays on it.
    _ = m.update(.mouse(Mouse(.drag, .left, row: at.row, column: at.column)))
    #expect(m.ruler?.point == ruler.point && m.ruler?.measure.points != ruler.measure.points)
  }

  @Test func aClickGivesAPictureTheKeys() {
    var m = Sample.model()
    _ = m.update(.key(.character("b")))
    let clip = Sample.clip()
    for s in 0..<5 { _ = m.update(.clip(.init(study: "2", series: 0, slice: s), clip, MotionMap(clip))) }
    m = shown(m)
    let left = m.places[0]
    _ = m.update(.mouse(Mouse(.press, .left, row: left.row, column: left.column)))
    #expect(m.active == 0 && m.selectedUID == "1")
  }

  @Test func theMouseCanBeTheTerminals() {
    var m = Sample.model()
    #expect(m.isMouseOn && m.update(.key(.character("u"))) == [.mouse(false)])
    #expect(m.update(.key(.character("u"))) == [.mouse(true)])
  }

  @Test func whatTheLinkLosesIsOnTheBadge() {
    var m = Sample.model()
    var loss = PictureLoss()
    (loss.rows, loss.columns, loss.greys, loss.framesPerSecond) = (40, 50, 24, 7.6)
    _ = m.update(.shown([], loss))
    let text = draw(m, rows: 36, columns: 160, mode: .half, cell: (10, 20)).0.snapshot
    #expect(text.contains("8 fps, link-limited · only 50×40 pixels · 24 greys"))
  }

  @Test func aPageIsSearched() {
    var m = Sample.model()
    _ = m.update(.size(rows: 24, columns: 80))
    for key in "?/slice" { _ = m.update(.key(.character(key))) }
    let text = draw(m, rows: 24, columns: 80, mode: .half, cell: (10, 20)).0.snapshot
    #expect(text.contains("next slice") && !text.contains("play or pause") && text.contains("KEYS with slice"))
    // Enter keeps it, Esc forgets it, and once more closes the page.
    _ = m.update(.key(.enter))
    #expect(m.page == .help && m.search == "slice")
    _ = m.update(.key(.escape))
    #expect(m.page == .help && m.search.isEmpty)
    _ = m.update(.key(.escape))
    #expect(m.page == nil)
  }

  @Test func theClipboardIsOffered() {
    var m = Sample.measuredModel()
    for key in "x" { _ = m.update(.key(.character(key))) }
    #expect(m.update(.key(.character("u"))) == [.copy("1")])
    _ = m.update(.key(.character("x")))
    guard case .copy(let text)? = m.update(.key(.character("y"))).first else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text.contains("anon-0042") && text.contains("LVEF 24 %") && text.contains("not for diagnosis"))
    m.hideNames = true
    _ = m.update(.key(.character("x")))
    #expect(m.update(.key(.character("u"))).isEmpty && m.said?.isWarning == true)
    #expect(m.current.map { !m.summary($0).contains("anon") } == true)
  }
}
