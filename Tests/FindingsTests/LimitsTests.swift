import Cine
import Foundation
import TestSupport
import Testing

@testable import Findings

/// The table of limits: what is read, what is refused, and what holds for whom.
@Suite struct LimitsTests {
  static func bundled() throws -> Limits {
    try Limits(Array(Data(contentsOf: URL(fileURLWithPath: SharedFolder.checkout + "/Assets/limits.csv"))))
  }

  static let head = "measurement,unit,sex,papillaries,low,high,condition_low,condition_high,findings,source,read\n"

  static func table(_ lines: String...) throws -> Limits {
    try Limits(Array((head + lines.joined(separator: "\n")).utf8))
  }

  @Test func theBundledTable() throws {
    let limits = try Self.bundled()
    let (man, woman) = (Person(sex: .male, age: 50), Person(sex: .female, age: 50))
    #expect(limits.widest("lv_edv_index", man) == .init(low: 60, high: 109, source: "Zhan 2024"))
    #expect(limits.widest("lv_edv_index", woman)?.high == 96)
    // Nobody says whether a man or a woman: the wider.
    #expect(limits.widest("lv_edv_index", nil) == .init(low: 56, high: 109, source: "Zhan 2024"))
    // Where two disagree, the wider; who says so is named.
    #expect(
      limits.widest("lv_mass_index", man) == .init(low: 35, high: 76, source: "UK Biobank, Petersen 2017; Zhan 2024"))
    // Adults' limits are not for children.
    #expect(limits.widest("lv_edv_index", Person(age: 9)) == nil)
    // The second limit of a wall is no wider range.
    #expect(limits.widest("wall_thickness_max", man)?.high == 12)
    // Made with papillary muscles in the mass: never used.
    #expect(!limits.rows.contains { $0.high == 104 })
    #expect(limits.rows.allSatisfy { !$0.source.isEmpty && ($0.low != nil || $0.high != nil) })
  }

  @Test func asSpreadsheetsSaveIt() throws {
    let text = Self.head.replacing(",", with: ";") + "lvef;%;any;in cavity;50;;Reduced.LVEF;;yes;Ours;P\r\n"
    #expect(
      try Limits([0xEF, 0xBB, 0xBF] + Array(text.utf8)).widest("lvef", nil) == .init(low: 50, high: nil, source: "Ours")
    )
  }

  @Test(arguments: [
    ("lvef,%,any,in cavity,50,x,,,yes,Ours,P", "high \"x\" is no number"),
    ("lvef,%,any,in cavity,70,50,,,yes,Ours,P", "is not below"),
    ("lvef,%,any,in cavity,,,,,yes,Ours,P", "neither low nor high"),
    ("lvef,ml,any,in cavity,50,,,,yes,Ours,P", "lvef is in \"%\", not in \"ml\""),
    ("lvfe,%,any,in cavity,50,,,,yes,Ours,P", "\"lvfe\" is none of"),
    ("lvef,%,X,in cavity,50,,,,yes,Ours,P", "sex \"X\" is none of any, f, m"),
    ("lvef,%,any,half,50,,,,yes,Ours,P", "papillaries \"half\""),
    ("lvef,%,any,in cavity,50,,,,perhaps,Ours,P", "findings \"perhaps\""),
    ("lvef,%,any,in cavity,50,,,,yes,,P", "no source"),
    ("lvef,%,any,in cavity,50,,,High.LVEF,yes,Ours,P", "condition_high without high"),
    (",%,any,in cavity,50,,,,yes,Ours,P", "no measurement"),
  ])
  func whatIsWrongIsNamedWithItsLine(_ line: String, _ what: String) {
    let good = "lvef,%,any,in cavity,50,,Reduced.LVEF,,yes,Ours,P"
    #expect {
      try Self.table(good, line)
    } throws: { error in
      guard case .line(3, let why)? = error as? LimitsError else { return false }
      return why.contains(what)
    }
  }

  @Test func whatIsNoTable() {
    #expect(throws: LimitsError.empty) { try Limits([]) }
    #expect(throws: LimitsError.empty) { try Limits(Array(Self.head.utf8)) }
    #expect { try Limits(Array("a,b\n1,2\n".utf8)) } throws: { error in
      guard case .missingColumns(let names)? = error as? LimitsError else { return false }
      return names.contains("measurement") && names.contains("source") && !names.contains("note")
    }
    #expect { try Limits(Array("PK\u{3}\u{4}".utf8)) } throws: {
      ($0 as? LimitsError)?.text.contains("workbook") == true
    }
  }
}
