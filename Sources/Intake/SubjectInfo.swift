import Glibc

/// A person's size and weight, as ACDC writes them into Info.cfg beside a person's volumes (Bernard et al., IEEE TMI
/// 37(11), 2018): lines of "Key: value". Known by what it holds, not by its name.
public struct SubjectInfo: Hashable, Sendable {
  /// cm, as written.
  public var height: Double?
  /// kg, as written.
  public var weight: Double?

  public init(height: Double? = nil, weight: Double? = nil) { (self.height, self.weight) = (height, weight) }

  static let longest = 4096
  /// Two of them tell it from any other file of such lines.
  private static let keys: Set<String> = ["ed", "es", "group", "nbframe", "height", "weight"]

  /// Nil where the file is anything else. Runs in the worker: these are foreign bytes.
  init?(descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: Self.longest + 1)
    let n = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard n > 0, n <= Self.longest else { return nil }
    self.init(Array(bytes.prefix(n)))
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.longest, let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy({ $0 == " " || $0 == "\t" }) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") }) else {
        return nil
      }
      values[parts[0].lowercased().filter { $0 != " " }] = parts[1].filter { $0 != " " && $0 != "\t" }
    }
    guard values.keys.count(where: Self.keys.contains) >= 2 else { return nil }
    func number(_ key: String) -> Double? { values[key].flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil } }
    (height, weight) = (number("height"), number("weight"))
  }
}
