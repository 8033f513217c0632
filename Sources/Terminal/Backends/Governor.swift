/// What is left out of pictures so that they come in time over a slow link.
public struct PictureLoss: Hashable, Sendable {
  /// Pixels that the first picture is shown in, where they are fewer than it has.
  public var rows: Int?
  public var columns: Int?
  /// Greys where they are fewer than the mode has.
  public var greys: Int?
  /// Frames a second that go out; nil where none were left out lately.
  public var framesPerSecond: Double?

  public init() {}

  public var isNone: Bool { self == PictureLoss() }
}

/// Measures how fast what was sent arrives, and trades for it: pixels first, then greys, then frames. The heart beats at its
/// own rate whatever is lost: a frame that finds no room is never sent later, the one that is due then is.
///
/// Before and behind a frame the terminal is asked to say that it is done with all that came (DSR 5): the time between both
/// answers is what the frame took, however long the way is, and what is unanswered is on its way. No frame waits for an
/// answer of its own.
struct Governor {
  struct Level: Hashable {
    var merged: Int
    var greys: Int?
    /// Bytes of a frame beside the level before, as long as nothing was measured.
    var share: Double
  }

  /// For pictures that the terminal scales.
  static let pictureLevels = [
    Level(merged: 1, greys: nil, share: 1), Level(merged: 2, greys: nil, share: 0.3),
    Level(merged: 3, greys: nil, share: 0.5), Level(merged: 3, greys: 32, share: 0.5),
    Level(merged: 4, greys: 16, share: 0.5),
  ]
  /// For sixels, in pixels of the terminal.
  static let sixelLevels = [
    Level(merged: 1, greys: nil, share: 1), Level(merged: 3, greys: nil, share: 0.4),
    Level(merged: 6, greys: nil, share: 0.4), Level(merged: 6, greys: 24, share: 0.7),
    Level(merged: 12, greys: 16, share: 0.4),
  ]
  /// For cells, of which there are few.
  static let cellLevels = [
    Level(merged: 1, greys: nil, share: 1), Level(merged: 2, greys: nil, share: 0.25),
    Level(merged: 2, greys: 12, share: 0.6), Level(merged: 2, greys: 8, share: 0.7),
  ]

  /// Bytes of a frame about which the terminal is asked: what is less is no load.
  static let least = 1024
  /// Seconds of bytes that may be on their way when another frame goes out: a key's answer waits behind them.
  static let mostAhead = 0.05
  /// Shares of the link's time beyond which less is sent, and below which more.
  static let (tooMuch, little) = (0.8, 0.5)
  /// Seconds without an answer after which none will come: a first frame may take long over a very slow link.
  static let patience = 30.0

  let levels: [Level]
  private(set) var index = 0

  /// The terminal answers, as far as is known.
  var isAnswered = false
  /// Questions without an answer: when they went out, the bytes before them, and how long those took to write.
  private var flights: [(at: Double, bytes: Int, writing: Double)] = []
  private(set) var secondsPerByte: Double?
  private var roundTrip = 0.25
  private var lastArrival = -Double.infinity

  private var lastWanted = -Double.infinity
  private var interval = 0.1
  private var sizes: [Double?]
  private var frames = 0
  private var changed = -Double.infinity
  private var hold = 2.0
  /// When frames went out, and when one was left out, of the last two seconds.
  private var shownTimes: [Double] = []
  private var lastDrop = -Double.infinity

  init(levels: [Level]) {
    self.levels = levels
    sizes = levels.map { _ in nil }
  }

  var level: Level { levels[index] }

  // MARK: The link

  /// Bytes that have gone out and not arrived, as far as is known.
  var onTheWay: Int { flights.reduce(0) { $0 + $1.bytes } }
  var isWaiting: Bool { !flights.isEmpty }

  /// Another frame may go out.
  func hasRoom(at now: Double) -> Bool {
    guard isAnswered, let first = flights.first, now - first.at < Self.patience else { return true }
    guard let secondsPerByte else { return false }
    return Double(onTheWay) * secondsPerByte <= Self.mostAhead + roundTrip
  }

  /// A frame of so many bytes is about to go out. True where the terminal is to be asked before it, and behind it.
  mutating func begin(_ bytes: Int, at now: Double) -> Bool {
    shownTimes.append(now)
    shownTimes.removeAll { now - $0 > 2 }
    guard bytes >= Self.least else { return false }
    if let first = flights.first, now - first.at > Self.patience {
      flights = []
      isAnswered = false
    }
    if isAnswered { flights.append((now, 0, 0)) }
    return isAnswered
  }

  /// It went out, in a write from `start` to `end`.
  mutating func sent(_ bytes: Int, from start: Double, to end: Double) {
    guard bytes >= Self.least else { return }
    let known = sizes[index] ?? Double(bytes)
    sizes[index] = known + (Double(bytes) - known) * 0.3
    frames += 1
    guard !isAnswered else { return flights.append((start, bytes, end - start)) }
    // All that is known is how long the write took.
    if end - start > 0.002 { learn((end - start) / Double(bytes)) }
    adjust(at: end)
  }

  /// The answer to the oldest question.
  mutating func arrived(at now: Double) {
    guard !flights.isEmpty else { return }
    let flight = flights.removeFirst()
    if flight.bytes == 0 {
      roundTrip = min(roundTrip, max(now - flight.at, 0))
    } else {
      // Who writes cannot read: the first answer may have waited.
      learn(max(now - lastArrival, flight.writing, 0.0001) / Double(flight.bytes))
      adjust(at: now)
    }
    lastArrival = now
  }

  private mutating func learn(_ sample: Double) {
    secondsPerByte = secondsPerByte.map { $0 + (sample - $0) * 0.3 } ?? sample
  }

  // MARK: What is wanted

  /// A new frame is wanted, though perhaps not sent.
  mutating func wanted(at now: Double) {
    let gap = min(max(now - lastWanted, 0.005), 0.5)
    interval += (gap - interval) * 0.2
    lastWanted = now
  }

  mutating func dropped(at now: Double) { lastDrop = now }

  /// Nothing has moved for a while: what is on the screen may be sent as it is.
  func isStill(at now: Double) -> Bool { now - lastWanted > Self.stillness }
  static let stillness = 0.4
  var stillFrom: Double { lastWanted + Self.stillness }

  func loss(at now: Double) -> PictureLoss {
    var loss = PictureLoss()
    loss.greys = level.greys
    if now - lastDrop < 1, let first = shownTimes.first, let last = shownTimes.last, last > first {
      loss.framesPerSecond = Double(shownTimes.count - 1) / (last - first)
    }
    return loss
  }

  /// The part of the link's time that frames of so many bytes take.
  private func load(_ bytes: Double) -> Double { bytes * (secondsPerByte ?? 0) / interval }

  private mutating func adjust(at now: Double) {
    guard let size = sizes[index], secondsPerByte != nil else { return }
    if load(size) > Self.tooMuch, index + 1 < levels.count, frames >= 2 {
      var (next, expected) = (index, size)
      repeat {
        next += 1
        expected = sizes[next] ?? expected * levels[next].share
      } while load(expected) > Self.tooMuch && next + 1 < levels.count
      // Up and down again at once: try later.
      if now - changed < 2 * hold { hold = min(hold * 2, 30) }
      change(to: next, at: now)
    } else if index > 0, now - changed > hold {
      let finer = sizes[index - 1] ?? size / levels[index].share
      if load(finer) < Self.little { change(to: index - 1, at: now) }
    }
  }

  private mutating func change(to next: Int, at now: Double) {
    (index, changed, frames) = (next, now, 0)
    // Pictures change, and with them what the level took.
    sizes[next] = nil
  }
}
