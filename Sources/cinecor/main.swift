import Foundation
import Tensor
import Volumes

let lacking = ProcessorFlags.missing()
guard lacking.isEmpty else {
  Output.complain(
    "this build uses instructions that this processor lacks (\(lacking.joined(separator: " "))); build it here")
  exit(ExitCode.usage.rawValue)
}
let words = Array(CommandLine.arguments.dropFirst())
if words.first == VolumeWorker.argument { exit(VolumeServer.run(Array(words.dropFirst()))) }
BlasCPU.reexecuteIfNeeded()
exit(Program.run(words).rawValue)
