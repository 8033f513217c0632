/// A report's text → its sentences, as contrastive training pairs them with clips: marks of lists, headings and the
/// breaks of wrapped lines go, and what a full stop ends is told from what it abbreviates, numbers or parts.
public enum ReportSentences {
  /// In their order, each once.
  public static func of(_ report: String) -> [String] {
    var seen: Set<String> = []
    return paragraphs(report).flatMap(split).map(trimmed).filter { sentence in
      sentence.count(where: \.isLetter) > 1 && sentence.last != ":" && seen.insert(sentence).inserted
    }
  }

  // MARK: Lines

  /// Lines that belong together, without marks of lists and headings.
  private static func paragraphs(_ report: String) -> [String] {
    var all: [String] = []
    var open = ""
    func close() {
      if !open.isEmpty { all.append(open) }
      open = ""
    }
    // Two characters to Swift's strings where files have CRLF, one to its properties.
    for raw in report.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let line = spaced(String(raw))
      if line.isEmpty {
        close()
        continue
      }
      let item = withoutMark(line)
      let text = withoutHeading(item)
      if item.count != line.count || text.count != item.count || !goesOn(open, with: text) { close() }
      open += (open.isEmpty || text.isEmpty ? "" : " ") + text
    }
    close()
    return all
  }

  /// Whether a line that was wrapped goes on in the next: a line of its own ends early, or with a full stop.
  private static func goesOn(_ open: String, with next: String) -> Bool {
    guard let last = open.last, let first = next.first else { return true }
    if first.isLowercase || ",-–(/&+".contains(last) { return true }
    if ends.contains(last) || last == ":" { return true }
    return last != ";" && open.count >= wrapped || joining.contains(lastWord(open[...]).lowercased())
  }

  /// From so many characters on a line that ends without a full stop was wrapped.
  private static let wrapped = 60
  private static let joining: Set = [
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "are", "of", "on", "or", "the", "to", "was", "with",
  ]

  /// Tabs and runs of blanks become one space.
  private static func spaced(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// "- ", "• ", "1. ", "2) ", "(3) ", "a) " before an item go.
  private static func withoutMark(_ line: String) -> String {
    guard let space = line.firstIndex(of: " ") else { return isRule(line) ? "" : line }
    let mark = line[..<space]
    let rest = String(line[line.index(after: space)...])
    if mark.allSatisfy({ "-–—*•·▪◦►>+#".contains($0) }) { return withoutMark(rest) }
    return isNumber(mark) ? rest : line
  }

  /// "1.", "12)", "(3)", "a)", "iv.", but not "35." of a number that ends a sentence.
  private static func isNumber(_ mark: Substring) -> Bool {
    guard let last = mark.last, last == "." || last == ")" else { return false }
    let inner = mark.dropLast().drop { $0 == "(" }
    if inner.count <= 2, !inner.isEmpty, inner.allSatisfy(\.isNumber) { return true }
    return last == ")" && inner.count == 1 && inner.allSatisfy(\.isLetter)
      || ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"].contains(inner.lowercased())
  }

  private static func isRule(_ line: String) -> Bool { !line.contains { $0.isLetter || $0.isNumber } }

  /// "FINDINGS:" and "Impression" go, with what follows them kept; "Left ventricle: normal." stays whole.
  private static func withoutHeading(_ line: String) -> String {
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = trimmed(String(parts[0])).lowercased().filter { $0 != "*" && $0 != "#" }
    guard headings.contains(head) else { return line }
    return parts.count == 2 ? trimmed(String(parts[1])) : ""
  }

  private static let headings: Set = [
    "findings", "finding", "impression", "impressions", "conclusion", "conclusions", "summary", "opinion", "comment",
    "comments", "report", "result", "results", "technique", "indication", "clinical indication", "history",
    "clinical history", "comparison", "interpretation", "final report", "cardiac mri", "cardiac mr", "cmr",
    "befund", "beurteilung", "conclusie", "resultats", "résultats", "hallazgos",
  ]

  // MARK: Full stops

  private static let ends: Set<Character> = [".", "!", "?"]

  private static func split(_ paragraph: String) -> [String] {
    let text = Array(paragraph)
    var all: [String] = []
    var start = 0
    var i = 0
    while i < text.count {
      defer { i += 1 }
      guard ends.contains(text[i]) else { continue }
      // Closing quotes and brackets belong to the sentence that they close.
      var end = i + 1
      while end < text.count, ".!?\"')]”’".contains(text[end]) { end += 1 }
      guard isEnd(text, i, end) else { continue }
      all.append(String(text[start..<end]))
      start = end
      i = end - 1
    }
    if start < text.count { all.append(String(text[start...])) }
    return all.map { withoutMark(trimmed($0)) }
  }

  /// Whether the mark at `i` ends a sentence; `next` is the place behind it and what closes with it.
  private static func isEnd(_ text: [Character], _ i: Int, _ next: Int) -> Bool {
    guard next < text.count else { return true }
    let isApart = text[next] == " "
    let from = isApart ? next + 1 : next
    guard from < text.count else { return true }
    let first = text[from]
    let word = lastWord(String(text[..<i])[...])
    if isApart {
      guard first.isUppercase || first.isNumber || "(\"'“‘[-•".contains(first) else { return false }
      guard text[i] == "." else { return true }
      if let unless = abbreviation(word) { return unless == .mayEnd && first.isUppercase }
      // "No. 3", "Nr. 2": numbers follow.
      if numbered.contains(word.lowercased()) { return !first.isNumber }
      // "J. Smith", "U. S.": an initial, but not the "A." of "type A.", nor "T1."
      if word.count == 1, word.first?.isUppercase == true { return !isInitial(text, i, from) }
      return true
    }
    // "35%.RVEF", "dilated.No": somebody forgot the space. "3.5", "e.g.", "v.1", "www.site" are whole.
    guard text[i] == ".", first.isUppercase, i > 0, from + 1 < text.count, text[from + 1].isLetter else { return false }
    let before = text[i - 1]
    return (before.isLowercase && word.count > 2 || before == "%" || before == ")" || before.isNumber)
      && abbreviation(word) == nil
  }

  /// A capital alone, behind a name's beginning or nothing: what follows is a name.
  private static func isInitial(_ text: [Character], _ i: Int, _ from: Int) -> Bool {
    let before = String(text[..<(i - 1)])
    let previous = lastWord(trimmed(before)[...]).lowercased()
    return before.isEmpty || ["dr", "prof", "mr", "mrs", "ms", "by", "and"].contains(previous) || before.hasSuffix(". ")
  }

  /// The letters, digits and inner full stops before a place.
  private static func lastWord(_ text: Substring) -> String {
    String(text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "." }.reversed())
  }

  private enum Abbreviation { case goesOn, mayEnd }

  /// "Ms." is a lady, "ms." are milliseconds.
  private static func abbreviation(_ word: String) -> Abbreviation? {
    word == "ms" ? nil : abbreviations[word.lowercased()]
  }

  /// Without their last full stop. Some may end a sentence, where a capital follows.
  private static let abbreviations: [String: Abbreviation] = {
    var all: [String: Abbreviation] = [:]
    let goOn = [
      "dr", "drs", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "eg", "i.e", "ie", "cf", "ca", "approx", "resp",
      "incl", "excl", "esp", "fig", "figs", "ref", "refs", "vol", "pt", "pts", "hx", "dx", "s.p", "w.r.t", "a.k.a",
      "ant", "inf", "lat", "sup", "z.b", "d.h", "bzw", "evtl", "ggf", "u.a", "v.a", "med", "geb", "jr", "sr",
    ]
    let mayEnd = [
      "etc", "al", "a.m", "p.m", "u.s", "p.o", "i.v", "b.i.d", "yr", "yrs", "hr", "hrs", "min", "sec", "max",
    ]
    for word in goOn { all[word] = .goesOn }
    for word in mayEnd { all[word] = .mayEnd }
    return all
  }()

  private static let numbered: Set = ["no", "nos", "nr", "art", "sec", "segm", "seg", "ser", "img", "im", "p", "pp"]

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
