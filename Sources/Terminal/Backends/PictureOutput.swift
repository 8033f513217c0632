/// Pictures on their way past curses: what is wanted, what was sent, and what the link leaves of it.
struct PictureOutput {
  private let mode: GraphicsMode
  private var encoder: (any PictureEncoder)?
  private var governor: Governor
  private var wanted: [Picture] = []
  private var setting: PictureSetting?
  /// What is wanted is not what was sent: it found no room, or the terminal was cleared.
  private var isLate = false
  /// What was sent is less than what is wanted.
  private var isCoarse = false

  /// `palette`: the terminal has one, so that dots are light on dark.
  init(_ mode: GraphicsMode, palette: Bool, isAnswered: Bool) {
    self.mode = mode
    encoder = mode.encoder(palette: palette)
    governor = Governor(levels: mode.levels)
    governor.isAnswered = isAnswered
  }

  /// Pictures go past curses at all.
  var isDirect: Bool { encoder != nil }
  var places: [CellRectangle] { isDirect ? wanted.map(\.place) : [] }
  var failures: Int { encoder?.failures ?? 0 }
  /// Answers are due.
  var isWaiting: Bool { governor.isWaiting }
  var isAnswered: Bool {
    get { governor.isAnswered }
    set { governor.isAnswered = newValue }
  }

  func loss(at now: Double) -> PictureLoss {
    var loss = governor.loss(at: now)
    if governor.level.merged > 1, let picture = wanted.first, let setting {
      (loss.rows, loss.columns) = picture.size(governor.level, mode, setting)
    }
    return loss
  }

  /// The bytes that show these pictures, as far as there is room for them; the rest is `due` later.
  mutating func show(_ pictures: [Picture], _ setting: PictureSetting, at now: Double) -> [UInt8] {
    guard encoder != nil else { return [] }
    let isNew = !Self.same(pictures, wanted) || self.setting != setting
    guard isNew || isLate else { return [] }
    let hasMoved = pictures.map(\.place) != wanted.map(\.place)
    (wanted, self.setting) = (pictures, setting)
    if isNew, !pictures.isEmpty { governor.wanted(at: now) }
    guard pictures.isEmpty || governor.hasRoom(at: now) else {
      if isNew { governor.dropped(at: now) }
      isLate = true
      // What is no longer wanted goes at once.
      return hasMoved ? encoder?.bytes(for: [], setting) ?? [] : []
    }
    return encode(sharp: false)
  }

  /// When `rest` has something to send. While answers are due they are what it waits for.
  var due: Double? {
    guard !wanted.isEmpty, setting != nil, isLate || isCoarse, !governor.isWaiting else { return nil }
    return isLate ? -.infinity : governor.stillFrom
  }

  /// What found no room before and does now; and what was sent coarse, whole, once nothing moves.
  mutating func rest(at now: Double) -> [UInt8] {
    guard !wanted.isEmpty, isLate || isCoarse, governor.hasRoom(at: now) else { return [] }
    let isStill = governor.isStill(at: now) && !governor.isWaiting
    return isLate || isStill ? encode(sharp: isStill) : []
  }

  private mutating func encode(sharp: Bool) -> [UInt8] {
    guard let setting else { return [] }
    let level = sharp ? governor.levels[0] : governor.level
    isLate = false
    isCoarse = level != governor.levels[0]
    let pictures = isCoarse ? wanted.map { $0.reduced(level, mode, setting) } : wanted
    return encoder?.bytes(for: pictures, setting) ?? []
  }

  private static func same(_ a: [Picture], _ b: [Picture]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.place == $1.place }
  }

  /// True where the terminal is to be asked before these bytes and behind them.
  mutating func begin(_ bytes: Int, at now: Double) -> Bool { governor.begin(bytes, at: now) }
  mutating func sent(_ bytes: Int, from start: Double, to end: Double) { governor.sent(bytes, from: start, to: end) }
  mutating func arrived(at now: Double) { governor.arrived(at: now) }

  mutating func take(number: Int, isWell: Bool) {
    encoder?.take(number: number, isWell: isWell)
    if !isWell { isLate = true }
  }

  mutating func forget() {
    encoder?.forget()
    isLate = !wanted.isEmpty
  }

  mutating func close() -> [UInt8] {
    isLate = !wanted.isEmpty
    return encoder?.close() ?? []
  }
}
