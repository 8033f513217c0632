import Foundation
import Tensor

let lacking = ProcessorFlags.missing()
guard lacking.isEmpty else {
  Output.complain(
    "this build uses instructions that this processor lacks (\(lacking.joined(separator: " "))); build it here")
  exit(ExitCode.usage.rawValue)
}
BlasCPU.reexecuteIfNeeded()
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
