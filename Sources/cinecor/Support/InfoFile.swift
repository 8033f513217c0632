import Foundation

/// What stands beside a person's volumes in ACDC's Info.cfg: lines of "Key: value" (Bernard et al., IEEE TMI 37(11), 2018).
enum InfoFile {
  /// Nil where there is none that can be read. Of a key that stands twice the last counts.
  static func read(folder: String) -> [String: String]? {
    guard let text = try? String(contentsOfFile: folder + "/Info.cfg", encoding: .utf8) else { return nil }
    var info: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2 { info[parts[0]] = parts[1] }
    }
    return info
  }
}
