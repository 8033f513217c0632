/// The kitty graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol): every picture is uploaded once under a number and
/// then placed by that number, which takes some fifty bytes a frame.
///
/// A new picture is placed over the one before it, by a z-index that only rises, and nothing is taken away while a heart
/// beats: so there is no moment without a picture.
struct KittyEncoder: PictureEncoder {
  /// What the terminal keeps for us at most, as it counts: four bytes a pixel. kitty itself keeps 320 MB a window.
  static let budget = 160 << 20
  /// After so many heights all are placed anew from the bottom; below 0, under the text, kitty 0.26 leaves words standing
  /// that are gone.
  private static let highest = 99_999

  /// A picture that the terminal has.
  private struct Kept {
    var number: Int
    var bytes: Int
    var used: Int
  }

  private var kept: [Int: Kept] = [:]
  private var keptBytes = 0
  private var freed: [Int] = []
  private var numbers = 0
  private var clock = 0
  private var height = 0
  private var shown: [(place: CellRectangle, number: Int)] = []
  /// Something of ours may be on the screen.
  private var isSeen = false
  private var colour: Bool?
  /// Pictures that the terminal refused, since one was taken.
  private(set) var failures = 0

  let budget: Int

  init(budget: Int = Self.budget) { self.budget = budget }

  /// Placed anew, not uploaded.
  mutating func forget() { shown = [] }

  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8] {
    var out: [UInt8] = []
    if colour != setting.colour {
      out += close()
      colour = setting.colour
    }
    // Whatever went or moved would stay visible beside the new ones, and whatever lies higher over them.
    if isSeen, shown.isEmpty || shown.map(\.place) != pictures.map(\.place) || height + pictures.count > Self.highest {
      out += Self.takeAway
      (shown, isSeen) = ([], false)
    }
    if shown.isEmpty { height = 0 }
    var now: [(place: CellRectangle, number: Int)] = []
    clock += 1
    for (slot, picture) in pictures.enumerated() {
      let number = upload(picture, setting, &out)
      now.append((picture.place, number))
      if slot < shown.count, shown[slot].number == number { continue }
      height += 1
      Self.place(number, slot: slot, picture.place, height: height, &out)
      isSeen = true
    }
    shown = now
    evict(&out)
    return out
  }

  /// All that the terminal keeps for us is given back.
  mutating func close() -> [UInt8] {
    var out: [UInt8] = []
    for number in kept.values.map(\.number).sorted() { Self.free(number, &out) }
    (kept, keptBytes, freed, numbers, shown) = ([:], 0, [], 0, [])
    isSeen = false
    return out
  }

  /// The terminal's answer: what it does not have (any more) is uploaded when it is wanted again.
  mutating func take(number: Int, isWell: Bool) {
    guard !isWell else {
      failures = 0
      return
    }
    failures += 1
    guard let (key, old) = kept.first(where: { $0.value.number == number }) else { return }
    kept[key] = nil
    keptBytes -= old.bytes
    freed.append(number)
    shown = []
  }

  private mutating func upload(_ picture: Picture, _ setting: PictureSetting, _ out: inout [UInt8]) -> Int {
    // The same moment in two sizes is two pictures.
    var hasher = Hasher()
    hasher.combine(picture.key)
    hasher.combine(picture.image.rows)
    hasher.combine(picture.image.columns)
    let key = hasher.finalize()
    if let old = kept[key] {
      kept[key]?.used = clock
      return old.number
    }
    let number: Int
    if let free = freed.popLast() {
      number = free
    } else {
      numbers += 1
      number = numbers
    }
    let size = 4 * picture.image.pixels.count
    kept[key] = Kept(number: number, bytes: size, used: clock)
    keptBytes += size
    // a=t: only kept; q=1: an answer only where it fails.
    Self.transmit(picture, setting, "a=t,q=1,i=\(number)", &out)
    return number
  }

  /// A picture as PNG (f=100) in pieces of 4096 characters at most.
  private static func transmit(_ picture: Picture, _ setting: PictureSetting, _ keys: String, _ out: inout [UInt8]) {
    let tones = picture.tones(colour: setting.colour)
    let png = IndexedPNG.encode(rows: picture.image.rows, columns: picture.image.columns, tones: tones)
    let text = Base64.encode(png)
    var from = 0
    repeat {
      let to = min(from + 4096, text.count)
      out += "\u{1B}_G"
      if from == 0 { out += Array("f=100,\(keys),".utf8) }
      out += to < text.count ? "m=1;" : "m=0;"
      out += text[from..<to]
      out += "\u{1B}\\"
      from = to
    } while from < text.count
  }

  /// Shown at once where the cursor stands (a=T), without a number and without an answer.
  static func inline(_ picture: Picture, _ setting: PictureSetting) -> [UInt8] {
    var out: [UInt8] = []
    transmit(picture, setting, "a=T,q=2,c=\(picture.place.columns),r=\(picture.place.rows)", &out)
    return out
  }

  private mutating func evict(_ out: inout [UInt8]) {
    while keptBytes > budget {
      let old = kept.filter { $0.value.used != clock }.min { $0.value.used < $1.value.used }
      guard let old else { return }
      Self.free(old.value.number, &out)
      kept[old.key] = nil
      keptBytes -= old.value.bytes
      freed.append(old.value.number)
    }
  }

  /// a=p: in so many columns and rows from the cursor on, which stays (C=1).
  private static func place(
    _ number: Int, slot: Int, _ place: CellRectangle, height: Int, _ out: inout [UInt8]
  ) {
    out.moveCursor(place.row, place.column)
    out += "\u{1B}_Ga=p,i="
    out.append(number: number)
    out += ",p="
    out.append(number: slot + 1)
    out += ",c="
    out.append(number: place.columns)
    out += ",r="
    out.append(number: place.rows)
    out += ",z="
    out.append(number: height)
    out += ",C=1,q=1\u{1B}\\"
  }

  /// d=a: all that is to be seen, and none of what is kept.
  private static let takeAway = Array("\u{1B}_Ga=d,d=a\u{1B}\\".utf8)

  /// d=I: one picture with its places and its data.
  private static func free(_ number: Int, _ out: inout [UInt8]) {
    out += "\u{1B}_Ga=d,d=I,i="
    out.append(number: number)
    out += "\u{1B}\\"
  }
}
