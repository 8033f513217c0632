import Plain
import Testing

@Suite struct JSONTests {
  @Test func numbersAreDecimalAndNeverNaN() {
    let numbers: [(Double, Int, String)] = [
      (0.1 + 0.2, 6, "0.3"), (-0.0000001, 6, "0"), (1, 3, "1"), (99.9996, 3, "100"), (-2.5, 0, "-3"), (0.05, 1, "0.1"),
      (12.3456, 2, "12.35"), (.nan, 2, "null"), (.infinity, 2, "null"), (1e300, 2, "1e+300"), (-0.5, 3, "-0.5"),
    ]
    for (x, decimals, text) in numbers { #expect(JSON.number(x, decimals: decimals).compact == text) }
    let small: [(Double, String)] = [
      (1.54790266481552e-24, "1.5479e-24"), (0.00305845145380287, "0.00305845"), (9.99999999e-7, "1e-6"), (0, "0"),
      (0.25, "0.25"), (-3.5e-9, "-3.5e-9"), (.nan, "null"), (123456789, "1.23457e8"),
    ]
    for (x, text) in small { #expect(JSON.scientific(x, digits: 6).compact == text) }
  }

  @Test func controlAndBidirectionalCharactersAreEscaped() {
    let text = JSON.string("a\"\\\n\u{1B}[2J\u{7F}\u{9B}\u{202E}\u{2066}\u{200B}\u{FEFF}é\u{1F600}")
    let expected = #""a\"\\\n\u001b[2J\u007f\u009b\u202e\u2066\u200b\ufeffé"# + "\u{1F600}\""
    #expect(text.compact == expected)
  }

  @Test func keysStayInTheirOrder() {
    let value = JSON.object([
      .init("b", .array([.int(1), .null, .bool(true)])), .init("a", .object([])),
      .init("c", .array([.object([.init("x", .string("y"))])])),
    ])
    #expect(value.compact == #"{"b":[1,null,true],"a":{},"c":[{"x":"y"}]}"#)
    let pretty = """
      {
        "b": [1,null,true],
        "a": {},
        "c": [
          {
            "x": "y"
          }
        ]
      }

      """
    #expect(value.pretty == pretty)
  }
}
