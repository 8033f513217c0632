import Findings
import Glibc
import Intake
import Tensor
import Terminal

/// `cinecor doctor`: what the program sees of its surroundings.
enum DoctorCommand {
  static let command = Command(
    name: "doctor", synopsis: "", summary: "What terminal, processor and libraries it sees.",
    help: """
      example: cinecor doctor
      """
  ) { _ throws(Failure) in
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
    lines += terminal()
    do throws(Failure) {
      let package = try Packages.model(nil)
      lines.append(
        "model      \(package.manifest.name) \(package.manifest.version), trained on \(package.manifest.training.trainedOn)"
      )
    } catch {
      lines.append("model      \(error.text)")
    }
    try Output.write(lines.joined(separator: "\n") + "\n")
    return .allWell
  }

  private static func terminal() -> [String] {
    var lines: [String] = []
    do throws(TerminalError) {
      let (kind, a) = try TerminalAbilities.ask()
      let background = a.isDark.map { $0 ? ", dark background" : ", light background" } ?? ""
      lines.append(
        "terminal   \(a.bestMode.name) pictures, \(a.colours) colours, \(a.utf8 ? "UTF-8" : "no UTF-8")"
          + (a.synchronised ? ", synchronised output" : "") + background)
      if kind.used != kind.asked { lines.append("           TERM=\(kind.asked) is taken for \(kind.used)") }
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
    return lines.map { Output.safe($0) }
  }
}
