import Tensor

/// A file of named tensors, whatever its format.
public protocol TensorFile: Sendable {
  var names: [String] { get }
  /// Nil where there is no tensor of that name.
  func shape(of name: String) -> [Int]?
  /// As float32, whatever it was stored as; nil where there is none of that name.
  func tensor(_ name: String) -> Tensor?
}

/// How numbers lie in a file, little endian.
enum ElementType: String, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one.
  var width: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The `i`th number after `base` bytes; the caller has checked that it lies inside.
  @inline(__always)
  func float(_ bytes: UnsafeRawBufferPointer, _ base: Int, _ i: Int) -> Float {
    func at<T: FixedWidthInteger>(_: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: base + i * MemoryLayout<T>.size, as: T.self))
    }
    return switch self {
    case .float64: Float(Double(bitPattern: at(UInt64.self)))
    case .float32: Float(bitPattern: at(UInt32.self))
    case .float16: Half.float(at(UInt16.self))
    case .bfloat16: Float(bitPattern: UInt32(at(UInt16.self)) << 16)
    case .int64: Float(at(Int64.self))
    case .int32: Float(at(Int32.self))
    case .int16: Float(at(Int16.self))
    case .int8: Float(at(Int8.self))
    case .uint8, .bool: Float(at(UInt8.self))
    }
  }
}
