import Plain
import Testing

@testable import Learning

@Suite struct PairTableTests {
  private func read(_ text: String) throws(LearningError) -> PairTable { try PairTable(Array(text.utf8)) }

  @Test func tablesAndJSONLinesSayTheSame() throws {
    let csv = try read(
      "path;report;patient\nsite/a;\"LVEF 35%. RVEF 40%.\nNo scar.\";p1\nsite/b;Normal.;\n")
    #expect(csv.rows.map(\.path) == ["site/a", "site/b"] && csv.rows.map(\.patient) == ["p1", nil])
    #expect(csv.rows.map(\.sentences) == [["LVEF 35%.", "RVEF 40%.", "No scar."], ["Normal."]])
    let json = try read(
      """
      {"path": "site/a", "report": "LVEF 35%. RVEF 40%.\\nNo scar.", "patient": "p1"}

      {"report": ["Normal."], "path": "site/b", "more": 1}
      """)
    #expect(json.rows.map(\.sentences) == csv.rows.map(\.sentences))
    #expect(json.rows.map(\.patient) == csv.rows.map(\.patient) && json.rows.map(\.line) == [1, 3])
  }

  @Test func rowsWithoutSentencesAreNamed() throws {
    let table = try read("study,text\na,\nb,Normal.\nc,12.\n")
    #expect(table.rows.map(\.path) == ["b"] && table.withoutSentences == [2, 4])
  }

  @Test(arguments: [
    ("", "holds no rows"), ("path,report\na,\n", "holds no rows"), ("a,b\n1,2\n", "should name path and report"),
    ("path,report\n,x\n", "line 2: path is blank"), ("{\"path\": 1}", "line 1: it should be a JSON object"),
    ("{\"path\": \"a\", \"report\": \"Normal.\"}\n{\"path\": \"a\"", "line 2: it should be a JSON object"),
  ])
  func whatIsNoTableIsRefused(_ text: String, _ sentence: String) {
    do throws(LearningError) {
      Issue.record("\(try read(text))")
    } catch {
      #expect(error.text.contains(sentence), "\(error.text)")
    }
  }
}
