import Foundation
import Learning
import Plain

/// `cinecor train --watch DIR`: the curves of a training that runs, or ran, in this folder or its `.run`.
enum TrainWatch {
  static func run(_ folder: String) throws(Failure) -> ExitCode {
    let candidates = [folder, folder + ".run"]
    guard
      let run = candidates.first(where: { FileManager.default.fileExists(atPath: $0 + "/" + RunFolder.metricsFile) })
    else {
      throw Failure(code: .usage, text: "\(folder) holds no \(RunFolder.metricsFile): name a training's --out or --run")
    }
    let onTerminal = isatty(STDOUT_FILENO) == 1
    while true {
      let size = windowSize()
      let bytes = (try? Data(contentsOf: URL(fileURLWithPath: run + "/" + RunFolder.metricsFile))).map(Array.init) ?? []
      let lines = page(Metrics.lines(bytes), width: size.columns, height: size.rows)
      try Output.write((onTerminal ? "\u{1B}[H\u{1B}[2J" : "") + lines.joined(separator: "\n") + "\n")
      guard onTerminal, RunFolder.isUnfinished(run) else { return .allWell }
      sleep(2)
    }
  }

  /// Loss, accuracy and rate, each over all steps, and how far it is.
  static func page(_ metrics: [Metrics], width: Int, height: Int) -> [String] {
    guard let last = metrics.last, let first = metrics.first else { return ["no step yet"] }
    let rows = max(3, (height - 6) / 3)
    let cells = max(10, width - 14)
    let rate = metrics.count > 1 ? Double(last.step - first.step) / max(last.time - first.time, 1e-3) : 0
    return ["step \(last.step)   \(JSON.aligned(rate, decimals: 2)) steps a second"]
      + [
        Curve(title: "loss", values: metrics.map(\.loss)),
        Curve(title: "own report first, of a batch", values: metrics.map(\.accuracy)),
        Curve(title: "learning rate", values: metrics.map(\.rate)),
      ].flatMap { $0.text(width: cells, height: rows) }
  }

  private static func windowSize() -> (rows: Int, columns: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return (24, 80) }
    return (Int(size.ws_row), Int(size.ws_col))
  }
}
