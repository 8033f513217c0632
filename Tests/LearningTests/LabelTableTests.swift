import Cine
import Testing

@testable import Learning

@Suite struct LabelTableTests {
  private func read(_ text: String, only: [String] = []) throws -> LabelTable {
    try LabelTable(csv: Array(text.utf8), only: only)
  }

  private func refusal(_ text: String, only: [String] = []) -> String {
    do throws(LearningError) {
      _ = try LabelTable(csv: Array(text.utf8), only: only)
      return ""
    } catch {
      return error.text
    }
  }

  @Test func columnsAreConditionsOrNumbers() throws {
    let table = try read("study;HCM;lvef [%];mass [g];grade\n1.2;1;55,5;;2\n1.3;;40;130,25;0\n1.4;0;NA;90;1\n")
    #expect(table.rows.map(\.study) == ["1.2", "1.3", "1.4"] && table.rows.allSatisfy { $0.patient == nil })
    #expect(table.rows.map(\.line) == [2, 3, 4])
    #expect(table.columns.map(\.name) == ["HCM", "lvef", "mass", "grade"])
    #expect(table.columns.map(\.unit) == ["", "%", "g", ""])
    #expect(table.columns.map(\.isCondition) == [true, false, false, false])
    #expect(table.columns.map(\.isLVEF) == [false, true, false, false])
    #expect(table.columns[0].values == [1, nil, 0] && table.columns[1].values == [55.5, 40, nil])
    #expect(table.columns[2].values == [nil, 130.25, 90])
  }

  /// A unit says that it is a number, whatever the values are.
  @Test func aUnitMakesANumber() throws {
    let table = try read("path,patient,x [mm],y []\na,p,0,1\nb,q,1,0\n")
    #expect(table.columns.map(\.isCondition) == [false, true])
    #expect(table.rows.map(\.patient) == ["p", "q"])
  }

  @Test func unicodeTextIsRead() throws {
    let text = "study\tHCM\tlvef [%]\r\na\t1\t50,5\r\nb\t0\t61,25\r\n"
    let table = try LabelTable(csv: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    #expect(table.columns[1].values == [50.5, 61.25])
  }

  @Test func chosenColumnsAloneAreRead() throws {
    let text = "study,comment,HCM,mass [g]\na,an enlarged heart,1,90\nb,,0,80\n"
    #expect(refusal(text).contains("line 2: comment is no number"))
    #expect(try read(text, only: ["mass", "HCM"]).columns.map(\.name) == ["HCM", "mass"])
    #expect(try read(text, only: ["mass [g]"]).columns.map(\.unit) == ["g"])
    #expect(refusal(text, only: ["HCN"]).contains("has no column HCN; it has comment, HCM, mass"))
  }

  @Test(arguments: [
    ("HCM,x\n1,2\n", "lacks a column that names the study"),
    ("study\na\n", "has no column with labels"),
    ("study,a [g],a [mg]\nx,1,2\n", "two columns a"),
    ("study,a\n,1\n", "line 2: study is blank"),
    ("study,patient,a\nx,,1\n", "line 2: patient is blank"),
    ("study,a\nx,yes\n", "line 2: a is no number: yes"),
    ("study,lvef [%]\nx,0.55\ny,0.3\n", "no percent"),
    ("study,lvef [%]\nx,55\ny,130\n", "no percent"),
    ("study,LVEF\nx,1\ny,0\n", "no LVEF in percent"),
    ("study,lvef [ml]\nx,50\n", "no LVEF in percent"),
    ("", "holds no rows"),
  ])
  func whatIsNotUnderstoodIsNamed(_ text: String, _ sentence: String) {
    #expect(refusal(text).contains(sentence), "\(refusal(text))")
  }
}

@Suite struct LabelMatchTests {
  private func study(_ uid: String, _ path: FilePath) -> Study {
    Study(instanceUID: uid, path: path, patientName: "", patientID: "", date: "", description: "", series: [])
  }

  private func rows(_ names: String...) -> [LabelTable.Row] {
    names.enumerated().map { .init(line: $0 + 2, study: $1) }
  }

  @Test func rowsFindStudiesByUIDPathOrName() throws {
    let studies = [
      study("1.2", "/data/a"), study("1.3", "/data/b/"), study("", "/data/c.nii.gz"), study("1.5", "/data/d"),
    ]
    let match = try LabelMatch(rows("/elsewhere/c.nii.gz", "1.3", "e", "/data/a"), studies)
    #expect(match.pairs == [.init(row: 3, study: 0), .init(row: 1, study: 1), .init(row: 0, study: 2)])
    #expect(match.missing == [.init(line: 4, study: "e")] && match.ambiguous.isEmpty && match.unlabelled == [3])
    #expect(try LabelMatch(rows("b"), studies).pairs == [.init(row: 0, study: 1)])
  }

  /// Nothing that has no name is taken for a row that has none.
  @Test func whatCouldBeSeveralStudiesIsNoMatch() throws {
    let studies = [study("1.2", "/x/scan"), study("1.3", "/y/scan"), study("1.4", "/z/other"), study("1.4", "/z/4")]
    let match = try LabelMatch(rows("scan", "1.4", "/y/scan", "/"), studies)
    #expect(match.pairs == [.init(row: 2, study: 1)])
    #expect(match.ambiguous.map(\.row.line) == [2, 3] && match.ambiguous.map(\.count) == [2, 2])
    #expect(match.missing.map(\.line) == [5] && match.unlabelled == [0, 2, 3])
  }

  @Test func twoRowsForOneStudyAreRefused() {
    do throws(LearningError) {
      _ = try LabelMatch(rows("1.2", "a"), [study("1.2", "/data/a")])
      Issue.record("matched")
    } catch {
      #expect(error.text.contains("lines 2 and 3 (1.2, a)"), "\(error.text)")
    }
  }
}
