import Cine
import Foundation
import TestSupport
import Testing

@testable import Volumes

/// A file of the test's own, open for as long as it lives.
final class Opened {
  let descriptor: Int32
  private let file: String?

  init(_ bytes: [UInt8]) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "volume-\(UUID())").path
    try Data(bytes).write(to: URL(filePath: path))
    file = path
    descriptor = open(path, O_RDONLY)
  }

  init(path: String) {
    file = nil
    descriptor = open(path, O_RDONLY)
  }

  deinit {
    close(descriptor)
    if let file { try? FileManager.default.removeItem(atPath: file) }
  }
}

@Suite struct NIfTITests {
  struct Golden: Decodable {
    var shape: [Int]
    var min: Double
    var max: Double
    var mean: Double
    var zooms: [Double]
    var affine: [[Double]]
  }

  static let folder = SharedFolder.path("data/nifti") ?? ""

  static func opened(_ name: String) -> (main: Opened, partner: Opened?) {
    let path = folder + "/" + name
    return (Opened(path: path), VolumeFile.partnerPaths(of: FilePath(path)).first.map { Opened(path: $0.text) })
  }

  @Test(.enabled(if: SharedFolder.path("data/nifti") != nil)) func everyEncodingGivesTheSameCine() throws {
    let data = try Data(contentsOf: URL(filePath: Self.folder + "/golden.json"))
    let goldens = try JSONDecoder().decode([String: Golden].self, from: data)
    var compared = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
    where !name.hasPrefix("truncated") && !name.hasSuffix(".json") && !name.hasSuffix(".img") {
      let golden = try #require(
        goldens[name] ?? (name == "pair.hdr" || name.hasPrefix("two") ? goldens["i2.nii"] : nil))
      let (file, partner) = Self.opened(name)
      #expect(VolumeFile.recognise(descriptor: file.descriptor) == .nifti)
      let contents = try VolumeFile.contents(descriptor: file.descriptor, partner: partner?.descriptor)
      let series = try #require(contents.volumes.first).series
      #expect(
        [series.slices[0].columns, series.slices[0].rows, series.slices.count, series.phaseCount] == golden.shape)
      #expect(
        contents.volumes[0].isPlaced == (name != "i2_no_qform_sform.nii.gz") && contents.volumes[0].numbers == .greys)
      let all = try VolumeFile.frames(
        0..<golden.shape[2] * golden.shape[3], descriptor: file.descriptor, partner: partner?.descriptor)
      #expect(abs(Double(all.pixels.min() ?? 0) - golden.min) < 1e-4 * Swift.max(1, abs(golden.min)), "\(name)")
      #expect(abs(Double(all.pixels.max() ?? 0) - golden.max) < 1e-4 * golden.max, "\(name)")
      let mean = all.pixels.reduce(0) { $0 + Double($1) } / Double(all.pixels.count)
      #expect(abs(mean - golden.mean) < 1e-4 * golden.mean, "\(name)")
      // 20 frames of 46 ms make a heartbeat; the pair has lost its time.
      if name != "pair.hdr" { #expect(abs((series.slices[0].heartbeat?.value ?? 0) - 923) < 1, "\(name)") }
      let geometry = try #require(series.slices[0].geometry)
      #expect(abs(geometry.columnSpacing - golden.zooms[0]) < 1e-3 && abs(geometry.rowSpacing - golden.zooms[1]) < 1e-3)
      // The first row is the file's last; RAS to LPS.
      let j = Double(golden.shape[1] - 1)
      let corner = (0..<3).map { golden.affine[$0][1] * j + golden.affine[$0][3] }
      #expect((geometry.origin - Vector3(-corner[0], -corner[1], corner[2])).length < 1e-2, "\(name)")
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test(.enabled(if: SharedFolder.path("data/nifti") != nil), arguments: ["truncated.nii", "truncated.nii.gz"])
  func whatIsCutShortIsNamed(_ name: String) {
    let file = Self.opened(name).main
    #expect(throws: VolumeError.truncated) {
      try VolumeFile.contents(descriptor: file.descriptor)
    }
  }

  // MARK: Files of the test's own

  struct Made: Sendable, CustomTestStringConvertible {
    var version = 1
    var bigEndian = false
    var type = NIfTIType.int16
    var testDescription: String { "NIfTI-\(version) \(type) \(bigEndian ? "big" : "little")" }

    /// 3 × 2 × 2 × 2 numbers 0, 1, 2, …
    func bytes(dims: [Int] = [4, 3, 2, 2, 2, 1, 1, 1], dt: Double = 0.4, slope: Double = 0) -> [UInt8] {
      var b = [UInt8](repeating: 0, count: version == 1 ? 352 : 544)
      func put(_ at: Int, _ bits: UInt64, _ width: Int) {
        for i in 0..<width {
          b[at + (bigEndian ? width - 1 - i : i)] = UInt8(truncatingIfNeeded: bits >> (8 * UInt64(i)))
        }
      }
      func real(_ at: Int, _ x: Double) {
        if version == 1 { put(at, UInt64(Float(x).bitPattern), 4) } else { put(at, x.bitPattern, 8) }
      }
      put(0, version == 1 ? 348 : 540, 4)
      for i in 0..<8 {
        put(version == 1 ? 40 + 2 * i : 16 + 8 * i, UInt64(bitPattern: Int64(dims[i])), version == 1 ? 2 : 8)
      }
      put(version == 1 ? 70 : 12, UInt64(type.rawValue), 2)
      for i in 0..<8 { real(version == 1 ? 76 + 4 * i : 104 + 8 * i, i == 4 ? dt : 1) }
      if version == 1 { real(108, 352) } else { put(168, 544, 8) }
      real(version == 1 ? 112 : 176, slope)
      real(version == 1 ? 116 : 184, 5)
      if version == 1 { b[123] = 10 } else { put(500, 10, 4) }
      b.replaceSubrange(version == 1 ? 344..<348 : 4..<8, with: Array((version == 1 ? "n+1" : "n+2").utf8) + [0])
      let start = b.count
      b += [UInt8](repeating: 0, count: 24 * type.width)
      for i in 0..<24 {
        let bits: UInt64 =
          type == .float32
          ? UInt64(Float(i).bitPattern) : type == .float64 ? Double(i).bitPattern : UInt64(i)
        put(start + i * type.width, bits, type.width)
      }
      return b
    }
  }

  static let made = [1, 2].flatMap { version in
    [false, true].flatMap { big in
      [
        NIfTIType.uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float32, .float64,
      ].map { Made(version: version, bigEndian: big, type: $0) }
    }
  }

  @Test(arguments: made) func everyTypeIsRead(_ made: Made) throws {
    let file = try Opened(made.bytes())
    // Slice 1, phase 0: rows from the last one up.
    let frame = try VolumeFile.frames(2..<3, descriptor: file.descriptor)
    #expect(frame.pixels == [9, 10, 11, 6, 7, 8])
    let scaled = try Opened(made.bytes(slope: 2))
    #expect(try VolumeFile.frames(0..<1, descriptor: scaled.descriptor).pixels == [11, 13, 15, 5, 7, 9])
  }

  @Test func aRepetitionTimeIsNoFrameTime() throws {
    let file = try Opened(Made().bytes(dt: 0.0033))
    let series = try VolumeFile.contents(descriptor: file.descriptor).volumes[0].series
    #expect(series.slices[0].heartbeat == nil && series.slices[0].phases[0].time == nil)
    #expect(series.orderRule.contains("not believed"))
  }

  @Test func aHeadThatAsksForTooMuchIsRefused() throws {
    for dims in [
      [4, 30_000, 30_000, 10, 1, 1, 1, 1], [3, 32_767, 32_767, 32_767, 1, 1, 1, 1], [9, 1, 1, 1, 1, 1, 1, 1],
      [4, -1, 2, 2, 2, 1, 1, 1], [5, 3, 2, 2, 2, 9, 1, 1],
    ] {
      let file = try Opened(Array(Made().bytes(dims: dims).prefix(377)))
      #expect(throws: VolumeError.self) {
        try VolumeFile.contents(descriptor: file.descriptor)
      }
    }
  }

  @Test(arguments: [1, 2]) func aFileCutAnywhereIsNamed(_ version: Int) throws {
    let bytes = Made(version: version).bytes()
    for n in 0..<bytes.count {
      let file = try Opened(Array(bytes.prefix(n)))
      #expect(throws: VolumeError.self) { try VolumeFile.frames(0..<1, descriptor: file.descriptor) }
    }
  }
}
