import Cine
import DicomFiles
import Findings
import Foundation
import Networks
import Tensor
import TestSupport
import Testing

/// From weights that others trained and one's own labels to findings: `model import`, `fit`, `triage`.
@Suite struct FitTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { home.appendingPathComponent(name).path }

  private func clean() { try? FileManager.default.removeItem(at: home) }

  /// The reference's small encoder with weights by formula, as a file that PyTorch Lightning might have left, imported: no
  /// heads, no text tower.
  private func importTiny() throws {
    var layout = ParameterLayout()
    _ = try VideoEncoder(tinyConfiguration, into: &layout)
    let weights = FormulaWeights.fill(layout).tensors.map { ("model." + $0.key, $0.value) }
    let file = path("weights.safetensors")
    try Data(Safetensors.encode(Dictionary(uniqueKeysWithValues: weights))).write(to: URL(filePath: file))
    let made = try ModelImport(
      architecture: "tiny", video: tinyConfiguration, weights: .init(path: file), positions: nil, text: nil)
    _ = try made.contents.write(made.manifest, to: path("imported"))
  }

  /// Small synthetic scans that no phantom made: their own person each, some of hearts that beat more.
  private func writeHearts(_ numbers: [Int], squeeze: Double) throws {
    try FileManager.default.createDirectory(atPath: path("site"), withIntermediateDirectories: true)
    for n in numbers {
      var heart = RingHeart()
      (heart.size, heart.spacing, heart.slices) = (80, 3.5, 6)
      heart.squeeze = squeeze + Double(n % 3) / 4
      let made = heart.study
      var (study, series) = (made.study, made.study.series[0])
      (study.instanceUID, study.patientID) = ("2.25.\(n)", "P\(n)")
      (series.instanceUID, series.description) = ("2.25.\(n).1", "SAX")
      study.series = [series]
      try DicomWriter.write(
        LoadedStudy(study: study, series: [LoadedSeries(series: series, clips: made.series[0].clips)]),
        folder: path("site/heart-\(n)"))
    }
  }

  private func fit(_ labels: String, _ out: String, _ more: [String] = []) throws -> Run {
    try labels.write(toFile: path("labels.csv"), atomically: true, encoding: .utf8)
    return try Run(
      ["fit", path("labels.csv"), path("site"), "--model", path("imported"), "--out", path(out)] + more, home: home)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func importedWeightsAndLabelsGiveFindings() throws {
    defer { clean() }
    try importTiny()
    try writeHearts([21, 22, 23], squeeze: 10)
    try writeHearts([41, 42, 43], squeeze: 6)
    // By name, by UID and by path; one row without a study, one study without a row.
    var labels = "study;Thick;lvef [%];mass [g]\n"
    for (seed, row) in [
      (21, "1;65,5;180"), (22, "1;70;170"), (23, ";62,5;"), (41, "0;25;120"), (42, "0;;110,5"),
    ] {
      let name = seed == 22 ? "2.25.22" : seed == 23 ? path("site/heart-23") : "heart-\(seed)"
      labels += "\(name);\(row)\n"
    }
    labels += "heart-99;0;;\n"
    let first = try fit(labels, "one", ["--threads", "1", "--few", "50,100", "--json"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("line 7: no study here is heart-99"))
    #expect(first.errors.contains("heart-43: no row is about it"))
    let result = try object(first.output)
    #expect(result["studies"] as? Int == 5 && result["patients"] as? Int == 5)
    let heads = try #require(result["heads"] as? [[String: Any]])
    #expect(heads.compactMap { $0["name"] as? String } == ["Thick", "lvef", "mass"])
    #expect(heads.compactMap { $0["n"] as? Int } == [4, 4, 4] && heads[0]["auc"] is Double)

    // The same for any number of threads, over kept embeddings or not.
    let second = try fit(labels, "two", ["--threads", "3", "--few", "50,100", "--json"])
    #expect(second.output == first.output)
    for file in ["manifest.json", "weights.safetensors", "README.md"] {
      let both = try ["one", "two"].map { try Data(contentsOf: URL(filePath: path($0) + "/" + file)) }
      #expect(both[0] == both[1], "\(file)")
    }
    #expect(try Run(["model", "check", path("one")], home: home).status == 0)

    let triaged = try Run(["triage", path("site/heart-43"), "--model", path("one"), "--json"], home: home)
    #expect(triaged.status == 0, "\(triaged.errors)")
    let studies = try #require(try object(triaged.output)["studies"] as? [[String: Any]])
    #expect(studies.count == 1)
    for study in studies {
      let findings = (study["findings"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String == "learned" }
      #expect(findings.compactMap { $0["condition"] as? String } == ["Thick"])
      #expect((findings.first?["why"] as? String)?.contains("in cross-validation over 5 studies") == true)
      // Where contours give no number, learned ones are not shown either.
      let quality = (study["quality"] as? [String: Any])?["grade"] as? String
      let quantities = study["learned_quantities"] as? [[String: Any]] ?? []
      #expect(quantities.compactMap { $0["unit"] as? String } == (quality == "none" ? [] : ["g"]))
      #expect((study["learned_lvef"] is [String: Any]) == (quality != "none"))
      let codes = (study["warnings"] as? [[String: String]] ?? []).compactMap { $0["code"] }
      #expect(!codes.contains("no_heads") && !codes.contains("synthetic_training"))
    }
    let card = try String(contentsOfFile: path("one/README.md"), encoding: .utf8)
    let expected = [
      "---\nlicense: other\n", "model-index:\n", "type: roc_auc\n", "| Thick | 4 | 4 | 50 % |",
      "5 studies of the user's", "## With fewer",
    ]
    for words in expected { #expect(card.contains(words), "\(words)") }
    try refusals()
  }

  private func refusals() throws {
    let one = try fit("study,a\nheart-21,1\nheart-22,0\nheart-23,0\nheart-41,\n", "no")
    #expect(one.status == 2 && one.errors.contains("a: only 1 patient with it, 2 patients without"), "\(one.errors)")
    // Four studies, but two people.
    let two = "study,patient,a\nheart-21,x,1\nheart-22,x,1\nheart-23,y,0\nheart-41,y,0\n"
    #expect(try fit(two, "no").errors.contains("a: only 1 patient with it, only 1 patient without"))
    let nobody = try fit("study,a\nb,1\n", "no")
    #expect(nobody.status == 2 && nobody.errors.contains("no row of"))
    #expect(try fit("patient,a\nb,1\n", "no").status == 1)
    #expect(try fit("study,a\nheart-21,1\n", "imported").status == 2)
    #expect(try fit("study,a\nheart-21,1\n", "no", ["--few", "0"]).status == 2)
    #expect(try Run(["fit", path("labels.csv"), path("site")], home: home).status == 2)
    #expect(!FileManager.default.fileExists(atPath: path("no")))
  }
}
