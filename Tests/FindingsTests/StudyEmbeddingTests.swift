import Cine
import FoundationEssentials
import Networks
import Tensor
import TestSupport
import Testing

@testable import Findings

@Suite struct StudyEmbeddingTests {
  static let sample = StudyEmbedding(
    clips: [
      .init(view: .shortAxis, values: [0.6, -0.8]), .init(view: .fourChamber, values: [1, .leastNonzeroMagnitude]),
    ], whyNot: nil)

  @Test func bytesGiveItBack() {
    #expect(StudyEmbedding(bytes: Self.sample.bytes, width: 2) == Self.sample)
    let none = StudyEmbedding(clips: [], whyNot: WhyNot(code: "no_cine", text: "\"nothing\"\n here"))
    #expect(StudyEmbedding(bytes: none.bytes, width: 2) == none)
  }

  @Test func whatIsDamagedIsNothing() {
    let bytes = Self.sample.bytes
    #expect(StudyEmbedding(bytes: bytes, width: 3) == nil)
    for count in 0..<bytes.count { #expect(StudyEmbedding(bytes: Array(bytes.prefix(count)), width: 2) == nil) }
    func made(_ rows: [Float], _ about: [String: String]) -> StudyEmbedding? {
      let tensor = Tensor(shape: [rows.count / 2, 2], values: rows)
      return StudyEmbedding(bytes: Safetensors.encode(["clips": tensor], metadata: about), width: 2)
    }
    let format = "cinecor embedding 1"
    #expect(made([1, 0], ["format": format, "views": "SAX"]) != nil)
    #expect(made([1, 0], ["format": "cinecor embedding 2", "views": "SAX"]) == nil)
    #expect(made([1, 0], ["format": format, "views": "SAX,SAX"]) == nil)
    #expect(made([1, 0], ["format": format, "views": "heart"]) == nil)
    #expect(made([1, .nan], ["format": format, "views": "SAX"]) == nil)
    #expect(made([], ["format": format]) == nil)
  }
}

/// Under what embeddings are kept.
@Suite struct EmbeddingKeyTests {
  private func key(
    _ change: (inout ModelManifest, inout ModelContents) -> Void = { _, _ in }
  ) throws -> String {
    let folder = try TinyPackage.Folder()
    var (manifest, contents) = (TinyPackage.manifest, try TinyPackage.contents())
    contents.half = false
    change(&manifest, &contents)
    return try contents.write(manifest, to: folder.path).embeddingKey
  }

  @Test func whatOnlyHeadsAndWordsDifferInIsOne() throws {
    let own = try key()
    #expect(
      try key { manifest, contents in
        (manifest.name, manifest.licence) = ("another", "none")
        for i in manifest.conditions.indices { manifest.conditions[i].threshold = 0.1 }
        for name in contents.weights.keys where name.hasPrefix("heads.") || name.hasPrefix("text_") {
          for i in contents.weights[name]?.values.indices ?? 0..<0 { contents.weights[name]?.values[i] += 1 }
        }
      } == own)
    // The last weight of the encoder is enough.
    #expect(try key { $1.weights["video_proj.bias"]?.values[0] += 1 } != own)
    #expect(
      try key { manifest, _ in
        if case .beat(var recipe) = manifest.recipe {
          recipe.box += 1
          manifest.recipe = .beat(recipe)
        } else if case .published(var recipe) = manifest.recipe {
          recipe.stored.toggle()
          manifest.recipe = .published(recipe)
        }
      } != own)
  }
}

/// Heads for numbers beside LVEF.
@Suite struct QuantityTests {
  private func package(_ folder: TinyPackage.Folder, named name: String = "mass") throws -> ModelPackage {
    var manifest = TinyPackage.manifest
    manifest.quantities = [
      .init(
        name: name, unit: "g", slope: 40, intercept: 130, interval: ConformalInterval([-8, 5]), count: 2)
    ]
    var contents = try TinyPackage.contents()
    var layout = ParameterLayout()
    _ = MultiViewHead(dim: manifest.video.projection, name: "heads.\(name).", into: &layout)
    contents.weights.merge(Initialiser.weights(layout, seed: 3).tensors) { $1 }
    return try contents.write(manifest, to: folder.path)
  }

  @Test func aQuantityHasItsIntervalInEveryReport() throws {
    let folder = try TinyPackage.Folder()
    let package = try package(folder)
    let study = RingHeart().study
    let analysis = try Analyser(package).analyse(study, threads: 1)
    let mass = try #require(analysis.quantities?.first)
    #expect(mass.name == "mass" && mass.unit == "g" && abs(mass.low - (mass.value - 8)) < 1e-9)
    #expect(abs(mass.high - (mass.value + 5)) < 1e-9 && abs(mass.value - 130) < 100)
    let report = TriageReport(
      model: .init(package), entries: [.init(study: study.study, analysis: analysis)], unreadable: [], skipped: 0)
    #expect(report.json.pretty.contains("\"learned_quantities\": [\n"))
    #expect(report.csv.split(separator: "\r\n").first?.hasSuffix("mass [g]") == true)
    #expect(try Analyser(package).analyse(study, threads: 2) == analysis)
  }

  /// A head that was fitted to measured numbers too is read with them, and without them as it is.
  @Test func measuredNumbersMoveWhatHeadsSay() throws {
    let folder = try TinyPackage.Folder()
    let package = try package(folder)
    var manifest = package.manifest
    let inputs = MeasuredInputs(
      slope: 1, intercept: 0.5, inputs: [.init(name: "lv_mass_index", mean: 60, spread: 10, weight: 2)])
    let name = manifest.conditions[0].name
    manifest.conditions[0].measured = inputs
    manifest.quantities?[0].measured = inputs
    try ModelContents.rewrite(
      try JSONDecoder().decode(ModelManifest.self, from: JSONEncoder().encode(manifest)), in: folder.path)
    manifest = try ModelPackage(path: folder.path).manifest
    let analysis = try Analyser(package).analyse(RingHeart().study, threads: 1)
    func measured(_ grade: Quality.Grade) -> Measured {
      Measured(
        curve: nil, lvef: nil, measurements: [Measurement(name: "lv_mass_index", value: 75, unit: "g/m²")],
        findings: [],
        quality: Quality(grade: grade, reasons: []))
    }
    #expect(analysis.weighed(with: measured(.none), by: manifest) == analysis)
    let moved = analysis.weighed(with: measured(.amber), by: manifest)
    let (old, new) = try (
      #require(analysis.findings.first { $0.condition == name }),
      #require(moved.findings.first { $0.condition == name })
    )
    #expect(abs(MeasuredInputs.logOdds(new.probability) - MeasuredInputs.logOdds(old.probability) - 3.5) < 1e-9)
    #expect(new.positive == (new.probability >= new.threshold))
    #expect(moved.findings.map(\.probability) == moved.findings.map(\.probability).sorted(by: >))
    let (before, after) = try (#require(analysis.quantities?.first), #require(moved.quantities?.first))
    #expect(abs(after.value - before.value - 3.5) < 1e-9 && abs(after.high - after.value - 5) < 1e-9)
    // A number far from all others counts no more than one at the border of what was seen.
    #expect(inputs.value(0, ["lv_mass_index": 1e9]) == 8.5 && inputs.value(0, ["rvef": 1]) == 0.5)
  }

  @Test func aNameThatIsTakenIsRefused() throws {
    for name in ["A", "lvef", ""] {
      let folder = try TinyPackage.Folder()
      #expect(throws: ModelPackageError.self) { try package(folder, named: name) }
    }
  }

  @Test func towersAloneAreTaken() throws {
    let folder = try TinyPackage.Folder()
    let package = try package(folder)
    let towers = try ModelContents(towersOf: package, in: folder.path)
    #expect(!towers.weights.keys.contains { $0.hasPrefix("heads.") } && towers.half)
    #expect(towers.vocabulary == TinyPackage.vocabulary && towers.reports.sentences == TinyPackage.sentences)
    var manifest = package.manifest
    (manifest.conditions, manifest.lvef, manifest.quantities) = ([], nil, nil)
    let other = try TinyPackage.Folder()
    let bare = try towers.write(manifest, to: other.path)
    #expect(bare.embed(sentence: "the heart") == package.embed(sentence: "the heart"))
    let analysis = try Analyser(bare).analyse(RingHeart().study, threads: 1)
    #expect(analysis.warnings.contains { $0.code == "no_heads" } && analysis.quantities == nil)
  }
}
