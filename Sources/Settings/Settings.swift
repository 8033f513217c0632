import CToml

/// What a configuration file says: names with their tables before them ("keys.next-slice"), and each one's values in
/// order.
public struct Settings: Hashable, Sendable {
  public private(set) var values: [String: [String]] = [:]

  public init() {}

  /// Reads TOML (toml.io, version 0.5) by cpptoml. A list has several values; dates are blank.
  public init(toml text: String) throws(SettingsError) {
    guard !text.utf8.contains(0) else { throw .notToml("it holds a zero byte") }
    var found: [(String, String)] = []
    var why = [CChar](repeating: 0, count: 256)
    let code = withUnsafeMutablePointer(to: &found) { place in
      ctoml_read(
        text, UnsafeMutableRawPointer(place),
        { context, name, value in
          guard let context, let name, let value else { return }
          context.assumingMemoryBound(to: [(String, String)].self).pointee
            .append((String(cString: name), String(cString: value)))
        }, &why, why.count)
    }
    guard code == 0 else {
      throw .notToml(String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    for (name, value) in found { values[name, default: []].append(value) }
  }
}

/// Why a configuration file cannot be used.
public enum SettingsError: Error, Hashable {
  /// Not TOML, and why.
  case notToml(String)

  public var text: String {
    switch self {
    case .notToml(let why): "it is no TOML: \(why)"
    }
  }
}
