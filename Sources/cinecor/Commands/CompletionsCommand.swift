/// `cinecor completions`: what a shell completes.
enum CompletionsCommand {
  static let command = Command(
    name: "completions", synopsis: "bash|zsh|fish",
    summary: "Prints what a shell needs to complete commands and options.",
    help: """
      bash   cinecor completions bash > ~/.local/share/bash-completion/completions/cinecor
      zsh    cinecor completions zsh > a folder of your fpath/_cinecor
      fish   cinecor completions fish > ~/.config/fish/completions/cinecor.fish

      example: source <(cinecor completions bash)
      """,
    usesSettings: false
  ) { arguments throws(Failure) in
    let text: String
    switch arguments.positional.first?.text {
    case "bash": text = bash
    case "zsh": text = zsh
    case "fish": text = fish
    default: throw Failure(code: .usage, text: "completions wants bash, zsh or fish")
    }
    try Output.write(text)
    return .allWell
  }

  private static var named: [Command] { Program.commands.filter { !$0.name.isEmpty } }
  private static func words(_ command: Command) -> [String] {
    (command.flags.union(command.options).union(["--help"])).sorted()
  }
  /// Within single quotes of any of the three shells.
  private static func quoted(_ text: String) -> String { text.filter { $0 != "'" && $0 != "\\" } }

  private static var bash: String {
    let cases = named.map { "    \($0.name)) words='\(words($0).joined(separator: " "))' ;;" }
    return """
      _cinecor() {
        local cur=${COMP_WORDS[COMP_CWORD]} words
        case ${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
          *) words='\(words(ViewCommand.command).joined(separator: " ")) --version' ;;
        esac
        if [[ $cur == -* ]]; then
          COMPREPLY=($(compgen -W "$words" -- "$cur"))
        else
          COMPREPLY=($(compgen -f -- "$cur"))
          if [[ $COMP_CWORD == 1 ]]; then
            COMPREPLY+=($(compgen -W '\(named.map(\.name).joined(separator: " "))' -- "$cur"))
          fi
        fi
      }
      complete -o filenames -F _cinecor cinecor

      """
  }

  private static var zsh: String {
    let rows = named.map { "    '\($0.name):\(quoted($0.summary))'" }
    let cases = named.map { "    \($0.name)) options=(\(words($0).joined(separator: " "))) ;;" }
    return """
      #compdef cinecor
      _cinecor() {
        local -a commands options
        commands=(
      \(rows.joined(separator: "\n"))
        )
        case $words[2] in
      \(cases.joined(separator: "\n"))
          *) options=(\(words(ViewCommand.command).joined(separator: " ")) --version) ;;
        esac
        if [[ $PREFIX == -* ]]; then
          compadd -- $options
        else
          if (( CURRENT == 2 )); then _describe command commands; fi
          _files
        fi
      }
      _cinecor "$@"

      """
  }

  private static var fish: String {
    var lines: [String] = []
    for command in named {
      lines.append("complete -c cinecor -n __fish_use_subcommand -a \(command.name) -d '\(quoted(command.summary))'")
      for (words, more) in [(command.flags, ""), (command.options, " -r")] {
        for word in words.sorted() {
          lines.append(
            "complete -c cinecor -n '__fish_seen_subcommand_from \(command.name)' -l \(word.dropFirst(2))\(more)")
        }
      }
    }
    for word in ViewCommand.command.flags.union(ViewCommand.command.options).sorted() {
      lines.append("complete -c cinecor -n __fish_use_subcommand -l \(word.dropFirst(2))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
