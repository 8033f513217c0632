import Cine
import Plain
import Preparation

/// Drawn clips as bytes, which the catalogue keeps: numbers little-endian, labels as runs, the whole sealed by its SHA-256 in hexadecimal digits.
///
///     "CNTR" version:u8 clips:u16, and a clip each:
///     series:u32 slice:u32 view:u8+UTF-8 size:u16 placement:6×f64 pixelArea:f64 frames:u16 bytes:u32 runs
///
/// A run is a number of seven bits a byte, low bits first, a set top bit for more (LEB128): its length times eight, plus
/// its label. Runs go on from frame to frame.
public enum ContourCoding {
  static let magic = Array("CNTR".utf8)
  static let version: UInt8 = 1
  /// Labels of all clips together that are decoded at most: 500 squares of 512², 8,000 of 128². A few bytes can claim any
  /// number.
  static let mostLabels = 1 << 27
  private static let sealBytes = 64

  public static func encode(_ clips: [DrawnClip]) -> [UInt8] {
    var out = ByteWriter()
    out.bytes = magic + [version]
    out.put(clips.count, bytes: 2)
    for clip in clips {
      out.put(clip.item.series, bytes: 4)
      out.put(clip.item.slice, bytes: 4)
      let view = Array(clip.item.view.rawValue.utf8)
      out.put(view.count, bytes: 1)
      out.bytes += view
      out.put(clip.placement.size, bytes: 2)
      for x in clip.placement.coefficients + [clip.pixelArea] { out.put(x) }
      out.put(clip.frames, bytes: 2)
      let runs = runs(clip.labels)
      out.put(runs.count, bytes: 4)
      out.bytes += runs
    }
    return seal(out.bytes)
  }

  /// Nil where anything is wrong: another version, damage, sizes that contradict each other, labels that are none.
  public static func decode(_ bytes: [UInt8]) -> [DrawnClip]? {
    guard bytes.count > sealBytes, seal(Array(bytes.dropLast(sealBytes))) == bytes else { return nil }
    var rest = ByteReader(bytes: bytes.dropLast(sealBytes)[...])
    guard rest.take(magic.count).map(Array.init) == magic, rest.number(1) == Int(version), let count = rest.number(2)
    else { return nil }
    var clips: [DrawnClip] = []
    var left = mostLabels
    for _ in 0..<count {
      guard let clip = clip(&rest, &left) else { return nil }
      clips.append(clip)
    }
    return rest.bytes.isEmpty ? clips : nil
  }

  private static func clip(_ rest: inout ByteReader, _ left: inout Int) -> DrawnClip? {
    guard let series = rest.number(4), let slice = rest.number(4), let name = rest.number(1).flatMap({ rest.take($0) }),
      let view = View(rawValue: String(decoding: name, as: UTF8.self)), let size = rest.number(2), size > 0
    else { return nil }
    let numbers = (0..<7).compactMap { _ in rest.double() }
    guard numbers.count == 7, let placement = Placement(size: size, coefficients: Array(numbers.prefix(6))),
      numbers[6].isFinite, numbers[6] > 0, let frames = rest.number(2), frames > 0, frames <= left / (size * size),
      let runs = rest.number(4).flatMap({ rest.take($0) }), let labels = labels(runs, count: frames * size * size)
    else { return nil }
    left -= labels.count
    return DrawnClip(
      item: ClipChoice.Item(series: series, slice: slice, view: view), placement: placement, frames: frames,
      labels: labels, pixelArea: numbers[6])
  }

  static func seal(_ bytes: [UInt8]) -> [UInt8] { bytes + Array(SHA256.hex(of: bytes).utf8) }

  // MARK: Runs

  private static func runs(_ labels: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var start = 0
    while start < labels.count {
      let label = labels[start]
      var end = start + 1
      while end < labels.count, labels[end] == label { end += 1 }
      var run = (end - start) << 3 | Int(label)
      while run > 127 {
        out.append(UInt8(run & 127) | 128)
        run >>= 7
      }
      out.append(UInt8(run))
      start = end
    }
    return out
  }

  /// Exactly `count` labels, or nil.
  private static func labels(_ runs: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    var out: [UInt8] = []
    var (run, shift) = (0, 0)
    for byte in runs {
      // Five bytes hold more than the longest run.
      guard shift < 35 else { return nil }
      run |= Int(byte & 127) << shift
      shift += 7
      if byte > 127 { continue }
      let (label, length) = (UInt8(run & 7), run >> 3)
      guard HeartLabel(rawValue: label) != nil, length > 0, length <= count - out.count else { return nil }
      if out.isEmpty { out.reserveCapacity(count) }
      out += repeatElement(label, count: length)
      (run, shift) = (0, 0)
    }
    return shift == 0 && out.count == count ? out : nil
  }
}

private struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func put(_ n: Int, bytes count: Int) {
    for k in 0..<count { bytes.append(UInt8(truncatingIfNeeded: n >> (8 * k))) }
  }

  mutating func put(_ x: Double) { put(Int(truncatingIfNeeded: x.bitPattern), bytes: 8) }
}

/// Takes from the front; nil where too little is left.
private struct ByteReader {
  var bytes: ArraySlice<UInt8>

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard bytes.count >= count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  /// Of up to four bytes.
  mutating func number(_ count: Int) -> Int? {
    take(count).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
  }

  mutating func double() -> Double? {
    take(8).map { Double(bitPattern: $0.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
  }
}
