import Glibc

/// Scalar activations, for layers so small that nothing else pays.
public enum Activation {
  public static func tanh(_ x: Float) -> Float { Glibc.tanhf(x) }
  public static func sigmoid(_ x: Float) -> Float { 1 / (1 + Glibc.expf(-x)) }
  /// In place over n values.
  public static func softmax(_ n: Int, _ x: UnsafeMutablePointer<Float>) { Attention.softmax(n, visible: n, x) }
}
