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
    if isatty(STDOUT_FILENO) == 1, isatty(STDIN_FILENO) == 1 {
      let a = TerminalAbilities.ask()
      lines.append(
        "terminal   \(a.bestMode.name) pictures, \(a.colours) colours, \(a.utf8 ? "UTF-8" : "no UTF-8")"
          + (a.synchronised ? ", synchronised output" : ""))
    } else {
      lines.append("terminal   none here")
    }
    do throws(Failure) {
      let package = try Engine.package(nil)
      lines.append(
        "model      \(package.manifest.name) \(package.manifest.version), trained on \(package.manifest.training.trainedOn)"
      )
    } catch {
      lines.append("model      \(error.text)")
    }
    try Output.write(lines.joined(separator: "\n") + "\n")
    return .allWell
  }
}
