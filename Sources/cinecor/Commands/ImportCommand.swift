import Findings
import Foundation
import Networks

/// `cinecor model import`: a package out of weights that others trained.
enum ImportCommand {
  static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    let name = arguments.value("--architecture") ?? ""
    guard let video = ModelImport.architectures[name] else {
      let known = ModelImport.architectures.keys.sorted().joined(separator: " and ")
      throw Failure(code: .usage, text: "model import wants --architecture; it knows \(known)")
    }
    guard let weights = arguments.value("--weights"), let folder = arguments.value("--out") else {
      throw Failure(code: .usage, text: "model import wants --weights FILE and --out DIR")
    }
    let positions = arguments.value("--positions")
    let made: ModelImport
    let package: ModelPackage
    do throws(ModelPackageError) {
      made = try ModelImport(
        architecture: name, video: video, weights: try source(weights), positions: try positions.map(source),
        text: try text(arguments), publishedOrder: arguments.has("--published-order"))
      package = try made.contents.write(made.manifest, to: folder)
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
    try Output.write(
      (made.report + ["wrote      \(folder)", "sha256     \(package.sha256)"]).joined(separator: "\n") + "\n")
    return .allWell
  }

  private static func source(_ path: String) throws(ModelPackageError) -> ModelImport.Source {
    do throws(CheckpointError) {
      return try ModelImport.Source(path: path)
    } catch {
      throw .import(file: path, error)
    }
  }

  private static func text(_ arguments: Arguments) throws(ModelPackageError) -> ModelImport.Text? {
    let (weights, vocabulary) = (arguments.value("--text-weights"), arguments.value("--vocab"))
    guard weights != nil || vocabulary != nil else { return nil }
    guard let weights, let vocabulary else {
      throw .contradiction("a text tower wants both --text-weights and --vocab")
    }
    let pooling = arguments.value("--pooling") ?? TextPooling.classToken.rawValue
    guard let pooling = TextPooling(rawValue: pooling) else {
      throw .contradiction("--pooling knows class, mean, max and pooler, not '\(pooling)'")
    }
    guard let lines = try? String(contentsOfFile: vocabulary, encoding: .utf8) else {
      throw .unreadable(file: vocabulary, reason: "no such file, or no UTF-8")
    }
    var words = lines.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.hasSuffix("\r") ? line.dropLast() : line)
    }
    if words.last == "" { words.removeLast() }
    return ModelImport.Text(source: try source(weights), vocabulary: words, pooling: pooling)
  }
}
