import Foundation
import Networks
import Phantom
import Preparation
import Tensor
import Training
func print(_ x: Any...) { Output.note(x.map { "\($0)" }.joined(separator: " ") + "\n") }
let count = Int(CommandLine.arguments[1])!, steps = Int(CommandLine.arguments[2])!
let data = PhantomData.make(count: count, seed: DefaultModel.seed, recipe: DefaultModel.recipe, threads: 2, progress: Progress("phantoms", total: count))
let vocabulary = WordPiece.vocabulary(for: data.flatMap(\.report))
let tokenizer = WordPiece(pieces: vocabulary)!
print("vocabulary", vocabulary.count, "clips", data.map(\.clips.count).reduce(0, +))
let towers = try TwoTowers(video: DefaultModel.video, text: DefaultModel.text(vocabulary: vocabulary.count))
print("weights", towers.layout.count)
var schedule = DefaultModel.schedule; schedule.steps = steps; if let r = ProcessInfo.processInfo.environment["R"] { schedule.rate = Float(r)! }
let batches = ContrastiveBatches(studies: data, sentences: data.map { $0.report.map { tokenizer.encode($0, limit: 64) } }, side: 64, size: schedule.batch, seed: DefaultModel.seed)
let t0 = Date()
var running: Float = 0, acc: Float = 0
let trained = ContrastiveTrainer(towers, schedule, threads: 2).run(from: Initialiser.weights(towers.layout, seed: DefaultModel.seed), batch: batches.batch, report: { r in
  running += r.loss; acc += r.accuracy
  if (r.step + 1) % 100 == 0 {
    print(r.step + 1, running / 100, acc / 100, r.scale, Date().timeIntervalSince(t0) / Double(r.step + 1)); running = 0; acc = 0 }
  return true
})!
try! Data(Safetensors.encode(trained.tensors)).write(to: URL(fileURLWithPath: "/root/try/towers.safetensors"))
try! vocabulary.joined(separator: "\n").write(toFile: "/root/try/vocab.txt", atomically: true, encoding: .utf8)
