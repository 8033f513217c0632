import Findings
import Glibc
import Intake
import Plain
import Tensor
import Terminal

/// `cinecor doctor`: what the program sees of its surroundings.
enum DoctorCommand {
  static let command = Command(
    name: "doctor", synopsis: "[--graphics MODE] [--reset]", summary: "What terminal, processor and libraries it sees.",
    help: """
      --graphics MODE  shows the greys and inks of this way of drawing, not of the one that the viewer would take
      --reset          mends a terminal that a killed program left behind: no alternate screen, mouse, paste marks or held
                       output, the cursor seen, and settings as 'stty sane' has them

      For the terminal it prints what each question was answered and after how many milliseconds.

      example: cinecor doctor
               cinecor doctor --reset
      """, flags: ["--reset"], options: ["--graphics"], usesSettings: false
  ) { arguments throws(Failure) in
    if arguments.has("--reset") {
      guard Reset.run() else { throw Failure(code: .noTerminal, text: "no terminal here that could be mended") }
      return .allWell
    }
    let wanted = try ViewCommand.mode(arguments)
    var lines = ["cinecor \(Program.version)"]
    let set = getenv(BlasCPU.keepVariable) == nil ? "" : ", kept by \(BlasCPU.keepVariable)"
    lines.append("OpenBLAS   \(Blas.core) kernels\(set)")
    lines.append(
      "readers    " + (Reading.pool.protections()?.text ?? "no process could be started: no file can be read"))
    let missing = ProcessorFlags.missing()
    lines.append(
      "processor  "
        + (missing.isEmpty
          ? "has all that this build uses" : "lacks \(missing.joined(separator: ", ")): build again here"))
    lines.append(
      "bfloat16   " + (BFloat16.isAvailable ? "yes (--precision bfloat16)" : "no: no such instructions, or no libdnnl2")
    )
    let (said, ramp) = terminal(wanted)
    lines += said
    do throws(Failure) {
      let package = try Packages.model(nil)
      lines.append(
        "model      \(package.manifest.name) \(package.manifest.version), trained on \(package.manifest.training.trainedOn)"
      )
    } catch {
      lines.append("model      \(error.text)")
    }
    try Output.write(lines.joined(separator: "\n") + "\n")
    if !ramp.isEmpty {
      try Output.write("greys      ")
      try Output.write(bytes: ramp)
      try Output.write("\n")
    }
    return .allWell
  }

  /// What the terminal says, and a line of its greys.
  private static func terminal(_ wanted: GraphicsMode?) -> ([String], ramp: [UInt8]) {
    var lines: [String] = []
    var ramp: [UInt8] = []
    do throws(TerminalError) {
      let examination = try Examination()
      let (kind, a) = (examination.kind, examination.abilities)
      let background = a.isDark.map { $0 ? ", dark background" : ", light background" } ?? ""
      lines.append(
        "terminal   \(a.bestMode.name) pictures, \(a.colours) colours, \(a.utf8 ? "UTF-8" : "no UTF-8")"
          + (a.synchronised ? ", synchronised output" : "") + background)
      if kind.used != kind.asked { lines.append("           TERM=\(kind.asked) is taken for \(kind.used)") }
      for answer in examination.answers {
        let space = String(repeating: " ", count: max(22 - answer.question.count, 1))
        let time = answer.seconds.map { JSON.aligned($0 * 1000, decimals: 1) + " ms" } ?? ""
        let gap = String(repeating: " ", count: max(28 - answer.answer.count - time.count, 2))
        lines.append("           \(answer.question)\(space)\(answer.answer)\(time.isEmpty ? "" : gap + time)")
      }
      let cell = (width: a.cellWidth ?? 10, height: a.cellHeight ?? 20)
      ramp = GreyRamp.bytes(wanted ?? a.bestMode, cell: cell, colour: a.colours >= 8)
    } catch .noTerminal {
      lines.append("terminal   none here")
    } catch {
      lines.append("terminal   \(ViewCommand.sentence(error))")
    }
    let locale = TerminalLocale.current
    if !locale.isInstalled {
      lines.append(
        "locale     \(locale.asked) is not installed here: "
          + (locale.utf8 ? "C.UTF-8 stands for it" : "text is plain ASCII") + "; set LC_ALL=C.UTF-8")
    }
    return (lines.map { Output.safe($0) }, ramp)
  }
}
