/// What somebody may have meant who typed something else.
enum Nearest {
  /// The known word within fewest slips (letters left out, put in, changed, or two of them swapped: Damerau, CACM
  /// 1964;7:171), at most one in three letters; else the one that begins alike. Dashes do not count.
  static func of(_ word: String, among known: some Sequence<String>) -> String? {
    func bare(_ s: String) -> [Character] { Array(s.lowercased().drop { $0 == "-" }) }
    let typed = bare(word)
    guard typed.count > 1 else { return nil }
    var best: (word: String, slips: Int)?
    for candidate in known.sorted() {
      let letters = bare(candidate)
      var slips = slips(typed, letters)
      if slips > max(typed.count, letters.count) / 3 {
        let shared = zip(typed, letters).prefix { $0 == $1 }.count
        guard shared >= 3, shared == min(typed.count, letters.count) else { continue }
        slips = .max
      }
      if best == nil || slips < best?.slips ?? .max { best = (candidate, slips) }
    }
    return best?.word
  }

  /// "; did you mean 'triage'?", or nothing.
  static func hint(_ word: String, among known: some Sequence<String>) -> String {
    of(word, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func slips(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
