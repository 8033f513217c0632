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

  /// 40 kB a frame, as sixels have it, over 100 kB a second: less is sent, and what is sent is no older than it must be.
  @Test(arguments: [0.001, 0.04, 0.15]) func aSlowLinkIsNotFilled(_ delay: Double) {
    var link = Link(rate: 100_000, delay: delay)
    let (governor, frames, latest, _) = play(&link, bytes: 40_000, levels: Governor.pixelLevels)
    #expect(governor.level == Governor.pixelLevels.last)
    // A frame of 3.7 kB takes 37 ms, and another may be on its way before it.
    #expect(latest < 0.2 + 3 * delay, "\(latest) s late")
    #expect(frames > 15 && frames <= 25.1, "\(frames) frames a second")
  }

  /// Where even the smallest frames are too many, some are left out: those that come are of their moment.
  @Test func framesAreLeftOutLast() {
    var link = Link(rate: 20_000, delay: 0.02)
    let (governor, frames, latest, _) = play(&link, bytes: 40_000, levels: Governor.pixelLevels)
    #expect(governor.level == Governor.pixelLevels.last && frames < 10 && frames > 2, "\(frames)")
    #expect(latest < 0.6, "\(latest) s late")
    let loss = governor.loss(at: 30)
    #expect(loss.merged == 3 && loss.greys == 16 && (loss.framesPerSecond ?? 0) < 10 && !loss.isNone)
  }

  @Test(arguments: [0.001, 0.1]) func aFastLinkLosesNothing(_ delay: Double) {
    var link = Link(rate: 20_000_000, delay: delay)
    let (governor, frames, _, _) = play(&link, bytes: 100_000, levels: Governor.pixelLevels)
    #expect(governor.loss(at: 30).isNone && frames > 24.5)
  }

  /// Between two levels there is no swinging to and fro.
  @Test func itSettles() {
    for rate in stride(from: 200_000.0, to: 2_000_000, by: 150_000) {
      var link = Link(rate: rate, delay: 0.02)
      let (_, frames, latest, changes) = play(&link, bytes: 60_000, seconds: 60, levels: Governor.pixelLevels)
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
    var governor = Governor(levels: Governor.pixelLevels)
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
    place: CellRectangle(row: 0, column: 0, rows: 3, columns: 5),
    image: GreyImage(rows: 5, columns: 5, pixels: (0..<25).map { UInt8($0 * 10) }),
    marks: [Mark(pixel: 24, ink: .pink), Mark(pixel: 99, ink: .pink)], key: 7)

  @Test func pixelsAreMerged() {
    let level = Governor.Level(merged: 2, greys: nil, share: 1)
    let alike = picture.reduced(level, isShrunk: false)
    #expect(alike.image.rows == 5 && alike.marks == picture.marks && alike.key != picture.key)
    // 0, 10, 50 and 60; the last column and row are left with less.
    #expect([0, 1, 5, 6].map { alike.image.pixels[$0] } == [30, 30, 30, 30] && alike.image.pixels[24] == 240)
    let small = picture.reduced(level, isShrunk: true)
    #expect(small.image.rows == 3 && small.image.columns == 3 && small.image.pixels[0] == 30)
    #expect(small.marks.map(\.pixel) == [8] && small.place == picture.place)
  }

  @Test func greysAreFewer() {
    let level = Governor.Level(merged: 1, greys: 8, share: 1)
    let all = GreyImage(rows: 1, columns: 256, pixels: (0...255).map { UInt8($0) })
    let few = Picture(place: CellRectangle(row: 0, column: 0, rows: 1, columns: 1), image: all, key: 1)
      .reduced(level, isShrunk: false).image.pixels
    #expect(Set(few).count == 8 && few[0] == 0 && few[255] == 255 && few == few.sorted())
    let nothing = GreyImage(rows: 0, columns: 0, pixels: [])
    let empty = Picture(
      place: CellRectangle(row: 0, column: 0, rows: 0, columns: 0), image: nothing, marks: [Mark(pixel: 0, ink: .pink)],
      key: 1)
    #expect(empty.reduced(level, isShrunk: true).image.pixels.isEmpty)
  }
}
