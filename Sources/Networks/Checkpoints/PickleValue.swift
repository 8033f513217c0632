/// What a pickle may hold here. Containers live in the unpickler's tables and are named by their place in them: sharing
/// and rings cost nothing, and no nesting is too deep to be let go of.
enum PickleValue: Hashable {
  case none
  case bool(Bool)
  case int(Int)
  /// An integer of more than 64 bits, its bytes little endian.
  case large([UInt8])
  case float(Double)
  case string(String)
  case bytes
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  /// Something of the allow-list that waits to be called.
  case callable(PickleGlobal)
  case storage(Int)
  case tensor(Int)
}

/// The only names that a pickle may call for; any other is refused.
enum PickleGlobal: Hashable {
  case rebuildTensor
  case rebuildParameter
  case orderedDictionary
  case size
  case storage(ElementType)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch", "Size"): self = .size
    case ("torch", let name):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }

  private static let storages: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]
}

/// A run of numbers of one type that tensors are views of.
struct PickleStorage: Hashable {
  var type: ElementType
  var key: String
  var count: Int
}

/// A view: `shape` and `strides` in elements, from element `first` of a storage on.
struct PickleTensor: Hashable {
  var storage: Int
  var first: Int
  var shape: [Int]
  var strides: [Int]
}
