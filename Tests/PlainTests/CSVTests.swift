import Plain
import Testing

@Suite struct CSVTests {
  @Test func quotesLineBreaksAndByteOrderMarksAreRead() throws {
    let csv = try CSV(Array("\u{FEFF}a,\"b \"\"x\"\"\r\n,\"\r\n\r\n1,\r\n,2".utf8))
    #expect(csv.rows.map(\.cells) == [["a", "b \"x\"\r\n,"], ["1", ""], ["", "2"]])
    #expect(csv.rows.map(\.line) == [1, 4, 5])
    #expect(try CSV([]).rows.isEmpty)
    #expect(try CSV(Array("\"\"".utf8)).rows.map(\.cells) == [[""]])
  }
}
