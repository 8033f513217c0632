import Foundation
import Intake
import Tensor

// A reading process is nothing else.
if CommandLine.arguments.dropFirst().elementsEqual([WorkerProgram.argument]) { WorkerLoop.run() }
let lacking = ProcessorFlags.missing()
guard lacking.isEmpty else {
  Output.complain(
    "this build uses instructions that this processor lacks (\(lacking.joined(separator: " "))); build it here")
  exit(ExitCode.usage.rawValue)
}
let words = Array(CommandLine.arguments.dropFirst())
BlasCPU.reexecuteIfNeeded()
exit(Program.run(words).rawValue)
