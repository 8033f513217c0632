import Cine
import Foundation
import Settings
import Viewer

/// The configuration file: options by their names, and keys. What is typed goes before it.
enum Configuration {
  static var path: String { Places.config + "/config.toml" }

  private static func failure(_ what: String) -> Failure { Failure(code: .usage, text: "\(path): \(what)") }

  /// Nothing where there is no file.
  static func read() throws(Failure) -> Settings {
    guard let data = FileManager.default.contents(atPath: path) else { return Settings() }
    guard let text = String(data: data, encoding: .utf8) else { throw failure("it is not in UTF-8") }
    let settings: Settings
    do throws(SettingsError) { settings = try Settings(toml: text) } catch { throw failure(error.text) }
    let known = Program.commands.reduce(into: Set<String>()) { $0.formUnion($1.flags.union($1.options)) }
    for name in settings.values.keys.sorted() where !name.hasPrefix("keys.") && !known.contains("--" + name) {
      throw failure("'\(name)' is no option\(Nearest.hint(name, among: known.map { String($0.dropFirst(2)) }))")
    }
    return settings
  }

  /// Its options as words, for a command that knows them.
  static func words(_ settings: Settings, for command: Command) throws(Failure) -> [FilePath] {
    var words: [FilePath] = []
    for (name, values) in settings.values.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("keys.") {
      let option = "--" + name
      if command.options.contains(option) {
        words += values.map { FilePath("\(option)=\($0)") }
      } else if command.flags.contains(option) {
        guard let value = values.first, ["true", "false"].contains(value), values.count == 1 else {
          throw failure("\(name) is true or false")
        }
        if value == "true" { words.append(FilePath(option)) }
      }
    }
    return words
  }

  /// The viewer's keys with those of the file in their places.
  static func keys(_ settings: Settings) throws(Failure) -> ViewerKeys {
    let named = settings.values.filter { $0.key.hasPrefix("keys.") }.map { (String($0.key.dropFirst(5)), $0.value) }
    do throws(ViewerKeys.Problem) {
      return try ViewerKeys(named.sorted { $0.0 < $1.0 })
    } catch {
      throw failure(error.text)
    }
  }
}
