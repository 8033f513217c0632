/// Sixel graphics (DEC STD 070, chapter 9), with one grey ramp for all frames: a grey is the same colour in every picture,
/// so nothing flickers where nothing moves.
struct SixelEncoder: PictureEncoder {
  /// Greys of the ramp; behind them come the inks. DEC's registers know hundredths, so no more than 101 can differ, and each
  /// costs bytes in every row where it occurs.
  static let greys = 64
  /// Encoded pictures that are kept, bytes.
  static let limit = 48 << 20

  private var shown: [(place: CellRectangle, key: Int)] = []
  private var kept: [Int: [UInt8]] = [:]
  private var keptBytes = 0
  private var setting: PictureSetting?

  mutating func forget() { shown = [] }

  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8] {
    if self.setting != setting {
      (shown, kept, keptBytes) = ([], [:], 0)
      self.setting = setting
    }
    var out: [UInt8] = []
    for picture in pictures where !shown.contains(where: { $0 == (picture.place, picture.key) }) {
      out.moveCursor(picture.place.row, picture.place.column)
      out += encoded(picture, setting)
    }
    shown = pictures.map { ($0.place, $0.key) }
    return out
  }

  private mutating func encoded(_ picture: Picture, _ setting: PictureSetting) -> [UInt8] {
    var hasher = Hasher()
    hasher.combine(picture.key)
    hasher.combine(picture.place)
    let key = hasher.finalize()
    if let kept = kept[key] { return kept }
    let bytes = Self.encode(picture, setting)
    if keptBytes > Self.limit { (kept, keptBytes) = ([:], 0) }
    kept[key] = bytes
    keptBytes += bytes.count
    return bytes
  }

  /// The picture's layers as one sequence that fills its cells; the cursor must stand in its upper left cell.
  static func encode(_ picture: Picture, _ setting: PictureSetting) -> [UInt8] {
    let (image, place) = (picture.image, picture.place)
    let (height, width) = (place.rows * setting.cellHeight, place.columns * setting.cellWidth)
    guard height > 0, width > 0, image.rows > 0, image.columns > 0 else { return [] }
    let registers = picture.tones(colour: setting.colour).map { UInt8(register($0)) }
    var used = [Bool](repeating: false, count: greys + Ink.allCases.count)
    for r in registers { used[Int(r)] = true }

    // Aspect 1, what is not drawn stays; then the size in pixels (DECGRA).
    var out = Array("\u{1B}P0;1;0q\"1;1;".utf8)
    out.append(number: width)
    out += ";"
    out.append(number: height)
    for r in used.indices where used[r] { define(r, &out) }

    // The image's column under each pixel.
    let columns = (0..<width).map { ($0 * image.columns + image.columns / 2) / width }
    var band = Band(width: width, registers: used.count)
    for top in stride(from: 0, to: height, by: 6) {
      for y in top..<min(top + 6, height) {
        band.add(registers, from: (y * image.rows + image.rows / 2) / height * image.columns, columns, bit: y - top)
      }
      if top > 0 { out += "-" }
      band.append(to: &out)
    }
    out += "\u{1B}\\"
    return out
  }

  private static func register(_ tone: Tone) -> Int {
    tone.ink.map { greys + Int($0.rawValue) } ?? Int(tone.grey) * greys / 256
  }

  /// DECGCI: a register's colour in hundredths of red, green and blue.
  private static func define(_ register: Int, _ out: inout [UInt8]) {
    // Rounded.
    let level = (register * 200 + greys - 1) / (2 * (greys - 1))
    var rgb = (level, level, level)
    if register >= greys, let ink = Ink(rawValue: UInt8(register - greys))?.rgb {
      rgb = (Int(ink.red) * 100 / 255, Int(ink.green) * 100 / 255, Int(ink.blue) * 100 / 255)
    }
    out += "#"
    out.append(number: register)
    out += ";2;"
    out.append(number: rgb.0)
    out += ";"
    out.append(number: rgb.1)
    out += ";"
    out.append(number: rgb.2)
  }
}

/// Six rows of pixels, by register.
private struct Band {
  private let width: Int
  /// [registers, width]: which of six pixels below each other have the register.
  private var masks: [UInt8]
  /// Columns from the first to behind the last that have it; empty where none has.
  private var from: [Int]
  private var to: [Int]

  init(width: Int, registers: Int) {
    self.width = width
    masks = [UInt8](repeating: 0, count: registers * width)
    from = [Int](repeating: .max, count: registers)
    to = [Int](repeating: 0, count: registers)
  }

  mutating func add(_ pixels: [UInt8], from row: Int, _ columns: [Int], bit: Int) {
    for x in 0..<width {
      let r = Int(pixels[row + columns[x]])
      masks[r * width + x] |= 1 << UInt8(bit)
      if x < from[r] { from[r] = x }
      if x >= to[r] { to[r] = x + 1 }
    }
  }

  /// The registers one after another, and empties the band. One whose columns lie behind those of the one before goes on
  /// in the same pass, else the pass begins anew ('$').
  mutating func append(to out: inout [UInt8]) {
    var rest = from.indices.filter { to[$0] > 0 }.sorted { (from[$0], $0) < (from[$1], $1) }
    var x = 0
    while !rest.isEmpty {
      let next: Int
      if let i = rest.firstIndex(where: { from[$0] >= x }) {
        next = rest.remove(at: i)
      } else {
        out += "$"
        x = 0
        next = rest.removeFirst()
      }
      out += "#"
      out.append(number: next)
      run(0, from[next] - x, &out)
      let base = next * width
      var at = from[next]
      while at < to[next] {
        let mask = masks[base + at]
        var end = at + 1
        while end < to[next], masks[base + end] == mask { end += 1 }
        run(mask, end - at, &out)
        at = end
      }
      x = to[next]
      for i in (base + from[next])..<(base + to[next]) { masks[i] = 0 }
      (from[next], to[next]) = (.max, 0)
    }
  }

  /// So many times the same six pixels; DECGRI ('!') where that is shorter.
  private func run(_ mask: UInt8, _ count: Int, _ out: inout [UInt8]) {
    if count > 3 {
      out += "!"
      out.append(number: count)
      out.append(63 + mask)
    } else {
      for _ in 0..<count { out.append(63 + mask) }
    }
  }
}
