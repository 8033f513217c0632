extension Vocabulary {
  /// A vocabulary for a corpus of sentences, the same for the same sentences: special tokens; every character that
  /// occurs, and ASCII's, alone and within a word; the numbers 0 to 100, which volumes and fractions are made of; the
  /// frequent words up to three quarters of `size`; then the pieces that byte-pair merging (arXiv 1508.07909) finds
  /// most often in all words, so that a word outside the corpus still falls into parts that were trained.
  public init(corpus: [String], size: Int) throws(VocabularyError) {
    var counts: [[UInt8]: Int] = [:]
    for sentence in corpus {
      for word in BasicTokens.words(sentence) { counts[word, default: 0] += 1 }
    }
    // Frequent first, then by bytes: no order of a hash table gets in.
    let words = counts.sorted { a, b in
      a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
    }.map { (spelling: String(decoding: $0.key, as: UTF8.self), count: $0.value) }

    var list = EntryList()
    for token in Self.specials { list.add(token) }
    let letters = Set((0x21...0x7E).map { UnicodeScalar($0) }.filter { !(0x41...0x5A).contains($0.value) })
      .union(words.flatMap { $0.spelling.unicodeScalars }).sorted()
    for letter in letters { list.add(String(letter)) }
    for letter in letters where !letter.isASCII || letter.properties.isAlphabetic || ("0"..."9").contains(letter) {
      list.add("##" + String(letter))
    }
    for number in 0...100 { list.add(String(number)) }
    for word in words where word.count > 1 && list.entries.count < size * 3 / 4 { list.add(word.spelling) }
    var merges = Merges(words)
    while list.entries.count < size, let piece = merges.next() { list.add(piece) }
    try self.init(list.entries)
  }
}

/// Entries in the order of their coming, each once.
private struct EntryList {
  private(set) var entries: [String] = []
  private var seen: Set<[UInt8]> = []

  mutating func add(_ entry: String) {
    if seen.insert(Array(entry.utf8)).inserted { entries.append(entry) }
  }
}

/// Words as runs of pieces, joined pair by pair, the most frequent pair first.
private struct Merges {
  private struct Pair: Hashable {
    let left: Int
    let right: Int
  }

  private var pieces: [String] = []
  private var words: [(run: [Int], count: Int)] = []

  init(_ list: [(spelling: String, count: Int)]) {
    var ids: [String: Int] = [:]
    for word in list {
      var run: [Int] = []
      for (i, scalar) in word.spelling.unicodeScalars.enumerated() {
        let piece = (i == 0 ? "" : "##") + String(scalar)
        let id = ids[piece] ?? pieces.count
        if id == pieces.count {
          ids[piece] = id
          pieces.append(piece)
        }
        run.append(id)
      }
      if run.count > 1 { words.append((run, word.count)) }
    }
  }

  /// Joins the most frequent pair everywhere; nil once no pair occurs twice.
  mutating func next() -> String? {
    var counts: [Pair: Int] = [:]
    for word in words {
      for (a, b) in zip(word.run, word.run.dropFirst()) { counts[Pair(left: a, right: b), default: 0] += word.count }
    }
    let best = counts.max { a, b in
      a.value != b.value ? a.value < b.value : (a.key.left, a.key.right) > (b.key.left, b.key.right)
    }
    guard let best, best.value > 1 else { return nil }
    let joined = pieces.count
    pieces.append(pieces[best.key.left] + pieces[best.key.right].dropFirst(2))
    for i in words.indices {
      let run = words[i].run
      guard run.contains(best.key.left) else { continue }
      var new: [Int] = []
      var at = 0
      while at < run.count {
        if at + 1 < run.count, run[at] == best.key.left, run[at + 1] == best.key.right {
          new.append(joined)
          at += 2
        } else {
          new.append(run[at])
          at += 1
        }
      }
      words[i].run = new
    }
    words.removeAll { $0.run.count < 2 }
    return pieces[joined]
  }
}
