import Foundation
import Intake

/// Reading processes of the program that was built beside these tests.
public enum TestWorkers {
  public static let program = WorkerProgram(
    path: URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/cinecor",
    arguments: [WorkerProgram.argument])
  public static let pool = WorkerPool(program)
}
