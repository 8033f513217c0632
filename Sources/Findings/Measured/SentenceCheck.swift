import Cine

/// Whether a sentence says otherwise than what was measured: such a sentence is never shown. By words that reports use;
/// a sentence about something that was not measured passes.
struct SentenceCheck {
  private let values: [String: Measurement]
  private let found: Set<String>

  init(_ measured: Measured) {
    values = Dictionary(measured.measurements.map { ($0.name, $0) }) { first, _ in first }
    found = Set(measured.findings.map(\.condition))
  }

  /// Of a number in a sentence, how far from the measured one it may be: points of fractions, shares of the rest.
  private static let (points, share) = (10.0, 0.25)

  func contradicts(_ sentence: String) -> Bool {
    let text = sentence.lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    let isLeft = says("left ventric", "lv ", "lvef", "lvedv") || text.hasPrefix("lv")
    let isRight = says("right ventric", "rv ", "rvef")
    let denies = says("no ", "not ", "without", "normal")
    // Numbers.
    for (name, words) in Self.numbers where words.contains(where: text.contains) {
      guard let own = values[name]?.value else { continue }
      for number in Self.numbers(in: text, after: words, percent: name == "lvef" || name == "rvef") {
        let far =
          name == "lvef" || name == "rvef" ? abs(number - own) > Self.points : abs(number - own) > Self.share * own
        if far { return true }
      }
    }
    // Words: what is said to be there, and what is said not to be.
    func holds(_ condition: String, measuredBy name: String, _ isNamed: Bool) -> Bool {
      guard isNamed, values[name] != nil else { return true }
      return denies != found.contains(condition)
    }
    let isFunction = says("systolic function", "ejection fraction", "lvef", "hypokines", "contract")
    if isLeft && !isRight, isFunction, values["lvef"] != nil {
      let low = says("reduced", "impaired", "depressed", "hypokines")
      if low && !denies && !found.contains("Reduced.LVEF") { return true }
      if says("normal", "preserved", "hyperdynamic"), found.contains("Reduced.LVEF") { return true }
    }
    if isRight && !isLeft, says("systolic function", "rvef", "ejection fraction"), values["rvef"] != nil {
      if says("reduced", "impaired"), !denies, !found.contains("Reduced.RVEF") { return true }
      if says("normal", "preserved"), found.contains("Reduced.RVEF") { return true }
    }
    let isSize = says("dilat", "enlarge", "size", "cavity")
    let edv = values["lv_edv_index"] == nil ? "lv_edv" : "lv_edv_index"
    let rightEDV = values["rv_edv_index"] == nil ? "rv_edv" : "rv_edv_index"
    if isLeft && !isRight, isSize, !says("atri"), says("dilat", "enlarge", "increased", "normal", "small") {
      if says("small"), found.contains("Left.Ventricular.Dilation") { return true }
      if !says("small"), !holds("Left.Ventricular.Dilation", measuredBy: edv, true) { return true }
    }
    if isRight && !isLeft, isSize, !says("atri"), says("dilat", "enlarge", "increased", "normal"),
      !holds("Right.Ventricular.Dilation", measuredBy: rightEDV, true)
    {
      return true
    }
    if says("hypertroph", "wall thickness", "thickened"), !isRight, values["wall_thickness_max"] != nil {
      let isThick = found.contains("Left.Ventricular.Hypertrophy") || found.contains("Hypertrophic.Cardiomyopathy")
      if denies == isThick { return true }
    }
    if says("wall motion", "akine", "dyskine"), values["poorly_thickening_segments"] != nil {
      if denies == found.contains("Regional.Wall.Motion") { return true }
    }
    if says("left atri"), !holds("Left.Atrial.Dilation", measuredBy: "la_area", says("dilat", "enlarge", "size")) {
      return true
    }
    if says("right atri"), !holds("Right.Atrial.Dilation", measuredBy: "ra_area", says("dilat", "enlarge", "size")) {
      return true
    }
    // A heart with findings is no normal one.
    return says("normal cardiac", "normal heart", "normal study", "normal examination", "normal cine") && !found.isEmpty
  }

  private static let numbers: [(name: String, words: [String])] = [
    ("lvef", ["lvef", "left ventricular ejection fraction", "ventricle is", "lv ef"]),
    ("rvef", ["rvef", "right ventricular ejection fraction"]),
    ("lv_esv", ["lvesv", "esv"]), ("lv_edv", ["lvedv", "end-diastolic volume of", "edv"]),
  ]

  /// Numbers that follow one of the words closely: percentages, or millilitres.
  private static func numbers(in text: String, after words: [String], percent: Bool) -> [Double] {
    words.flatMap { word -> [Double] in
      guard let at = text.firstRange(of: word) else { return [] }
      let rest = text[at.upperBound...].prefix(40)
      guard let start = rest.firstIndex(where: \.isNumber) else { return [] }
      let digits = rest[start...].prefix { $0.isNumber || $0 == "." }
      let unit = rest[digits.endIndex...].drop { $0 == " " }
      guard percent ? unit.hasPrefix("%") : unit.hasPrefix("ml") && !unit.hasPrefix("ml/m") else { return [] }
      return Double(digits).map { [$0] } ?? []
    }
  }
}
