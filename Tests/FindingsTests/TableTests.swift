import Findings
import Plain
import Testing

/// Tables as spreadsheets of all countries save them: the same numbers, or a sentence.
@Suite struct TableTests {
  private static let rows = [
    ["study", "label", "prediction"], ["Zoë", "50.5", "51.5"], ["Øre", "51", "52.4"], ["s3", "52.5", "1.2e1"],
  ]
  private static let plain = rows.map { $0.joined(separator: ",") + "\n" }.joined()

  private static func excel(_ separator: String, end: String = "\r\n") -> String {
    let table = rows.map { $0.joined(separator: separator) + end }.joined().map { $0 == "." ? "," : $0 }
    return String(table)
  }

  private static let quoted = rows.map { row in
    row.map { cell in "\"" + String(cell.map { $0 == "." ? "," : $0 }) + "\"" }.joined(separator: ",") + "\n"
  }.joined()

  private static func utf16(_ text: String, bigEndian: Bool, mark: Bool = true) -> [UInt8] {
    ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
      let pair = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
      return bigEndian ? pair.reversed() : pair
    }
  }

  private static let forms: [(name: String, bytes: [UInt8])] = [
    ("German Excel", [0xEF, 0xBB, 0xBF] + Array(excel(";").utf8)),
    ("Latin-1", excel(";").unicodeScalars.map { UInt8($0.value) }),
    ("Unicode text, decimal commas", utf16(excel("\t"), bigEndian: false)),
    ("Unicode text, big-endian", utf16(excel("\t"), bigEndian: true)),
    ("without a mark", utf16(plain, bigEndian: false, mark: false)),
    ("without a mark, big-endian", utf16(plain, bigEndian: true, mark: false)),
    ("old line ends", Array(excel(";", end: "\r").utf8)),
    ("its separator named", Array(("sep=;\r\n" + excel(";")).utf8)),
    ("quoted numbers", Array(quoted.utf8)),
    ("blank lines behind", Array((excel(";") + ";;\r\n\r\n;;\r\n").utf8)),
    ("padded to the right", Array(rows.map { $0.joined(separator: ",") + ",,\r\n" }.joined().utf8)),
  ]

  @Test(arguments: forms.map(\.name)) func theSameNumbersComeOut(_ name: String) throws {
    let bytes = try #require(Self.forms.first { $0.name == name }).bytes
    #expect(try Evaluation(csv: bytes) == Evaluation(csv: Array(Self.plain.utf8)), "\(name)")
  }

  @Test(arguments: [
    ("study,label,prediction\ns0,50,5,51,5\n", "line 2: it has more cells"),
    ("study,label,prediction,,\na,50,51,,\ns0,50,5,51,5\n", "line 3: it has more cells"),
    ("study,label,prediction\ns0,50,51,5\n", "is the comma a separator and a decimal mark?"),
    ("study;label;prediction\na;50,5;51.5\n", "line 2: 50,5 in line 2 has a comma, 51.5 in line 2 a point"),
    ("study;label;prediction\na;1.250,5;51,5\n", "line 2: 1.250,5 has thousands parted"),
    ("study;label;prediction\na;1,250,500;51,5\n", "line 2: 1,250,500 has thousands parted"),
    ("study\tlabel\tprediction\na\t1,250\t1,310\n", "line 2: 1,250 may have a decimal comma"),
    ("study,label,prediction\na,\"1,250\",900\n", "line 2: 1,250 may have a decimal comma"),
    ("study|label|prediction\na|1|2\n", "parted by commas, semicolons or tabs"),
  ])
  func whatCouldMeanTwoThingsIsNamed(_ text: String, _ sentence: String) {
    do throws(TableError) {
      Issue.record("\(try Evaluation(csv: Array(text.utf8)))")
    } catch {
      #expect(Evaluation.sentence(error).contains(sentence), "\(error.text)")
    }
  }

  @Test func threeDecimalsAreDecimalsWhereSemicolonsPartTheCells() throws {
    let made = try Evaluation(csv: Array("study;label;prediction\na;51,250;50,125\nb;40,000;41,500".utf8))
    #expect(try made == Evaluation(csv: Array("study,label,prediction\na,51.25,50.125\nb,40,41.5".utf8)))
    // A first digit of zero is no thousand.
    let tabs = try Evaluation(csv: Array("study\tlabel\tprediction\na\t0,125\t1,250\nb\t0,500\t0,250".utf8))
    #expect(try tabs == Evaluation(csv: Array("study,label,prediction\na,0.125,1.25\nb,0.5,0.25".utf8)))
  }

  @Test(arguments: [
    ([0x50, 0x4B, 3, 4, 20, 0], "workbook"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "workbook"),
    ([0xFF, 0xFE, 0, 0, 0x73, 0, 0, 0], "UTF-32"), ([0xFF, 0xFE, 0x73, 0, 0x74], "within a character"),
  ])
  func otherFilesAreNamed(_ bytes: [UInt8], _ word: String) {
    do throws(TableError) {
      Issue.record("\(try Evaluation(csv: bytes))")
    } catch {
      #expect(error.text.contains(word), "\(error.text)")
    }
  }
}
