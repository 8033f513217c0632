import Glibc
import Plain
import Tensor

/// Weights to start training from: a truncated normal of deviation 0.02 for matrices, tables and positions (kernels of
/// the depthwise pooling get 1/√27), ones for norms, zeros for biases. Each tensor's values follow from the seed and its
/// name alone.
public enum Initialiser {
  public static func weights(_ layout: ParameterLayout, seed: UInt64) -> Parameters {
    var p = Parameters(zeros: layout)
    for e in layout.entries {
      let isNorm = e.name.lowercased().contains("norm")
      if e.shape.count == 1 {
        if isNorm, e.name.hasSuffix(".weight") {
          for i in 0..<e.count { p.values[e.offset + i] = 1 }
        }
        continue
      }
      let fanIn = Double(e.shape.dropFirst().reduce(1, *))
      let isTable = e.name.contains("embed") && !e.name.contains("patch_embed")
      let deviation = isTable || e.name.hasSuffix("cls_token") ? 0.02 : (1 / fanIn).squareRoot()
      fill(&p.values, e, deviation: deviation, seed: seed)
    }
    return p
  }

  private static func fill(_ values: inout [Float], _ e: ParameterLayout.Entry, deviation: Double, seed: UInt64) {
    var draws = SplitMix(seed: FNV1a.hash(e.name, from: seed ^ FNV1a.basis))
    // Never 0, of which there is no logarithm.
    func unit() -> Double { draws.unit() + 0x1p-54 }
    for i in 0..<e.count {
      var x = 3.0
      while abs(x) > 2 { x = (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit()) }
      values[e.offset + i] = Float(x * deviation)
    }
  }
}
