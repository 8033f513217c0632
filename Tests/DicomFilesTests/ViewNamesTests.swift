import Cine
import Foundation
import TestSupport
import Testing

@testable import DicomFiles

@Suite struct ViewNamesTests {
  @Test(arguments: [
    ("LV2CH_FIESTA", View.twoChamber), ("VLA RV 2ch", .twoChamber), ("P4CH_cine", .fourChamber),
    ("cine tf2d 4-Kammerblick", .fourChamber), ("ciné 4 cavités", .fourChamber), ("eje corto cine", .shortAxis),
    ("Kurzachse SSFP", .shortAxis), ("petit axe", .shortAxis), ("CINE SHAX stack", .shortAxis),
    ("realtime cine LVOT", .threeChamber), ("THREE-CHAMBER retro", .threeChamber), ("sax 30 phase", .shortAxis),
    ("LAX_3chStack", .threeChamber), ("LA_2CH cine", .twoChamber), ("RA 4ch", .fourChamber),
    ("cineRetro SAX", .shortAxis), ("VLAX_(LV3CH)_FIESTA", .threeChamber),
  ])
  func namesOfCines(_ text: String, _ view: View) { #expect(ViewNames().view(text) == view) }

  @Test(arguments: [
    "SAX_IrP-FGRE_TI=220", "4ch ti300", "Short_AX_MFGRE_8ec", "RV3CH_FIESTA", "RVOT cine", "sax first pass rest",
    "2CH DE overview MAG", "4CH_MOLLI", "T2* SAX", "SAX STIR", "dark blood 4ch", "cine 4ch 2ch sax plan", "GRID_SAX",
    "4ch venc150", "SAX late Gd", "trufi_shortaxis_loc", "aortic valve short axis", "4CH phase contrast",
    "CineIR SAX", "SAX_CINEIR", "SAX IRTrueFISP", "SAX TIscout", "2CH CineIR", "T1-weighted SAX", "SAX T1weighted",
    "SAX PDw", "ATRIAL_SHORT_AXIS", "LA SAX", "RA short axis stack", "left atrium short axis", "SAX atria",
    "MyoMap SAX",
    "SAXpsir", "SAX EGE", "SAX T2prep", "SAX DWI", "SAX fieldmap", "SAX TPM", "SAX TWIST", "SAX fat fraction",
    "SAX adenosine", "SAX cspamm", "LGESAX",
  ])
  func namesOfOtherSeries(_ text: String) { #expect(ViewNames().view(text) == nil) }

  @Test func aSitesOwnWordsComeFirst() {
    let (names, refused) = ViewNames.read("# ours\nkardio blick 4 = 4ch\ntest = -\nnonsense\n = SAX\nx = 5CH\n")
    #expect(refused == ["nonsense", " = SAX", "x = 5CH"])
    #expect(names.view("KARDIO_4-Blick LGE") == .fourChamber)
    #expect(names.view("SAX test") == nil && names.isOther("SAX test"))
    #expect(names.view("SAX") == .shortAxis)
  }

  /// Real names with the view that the published data were filed under: all of those, and none of other kinds.
  @Test(.enabled(if: SharedFolder.path("paper/series_descriptions.csv") != nil)) func namesAsScannersWroteThem() throws
  {
    let path = try #require(SharedFolder.path("paper/series_descriptions.csv"))
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
    var (filed, right, others, taken) = (0, 0, 0, [String]())
    let kinds = try Regex(
      "(?i)loc|scout|survey|DIR|black|_BB|_DB|LGE|MDE|_DE_|PSIR|DELAY|DHE|_IR|IrP|TI=|MOLLI|T1|T2|map|perf|PC_|flow|tag|grid"
    )
    for row in rows {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == 3 else { continue }
      let view = ViewNames().view(String(cells[0]))
      let expected = cells[2] == "LVOT" ? "3CH" : String(cells[2])
      if expected.isEmpty {
        guard cells[0].contains(kinds) else { continue }
        others += 1
        if view != nil { taken.append(String(cells[0])) }
      } else {
        filed += 1
        if view?.rawValue == expected { right += 1 }
      }
    }
    print("\(right) of \(filed) filed names; \(taken.count) of \(others) other series: \(taken)")
    #expect(filed == 65 && right >= 64)
    #expect(others > 300 && taken.count * 100 <= others)
  }
}
