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
  /// A device, a layout, a complex number, a tensor of a kind that no weights here have: nothing of it is kept.
  case other
}

/// The only names that a pickle may ask for, those that PyTorch's own reader of data allows (torch.load with
/// weights_only=True); any other is refused. Most are values, or make values, that no weights are made of.
enum PickleGlobal: Hashable {
  case rebuildTensor
  case rebuildTensorOfType
  case rebuildParameter
  case rebuildFromType
  /// OrderedDict and Counter.
  case dictionary
  case set
  case bytes
  case size
  case storage(ElementType)
  /// A storage that says in bytes how long it is; its tensors say their type.
  case untypedStorage
  case type(ElementType)
  case other

  init?(module: String, name: String) {
    // Python 2's name, which the default protocol still writes.
    switch (module == "__builtin__" ? "builtins" : module, name) {
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorOfType
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"),
      ("torch.nn.parameter", "Parameter"):
      self = .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("collections", "OrderedDict"), ("collections", "Counter"): self = .dictionary
    case ("builtins", "set"): self = .set
    case ("_codecs", "encode"), ("builtins", "bytearray"), ("builtins", "bytes"): self = .bytes
    case ("torch", "Size"): self = .size
    case ("torch.storage", "UntypedStorage"): self = .untypedStorage
    case ("torch._utils", let name) where Self.otherRebuilds.contains(name): self = .other
    case ("builtins", "complex"), ("torch", "device"), ("torch", "Tensor"), ("torch.serialization", "_get_layout"),
      ("torch.storage", "TypedStorage"):
      self = .other
    case ("torch", let name), ("torch.cuda", let name), ("torch.sparse", let name), ("torch.cuda.sparse", let name):
      guard let known = Self.named(module, name) else { return nil }
      self = known
    default: return nil
    }
  }

  private static func named(_ module: String, _ name: String) -> PickleGlobal? {
    if name.hasSuffix("Storage"), module == "torch" || module == "torch.cuda" {
      let kind = name.dropLast("Storage".count)
      return kinds[kind].map { .storage($0) } ?? (otherKinds.contains(kind) ? .other : nil)
    }
    if name.hasSuffix("Tensor") {
      let kind = name.dropLast("Tensor".count)
      return kinds[kind] != nil || otherKinds.contains(kind) ? .other : nil
    }
    guard module == "torch" else { return nil }
    return types[name].map { .type($0) } ?? (otherTypes.contains(name) ? .other : nil)
  }

  private static let kinds: [Substring: ElementType] = [
    "Double": .float64, "Float": .float32, "Half": .float16, "BFloat16": .bfloat16, "Long": .int64, "Int": .int32,
    "Short": .int16, "Char": .int8, "Byte": .uint8, "Bool": .bool,
  ]
  /// Complex and quantised numbers.
  private static let otherKinds: Set<Substring> = [
    "ComplexDouble", "ComplexFloat", "QUInt8", "QInt8", "QInt32", "QUInt4x2", "QUInt2x4",
  ]
  private static let types: [String: ElementType] = [
    "float64": .float64, "float32": .float32, "float16": .float16, "bfloat16": .bfloat16, "int64": .int64,
    "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "bool": .bool,
  ]
  private static let otherTypes: Set<String> = Set(
    [
      "complex32", "complex64", "complex128", "quint8", "qint8", "qint32", "quint4x2", "quint2x4", "uint16", "uint32",
      "uint64", "float8_e5m2", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e4m3fnuz", "float8_e8m0fnu",
      "float4_e2m1fn_x2", "bits8", "bits16", "bits1x8", "bits2x4", "bits4x2", "per_tensor_affine",
      "per_tensor_symmetric", "per_channel_affine", "per_channel_symmetric", "per_channel_affine_float_qparams",
    ] + (1...7).flatMap { ["int\($0)", "uint\($0)"] })
  private static let otherRebuilds: Set<String> = [
    "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass",
    "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor",
  ]
}

/// A run of numbers of one type that tensors are views of.
struct PickleStorage: Hashable {
  /// Nil where its tensors say it; `count` is in bytes then.
  var type: ElementType?
  var key: String
  var count: Int
}

/// A view: `shape` and `strides` in elements, from element `first` of a storage on.
struct PickleTensor: Hashable {
  var storage: Int
  var type: ElementType
  var first: Int
  var shape: [Int]
  var strides: [Int]
}
