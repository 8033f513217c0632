import Cine

/// What a series calls itself → its view. All words are in this file; a site's own come before them.
public struct ViewNames: Sendable {
  /// A site's rules: where a name holds all of these words, the view. `unknown` says that it is none.
  public struct Rule: Hashable, Sendable {
    public let words: [String]
    public let view: View
  }

  private let site: [Rule]

  public init(site: [Rule] = []) { self.site = site }

  /// One rule a line, `words = VIEW`, for example `kardio vierkammer = 4CH`; `#` begins a remark. Lines that are no rule
  /// come back.
  public static func read(_ text: String) -> (names: ViewNames, refused: [String]) {
    var (rules, refused): ([Rule], [String]) = ([], [])
    for line in text.split(whereSeparator: \.isNewline) {
      let rule = line.prefix { $0 != "#" }
      guard rule.contains(where: { !$0.isWhitespace }) else { continue }
      let sides = rule.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let words = Self.words(String(sides[0]))
      let view = sides.count == 2 ? View(rawValue: sides[1].filter { !$0.isWhitespace }.uppercased()) : nil
      if let view, !words.isEmpty { rules.append(Rule(words: words, view: view)) } else { refused.append(String(line)) }
    }
    return (ViewNames(site: rules), refused)
  }

  // MARK: The words

  /// Series that are something else than a plain cine, by what they are. A word with a star begins others.
  private static let otherKinds: [(kind: String, words: [String])] = [
    ("localiser", ["loc", "locs", "locali*", "locat*", "scout*", "survey*", "define*", "plan", "3plane", "shim"]),
    (
      "late enhancement",
      [
        "lge*", "ege*", "de", "dhe", "dme", "mde", "sshmde*", "psir*", "late", "delay*", "dela", "enh", "enhanc*",
        "viab*",
        "autoviab*", "2dviab*", "gad", "gd", "mag", "ps", "scar",
      ]
    ),
    (
      "inversion",
      [
        "ir", "irp", "irtfe", "irepi", "irssfp*", "irbssfp*", "irbffe*", "irtru*", "irgre*", "irfgre*", "irflash*",
        "irfiesta*", "irprep*", "cineir*", "tiscout*", "ti", "ll", "looklocker", "lookl*", "inversion*",
      ]
    ),
    (
      "mapping",
      [
        "map", "maps", "mapping", "t1", "t2", "t2star", "t1w", "t2w", "t1map*", "t2map*", "t1rho", "molli*", "shmolli*",
        "sasha*", "smart1map", "mapit", "r2", "ecv", "b0", "b1map*", "fieldmap*", "adc",
      ]
    ),
    (
      "weighting",
      ["t1weight*", "t2weight*", "pdweight*", "weighted", "pd", "pdw", "t1prep*", "t2prep*", "edema", "oedema"]
    ),
    ("diffusion", ["dwi*", "dti*", "diffus*", "ivim*"]),
    ("perfusion", ["perf*", "firstpass", "moco", "dynamic", "dyn", "adenosin*", "regadenoson"]),
    (
      "flow",
      [
        "flow*", "pc", "pcmri", "venc*", "vel", "veloc*", "qflow", "sqflow", "fastpc", "4df*", "4dflow*", "5dflow*",
        "tpm",
        "fluss", "quant", "phasecontrast", "pca", "qp", "qs",
      ]
    ),
    (
      "tagging",
      ["tag", "tags", "tagg*", "tagged", "grid*", "spamm*", "cspamm*", "mtag*", "dense", "strainenc", "senc"]
    ),
    (
      "black blood",
      [
        "bb", "db", "dir", "tir", "tirm", "stir*", "haste*", "tse*", "fse*", "ssfse*", "black*", "dark*", "dirfse",
        "blood", "mgrase",
      ]
    ),
    (
      "other pictures",
      [
        "echo", "mfgre", "multiecho", "me", "dixon*", "mdixon*", "lava*", "vibe*", "mra", "mrv", "angio*", "thrive*",
        "coronar*", "cor", "cal", "calibration", "epi", "spectro*", "processed", "screenshot*", "summary", "tfm", "mip",
        "mpr", "csi", "swi", "twist*", "water", "fat", "fatfrac*", "inphase", "outphase", "oppphase",
      ]
    ),
    (
      "other places",
      [
        "rvot", "rv", "aortic", "aorta*", "ao", "aov", "aoroot", "valve", "root", "mitral", "tricuspid", "pulm*", "mpa",
        "lpa", "rpa", "pa", "tv", "outlet", "outflowrv", "liver", "orifice",
      ]
    ),
  ]

  /// Words of each view, and two or three neighbouring words written as one ("4 ch", "4-CH" and "4CH" are the same).
  private static let views: [(view: View, words: [String])] = [
    (
      .fourChamber,
      [
        "4ch*", "4cv", "4c", "4cav*", "4kb", "4kammer*", "4cam*", "4chamber*", "fourchamber*", "fourch",
        "ch4", "hla*", "horizontallong*", "vierkammer*", "4kamer*", "quatrecav*", "quattrocam*", "cuatrocam*",
      ]
    ),
    (
      .threeChamber,
      [
        "3ch*", "3cv", "3c", "3cav*", "3kb", "3kammer*", "3cam*", "3chamber*", "threechamber*", "threech", "ch3",
        "lvot*", "dreikammer*", "3kamer*", "troiscav*", "trecam*", "trescam*", "apicallong*",
      ]
    ),
    (
      .twoChamber,
      [
        "2ch*", "2cv", "2c", "2cav*", "2kb", "2kammer*", "2cam*", "2chamber*", "twochamber*", "twoch", "ch2", "vla*",
        "verticallong*", "zweikammer*", "2kamer*", "deuxcav*", "duecam*", "doscam*",
      ]
    ),
    (
      .shortAxis,
      [
        "sax*", "sa", "shax*", "shortax*", "shortaxis*", "sastack", "kurzachs*", "kurzeachs*", "kurzac*",
        "petitaxe*", "ejecorto*", "assecorto*", "korteas*", "kax",
      ]
    ),
    (.longAxis, ["lax*", "longax*", "longaxis*", "la", "vlax", "hlax", "langachse*", "langeachs*", "grandaxe*"]),
  ]

  // MARK: Matching

  /// Lower-case runs of letters and digits.
  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// The words and their joined neighbours.
  private static func joined(_ words: [String]) -> Set<String> {
    let two = zip(words, words.dropFirst()).map { $0 + $1 }
    let three = zip(two, words.dropFirst(2)).map { $0 + $1 }
    return Set(words + two + three)
  }

  private static func holds(_ words: Set<String>, _ pattern: String) -> Bool {
    guard pattern.hasSuffix("*") else { return words.contains(pattern) }
    let start = pattern.dropLast()
    return words.contains { $0.hasPrefix(start) }
  }

  /// Names of pictures that can be part of any word: nothing else is spelled like them.
  private static let unmistakable = [
    "psir", "molli", "sasha", "spamm", "tagging", "perfus", "lge", "cineir", "t1map", "t2map", "t1w", "t2w", "scout",
  ]

  /// A short axis of the atria is none of the ventricles.
  private static let atria = ["atri*", "la", "ra", "vorhof*", "oreillett*", "auricul*", "aurícul*", "boezem*"]

  /// What an upper-case letter begins after a lower-case one: "MyoMap" is "myo" and "map".
  private static func humps(_ text: String) -> [String] {
    var spaced = ""
    for c in text {
      if c.isUppercase, spaced.last?.isLowercase ?? false { spaced.append(" ") }
      spaced.append(c)
    }
    return words(spaced)
  }

  private static func isOther(_ words: [String]) -> Bool {
    let all = Set(words)
    if words.contains(where: { word in unmistakable.contains { word.contains($0) } }) { return true }
    let together = joined(words)
    return otherKinds.contains { _, patterns in patterns.contains { holds(all, $0) } }
      // Written apart, or with a number behind: "first pass", "black blood", "TI=220", "8ec".
      || ["firstpass", "phasecontrast", "blackblood", "darkblood", "looklocker", "timap"].contains {
        together.contains($0)
      }
      || words.contains { isNumbered($0, "ti", before: true) || isNumbered($0, "ec", before: false) }
  }

  /// "ti220" or "8ec".
  private static func isNumbered(_ word: String, _ letters: String, before: Bool) -> Bool {
    let digits = before ? word.dropFirst(letters.count) : word.dropLast(letters.count)
    return !digits.isEmpty && digits.allSatisfy(\.isNumber)
      && (before ? word.hasPrefix(letters) : word.hasSuffix(letters))
  }

  /// True where a text says that the series is no plain cine.
  public func isOther(_ text: String) -> Bool {
    let words = Self.words(text)
    return siteView(words) == .unknown
      || siteView(words) == nil && Self.isOther(Self.expanded(words) + Self.humps(text))
  }

  private func siteView(_ words: [String]) -> View? {
    let all = Self.joined(words)
    return site.first { $0.words.allSatisfy(all.contains) }?.view
  }

  /// "LV2CH" is a word and its ventricle; so is "RV3CH".
  private static func expanded(_ words: [String]) -> [String] {
    words.flatMap { word -> [String] in
      guard let at = word.firstIndex(where: { "234".contains($0) }), at != word.startIndex,
        word[at...].dropFirst().hasPrefix("c"), !word[word.index(before: at)].isNumber
      else { return [word] }
      return [String(word[..<at]), String(word[at...])]
    }
  }

  /// The view that a name says; nil where it says none, or that the series is something else.
  public func view(_ text: String) -> View? {
    let words = Self.words(text)
    if let own = siteView(words) { return own == .unknown ? nil : own }
    let parts = Self.expanded(words)
    let together = Self.joined(parts)
    let found = Self.views.filter { _, patterns in patterns.contains { Self.holds(together, $0) } }.map(\.view)
    // The vertical long axis cuts the left ventricle, whatever else is named; any other plane of the right one does not.
    let isRightToo = Self.holds(Set(words), "vla*")
    guard !Self.isOther((parts + Self.humps(text)).filter { !isRightToo || $0 != "rv" }) else { return nil }
    if found.contains(.shortAxis), Self.atria.contains(where: { Self.holds(Set(words), $0) }) { return nil }
    let named = found.filter { $0 != .longAxis }
    guard named.count > 1 else { return named.first ?? found.first }
    // "VLAX (LV3CH)": chambers that are counted say more than the way an axis runs. Else several views in one name are a
    // plan or a mixture.
    let counted = Self.views.filter { _, patterns in
      patterns.contains { "234".contains($0.first ?? " ") && Self.holds(together, $0) }
    }
    return counted.count == 1 ? counted.first?.view : nil
  }
}
