import Cine
import Foundation
import Plain
import TestSupport
import Testing

/// HDF5 and NIfTI through the process that reads them.
@Suite struct VolumeTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  struct Inspected: Decodable {
    struct File: Decodable {
      var path: String
      var status: String
      var reason: String?
      var frames: Int?
      var bitsAllocated: Int?
      var pixelSum: String?

      enum CodingKeys: String, CodingKey {
        case path, status, reason, frames, bitsAllocated = "bits_allocated", pixelSum = "pixels_sha256"
      }
    }
    var files: [File]
  }

  func inspect(_ folder: String) throws -> (Run, [Inspected.File]) {
    let run = try Run(["inspect", folder, "--json"], home: home)
    return (run, try JSONDecoder().decode(Inspected.self, from: Data(run.output.utf8)).files)
  }

  /// Half a hundred damaged files: each has its row, and none takes the program with it.
  @Test(.enabled(if: SharedFolder.path("reference/hdf5/grey_lzf.h5") != nil))
  func whatBreaksItsReaderIsNamed() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let whole = [UInt8](
      try Data(contentsOf: URL(filePath: #require(SharedFolder.path("reference/hdf5/grey_lzf.h5")))))
    let folder = home.appendingPathComponent("damaged")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var state: UInt64 = 11
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    for n in 0..<40 {
      var bytes = n % 4 == 0 ? Array(whole.prefix(9 + random(whole.count - 9))) : whole
      if n % 4 != 0 { for _ in 0..<12 { bytes[8 + random(min(bytes.count, 6000) - 8)] = UInt8(random(256)) } }
      try Data(bytes).write(to: folder.appendingPathComponent("\(n).h5"))
    }
    try Data(whole).write(to: folder.appendingPathComponent("whole.h5"))
    let (run, files) = try inspect(folder.path)
    #expect(files.count == 41 && run.status == 1)
    #expect(files.allSatisfy { ["ok", "incomplete", "refused", "no_pixels", "not_medical"].contains($0.status) })
    #expect(files.first { $0.path.hasSuffix("whole.h5") }?.status == "ok")
    #expect(files.filter { $0.status == "refused" }.allSatisfy { $0.reason != nil })
    #expect(files.contains { $0.status == "refused" })
  }

  /// One cine in many encodings: those that store the same numbers have the same hash, and what is cut says so.
  @Test(.enabled(if: SharedFolder.path("data/nifti") != nil)) func everyNIfTIHasARow() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let (run, files) = try inspect(try #require(SharedFolder.path("data/nifti")))
    func row(_ name: String) -> Inspected.File? { files.first { $0.path.hasSuffix("/" + name) } }
    let plain = try #require(row("i2.nii.gz"))
    #expect(run.status == 1 && plain.status == "ok" && plain.frames == 80 && plain.bitsAllocated == 16)
    // The image of the pair is nothing but its numbers.
    let raw = try Data(contentsOf: URL(filePath: #require(SharedFolder.path("data/nifti/pair.img"))))
    #expect(plain.pixelSum == SHA256.hex(of: raw))
    for name in ["i2_bigendian.nii.gz", "nifti2_i2.nii.gz", "pair.hdr", "two_member_gzip.nii.gz"] {
      #expect(row(name)?.pixelSum == plain.pixelSum, "\(name)")
    }
    for file in files where file.path.contains("/truncated") { #expect(file.status == "incomplete", "\(file.path)") }
  }

  @Test(.enabled(if: SharedFolder.path("data/nifti/i2.nii.gz") != nil)) func aNIfTICineIsTriaged() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let path = try #require(SharedFolder.path("data/nifti/i2.nii.gz"))
    let run = try Run(["triage", path, "--json"], home: home)
    #expect(run.status == 0 && run.output.contains("\"slices\": 4"), "\(run.errors)")
    let (_, files) = try inspect(try #require(SharedFolder.path("data/nifti")))
    #expect(files.count { $0.status == "ok" && $0.frames == 80 } == 8)
    #expect(files.count { $0.status == "incomplete" && $0.reason == "truncated" } == 2)
  }

  /// What cannot be read of a file whose rest is read is named, and counts, whichever command reads it.
  @Test func aPartThatIsNotReadCounts() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let path = Museum.folder + "/hdf5/one_of_two_shapes.h5"
    let (run, files) = try inspect(path)
    #expect(run.status == 1 && files.map(\.status) == ["ok"] && run.output.contains("one_of_two_shapes.h5/extra"))
    for command in ["qa", "triage"] {
      let run = try Run([command, path, "--json"], home: home)
      #expect(run.status == 1 && run.output.contains("one_of_two_shapes.h5/extra"), "\(command)")
    }
  }

  /// Label maps are whole files: they are counted and listed, and nothing is wrong.
  @Test(.enabled(if: SharedFolder.path("data/hearts/acdc/patient001") != nil)) func labelMapsAreListed() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let path = try #require(SharedFolder.path("data/hearts/acdc/patient001"))
    let (run, files) = try inspect(path)
    #expect(run.status == 0 && files.count { $0.status == "ok" } == 4)
    #expect(run.output.components(separatedBy: "\"label_map\"").count == 3)
    let quality = try Run(["qa", path], home: home)
    #expect(quality.status == 0 && quality.output.contains("set aside: 2 label maps"))
  }
}
