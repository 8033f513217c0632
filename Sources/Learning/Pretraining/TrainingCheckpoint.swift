import Findings
import Networks
import Plain
import Tensor
import Training

/// A training at some step, as a file holds it: weights under their own names, the optimiser's means under `first.` and
/// `second.`, all in float32, so that going on from it gives what not stopping would have given, bit for bit. Draws are
/// numbered by step and need no state of their own.
enum TrainingCheckpoint {
  private static let format = "cinecor training 1"

  static func bytes(_ state: ContrastiveTrainer.State, of run: String) -> [UInt8] {
    var tensors = state.weights.tensors
    for (prefix, values) in [("first.", state.optimiser.first), ("second.", state.optimiser.second)] {
      var moments = state.weights
      moments.values = values
      for (name, tensor) in moments.tensors { tensors[prefix + name] = tensor }
    }
    let scale = state.logScale + state.scaleOptimiser.first + state.scaleOptimiser.second
    tensors["log_scale"] = Tensor(shape: [3], values: scale)
    return Safetensors.encode(
      tensors,
      metadata: [
        "format": format, "run": run, "step": "\(state.step)", "optimiser_steps": "\(state.optimiser.step)",
        "scale_steps": "\(state.scaleOptimiser.step)",
      ])
  }

  /// Into a state that has just begun. Fails where the file is of another training.
  static func read(
    _ bytes: [UInt8], of run: String, into state: inout ContrastiveTrainer.State
  ) throws(LearningError) {
    let damaged = LearningError.run("the checkpoint is damaged: without it (remove it) training begins anew")
    let layout = state.weights.layout
    guard let file = try? Safetensors(bytes), file.metadata["format"] == format,
      let step = file.metadata["step"].flatMap({ Int($0) }),
      let optimiser = file.metadata["optimiser_steps"].flatMap({ Int($0) }),
      let scale = file.metadata["scale_steps"].flatMap({ Int($0) }), let logScale = file.tensor("log_scale")?.values,
      logScale.count == 3
    else { throw damaged }
    guard file.metadata["run"] == run else { throw .run("the checkpoint is of another training") }
    func values(_ prefix: String) throws(LearningError) -> [Float] {
      var all = [Float](repeating: 0, count: layout.count)
      for e in layout.entries {
        guard let tensor = file.tensor(prefix + e.name), tensor.shape == e.shape else { throw damaged }
        all.replaceSubrange(e.offset..<e.offset + e.count, with: tensor.values)
      }
      return all
    }
    state.weights.values = try values("")
    state.optimiser.restore(first: try values("first."), second: try values("second."), step: optimiser)
    state.logScale = [logScale[0]]
    state.scaleOptimiser.restore(first: [logScale[1]], second: [logScale[2]], step: scale)
    state.step = step
  }
}
