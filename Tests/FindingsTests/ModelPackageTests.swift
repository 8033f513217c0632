import Cine
import FoundationEssentials
import Networks
import Plain
import TestSupport
import Testing

@testable import Findings

@Suite struct ModelPackageTests {
  @Test func whatIsWrittenComesBackAndTwiceTheSame() throws {
    let (one, two) = (try TinyPackage.Folder(), try TinyPackage.Folder())
    let written = try TinyPackage.contents().write(TinyPackage.manifest, to: one.path + "/model")
    let again = try TinyPackage.contents().write(TinyPackage.manifest, to: two.path)
    #expect(written.sha256 == again.sha256)
    #expect(written.sha256 == SHA256.hex(of: try one.bytes("model/manifest.json")))
    var manifest = written.manifest
    let names = ["weights.safetensors", "vocab.txt", "reports.jsonl", "sentences.safetensors"]
    #expect(manifest.files.map(\.name) == names)
    manifest.files = []
    #expect(manifest == TinyPackage.manifest)
    #expect(written.reports.sentences == TinyPackage.sentences)
    #expect(written.network.unused.isEmpty)
    #expect(written.embed(sentence: "the left ventricle") != written.embed(sentence: "the right ventricle"))
    let card = written.card
    for word in ["tiny 1", "Research use only", "Weights by formula.", "0.900 (0.800–1.000)", "not measured"] {
      #expect(card.contains(word), "\(word) in\n\(card)")
    }
  }

  @Test func everyFileIsHeldToItsManifest() throws {
    for name in ["weights.safetensors", "vocab.txt", "reports.jsonl", "sentences.safetensors"] {
      let folder = try TinyPackage.Folder()
      _ = try TinyPackage.contents().write(TinyPackage.manifest, to: folder.path)
      var bytes = try folder.bytes(name)
      bytes[bytes.count / 2] ^= 1
      try folder.set(name, bytes)
      #expect(throws: ModelPackageError.wrongHash(file: name)) { try ModelPackage(path: folder.path) }
      try folder.set(name, bytes.dropLast())
      #expect(throws: ModelPackageError.wrongSize(file: name, expected: bytes.count, found: bytes.count - 1)) {
        try ModelPackage(path: folder.path)
      }
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
      #expect(throws: ModelPackageError.unreadable(file: name, reason: "No such file or directory")) {
        try ModelPackage(path: folder.path)
      }
    }
  }

  @Test func manifestsThatMakeNoSenseAreRefusedWithTheReason() throws {
    let folder = try TinyPackage.Folder()
    _ = try TinyPackage.contents().write(TinyPackage.manifest, to: folder.path)
    let good = String(decoding: try folder.bytes("manifest.json"), as: UTF8.self)
    func refused(_ from: String, _ to: String) throws -> String {
      let changed = good.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
      try #require(changed != good)
      try folder.set("manifest.json", Array(changed.utf8))
      do throws(ModelPackageError) {
        _ = try ModelPackage(path: folder.path)
        return "loaded"
      } catch {
        return error.text
      }
    }
    #expect(try refused("\"schema\" : 1", "\"schema\" : 9").contains("schema 9"))
    #expect(try refused("\"licence\"", "\"license\"").contains("licence is missing"))
    #expect(try refused("{", "[").contains("no JSON"))
    #expect(try refused("\"version\" : \"1\"", "\"version\" : 1").contains("version is of the wrong kind"))
    #expect(try refused("\"vocab.txt\"", "\"../vocab.txt\"").contains("outside of its folder"))
    #expect(try refused("\"pixels\" : 64", "\"pixels\" : 96").contains("differ in size"))
    #expect(try refused("\"pixels\" : 64", "\"pixels\" : 9600000000000").contains("impossible sizes"))
    #expect(try refused("\"name\" : \"B\"", "\"name\" : \"A\"").contains("taken"))
    #expect(try refused("\"name\" : \"B\"", "\"name\" : \"D\"").contains("heads.D."))
    #expect(try refused("\"depth\" : 2", "\"depth\" : 200000").contains("cannot be built"))
    #expect(throws: ModelPackageError.missing(path: "/nowhere")) { try ModelPackage(path: "/nowhere") }
  }

  @Test func sentencesAreFoundNearestFirstAndOnlyOnce() {
    let index = ReportIndex(
      sentences: ["a", "b", "a", "c"], embeddings: [[1, 0], [0.6, 0.8], [0, 1], [0.6, 0.8]])
    let found = index.nearest(3, to: [0, 1])
    #expect(found.map(\.text) == ["b", "c", "a"])
    #expect(abs(found[0].similarity - 0.8) < 1e-6)
    #expect(Ranking.rank([[1, 0], [0, 1]], by: [0, 1]).map(\.index) == [1, 0])
  }

  @Test func inverseIsOne() throws {
    let a: [Double] = [4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2]
    let b = try #require(Familiarity.inverse(a, 3))
    for i in 0..<3 {
      for j in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + a[i * 3 + $1] * b[$1 * 3 + j] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
      }
    }
    #expect(Familiarity.inverse([1, 2, 2, 1], 2) == nil)
  }

  @Test func strangeStudiesAreFarAndMissingViewsAreNot() throws {
    var state: UInt64 = 1
    func noise() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24) - 0.5
    }
    func study(_ shift: Float = 0, views: [View] = [.shortAxis, .shortAxis, .fourChamber]) -> [Familiarity.Clip] {
      views.map { v in
        var embedding = (0..<8).map { _ in noise() }
        embedding[0] += shift
        if v == .fourChamber { embedding[1] += 5 }
        return (v, embedding)
      }
    }
    let made = try #require(
      Familiarity.fit(training: (0..<200).map { _ in study() }, heldOut: (0..<100).map { _ in study() }))
    let stored = try Familiarity(try Safetensors(Safetensors.encode(made.tensors)), width: 8)
    for f in [made, stored] {
      #expect((0..<50).count { _ in (f.distance(study())?.mean ?? 9) > f.limit } <= 3)
      let partial = (0..<50).map { _ in study(views: [.fourChamber, .fourChamber]) }
      #expect(partial.count { (f.distance($0)?.mean ?? 9) > f.limit } <= 8)
      #expect((0..<50).allSatisfy { _ in (f.distance(study(2))?.mean ?? 0) > f.limit })
      #expect(f.distance([(.unknown, [Float](repeating: 0, count: 8))]) == nil)
    }
    #expect(throws: ModelPackageError.self) {
      try Familiarity(try Safetensors(Safetensors.encode(made.tensors)), width: 9)
    }
  }
}
