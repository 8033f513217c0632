import Viewer

/// `cinecor man`: the manual page, made of what every command says of itself.
enum ManCommand {
  static let command = Command(
    name: "man", synopsis: "", summary: "Prints the manual page.",
    help: "example: cinecor man > ~/.local/share/man/man1/cinecor.1",
    usesSettings: false
  ) { _ throws(Failure) in
    try Output.write(page)
    return .allWell
  }

  private static var page: String {
    let commands = Program.commands.map { command in
      """
      .SS cinecor \(safe(command.name.isEmpty ? command.synopsis : "\(command.name) \(command.synopsis)"))
      \(safe(command.summary))
      .nf
      \(safe(command.help))
      .fi

      """
    }
    let keys = ViewerKeys().all.map { ".TP\n.B \(safe($0.keys))\n\(safe($0.help))\n" }
    return """
      .TH CINECOR 1 "" "cinecor \(Program.version)"
      .SH NAME
      cinecor \\- a terminal viewer for cine cardiac MR with a model in the background
      .SH DESCRIPTION
      Reads DICOM, HDF5 and NIfTI, plays hearts in the terminal, draws contours and measures them. Research use only, not
      for diagnosis.
      .SH COMMANDS
      \(commands.joined())
      .SH KEYS
      \(keys.joined())
      .SH EXIT STATUS
      0 all well, 1 some input unreadable, 2 usage, 3 no terminal, 4 output failed, 5 model unavailable.
      .SH FILES
      \\(oqcinecor paths\\(cq prints where things are kept. config.toml there holds options by their names (theme = "light")
      and, under [keys], other keys of commands (next\\-slice = ["n", "Down"]).
      .SH ENVIRONMENT
      NO_COLOR, TERM, COLORTERM, XDG_STATE_HOME, CINECOR_ASSETS.

      """
  }

  /// Text that is no request of roff, with hyphens as hyphens.
  private static func safe(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.reduce(into: "") { $0 += $1 == "\\" ? "\\e" : $1 == "-" ? "\\-" : String($1) }
      return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }.joined(separator: "\n")
  }
}
