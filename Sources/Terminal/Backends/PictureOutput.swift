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

  func loss(at now: Double) -> PictureLoss { governor.loss(at: now) }

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

  /// When `rest` has something to send, as far as no answer comes before.
  var due: Double? {
    guard !wanted.isEmpty, setting != nil else { return nil }
    return isLate ? governor.stillFrom : isCoarse ? governor.stillFrom : nil
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
    let pictures = isCoarse ? wanted.map { $0.reduced(level, isShrunk: mode == .kitty) } : wanted
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

extension GraphicsMode {
  /// What may be traded for speed.
  var levels: [Governor.Level] {
    switch self {
    case .kitty, .sixel: Governor.pixelLevels
    case .half, .grey, .quarter: Governor.cellLevels
    case .braille, .ascii: [Governor.cellLevels[0]]
    }
  }
}

extension Picture {
  /// With fewer pixels or greys. Where the terminal scales pictures they become smaller, else pixels become alike; marks
  /// keep their place.
  func reduced(_ level: Governor.Level, isShrunk: Bool) -> Picture {
    let n = level.merged
    let (rows, columns) = ((image.rows + n - 1) / n, (image.columns + n - 1) / n)
    var small = [UInt8](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, count) = (0, 0)
        for y in (row * n)..<min((row + 1) * n, image.rows) {
          for x in (column * n)..<min((column + 1) * n, image.columns) {
            sum += Int(image.pixels[y * image.columns + x])
            count += 1
          }
        }
        let mean = count > 0 ? sum / count : 0
        small[row * columns + column] = UInt8(level.greys.map { (mean * $0 / 256) * 255 / max($0 - 1, 1) } ?? mean)
      }
    }
    var hasher = Hasher()
    hasher.combine(key)
    hasher.combine(level)
    let key = hasher.finalize()
    guard !isShrunk else {
      let marks = marks.filter { image.pixels.indices.contains($0.pixel) }.map { mark in
        Mark(pixel: mark.pixel / image.columns / n * columns + mark.pixel % image.columns / n, ink: mark.ink)
      }
      return Picture(
        place: place, image: GreyImage(rows: rows, columns: columns, pixels: small), marks: marks, key: key)
    }
    var pixels = image.pixels
    for y in 0..<image.rows {
      for x in 0..<image.columns { pixels[y * image.columns + x] = small[y / n * columns + x / n] }
    }
    return Picture(
      place: place, image: GreyImage(rows: image.rows, columns: image.columns, pixels: pixels), marks: marks, key: key)
  }
}
