import Cine
import Foundation
import Glibc
import Plain
import Terminal
import Viewer

/// The viewer itself: `cinecor PATH…` and `cinecor demo`.
enum ViewCommand {
  static let flags: Set = ["--no-color", "--ascii", "--hide-names", "--no-mouse", "--plain"]
  static let options: Set = [
    "--graphics", "--theme", "--model", "--contours", "--limits", "--precision", "--threads", "--export",
  ]
  private static let help = """
    --graphics MODE  kitty, sixel, half, grey (24 greys), quarter, braille or ascii; without it the terminal is asked
    --ascii          the same as --graphics ascii
    --theme NAME     dark, light, 16 (the terminal's own colours) or contrast; without it the terminal is asked
    --no-color       no colours (also NO_COLOR in the environment)
    --plain          lines instead of a screen: for screen readers, and where nothing can be drawn
    --no-mouse       the terminal keeps the mouse, and selects text by it; u changes that
    --hide-names     no patient names on the screen; P shows them
    --model DIR      another model package than the bundled one
    --contours DIR   another contour network than the bundled one
    --limits FILE    another table of what is normal than the bundled one
    --precision P    float32 (default), bfloat16, or auto: bfloat16 where the processor has it
    --threads N      cores for the model (default: all but one)
    --export DIR     where x writes pictures, reports and the worklist (default: the current folder)

    Folders are searched whole, and zips and tars (also gz, bz2, xz, zst) as if they were folders.
    Space plays and pauses, arrows step phases and slices, ? shows every key, q ends.
    Research use only, not for diagnosis.
    """

  static let command = Command(
    name: "", synopsis: "PATH… [options]", summary: "Opens the viewer on files and folders.",
    help: help + "\n\nexample: cinecor /data/inbox", flags: flags, options: options, run: run)

  static let demo = Command(
    name: "demo", synopsis: "[options]", summary: "Opens the viewer on bundled synthetic studies.",
    help: help + "\n\nexample: cinecor demo", flags: flags, options: options
  ) { arguments throws(Failure) in
    guard let assets = Places.assets else {
      throw Failure(code: .someUnreadable, text: "the bundled studies were not found: set CINECOR_ASSETS")
    }
    return try open([FilePath(assets + "/demo")], "bundled synthetic studies", arguments) { model in
      model.lessons = lessons(assets + "/demo/story.csv")
      model.sort(by: .name)
    }
  }

  static let quiz = Command(
    name: "quiz", synopsis: "PATH… [options]", summary: "Hearts without their names and findings: what do you see?",
    help: """
      A study's truth is read beside it: truth.json as 'cinecor phantom' writes it, or Info.cfg as ACDC has it.
      I commits what you see (d 30: dilated, LVEF 30 %), Q shows the score, x i writes it as a table.

      \(help)

      example: cinecor phantom --out hearts --count 12 && cinecor quiz hearts
      """, flags: flags, options: options
  ) { arguments throws(Failure) in
    guard let first = arguments.positional.first else {
      throw Failure(code: .usage, text: "quiz wants a folder of studies and their truth")
    }
    return try open(arguments.positional, first.text, arguments, asksForTruth: true) { model in
      (model.commitsFirst, model.hideNames) = (true, true)
      model.sort(by: .name)
    }
  }

  /// folder, title, text: a heart a line. Empty where there is no such file.
  private static func lessons(_ path: String) -> [String: ViewerModel.Lesson] {
    guard let data = FileManager.default.contents(atPath: path), let csv = try? CSV([UInt8](data)) else { return [:] }
    let rows = csv.rows.dropFirst().map(\.cells).filter { $0.count >= 3 }
    return Dictionary(rows.map { ($0[0], ViewerModel.Lesson(title: $0[1], text: $0[2])) }) { first, _ in first }
  }

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    let paths = arguments.positional
    guard let first = paths.first else {
      throw Failure(code: .usage, text: "name a file or folder, or try 'cinecor demo'")
    }
    for path in paths where !Files.isThere(path) {
      // The first word may have been meant for a command.
      let isWord = path == first && !path.text.contains("/") && !path.text.contains(".")
      let near = Nearest.hint(path.text, among: Program.commands.map(\.name))
      let hint = !isWord ? "" : near.isEmpty ? "; 'cinecor --help' lists the commands" : ", and no command\(near)"
      throw Failure(code: .usage, text: "\(path): no such file or folder\(hint)")
    }
    return try open(paths, paths.count == 1 ? first.text : "\(first) and \(paths.count - 1) more", arguments)
  }

  static func mode(_ arguments: Arguments) throws(Failure) -> GraphicsMode? {
    if arguments.has("--ascii") { return .ascii }
    guard let name = arguments.value("--graphics"), name != "auto" else { return nil }
    guard let mode = GraphicsMode(rawValue: name) else {
      throw Failure(code: .usage, text: "--graphics knows auto, \(GraphicsMode.names), not '\(name)'")
    }
    return mode
  }

  private static func theme(_ arguments: Arguments) throws(Failure) -> Theme? {
    guard let name = arguments.value("--theme"), name != "auto" else { return nil }
    guard let theme = Theme(rawValue: name) else {
      throw Failure(code: .usage, text: "--theme knows auto, \(Theme.names), not '\(name)'")
    }
    return theme
  }

  /// What is wrong with the terminal, and what to set.
  static func sentence(_ error: TerminalError) -> String {
    let set = "set TERM to what it is, or to xterm-256color"
    return switch error {
    case .noTerminal: "no terminal here that can show pictures"
    case .unnamed: "TERM is not set, so that nothing is known of this terminal: \(set)"
    case .unknown(let name): "TERM is '\(name)', which is not known here, nor anything like it: \(set)"
    case .cannotMove(let name):
      "TERM is '\(name)', a terminal that cannot move its cursor: where that is not so, \(set)"
    }
  }

  /// `follows`: folders are looked at again, and what has been quiet for so many seconds is whole.
  static func open(
    _ paths: [FilePath], _ title: String, _ arguments: Arguments, asksForTruth: Bool = false, follows: Double? = nil,
    prepare: (inout ViewerModel) -> Void = { _ in }
  ) throws(Failure) -> ExitCode {
    if arguments.has("--plain") { return try PlainView.run(paths, arguments) }
    let keys = try Configuration.keys(Configuration.read())
    let mode = try mode(arguments)
    let theme = try theme(arguments)
    let precision = try arguments.precision()
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    let threads = try arguments.integer("--threads", in: 1...256) ?? cores
    let noColour = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let log = (try? Places.makePrivate(Places.state)) == nil ? nil : Places.log
    let backend: CursesBackend
    do throws(TerminalError) {
      let colour = !noColour && !arguments.has("--no-color")
      backend = try CursesBackend(mode: mode, colour: colour, theme: theme, log: log)
    } catch {
      throw Failure(code: .noTerminal, text: "\(sentence(error)); 'cinecor triage \(paths[0])' prints the same as text")
    }
    let inbox = Inbox()
    let exporter = Exporter(folder: arguments.value("--export"), data: paths)
    let lanes = ViewerLanes(inbox, threads: threads, exporter: exporter, asksForTruth: asksForTruth, follows: follows)
    lanes.start(
      paths, model: arguments.value("--model"), contours: arguments.value("--contours"),
      limits: arguments.value("--limits"), precision)
    var model = ViewerModel(source: title, modelNote: "loading the model", hideNames: arguments.has("--hide-names"))
    model.exportFolder = exporter.folder
    (model.keys, model.isMouseOn) = (keys, !arguments.has("--no-mouse"))
    prepare(&model)
    let left = ViewerLoop(backend, inbox: inbox, perform: lanes.perform).run(model)
    lanes.stop()
    backend.stop()
    if backend.stopSignal != 0 {
      // End as the signal would have ended it.
      signal(backend.stopSignal, SIG_DFL)
      raise(backend.stopSignal)
    }
    return left.unreadable.isEmpty ? .allWell : .someUnreadable
  }
}
