import Cine
import Glibc
import Learning
import Networks
import Plain
import Tensor

/// `cinecor bench`: this machine's times for the networks, for `make bench` to hold against others'.
enum BenchCommand {
  static let command = Command(
    name: "bench",
    synopsis:
      "[published|sgemm|text|default|segmentation|drawing] [--weights FILE] [--precision P] [--threads N] [--json]",
    summary: "Times the networks on this machine.",
    help: """
      published      the published video encoder, mvit_b_16x4 (where nothing is said)
      sgemm          its matrix products alone, each as one plain sgemm
      text           BERT base, a sentence of 64 tokens
      default        the bundled model's, and its training
      segmentation   the segmentation network on 128×128 pixels, and its training; --weights FILE takes weights, pictures
                     and somebody's logits for them from a safetensors file, and holds its own logits against those

      drawing        every way of drawing on the frames of a synthetic heart: bytes and milliseconds a frame; --frames DIR
                     writes the frames as PNG, for other players

      'make bench' runs it beside PyTorch and ONNX Runtime and prints the ratios.

      example: cinecor bench --threads 1
      """, flags: ["--json"], options: ["--precision", "--threads", "--weights", "--frames"], run: run)

  struct Row {
    var key: String
    var name: String
    var seconds: Double
  }

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    let what = arguments.positional.first?.text ?? "published"
    if what == "drawing" { return try drawing(arguments) }
    var (rows, difference): ([Row], Float?) = ([], nil)
    if what == "segmentation" {
      let work = try SegmentationWorkload(file: arguments.value("--weights"))
      (rows, difference) = (work.rows(threads: threads), work.difference(threads: threads))
    } else {
      rows = try self.rows(what, threads, arguments.precision())
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let megabytes = usage.ru_maxrss / 1024
    if arguments.has("--json") {
      let head: [JSON.Field] = [
        .init("threads", .int(threads)), .init("core", .string(Blas.core)), .init("peak_mb", .int(megabytes)),
      ]
      let held: [JSON.Field] = difference.map { [.init("difference", .number(Double($0), decimals: 9))] } ?? []
      try Output.write(
        JSON.object(head + held + rows.map { .init($0.key, .number($0.seconds, decimals: 6)) }).pretty + "\n")
    } else {
      let lines = rows.map { row in
        let space = String(repeating: " ", count: max(36 - row.name.count, 1))
        return "\(row.name)\(space)\(JSON.aligned(row.seconds * 1000, decimals: 1)) ms\n"
      }
      let head = "OpenBLAS \(Blas.core), \(threads) threads, at most \(megabytes) MB\n"
      let held = difference.map { "largest difference from the file's logits: \($0)\n" } ?? ""
      try Output.write(head + lines.joined() + held)
    }
    return .allWell
  }

  private static func drawing(_ arguments: Arguments) throws(Failure) -> ExitCode {
    let work = try DrawingWorkload()
    if let folder = arguments.value("--frames") { try work.write(to: folder) }
    let rows = work.rows()
    let panes = work.twelvePanes()
    guard arguments.has("--json") else {
      let lines = rows.map { row in
        let name = "\(row.mode.rawValue) \(row.size)"
        let gap = String(repeating: " ", count: max(20 - name.count, 1))
        return "\(name)\(gap)\(row.bytes) bytes a frame, \(JSON.aligned(row.seconds * 1000, decimals: 2)) ms"
          + (row.mode == .kitty ? ", after \(row.firstBytes) bytes once" : "")
      }
      try Output.write(
        (lines + ["twelve panes at 30 frames a second by kitty: \(panes) bytes a second"]).joined(separator: "\n")
          + "\n")
      return .allWell
    }
    let list = rows.map { row in
      JSON.object([
        .init("mode", .string(row.mode.rawValue)), .init("size", .string(row.size)),
        .init("frames", .int(row.frames)), .init("first_bytes", .int(row.firstBytes)), .init("bytes", .int(row.bytes)),
        .init("seconds", .number(row.seconds, decimals: 6)),
      ])
    }
    try Output.write(
      JSON.object([.init("drawing", .array(list)), .init("twelve_panes_bytes_a_second", .int(panes))]).pretty + "\n")
    return .allWell
  }

  private static func rows(_ what: String, _ threads: Int, _ precision: Precision) throws(Failure) -> [Row] {
    switch what {
    case "published":
      let work = try workload(.mvitB16x4)
      return [
        Row(key: "clip_s", name: "one clip", seconds: work.forward(clips: 1, threads: threads, runs: 9, precision)),
        Row(
          key: "study_of_8_s", name: "a study of 8 clips",
          seconds: work.forward(clips: 8, threads: threads, runs: 3, precision)),
      ]
    case "sgemm":
      let seconds = try workload(.mvitB16x4).products(threads: threads, runs: 5)
      return [Row(key: "sgemm_s", name: "a clip's products as plain sgemm", seconds: seconds)]
    case "text":
      let seconds = try built { () throws(ConfigurationError) in try TextWorkload() }.forward(
        threads: threads, runs: 15, precision)
      return [Row(key: "sentence_s", name: "a sentence of 64 tokens", seconds: seconds)]
    case "default":
      let work = try workload(DefaultModel.video)
      return [
        Row(
          key: "clip_s", name: "one clip, one thread", seconds: work.forward(clips: 1, threads: 1, runs: 9, precision)),
        Row(
          key: "study_of_8_s", name: "a study of 8 clips", seconds: work.forward(clips: 8, threads: threads, runs: 5)),
        Row(
          key: "step_of_32_s", name: "forward and backward, 32 clips",
          seconds: work.train(clips: 32, threads: threads, runs: 5)),
      ]
    default:
      throw Failure(
        code: .usage, text: "bench knows published, sgemm, text, default, segmentation and drawing, not '\(what)'")
    }
  }

  private static func workload(_ configuration: MViTConfiguration) throws(Failure) -> EncoderWorkload {
    try built { () throws(ConfigurationError) in try EncoderWorkload(configuration) }
  }

  private static func built<T>(_ make: () throws(ConfigurationError) -> T) throws(Failure) -> T {
    do throws(ConfigurationError) {
      return try make()
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
  }
}
