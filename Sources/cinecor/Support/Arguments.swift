import Cine
import Foundation
import Glibc
import Tensor

/// The words after a command's name, sorted into flags, options with values, and the rest.
struct Arguments {
  private(set) var flags: Set<String> = []
  private(set) var options: [String: [String]] = [:]
  /// Mostly names of files, which are bytes and need not be text.
  private(set) var positional: [FilePath] = []

  /// Reads `--flag`, `--option value` and `--option=value`; after `--` everything is positional.
  init(_ words: [FilePath], for command: Command) throws(Failure) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positional += rest
        return
      }
      // A lone dash is standard input; one dash before a word that is no file is a slip.
      let isSlip = word.bytes.first == UInt8(ascii: "-") && word != "-" && word.withCString { access($0, F_OK) } != 0
      guard word.bytes.starts(with: "--".utf8) || isSlip else {
        positional.append(word)
        continue
      }
      let parts = word.bytes.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = FilePath(bytes: parts[0]).text
      if command.options.contains(name) {
        guard let value = parts.count == 2 ? FilePath(bytes: parts[1]) : rest.popFirst() else {
          throw Failure(code: .usage, text: "\(name) wants a value; see '\(command.page)'")
        }
        guard let text = String(validating: value.bytes, as: UTF8.self) else {
          throw Failure(code: .usage, text: "\(name) wants a value in UTF-8, not '\(value)'")
        }
        options[name, default: []].append(text)
      } else if command.flags.contains(name), parts.count == 1 {
        flags.insert(name)
      } else {
        throw Failure(code: .usage, text: command.refusal(of: word.text, name: name))
      }
    }
  }

  func has(_ flag: String) -> Bool { flags.contains(flag) }

  /// The last value given wins, as with most tools.
  func value(_ option: String) -> String? { options[option]?.last }

  func values(_ option: String) -> [String] { options[option] ?? [] }

  func integer(_ option: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw Failure(
        code: .usage,
        text: "\(option) wants a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  func number(_ option: String, in range: ClosedRange<Double>) throws(Failure) -> Double? {
    guard let text = value(option) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw Failure(
        code: .usage, text: "\(option) wants a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }
}

extension Arguments {
  /// `--precision`; float32 where nothing is said, so that every machine gives the same numbers.
  func precision() throws(Failure) -> Precision {
    let name = value("--precision") ?? Precision.float32.rawValue
    if name == "auto" { return .quickest }
    guard let precision = Precision(rawValue: name) else {
      throw Failure(code: .usage, text: "--precision knows float32, bfloat16 and auto, not '\(name)'")
    }
    if precision == .bfloat16, !BFloat16.isAvailable {
      throw Failure(
        code: .usage,
        text: "--precision bfloat16 needs a processor with AVX512-BF16 and oneDNN (libdnnl2); take float32 or auto")
    }
    return precision
  }

  /// `--threads`, or as many as the machine has cores.
  func threads() throws(Failure) -> Int {
    try integer("--threads", in: 1...256) ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
  }
}
