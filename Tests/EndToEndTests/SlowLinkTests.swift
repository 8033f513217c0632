import Foundation
import TestSupport
import Testing

/// The viewer at the end of a link of 100 kB a second, where a frame of sixels is 200 kB by itself.
@Suite(.serialized) struct SlowLinkTests {
  let home: URL
  let study = SharedFolder.checkout + "/Assets/demo/phantom-11"

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  /// When each whole sixel picture had come.
  private func pictures(_ pieces: [(at: Double, bytes: [UInt8])]) -> [(at: Double, text: [UInt8])] {
    var all: [(at: Double, text: [UInt8])] = []
    var current: [UInt8]?
    var last: UInt8 = 0
    for (at, bytes) in pieces {
      for byte in bytes {
        if last == 0x1B, byte == UInt8(ascii: "P") {
          current = []
        } else if last == 0x1B, byte == UInt8(ascii: "\\") {
          if let current { all.append((at, current)) }
          current = nil
        }
        current?.append(byte)
        last = byte
      }
    }
    return all
  }

  @Test func theHeartBeatsAtItsOwnRate() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let sitting = try Sitting(
      [study, "--graphics", "sixel"], home: home, environment: TerminalTests.usual, rows: 36, columns: 120)
    #expect(sitting.wait(for: "\u{1B}[c"))
    sitting.type("\u{1B}[6;20;10t\u{1B}[0n\u{1B}[?62;4c")
    // Time to open, and to find out about the link.
    var opening = 0
    while pictures(sitting.crawl(bytesPerSecond: 100_000, seconds: 2)).count < 6, opening < 6 { opening += 1 }
    let seen = pictures(sitting.crawl(bytesPerSecond: 100_000, seconds: 7))
    #expect(seen.count > 17, "\(seen.count) pictures in seven seconds")
    // The same moment of the beat is the same picture: what lies between is whole beats.
    let beat = 60 / 61.0
    var beats: [Double] = []
    for (i, one) in seen.enumerated() {
      guard let next = seen[(i + 1)...].first(where: { $0.text == one.text }) else { continue }
      let apart = next.at - one.at
      if (apart / beat).rounded() >= 1 { beats.append(apart / (apart / beat).rounded()) }
    }
    beats.sort()
    #expect(beats.count > 3, "\(beats.count) moments came again")
    if !beats.isEmpty {
      let median = beats[beats.count / 2]
      #expect(abs(median / beat - 1) < 0.05, "a beat of \(median) s, not \(beat)")
    }
    // A key is answered before the next pictures.
    let from = sitting.sent.count
    sitting.type("?")
    let answer = sitting.crawl(bytesPerSecond: 100_000, seconds: 2)
    var (text, at) = ([UInt8](), Double.infinity)
    for piece in answer where at == .infinity {
      text += piece.bytes
      if String(decoding: text, as: UTF8.self).contains("play or pause") { at = piece.at }
    }
    #expect(at < 0.6 && from > 0, "the key was answered after \(at) s")
    sitting.type("qq")
    _ = sitting.crawl(bytesPerSecond: 1_000_000, seconds: 2)
    #expect(sitting.end() == 0)
  }
}
