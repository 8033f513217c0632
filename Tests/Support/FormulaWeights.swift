import Networks
import Tensor

/// Weights whose values follow from their names (the reference folder's formula.py), so that goldens need no weight file.
public enum FormulaWeights {
  /// The values of one tensor, row-major.
  public static func values(_ name: String, _ shape: [Int]) -> [Float] {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let fanIn = Double(shape.dropFirst().reduce(1, *))
    let isNorm = name.hasSuffix(".weight") && name.lowercased().contains("norm")
    let scale: Double
    if shape.count <= 1 {
      scale = isNorm ? 0.1 : 0.05
    } else if name.contains("pos_embed") || name.hasSuffix("cls_token") {
      scale = 0.2
    } else {
      scale = name.contains("embeddings") ? 0.5 : (3 / fanIn).squareRoot()
    }
    let centre = shape.count <= 1 && isNorm ? 1.0 : 0.0
    let count = shape.reduce(1, *)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      for i in 0..<count {
        var z = seed &+ (UInt64(i) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z = z ^ (z >> 31)
        buffer[i] = Float(centre + (2 * (Double(z >> 40) / Double(1 << 24)) - 1) * scale)
      }
      initialised = count
    }
  }

  /// All weights of a layout; `prefix` is what the golden's script put before each name.
  public static func fill(_ layout: ParameterLayout, prefix: String = "") -> Parameters {
    var p = Parameters(zeros: layout)
    for e in layout.entries {
      p.values.replaceSubrange(e.offset..<e.offset + e.count, with: values(prefix + e.name, e.shape))
    }
    return p
  }
}

/// The largest absolute difference; infinite where the counts differ.
public func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
