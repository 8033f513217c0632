import Foundation
import TestSupport
import Testing

/// What shells and manuals are told.
@Suite struct ShellTests {
  let home: URL

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  @Test func bashCompletesCommandsAndTheirOptions() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let made = try Run(["completions", "bash"], home: home)
    #expect(made.status == 0)
    func completes(_ words: String, _ count: Int) throws -> String {
      let script =
        made.output + "\nCOMP_WORDS=(\(words)); COMP_CWORD=\(count); _cinecor; printf '%s\\n' \"${COMPREPLY[@]}\""
      return try Run(["-c", script], home: home, program: "/bin/bash").output
    }
    #expect(try completes("cinecor tri", 1).split(separator: "\n").contains("triage"))
    #expect(try completes("cinecor triage --js", 2) == "--json\n")
    #expect(try completes("cinecor --hide", 1) == "--hide-names\n")
  }

  @Test func everyShellKnowsEveryCommand() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let overview = try Run(["--help"], home: home).output
    let names = overview.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return words.count > 2 && words[0] == "cinecor" && words[1].allSatisfy(\.isLowercase) ? String(words[1]) : nil
    }
    #expect(names.count > 12)
    for shell in ["bash", "zsh", "fish"] {
      let text = try Run(["completions", shell], home: home).output
      for name in names { #expect(text.contains(name), "\(shell) \(name)") }
    }
    #expect(try Run(["completions", "tcsh"], home: home).status == 2)
    let page = try Run(["man"], home: home).output
    #expect(page.hasPrefix(".TH CINECOR 1") && page.contains(".SH KEYS") && page.contains("end\\-diastole"))
    for name in names { #expect(page.contains(".SS cinecor \(name)"), "\(name)") }
  }

  /// What the file says counts where nothing is typed; what it says wrong is named with the file.
  @Test func theConfigurationFile() throws {
    defer { try? FileManager.default.removeItem(at: home) }
    let folder = home.path + "/config/cinecor"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ text: String) throws {
      try text.write(toFile: folder + "/config.toml", atomically: true, encoding: .utf8)
    }
    let demo = SharedFolder.checkout + "/Assets/demo/phantom-11"
    try write("model = '/nowhere'")
    let missing = try Run(["triage", demo], home: home)
    #expect(missing.status == 5 && missing.errors.contains("/nowhere"))
    let typed = try Run(["triage", demo, "--model", SharedFolder.checkout + "/Assets/model"], home: home)
    #expect(typed.status == 0, "\(typed.errors)")
    for (text, word) in [
      ("modle = 'x'", "did you mean"), ("model =", "TOML"), ("[keys]\nfly = 'x'", "fly"),
      ("plain = 3", "true or false"),
    ] {
      try write(text)
      let run = try Run([demo], home: home)
      #expect(
        run.status == 2 && run.errors.contains("config.toml") && run.errors.contains(word), "\(text): \(run.errors)")
    }
  }
}
