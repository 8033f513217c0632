import Cine
import Terminal

/// What is typed in the last line.
extension ViewerModel {
  static let longestLine = 200

  /// With an empty line.
  mutating func prompt(_ prompt: Prompt) {
    draft = ""
    enter(.prompt(prompt))
  }

  /// Text in one line.
  mutating func type(_ text: String, at prompt: Prompt) -> [Effect] {
    // As a whole, for a mark may belong to the letter before it.
    func joined(_ line: String) -> String { String(SafeText(line + text).text.prefix(Self.longestLine)) }
    guard prompt == .filter else {
      draft = joined(draft)
      lookFor(prompt)
      return []
    }
    filter = joined(filter)
    return followFilter()
  }

  /// Lines of a page as one types.
  private mutating func lookFor(_ prompt: Prompt) {
    if prompt == .search { (search, scroll) = (draft, 0) }
  }

  mutating func edit(_ prompt: Prompt, _ action: Action) -> [Effect] {
    switch (prompt, action) {
    case (.filter, .accept):
      leave(.prompt(.filter))
      if let unclear = unclearFilter { said = Said("\(unclear); try lvef<35, done, 4ch or a name", isWarning: true) }
    case (.filter, .close):
      leave(.prompt(.filter))
      filter = ""
    case (.filter, .erase): filter = String(filter.dropLast())
    case (.command, .accept):
      leave(.prompt(.command))
      return run(draft)
    case (.question, .accept):
      leave(.prompt(.question))
      return ask(draft)
    case (.impression, .accept):
      leave(.prompt(.impression))
      return commit(draft)
    case (.search, .accept): leave(.prompt(.search))
    case (.search, .close):
      leave(.prompt(.search))
      (search, scroll) = ("", 0)
    case (_, .close): leave(.prompt(prompt))
    // Nothing left to erase: that was a way out.
    case (_, .erase):
      if draft.isEmpty { leave(.prompt(prompt)) } else { draft.removeLast() }
      lookFor(prompt)
    case (.command, .other): draft = Command.complete(draft)
    default: break
    }
    return prompt == .filter ? followFilter() : []
  }

  mutating func ask(_ text: String) -> [Effect] {
    let text = text.filter { !$0.isNewline }
    guard !text.allSatisfy(\.isWhitespace) else {
      question = nil
      if order == .likeness { order = .urgency }
      arrange(holding: false)
      return []
    }
    said = Said("asking…", isWarning: false)
    return [.ask(text)]
  }

  /// How near each study is to a sentence; or why that cannot be said.
  mutating func take(answer text: String, _ similarity: [String: Double], refusal: String?) {
    if let refusal {
      said = Said(refusal, isWarning: true)
      return
    }
    question = (text, similarity)
    order = .likeness
    arrange(holding: false)
    let count = entries.count { similarity[$0.study.id] != nil }
    said = Said("\(Count.of(count, "study", "studies")) by likeness to: \(text)", isWarning: count == 0)
  }
}
