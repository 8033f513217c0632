import Cine
import Findings
import Foundation
import Networks
import Plain
import Preparation
import Tensor

/// `cinecor embed`: what the encoder makes of studies, or of one raw tensor of frames.
enum EmbedCommand {
  static let command = Command(
    name: "embed", synopsis: "PATH… --out FILE | --frames FILE [--tensor NAME] [--attention FILE]",
    summary: "Writes the embeddings of studies and clips, or of a tensor of frames.",
    help: """
      --out FILE        safetensors: `study.UID` and `clip.UID.N`, unit vectors
      --frames FILE     a safetensors file with a tensor `frames` [t, h, w] in place of studies; prints JSON
      --tensor NAME     another tensor of that file
      --attention FILE  with --frames: `block.N` [heads, t, h, w], the class token's attention over the keys' grid
      --model DIR       another model package than the bundled one
      --precision P     float32 (default), bfloat16, or auto: bfloat16 where the processor has it
      --threads N       cores to use (default: all); results do not depend on it

      example: cinecor embed --frames clip.safetensors --model published
      """, options: ["--out", "--frames", "--tensor", "--attention", "--model", "--precision", "--threads"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    if let file = arguments.value("--frames") {
      guard arguments.positional.isEmpty else { throw Failure(code: .usage, text: "embed wants --frames or PATHs") }
      return try frames(file, arguments)
    }
    guard !arguments.positional.isEmpty, let out = arguments.value("--out") else {
      throw Failure(code: .usage, text: "embed wants a PATH and --out FILE, or --frames FILE")
    }
    return try studies(arguments.positional, out, arguments)
  }

  private static func studies(_ paths: [FilePath], _ out: String, _ arguments: Arguments) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    let package = try Packages.model(arguments)
    let analyser = Analyser(package)
    let folder = Reading.scan(paths)
    var (tensors, unreadable) = ([String: Tensor](), folder.unreadable)
    // Studies that share a UID, or have none, are counted: "1.2.3", "1.2.3#2".
    var seen: [String: Int] = [:]
    for study in folder.studies {
      let wanted = ClipChoice(study).items.map { (item: $0, slice: package.manifest.recipe.slice($0, of: study)) }
      let loaded = Reading.clips.clips(wanted)
      unreadable += loaded?.unreadable ?? []
      guard let clips = loaded?.clips, let made = try? analyser.embed(clips, threads: threads), !made.study.isEmpty
      else { continue }
      seen[study.instanceUID, default: 0] += 1
      let count = seen[study.instanceUID] ?? 1
      let name = count == 1 ? study.instanceUID : "\(study.instanceUID)#\(count)"
      tensors["study.\(name)"] = Tensor(shape: [made.study.count], values: made.study)
      for (i, clip) in made.clips.enumerated() {
        tensors["clip.\(name).\(i)"] = Tensor(shape: [clip.embedding.count], values: clip.embedding)
      }
    }
    let about = ["model": package.sha256, "precision": package.precision.rawValue]
    try write(Safetensors.encode(tensors, metadata: about), to: out)
    for file in unreadable { Output.complain(file.sentence) }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }

  private static func frames(_ path: String, _ arguments: Arguments) throws(Failure) -> ExitCode {
    let package = try Packages.model(arguments)
    guard case .published(let recipe) = package.manifest.recipe else {
      throw Failure(
        code: .usage,
        text: "this model looks for the heart in a whole study; --frames wants a model of the published recipe")
    }
    let name = arguments.value("--tensor") ?? "frames"
    let file: Checkpoint
    do throws(CheckpointError) {
      file = try Checkpoint(path: path)
    } catch {
      throw Failure(code: .someUnreadable, text: error.text)
    }
    guard let tensor = file.tensor(name), tensor.shape.count == 3, tensor.count > 0 else {
      let there = file.names.prefix(8).joined(separator: ", ")
      throw Failure(code: .someUnreadable, text: "\(path) has no tensor '\(name)' [t, h, w]; it has \(there)")
    }
    let clip = recipe.transform(
      tensor.values, frames: tensor.shape[0], rows: tensor.shape[1], columns: tensor.shape[2])
    guard let made = package.network.result(clip, Workspace(threads: try arguments.threads())) else { return .allWell }
    if let out = arguments.value("--attention") { try write(attention(package, clip), to: out) }
    func numbers(_ values: [Float]) -> JSON { .array(values.map { .number(Double($0), decimals: 9) }) }
    let json = JSON.object([
      .init("schema_version", .int(1)),
      .init(
        "model",
        .object([
          .init("name", .string(package.manifest.name)), .init("sha256", .string(package.sha256)),
          .init("trained_on", .string(package.manifest.training.trainedOn)),
          .init("precision", .string(package.precision.rawValue)),
        ])), .init("feature", numbers(made.feature)), .init("projection", numbers(made.projection)),
      .init("embedding", numbers(made.embedding)),
    ])
    try Output.write(json.pretty)
    return .allWell
  }

  private static func attention(_ package: ModelPackage, _ clip: [Float]) -> [UInt8] {
    let maps = package.network.attention(clip)
    return Safetensors.encode(Dictionary(uniqueKeysWithValues: maps.enumerated().map { ("block.\($0)", $1) }))
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure(code: .outputFailed, text: "\(path) could not be written")
    }
  }
}
