import Testing

@testable import Learning

@Suite struct ReportSentencesTests {
  static let cases: [(report: String, sentences: [String])] = [
    // What the paper's own example looks like.
    ("LVEF 35%. RVEF 40%.", ["LVEF 35%.", "RVEF 40%."]),
    ("LVEF is 35.5 %. The septum is 12.3 mm thick.", ["LVEF is 35.5 %.", "The septum is 12.3 mm thick."]),
    ("EDV 182 ml. ESV 120 ml. SV 62 ml.", ["EDV 182 ml.", "ESV 120 ml.", "SV 62 ml."]),
    ("Mass 62 g/m2. No scar.", ["Mass 62 g/m2.", "No scar."]),
    ("Dilated.No effusion.LVEF 35%.RVEF 40%.", ["Dilated.", "No effusion.", "LVEF 35%.", "RVEF 40%."]),
    // Abbreviations.
    ("Reported by Dr. Smith. Normal study.", ["Reported by Dr. Smith.", "Normal study."]),
    (
      "Read by Dr. J. Smith and Prof. A. B. Jones. Normal.", ["Read by Dr. J. Smith and Prof. A. B. Jones.", "Normal."]
    ),
    ("Signs of overload, e.g. Septal flattening. Mild.", ["Signs of overload, e.g. Septal flattening.", "Mild."]),
    (
      "Prosthesis (St. Jude) in place. Approx. 20 mm. See Fig. 3. cf. No. 2 of last year.",
      ["Prosthesis (St. Jude) in place.", "Approx. 20 mm.", "See Fig. 3. cf. No. 2 of last year."]
    ),
    ("HCM vs. Athlete's heart. Unclear.", ["HCM vs. Athlete's heart.", "Unclear."]),
    (
      "As Maron et al. Said so. Thick, thin, etc. Further work.",
      [
        "As Maron et al.", "Said so.", "Thick, thin, etc.", "Further work.",
      ]
    ),
    ("Gadolinium i.v. at 10 a.m. without reaction.", ["Gadolinium i.v. at 10 a.m. without reaction."]),
    ("Dilatation, z.B. Aorta. Ansonsten ca. 3 cm.", ["Dilatation, z.B. Aorta.", "Ansonsten ca. 3 cm."]),
    // Lists and headings.
    (
      "FINDINGS:\n- LV normal\n- RV dilated, RVEF 40%\n* No effusion.\n",
      ["LV normal", "RV dilated, RVEF 40%", "No effusion."]
    ),
    ("IMPRESSION:\n1. Normal LV.\n2. Dilated RV.\n3) No scar", ["Normal LV.", "Dilated RV.", "No scar"]),
    ("Impression: 1. Normal LV. 2. Dilated RV. 10. Other.", ["Normal LV.", "Dilated RV.", "Other."]),
    ("Impression\n\n(1) Normal\n(2) No scar\n\na) One more", ["Normal", "No scar", "One more"]),
    (
      "Left ventricle: normal size. Right ventricle: dilated.",
      [
        "Left ventricle: normal size.", "Right ventricle: dilated.",
      ]
    ),
    ("Left ventricle:\nNormal size.\n", ["Left ventricle: Normal size."]),
    ("Conclusion:\n\n---\n\nNormal.\n=====\n", ["Normal."]),
    // Wrapped lines, and lines that are sentences of their own.
    (
      "The left ventricle is dilated with severely reduced systolic function and an\nejection fraction of 25 %. No\nthrombus.",
      [
        "The left ventricle is dilated with severely reduced systolic function and an ejection fraction of 25 %.",
        "No thrombus.",
      ]
    ),
    ("LV normal\r\nRV normal\r\n\r\nNo effusion", ["LV normal", "RV normal", "No effusion"]),
    (
      "There is a small pericardial effusion beside the wall of the\nRV of 4 mm.",
      ["There is a small pericardial effusion beside the wall of the RV of 4 mm."]
    ),
    // Closing quotes, brackets, other marks.
    (
      "Called \"normal.\" Really? Yes! (See above.) Done...  Next",
      [
        "Called \"normal.\"", "Really?", "Yes!", "(See above.)", "Done...", "Next",
      ]
    ),
    ("T1 1050 ms. T2* 30 ms. 3 mm gap.", ["T1 1050 ms.", "T2* 30 ms.", "3 mm gap."]),
    // Each once; what says nothing is none.
    ("No effusion. No effusion.\nNo effusion.", ["No effusion."]),
    ("", []), (" \n . \n 12. \n - \n", []),
    ("Normal", ["Normal"]),
  ]

  @Test(arguments: cases.indices) func reportsAreSplit(_ i: Int) {
    let (report, sentences) = Self.cases[i]
    #expect(ReportSentences.of(report) == sentences, "\(report)")
  }

  /// Whatever comes, letters are neither lost nor made.
  @Test func nothingIsLost() {
    let words = [
      "Dr.", "LV", "35%.", "e.g.", "no", "No.", "3", "12.5", "mm.", "\n", "- ", "(a)", "scar.", "\"", "…", "é.",
    ]
    var text = ""
    for i in 0..<400 { text += words[(i * 7 + i * i) % words.count] + (i % 3 == 0 ? "" : " ") + "w\(i)x " }
    let out = ReportSentences.of(text).joined(separator: " ")
    for i in 0..<400 { #expect(out.contains("w\(i)x")) }
  }
}
