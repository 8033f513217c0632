import Cine
import Preparation
import Testing

@testable import Contours

@Suite struct ContourCodingTests {
  private static func drawn(_ slice: Int, frames: Int, size: Int, view: View = .shortAxis) -> DrawnClip {
    var seed = UInt32(slice + 1)
    var label: UInt8 = 0
    let labels = (0..<frames * size * size).map { _ -> UInt8 in
      seed = seed &* 1_664_525 &+ 1_013_904_223
      if seed >> 28 == 0 { label = UInt8((seed >> 8 & 0xFFFF) % 6) }
      return label
    }
    return DrawnClip(
      item: ClipChoice.Item(series: slice * 3, slice: slice, view: view),
      placement: Placement(
        centre: (50.25, 1.0 / 3), size: size, pitch: 1.25, rowSpacing: 1.4, columnSpacing: 1.5, turn: 0.3,
        mirrored: slice == 1),
      frames: frames, labels: labels, pixelArea: 1.25 * 1.25)
  }

  private static let clips = [
    drawn(0, frames: 3, size: 32), drawn(1, frames: 1, size: 16), drawn(7, frames: 2, size: 32, view: .fourChamber),
  ]

  @Test func whatWasDrawnComesBack() {
    let bytes = ContourCoding.encode(Self.clips)
    #expect(ContourCoding.decode(bytes) == Self.clips)
    #expect(ContourCoding.decode(ContourCoding.encode([])) == [])
    // One run over everything, and runs of one pixel.
    let same = DrawnClip(
      item: Self.clips[0].item, placement: Self.clips[0].placement, frames: 300,
      labels: [UInt8](repeating: 5, count: 300 * 32 * 32), pixelArea: 1)
    #expect(ContourCoding.encode([same]).count < 200)
    let striped = DrawnClip(
      item: same.item, placement: same.placement, frames: 1, labels: (0..<32 * 32).map { UInt8($0 % 6) }, pixelArea: 1)
    #expect(ContourCoding.decode(ContourCoding.encode([same, striped])) == [same, striped])
  }

  @Test func everyDamageIsSeen() {
    let bytes = ContourCoding.encode(Self.clips)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(ContourCoding.decode(Array(bytes[..<length])) == nil)
    }
    for at in stride(from: 0, to: bytes.count, by: 5) {
      var damaged = bytes
      damaged[at] ^= 1 << UInt8(at % 8)
      #expect(ContourCoding.decode(damaged) == nil, "byte \(at)")
    }
    #expect(ContourCoding.decode(bytes + [0]) == nil)
  }

  /// Bytes whose seal fits are held against themselves all the same.
  @Test func whatContradictsItselfIsRefused() {
    let size = 16
    let one = DrawnClip(
      item: ClipChoice.Item(series: 1, slice: 2, view: .shortAxis),
      placement: Self.drawn(0, frames: 1, size: size).placement,
      frames: 1, labels: [UInt8](repeating: 3, count: size * size), pixelArea: 1)
    let sealed = ContourCoding.encode([one])
    let body = Array(sealed.dropLast(64))
    func decode(_ change: (inout [UInt8]) -> Void) -> [DrawnClip]? {
      var changed = body
      change(&changed)
      return ContourCoding.decode(ContourCoding.seal(changed))
    }
    #expect(decode { _ in } == [one])
    // magic 0–3, version 4, clips 5–6, series 7–10, slice 11–14, view 15–18, size 19–20, placement 21–68, area 69–76,
    // frames 77–78, bytes 79–82, runs 83–84
    #expect(body.count == 85)
    #expect(decode { $0[0] = 0 } == nil && decode { $0[4] = 2 } == nil)
    #expect(decode { $0[5] = 2 } == nil && decode { $0[5] = 0 } == nil)
    #expect(decode { $0[16] = 0xFF } == nil && decode { $0[15] = 200 } == nil)
    #expect(decode { $0[19] = 0 } == nil && decode { $0[19] = 17 } == nil && decode { $0[20] = 0xFF } == nil)
    // Not a number, and squares without an area.
    for at in [21, 37, 69] {
      #expect(decode { $0.replaceSubrange(at..<at + 8, with: [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]) } == nil)
    }
    #expect(decode { $0.replaceSubrange(37..<69, with: [UInt8](repeating: 0, count: 32)) } == nil)
    #expect(decode { $0.replaceSubrange(69..<77, with: [UInt8](repeating: 0, count: 8)) } == nil)
    #expect(decode { $0[77] = 0 } == nil && decode { $0[77] = 2 } == nil && decode { $0[78] = 0xFF } == nil)
    #expect(decode { $0[79] = 1 } == nil && decode { $0[82] = 0xFF } == nil)
    // 256 × 3 is 256 << 3 | 3: another label, a longer and a shorter run, none, a number without end.
    #expect(Array(body.suffix(2)) == [0x83, 0x10])
    for runs: [UInt8] in [
      [0x86, 0x10], [0x87, 0x10], [0x8B, 0x10], [0xFB, 0x0F], [0x03], [0x83], [0x83, 0x10, 0x0B], [0x83, 0x10, 0x03],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [],
    ] {
      let refused = decode {
        $0.replaceSubrange(83..<85, with: runs)
        $0[79] = UInt8(runs.count)
      }
      #expect(refused == nil, "\(runs)")
    }
    // A thousand squares of 512² in few bytes are more than is ever decoded.
    let huge = decode {
      $0.replaceSubrange(83..<85, with: [0x83, 0x80, 0x80, 0xE8, 0x07])
      ($0[19], $0[20], $0[77], $0[78], $0[79]) = (0, 2, 0xE8, 3, 5)
    }
    #expect(huge == nil)
  }
}
