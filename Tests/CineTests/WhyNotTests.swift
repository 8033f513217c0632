import Cine
import FoundationEssentials
import Testing

@Suite struct WhyNotTests {
  private let file = UnreadableFile(path: "/data/\u{1B}x", reason: "truncated", text: "ends too early", study: "1.2")

  @Test func aFileBeginsItsSentence() {
    #expect(WhyNot(file) == WhyNot(code: "truncated", text: "ends too early", path: "/data/\u{1B}x"))
    #expect(file.sentence == "/data/\u{1B}x ends too early")
    #expect(WhyNot(AnalysisWarning(code: "no_cine", text: "No cine.")).sentence == "No cine.")
  }

  /// What was kept as a warning once is read as a reason, and written with the same keys.
  @Test func withoutAFileItIsWrittenAsAWarning() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let warning = AnalysisWarning(code: "no_cine", text: "No cine.")
    let bytes = try encoder.encode(warning)
    #expect(try JSONDecoder().decode(WhyNot.self, from: bytes) == WhyNot(warning))
    #expect(try encoder.encode(WhyNot(warning)) == bytes)
    #expect(try JSONDecoder().decode(WhyNot.self, from: encoder.encode(WhyNot(file))) == WhyNot(file))
  }

  @Test func listsHaveARowAFileAndEachOnce() {
    var files = [file]
    var again = file
    again.reason = "other"
    let other = UnreadableFile(path: "b", reason: "r", text: "t")
    files.add([again, other, other])
    #expect(
      files.json.compact == #"[{"path":"/data/\u001bx","reason":"truncated","text":"ends too early"},"#
        + #"{"path":"b","reason":"r","text":"t"}]"#)
  }
}
