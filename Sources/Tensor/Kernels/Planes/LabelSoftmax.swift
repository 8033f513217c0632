import Glibc

/// Softmax over the classes of each pixel, with what losses over partial labels need. A pixel's label is a mask of the
/// classes that it may be; with no bit set, or all, nothing is known of it.
public enum LabelSoftmax {
  /// What one class has in some pictures, over the pixels of which it is known whether they are of it.
  public struct Overlap: Hashable, Sendable {
    /// Σ p over the pixels that certainly are of the class.
    public var common = 0.0
    /// Σ p over all pixels of which it is known.
    public var predicted = 0.0
    /// Pixels that certainly are of the class.
    public var actual = 0.0
  }

  public struct Sums: Hashable, Sendable {
    /// Σ −ln Σ p over the classes that a pixel may be.
    public var crossEntropy = 0.0
    /// Pixels of which something is known.
    public var known = 0.0
    /// [classes]
    public var overlaps: [Overlap]

    public init(classes: Int) { overlaps = .init(repeating: Overlap(), count: classes) }

    public static func += (a: inout Sums, b: Sums) {
      a.crossEntropy += b.crossEntropy
      a.known += b.known
      for c in a.overlaps.indices {
        a.overlaps[c].common += b.overlaps[c].common
        a.overlaps[c].predicted += b.overlaps[c].predicted
        a.overlaps[c].actual += b.overlaps[c].actual
      }
    }
  }

  /// logits, p [classes, pixels], where p may be the logits. The number of pixels must be a multiple of sixteen.
  public static func forward(_ pixels: Int, classes: Int, logits: UnsafePointer<Float>, p: UnsafeMutablePointer<Float>)
  {
    for i in stride(from: 0, to: pixels, by: 16) {
      var top = load16(logits + i)
      for c in 1..<classes {
        let v = load16(logits + (c &* pixels &+ i))
        top.replace(with: v, where: v .> top)
      }
      var total = Vector16()
      for c in 0..<classes {
        let e = exp16(load16(logits + (c &* pixels &+ i)) - top)
        total += e
        store16(e, p + (c &* pixels &+ i))
      }
      let scale = 1 / total
      for c in 0..<classes { store16(load16(p + (c &* pixels &+ i)) * scale, p + (c &* pixels &+ i)) }
    }
  }

  /// p [classes, pixels] → the class of the largest in each pixel, the first where some are alike.
  public static func likeliest(
    _ pixels: Int, classes: Int, p: UnsafePointer<Float>, into chosen: UnsafeMutablePointer<UInt8>
  ) {
    for i in stride(from: 0, to: pixels, by: 16) {
      var (top, best) = (load16(p + i), SIMD16<Int32>())
      for c in 1..<classes {
        let v = load16(p + (c &* pixels &+ i))
        best.replace(with: Int32(truncatingIfNeeded: c), where: v .> top)
        top.replace(with: v, where: v .> top)
      }
      UnsafeMutableRawPointer(chosen + i).storeBytes(
        of: SIMD16<UInt8>(truncatingIfNeeded: best), as: SIMD16<UInt8>.self)
    }
  }

  /// p [classes, pixels] and labels [pixels] of one picture → its sums.
  public static func sums(
    _ pixels: Int, classes: Int, p: UnsafePointer<Float>, labels: UnsafePointer<UInt8>
  ) -> Sums {
    var sums = Sums(classes: classes)
    withUnsafeTemporaryAllocation(of: Vector16.self, capacity: 3 * classes + 1) { all in
      all.update(repeating: Vector16())
      for i in stride(from: 0, to: pixels, by: 16) {
        let label = Label(labels + i, classes)
        var allowed = Vector16(repeating: 1e-37)
        for c in 0..<classes {
          let v = load16(p + (c &* pixels &+ i))
          let (isOnly, allows) = (label.isOnly(c), label.allows(c))
          allowed += v.replacing(with: 0, where: .!allows)
          all[3 &* c] += v.replacing(with: 0, where: .!isOnly)
          all[3 &* c &+ 1] += v.replacing(with: 0, where: .!label.decides(isOnly, allows))
          all[3 &* c &+ 2] += Vector16().replacing(with: 1, where: isOnly)
        }
        all[3 &* classes] += Vector16().replacing(with: 1, where: label.isKnown)
        // Of what is not known the logarithm is none.
        allowed.replace(with: 1, where: .!label.isKnown)
        for lane in 0..<16 { sums.crossEntropy -= Double(logf(allowed[lane])) }
      }
      sums.known = Double(all[3 &* classes].sum())
      for c in 0..<classes {
        sums.overlaps[c] = Overlap(
          common: Double(all[3 &* c].sum()), predicted: Double(all[3 &* c &+ 1].sum()),
          actual: Double(all[3 &* c &+ 2].sum()))
      }
    }
    return sums
  }

  /// p becomes the gradient of the logits: of `weight` times the cross-entropy's sum plus, for every class and pixel of
  /// which it is known, p · `other` [classes], and p · `own` [classes] where the pixel is of it.
  public static func backward(
    _ pixels: Int, classes: Int, weight: Float, own: UnsafePointer<Float>, other: UnsafePointer<Float>,
    labels: UnsafePointer<UInt8>, p: UnsafeMutablePointer<Float>
  ) {
    for i in stride(from: 0, to: pixels, by: 16) {
      let label = Label(labels + i, classes)
      var (allowed, along) = (Vector16(repeating: 1e-37), Vector16())
      for c in 0..<classes {
        let v = load16(p + (c &* pixels &+ i))
        let (isOnly, allows) = (label.isOnly(c), label.allows(c))
        allowed += v.replacing(with: 0, where: .!allows)
        along += v * slope(label, isOnly, allows, own[c], other[c])
      }
      let share = 1 / allowed
      let factor = Vector16().replacing(with: weight, where: label.isKnown)
      for c in 0..<classes {
        let at = p + (c &* pixels &+ i)
        let v = load16(at)
        let (isOnly, allows) = (label.isOnly(c), label.allows(c))
        let target = (v * share).replacing(with: 0, where: .!allows)
        store16(factor * (v - target) + v * (slope(label, isOnly, allows, own[c], other[c]) - along), at)
      }
    }
  }

  @inline(__always)
  private static func slope(
    _ label: Label, _ isOnly: Label.Lanes, _ allows: Label.Lanes, _ own: Float, _ other: Float
  ) -> Vector16 {
    Vector16().replacing(with: other, where: label.decides(isOnly, allows)).replacing(with: own + other, where: isOnly)
  }

  /// The labels of sixteen pixels.
  private struct Label {
    typealias Lanes = SIMDMask<SIMD16<Int32>>

    let bits: SIMD16<Int32>
    let isKnown: Lanes

    @inline(__always) init(_ labels: UnsafePointer<UInt8>, _ classes: Int) {
      let all = Int32(1) << Int32(classes) &- 1
      bits =
        SIMD16<Int32>(truncatingIfNeeded: UnsafeRawPointer(labels).loadUnaligned(as: SIMD16<UInt8>.self))
        & SIMD16(repeating: all)
      isKnown = (bits .!= 0) .& (bits .!= all)
    }

    @inline(__always) func isOnly(_ c: Int) -> Lanes { bits .== Int32(1) &<< Int32(truncatingIfNeeded: c) }

    @inline(__always) func allows(_ c: Int) -> Lanes {
      (bits & SIMD16(repeating: Int32(1) &<< Int32(truncatingIfNeeded: c))) .!= 0
    }

    /// It is known whether the pixel is of the class that these two speak of.
    @inline(__always) func decides(_ isOnly: Lanes, _ allows: Lanes) -> Lanes { isKnown .& (isOnly .| .!allows) }
  }
}
