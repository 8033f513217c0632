import Plain
import Testing

@testable import Terminal

/// A link of so many bytes a second with a delay each way, and a terminal at its end that answers.
private struct Link {
  let rate: Double
  let delay: Double
  var answers = true
  private var free = 0.0
  private(set) var answersAt: [Double] = []
  /// When each frame was wanted and seen.
  private(set) var seen: [(wanted: Double, seen: Double)] = []

  init(rate: Double, delay: Double, answers: Bool = true) {
    (self.rate, self.delay, self.answers) = (rate, delay, answers)
  }

  mutating func send(_ bytes: Int, at now: Double, asked: Bool) {
    free = max(free, now)
    if asked, answers { answersAt.append(free + 2 * delay) }
    free += Double(bytes) / rate
    seen.append((now, free + delay))
    if asked, answers { answersAt.append(free + 2 * delay) }
  }

  mutating func answer(until now: Double) -> Double? {
    guard let first = answersAt.first, first <= now else { return nil }
    return answersAt.removeFirst()
  }

  mutating func startCounting() { seen = [] }
}

@Suite struct GovernorTests {
  /// Plays at 25 frames a second; what the last ten seconds were like.
  private func play(_ link: inout Link, bytes: Int, seconds: Double = 30, levels: [Governor.Level]) -> (
    governor: Governor, frames: Double, latest: Double, changes: Int
  ) {
    var governor = Governor(levels: levels)
    governor.isAnswered = link.answers
    let frames = Int(seconds * 25)
    var changes = 0
    for frame in 0..<frames {
      let now = Double(frame) / 25
      while let at = link.answer(until: now) { governor.arrived(at: at) }
      if frame == frames - 250 { link.startCounting() }
      governor.wanted(at: now)
      guard governor.hasRoom(at: now) else {
        governor.dropped(at: now)
        continue
      }
      let before = governor.index
      let size = Int(Double(bytes) * levels[...governor.index].reduce(1) { $0 * $1.share })
      let asked = governor.begin(size, at: now)
      governor.sent(size, from: now, to: now)
      link.send(size, at: now, asked: asked)
      if governor.index != before, frame > frames - 250 { changes += 1 }
    }
    let latest = link.seen.map { $0.seen - $0.wanted }.max() ?? 0
    return (governor, Double(link.seen.count) / 10, latest, changes)
  }

  /// 60 kB a frame over 100 kB a second: less is sent, and what is sent is no older than it must be.
  @Test(arguments: [0.001, 0.04, 0.15]) func aSlowLinkIsNotFilled(_ delay: Double) {
    var link = Link(rate: 100_000, delay: delay)
    let (governor, frames, latest, _) = play(&link, bytes: 60_000, levels: Governor.pictureLevels)
    #expect(governor.level == Governor.pictureLevels.last)
    // A frame of 2.3 kB takes 23 ms, and another may be on its way before it.
    #expect(latest < 0.2 + 3 * delay, "\(latest) s late")
    #expect(frames > 15 && frames <= 25.1, "\(frames) frames a second")
  }

  /// Where even the smallest frames are too many, some are left out: those that come are of their moment.
  @Test func framesAreLeftOutLast() {
    var link = Link(rate: 20_000, delay: 0.02)
    let (governor, frames, latest, _) = play(&link, bytes: 160_000, levels: Governor.pictureLevels)
    #expect(governor.level == Governor.pictureLevels.last && frames < 10 && frames > 2, "\(frames)")
    #expect(latest < 0.8, "\(latest) s late")
    let loss = governor.loss(at: 30)
    #expect(loss.greys == 16 && (loss.framesPerSecond ?? 0) < 10 && !loss.isNone)
  }

  @Test(arguments: [0.001, 0.1]) func aFastLinkLosesNothing(_ delay: Double) {
    var link = Link(rate: 20_000_000, delay: delay)
    let (governor, frames, _, _) = play(&link, bytes: 100_000, levels: Governor.pictureLevels)
    #expect(governor.loss(at: 30).isNone && frames > 24.5)
  }

  /// Between two levels there is no swinging to and fro.
  @Test func itSettles() {
    for rate in stride(from: 200_000.0, to: 2_000_000, by: 150_000) {
      var link = Link(rate: rate, delay: 0.02)
      let (_, frames, latest, changes) = play(&link, bytes: 60_000, seconds: 60, levels: Governor.pictureLevels)
      #expect(changes <= 3 && frames > 12 && latest < 0.4, "\(rate): \(changes) changes, \(frames)/s, \(latest) s")
    }
  }

  @Test func itComesBack() {
    var governor = Governor(levels: Governor.cellLevels)
    governor.isAnswered = true
    func run(_ rate: Double, from start: Double, seconds: Double) {
      for frame in 0..<Int(seconds * 25) {
        let now = start + Double(frame) / 25
        governor.wanted(at: now)
        let size = governor.index == 0 ? 20_000 : 8_000
        guard governor.hasRoom(at: now), governor.begin(size, at: now) else { continue }
        governor.sent(size, from: now, to: now)
        governor.arrived(at: now)
        governor.arrived(at: now + Double(size) / rate)
      }
    }
    run(200_000, from: 0, seconds: 5)
    #expect(governor.index > 0)
    run(20_000_000, from: 5, seconds: 30)
    #expect(governor.index == 0)
  }

  /// A terminal that answers nothing is judged by how long writing takes.
  @Test func withoutAnswersWritesAreTimed() {
    var governor = Governor(levels: Governor.cellLevels)
    for frame in 0..<50 {
      let now = Double(frame) / 25
      governor.wanted(at: now)
      #expect(governor.hasRoom(at: now))
      let isAsked = governor.begin(10_000, at: now)
      #expect(!isAsked)
      governor.sent(10_000, from: now, to: now + 0.1)
    }
    #expect(governor.index > 0)
  }

  /// Answers that stop coming stop nothing.
  @Test func lostAnswersAreNotWaitedForForEver() {
    var governor = Governor(levels: Governor.cellLevels)
    governor.isAnswered = true
    var shown = 0
    for frame in 0..<2000 {
      let now = Double(frame) / 25
      governor.wanted(at: now)
      if governor.hasRoom(at: now) {
        _ = governor.begin(10_000, at: now)
        governor.sent(10_000, from: now, to: now)
        shown += 1
      }
    }
    #expect(!governor.isAnswered && shown > 1000)
  }

  @Test func littleIsNoLoad() {
    var governor = Governor(levels: Governor.pictureLevels)
    governor.isAnswered = true
    // Placing a picture by its number.
    for frame in 0..<400 {
      let isAsked = governor.begin(56, at: Double(frame) / 25)
      governor.sent(56, from: Double(frame) / 25, to: Double(frame) / 25 + 0.01)
      #expect(!isAsked && governor.index == 0 && !governor.isWaiting)
    }
  }
}

@Suite struct ReducedPictureTests {
  private let picture = Picture(
    place: CellRectangle(row: 0, column: 0, rows: 2, columns: 2),
    image: GreyImage(rows: 4, columns: 6, pixels: (0..<24).map { UInt8($0 * 10) }),
    marks: [Mark(pixel: 23, ink: .pink), Mark(pixel: 99, ink: .pink)], key: 7)
  private let setting = PictureSetting(cellWidth: 9, cellHeight: 6, colour: true)

  @Test func pixelsAreMerged() {
    let level = Governor.Level(merged: 2, greys: nil, share: 1)
    let alike = picture.reduced(level, .half, setting)
    #expect(alike.image.rows == 4 && alike.marks == picture.marks && alike.key != picture.key)
    // 0, 10, 60 and 70.
    #expect([0, 1, 6, 7].map { alike.image.pixels[$0] } == [35, 35, 35, 35] && alike.image.pixels[23] == 195)
    let small = picture.reduced(level, .kitty, setting)
    #expect(small.image.rows == 2 && small.image.columns == 3 && small.image.pixels[0] == 35)
    #expect(small.marks.map(\.pixel) == [5] && small.place == picture.place)
  }

  /// Squares of six pixels of the terminal, whatever the picture's own are.
  @Test func sixelsHaveOneRowOfSquaresInEachOfTheirs() {
    let level = Governor.Level(merged: 6, greys: nil, share: 1)
    let squares = picture.reduced(level, .sixel, setting).image
    #expect(squares.rows == 12 && squares.columns == 18)
    #expect(picture.size(level, .sixel, setting) == (2, 3))
    for y in 0..<12 {
      for x in 0..<18 { #expect(squares.pixels[y * 18 + x] == squares.pixels[y / 6 * 6 * 18 + x / 6 * 6]) }
    }
    #expect(Set(squares.pixels).count == 6)
  }

  @Test func greysAreFewer() {
    let level = Governor.Level(merged: 1, greys: 8, share: 1)
    let all = GreyImage(rows: 1, columns: 256, pixels: (0...255).map { UInt8($0) })
    let place = CellRectangle(row: 0, column: 0, rows: 1, columns: 1)
    let few = Picture(place: place, image: all, key: 1).reduced(level, .grey, setting).image.pixels
    #expect(Set(few).count == 8 && few[0] == 0 && few[255] == 255 && few == few.sorted())
    let nothing = Picture(
      place: CellRectangle(row: 0, column: 0, rows: 0, columns: 0), image: GreyImage(rows: 0, columns: 0, pixels: []),
      marks: [Mark(pixel: 0, ink: .pink)], key: 1)
    for mode in GraphicsMode.allCases { #expect(nothing.reduced(level, mode, setting).image.pixels.isEmpty) }
  }

  /// Every level of every way of drawing takes less than the one before, on noise that is the worst.
  @Test(arguments: [GraphicsMode.kitty, .sixel, .half, .grey, .quarter]) func levelsTakeLess(_ mode: GraphicsMode)
    throws
  {
    var dice = SplitMix(seed: 2)
    let place = CellRectangle(row: 0, column: 0, rows: 12, columns: 24)
    let block = mode.isPixels ? (rows: 20, columns: 10) : mode.pixelsPerCell
    let (rows, columns) = (12 * block.rows, 24 * block.columns)
    let pixels = (0..<rows * columns).map {
      UInt8(min($0 % columns * 200 / columns, 200)) + UInt8.random(in: 0...40, using: &dice)
    }
    let picture = Picture(place: place, image: GreyImage(rows: rows, columns: columns, pixels: pixels), key: 1)
    var last = Int.max
    for level in mode.levels {
      var encoder = try #require(mode.encoder())
      let size = encoder.bytes(for: [picture.reduced(level, mode, GlyphTests.setting)], GlyphTests.setting).count
      #expect(size < last, "\(level)")
      last = size
    }
  }
}
