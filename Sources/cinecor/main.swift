import Cine
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
// As bytes: Swift's own list of them mends what is no UTF-8, and then no such file is there.
let words = (1..<max(1, Int(CommandLine.argc))).compactMap { i in
  CommandLine.unsafeArgv[i].map { FilePath(bytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
}
BlasCPU.reexecuteIfNeeded()
let code = Program.run(words).rawValue
fflush(nil)
// Lanes may still be at work: nothing that they use is torn down beneath them.
_exit(code)
