import Cine

/// What is typed behind `/`: terms with spaces between, all of which must hold. A term is a number with a limit
/// (`lvef<35`, `edv>=200`), a state (`done`, `failed`), a view (`4ch`), or a part of a name or of a finding.
struct WorklistFilter: Hashable {
  enum Comparison: String, Hashable, CaseIterable {
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case more = ">"
    case equal = "="

    func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .atMost: value <= limit
      case .atLeast: value >= limit
      case .less: value < limit
      case .more: value > limit
      // As it is shown, to whole numbers.
      case .equal: value.rounded() == limit.rounded()
      }
    }
  }

  enum State: String, Hashable, CaseIterable {
    case pending, running, done, failed, unreadable, green, amber, none, read, unread, marked
  }

  enum Term: Hashable {
    case text(String)
    case number(String, Comparison, Double)
    case state(State)
    case view(View)
  }

  let terms: [Term]
  /// Terms that cannot be understood; the others hold without them.
  let unclear: [String]

  /// `measured` are names of measurements that studies have.
  init(_ text: String, measured: Set<String> = []) {
    var terms: [Term] = []
    var unclear: [String] = []
    for word in Self.words(text) {
      if let at = word.firstIndex(where: { "<>=".contains($0) }) {
        if let term = Self.number(word, at, measured) { terms.append(term) } else { unclear.append(word) }
      } else if let state = State(rawValue: word) {
        terms.append(.state(state))
      } else if let view = View.allCases.first(where: { $0 != .unknown && $0.rawValue.lowercased() == word }) {
        terms.append(.view(view))
      } else {
        terms.append(.text(word))
      }
    }
    (self.terms, self.unclear) = (terms, unclear)
  }

  /// In small letters; a comparison keeps its two sides though there are spaces between.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for word in text.lowercased().split(separator: " ").map(String.init) {
      let plain = word.map { $0 == "≤" ? "<=" : $0 == "≥" ? ">=" : String($0) }.joined()
      let isOpen = words.last?.last.map { "<>=".contains($0) } ?? false
      if !words.isEmpty, isOpen || plain.first.map({ "<>=".contains($0) }) ?? false {
        words[words.count - 1] += plain
      } else {
        words.append(plain)
      }
    }
    return words
  }

  private static func number(_ word: String, _ at: String.Index, _ measured: Set<String>) -> Term? {
    let rest = word[at...]
    guard let sign = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else { return nil }
    let digits = rest.dropFirst(sign.rawValue.count)
    let plain = String((digits.last == "%" ? digits.dropLast() : digits).map { $0 == "," ? "." : $0 })
    let name = String(word[..<at])
    let full = aliases[name] ?? name
    guard let limit = Double(plain), limit.isFinite, Self.known.contains(full) || measured.contains(full) else {
      return nil
    }
    return .number(full, sign, limit)
  }

  /// Short names of measurements.
  private static let aliases = [
    "ef": "lvef", "edv": "lv_edv", "esv": "lv_esv", "sv": "lv_stroke_volume", "mass": "lv_mass", "lvedv": "lv_edv",
    "lvesv": "lv_esv", "lvmass": "lv_mass", "edvi": "lv_edv_index", "esvi": "lv_esv_index",
    "massi": "lv_mass_index", "rvedv": "rv_edv", "rvesv": "rv_esv", "rvedvi": "rv_edv_index",
    "wall": "wall_thickness_max", "la": "la_area", "ra": "ra_area",
  ]
  private static let known = Set(aliases.values).union(["rvef", "la_volume", "rv_to_lv"])
}

extension WorklistFilter {
  func matches(_ entry: ViewerModel.Entry, in model: ViewerModel) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .text(let word): Self.texts(entry, in: model).contains { $0.lowercased().contains(word) }
      case .number(let name, let sign, let limit): entry.value(name).map { sign.holds($0, limit) } ?? false
      case .view(let view): entry.study.series.contains { $0.view == view }
      case .state(let state):
        switch (state, entry.status) {
        case (.pending, .pending), (.running, .running), (.done, .done), (.failed, .failed): true
        case (.read, _): entry.flags.read
        case (.unread, _): !entry.flags.read
        case (.marked, _): entry.flags.marked
        case (.green, _): entry.measured?.quality.grade == .green
        case (.amber, _): entry.measured?.quality.grade == .amber
        case (.none, _): entry.measured?.quality.grade == Quality.Grade.none
        default: false
        }
      }
    }
  }

  func matches(_ file: UnreadableFile, in model: ViewerModel) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .text(let word):
        [model.label(file), file.reason, model.hideNames ? "" : file.sentence].contains {
          $0.lowercased().contains(word)
        }
      case .state(let state): state == .unreadable
      case .number, .view: false
      }
    }
  }

  /// What words are looked for in. Where names are hidden they cannot be found out by trying either.
  private static func texts(_ entry: ViewerModel.Entry, in model: ViewerModel) -> [String] {
    let named = model.hideNames ? [] : [entry.study.patientName, entry.study.path.text, entry.study.description]
    let measured = entry.measured?.findings.map(\.condition) ?? []
    let learned = entry.status.analysis?.findings.filter(\.positive).map(\.condition) ?? []
    return [model.label(entry)] + named
      + (measured + learned).flatMap { [ConditionNames.long($0), ConditionNames.short($0)] }
      + entry.study.series.filter { $0.view != .unknown }.map(\.view.name)
  }
}

extension ViewerModel.Entry {
  /// A measurement as it is shown: nothing where quality gives no number, and the learned LVEF only where nothing was
  /// measured.
  func value(_ name: String) -> Double? {
    guard let measured else { return name == "lvef" ? lvef?.percent : nil }
    if measured.quality.grade == .none { return nil }
    // Contours without a calibration give it without an interval.
    let interval = name == "lvef" ? measured.lvef?.percent : nil
    return interval ?? measured.measurements.first { $0.name == name }?.value
  }

  /// LVEF by contours, or where none were drawn the learned one.
  var lvef: EjectionFraction? { measured == nil ? status.analysis?.lvef : measured?.lvef }
}
