import CHDF5
import Cine
import Foundation
import Plain
import TestSupport
import Testing

@testable import Volumes

@Suite struct HDF5Tests {
  struct Golden: Decodable {
    var shape: [Int]
    var dtype: String
    var sliceFrames: [Int]
    var min: Double
    var max: Double
    var mean: Double
    var sha256: String

    enum CodingKeys: String, CodingKey {
      case shape, dtype, sliceFrames = "slice_frames", min, max, mean, sha256
    }
  }

  static let folder = SharedFolder.path("data/hdf5") ?? ""

  /// Real files as the published tool writes them: the stored bytes, the slices, and the values.
  @Test(.enabled(if: SharedFolder.path("data/hdf5") != nil)) func realFilesGiveTheirGoldens() throws {
    let goldens = try JSONDecoder().decode(
      [String: Golden].self, from: Data(contentsOf: URL(filePath: Self.folder + "/golden.json")))
    var compared = 0
    for (key, golden) in goldens {
      let parts = key.components(separatedBy: "::")
      let path = Self.folder + "/" + parts[0]
      guard FileManager.default.fileExists(atPath: path) else { continue }
      compared += 1
      let file = Opened(path: path)
      #expect(VolumeFile.recognise(descriptor: file.descriptor) == .hdf5)
      let contents = try VolumeFile.contents(descriptor: file.descriptor)
      let series = try #require(contents.volumes.map(\.series).first { $0.description == parts[1] })
      #expect(series.slices.count == golden.sliceFrames.count + 1)
      #expect(series.slices.reduce(0) { $0 + $1.phases.count } == golden.shape[0])
      let first = series.slices[0].phases[0].frame
      let all = try VolumeFile.frames(first..<first + golden.shape[0], descriptor: file.descriptor)
      let mean = all.pixels.reduce(0) { $0 + Double($1) } / Double(all.pixels.count)
      #expect(abs(mean - golden.mean) < 1e-4 * abs(golden.mean), "\(key)")
      let handle = try #require(chdf5_open(file.descriptor))
      defer { chdf5_close(handle) }
      let width = golden.dtype == "uint8" ? 1 : 4
      var raw = [UInt8](repeating: 0, count: golden.shape.reduce(width, *))
      let (start, count) = (golden.shape.map { _ in UInt64(0) }, golden.shape.map(UInt64.init))
      #expect(chdf5_read_raw(handle, parts[1], start, count, &raw, raw.count) == 0)
      #expect(SHA256.hex(of: raw) == golden.sha256, "\(key)")
    }
    #expect(compared >= 2)
  }

  /// The three layouts hold the same hearts: colour of equal channels before or behind the frames, and grey in 255ths.
  @Test(.enabled(if: SharedFolder.path("reference/hdf5") != nil)) func theLayoutsAgree() throws {
    func load(_ name: String) throws -> [String: [[Float]]] {
      let file = Opened(path: try #require(SharedFolder.path("reference/hdf5/\(name).h5")))
      let contents = try VolumeFile.contents(descriptor: file.descriptor)
      var all: [String: [[Float]]] = [:]
      for series in contents.volumes.map(\.series) {
        all[series.description] = try series.slices.map { slice in
          #expect(slice.rows == 48 && slice.columns == 48 && slice.phases.count == 20)
          let first = slice.phases[0].frame
          return try VolumeFile.frames(first..<first + 20, descriptor: file.descriptor).pixels
        }
      }
      return all
    }
    let (gzip, lzf) = (try load("grey_gzip"), try load("grey_lzf"))
    #expect(gzip == lzf)
    #expect(gzip["SAX_FIESTA_BH_Asset"]?.count == 6)
    let (colour, older) = (try load("frames_channels_gzip"), try load("channels_frames_gzip"))
    #expect(older["SAX"]?.count == 6)
    // The same seed made the first of either.
    #expect(colour["4CH_FIESTA_BH"] == older["4CH"])
    let (raw, grey) = (try #require(older["4CH"]?[0]), try #require(gzip["4CH_FIESTA_BH"]?[0]))
    let (low, high) = (raw.min() ?? 0, raw.max() ?? 0)
    for (x, g) in zip(raw, grey) { #expect(abs((x - low) / (high - low) * 255 - g) <= 1.001) }
  }

  @Test func lzfIsBoundsChecked() {
    func unpack(_ bytes: [UInt8], _ capacity: Int) -> [UInt8] {
      var out = [UInt8](repeating: 0, count: capacity)
      return Array(out[..<chdf5_lzf(bytes, bytes.count, &out, capacity)])
    }
    // Three letters, then a copy of seven that reaches into itself.
    #expect(unpack([2, 1, 2, 3, 5 << 5, 2], 10) == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1])
    #expect(unpack([0, 9, 7 << 5, 4, 0], 14) == [UInt8](repeating: 9, count: 14))
    for damaged in [[2, 1, 2], [0, 9, 7 << 5], [0, 9, 1 << 5], [0, 9, 1 << 5, 1], [1 << 5, 0]] as [[UInt8]] {
      #expect(unpack(damaged, 100) == [])
    }
    #expect(unpack([2, 1, 2, 3], 2) == [] && unpack([0, 9, 7 << 5, 4, 0], 13) == [])
    var state: UInt64 = 3
    for n in 0..<2000 {
      let bytes = (0..<n % 90).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
      }
      #expect(unpack(bytes, 200).count <= 200)
    }
  }
}
