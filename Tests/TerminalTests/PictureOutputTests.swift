import Testing

@testable import Terminal

@Suite struct PictureOutputTests {
  private let setting = PictureSetting(cellWidth: 10, cellHeight: 20, colour: true)

  private func picture(_ key: Int, row: Int = 0) -> Picture {
    let pixels = (0..<200 * 200).map { UInt8(($0 * 7 + $0 / 200 * key) & 255) }
    return Picture(
      place: CellRectangle(row: row, column: 0, rows: 10, columns: 20),
      image: GreyImage(rows: 200, columns: 200, pixels: pixels), key: key)
  }

  /// Sends what there is at a moment; true where the terminal was asked.
  private func send(_ bytes: [UInt8], _ output: inout PictureOutput, at now: Double) -> Bool {
    let isAsked = output.begin(bytes.count, at: now)
    output.sent(bytes.count, from: now, to: now)
    return isAsked
  }

  @Test func whatFoundNoRoomComesWhenThereIsSome() {
    var output = PictureOutput(.sixel, palette: true, isAnswered: true)
    let first = output.show([picture(0)], setting, at: 0)
    let isAsked = send(first, &output, at: 0)
    #expect(!first.isEmpty && isAsked)
    // It is on the way, nobody knows for how long: the next waits, and nobody polls for it.
    #expect(output.show([picture(2)], setting, at: 0.08).isEmpty && output.due == nil)
    #expect(output.rest(at: 0.5).isEmpty)
    output.arrived(at: 1)
    #expect(output.rest(at: 1).isEmpty)
    output.arrived(at: 1.1)
    #expect(output.due != nil)
    let late = output.rest(at: 2)
    #expect(!late.isEmpty && output.rest(at: 2).isEmpty)
    // The same again is nothing.
    #expect(output.show([picture(2)], setting, at: 2.1).isEmpty)
  }

  /// Over a slow link it is coarse while it moves, and whole once it stands still.
  @Test func whatStandsStillIsWhole() {
    var output = PictureOutput(.sixel, palette: true, isAnswered: true)
    var (now, last) = (0.0, 0)
    for key in 0..<100 {
      now = Double(key) * 0.1
      let bytes = output.show([picture(key)], setting, at: now)
      guard !bytes.isEmpty else { continue }
      last = bytes.count
      guard send(bytes, &output, at: now) else { continue }
      output.arrived(at: now)
      output.arrived(at: now + Double(bytes.count) / 50_000)
    }
    #expect(output.loss(at: now).columns.map { $0 < 200 } ?? false)
    let due = output.due ?? 0
    #expect(due > now && due < now + 1 && output.rest(at: now + 0.1).isEmpty)
    let whole = output.rest(at: due + 0.01)
    #expect(whole.count > 2 * last && output.due == nil && output.rest(at: due + 1).isEmpty)
  }

  /// What is wanted no more goes at once, however slow the link.
  @Test func nothingIsShownAtOnce() {
    var output = PictureOutput(.kitty, palette: true, isAnswered: true)
    for key in 0..<2 { _ = send(output.show([picture(key)], setting, at: 0), &output, at: 0) }
    let bytes = String(decoding: output.show([], setting, at: 0.1), as: UTF8.self)
    #expect(bytes == "\u{1B}_Ga=d,d=a\u{1B}\\")
    _ = send(output.show([picture(3)], setting, at: 0.2), &output, at: 0.2)
    let moved = String(decoding: output.show([picture(4, row: 9)], setting, at: 0.3), as: UTF8.self)
    #expect(moved.isEmpty || moved.contains("a=d"))
  }
}
