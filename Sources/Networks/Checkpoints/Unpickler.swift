/// Reads a pickle (protocols 2 to 5, as PyTorch writes them) as data. Nothing in it is ever run: the only calls it may ask
/// for are those of `PickleGlobal`, and they make values of this program. (docs.python.org, pickletools.)
struct Unpickler {
  private let bytes: ArraySlice<UInt8>
  /// The byte after what was read so far.
  private(set) var position: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  private(set) var sequences: [[PickleValue]] = []
  private(set) var dictionaries: [[PickleValue: PickleValue]] = []
  private(set) var storages: [PickleStorage] = []
  private(set) var tensors: [PickleTensor] = []

  /// Files of weights have some thousand tensors; far more steps than that are an attack.
  private static let mostSteps = 50_000_000

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next whole pickle's value. A file of the old format holds several, one after another.
  mutating func value() throws(CheckpointError) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    for _ in 0..<Self.mostSteps {
      let code = try byte()
      if code == UInt8(ascii: ".") {
        guard stack.count == 1, marks.isEmpty else { throw .malformed("its pickle ends with \(stack.count) values") }
        return stack[0]
      }
      try step(code)
    }
    throw .malformed("its pickle has no end")
  }

  private mutating func step(_ code: UInt8) throws(CheckpointError) {
    switch code {
    case 0x80: _ = try byte()  // PROTO
    case 0x95: _ = try integer(8)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try sinceMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "J"): stack.append(.int(Int(Int32(truncatingIfNeeded: try integer(4)))))
    case UInt8(ascii: "K"): stack.append(.int(try integer(1)))
    case UInt8(ascii: "M"): stack.append(.int(try integer(2)))
    case 0x8A: stack.append(Self.long(try take(try integer(1))))
    case 0x8B: stack.append(Self.long(try take(try integer(4))))
    case UInt8(ascii: "G"): stack.append(.float(try double()))
    case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.string(try text(4)))
    case 0x8C, UInt8(ascii: "U"): stack.append(.string(try text(1)))
    case 0x8D: stack.append(.string(try text(8)))
    case UInt8(ascii: "B"): try skipBytes(4)
    case UInt8(ascii: "C"): try skipBytes(1)
    case 0x8E, 0x96: try skipBytes(8)
    case UInt8(ascii: "}"): stack.append(newDictionary())
    case UInt8(ascii: "]"), 0x8F: stack.append(.list(new([])))
    case UInt8(ascii: ")"): stack.append(.tuple(new([])))
    case 0x85, 0x86, 0x87: stack.append(.tuple(new(try pop(Int(code) - 0x84))))
    case UInt8(ascii: "t"): stack.append(.tuple(new(try sinceMark())))
    case UInt8(ascii: "l"): stack.append(.list(new(try sinceMark())))
    case UInt8(ascii: "d"):
      let items = try sinceMark()
      stack.append(newDictionary())
      try set(items)
    case UInt8(ascii: "a"): try append([try pop()])
    case UInt8(ascii: "e"), 0x90: try append(try sinceMark())
    case UInt8(ascii: "s"): try set(try pop(2))
    case UInt8(ascii: "u"): try set(try sinceMark())
    case UInt8(ascii: "q"): try remember(try integer(1))
    case UInt8(ascii: "r"): try remember(try integer(4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(try integer(1))
    case UInt8(ascii: "j"): try recall(try integer(4))
    case UInt8(ascii: "c"): try global(try line(), try line())
    case 0x93:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else { throw Self.odd("a name") }
      try global(module, name)
    case UInt8(ascii: "R"), 0x81: try call()
    case UInt8(ascii: "b"): try build()
    case UInt8(ascii: "Q"): try persistent()
    default: throw .malformed("its pickle holds the code \(code), which files of weights do not need")
    }
  }

  private static func odd(_ what: String) -> CheckpointError {
    .malformed("its pickle does not hold together: \(what)")
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(CheckpointError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - position else { throw .malformed("its pickle ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private mutating func byte() throws(CheckpointError) -> UInt8 {
    guard position < bytes.endIndex else { throw .malformed("its pickle ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  /// Little endian; eight bytes beyond the largest Int are refused.
  private mutating func integer(_ width: Int) throws(CheckpointError) -> Int {
    let value = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let value = Int(exactly: value) else { throw .malformed("its pickle names an impossible length") }
    return value
  }

  private mutating func double() throws(CheckpointError) -> Double {
    Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private mutating func text(_ width: Int) throws(CheckpointError) -> String {
    String(decoding: try take(try integer(width)), as: UTF8.self)
  }

  private mutating func skipBytes(_ width: Int) throws(CheckpointError) {
    _ = try take(try integer(width))
    stack.append(.bytes)
  }

  private mutating func line() throws(CheckpointError) -> String {
    guard let end = bytes[position...].prefix(512).firstIndex(of: UInt8(ascii: "\n")) else { throw Self.odd("a name") }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  /// Two's complement, little endian.
  private static func long(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard let last = bytes.last else { return .int(0) }
    guard bytes.count <= 8 else { return .large(Array(bytes)) }
    let filled = bytes.reversed().reduce(last >= 128 ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return .int(Int(Int64(bitPattern: filled)))
  }

  // MARK: Stack

  private func top() throws(CheckpointError) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw Self.odd("too few values") }
    return value
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw Self.odd("too few values") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func sinceMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.odd("no mark") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ place: Int) throws(CheckpointError) { memo[place] = try top() }

  private mutating func recall(_ place: Int) throws(CheckpointError) {
    guard let value = memo[place] else { throw Self.odd("nothing was remembered at \(place)") }
    stack.append(value)
  }

  // MARK: Containers

  private mutating func new(_ items: [PickleValue]) -> Int {
    sequences.append(items)
    return sequences.count - 1
  }

  private mutating func newDictionary() -> PickleValue {
    dictionaries.append([:])
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func append(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .list(let list) = try top() else { throw Self.odd("no list to append to") }
    sequences[list] += items
  }

  private mutating func set(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .dictionary(let dictionary) = try top(), items.count % 2 == 0 else { throw Self.odd("no dictionary") }
    for i in stride(from: 0, to: items.count, by: 2) { dictionaries[dictionary][items[i]] = items[i + 1] }
  }

  func items(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let place), .list(let place): sequences[place]
    default: nil
    }
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    let all = items(value)
    let numbers = all?.compactMap { if case .int(let n) = $0 { n } else { nil } }
    return numbers?.count == all?.count ? numbers : nil
  }

  // MARK: What the allow-list knows

  private mutating func global(_ module: String, _ name: String) throws(CheckpointError) {
    guard let known = PickleGlobal(module: module, name: name) else { throw .refused("\(module).\(name)") }
    stack.append(.callable(known))
  }

  private mutating func call() throws(CheckpointError) {
    let both = try pop(2)
    guard case .callable(let function) = both[0], let arguments = items(both[1]) else { throw Self.odd("a call") }
    stack.append(try make(function, arguments))
  }

  private mutating func make(
    _ function: PickleGlobal, _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    switch function {
    case .dictionary:
      // Counter takes a dictionary; for OrderedDict, Python 2 wrote pairs.
      // The same one, not a copy: copies of copies would cost what no file's size bounds.
      if case .dictionary? = arguments.first { return arguments[0] }
      let made = newDictionary()
      stack.append(made)
      for pair in arguments.first.flatMap(items) ?? [] { try set(items(pair) ?? []) }
      return try pop()
    case .set:
      switch arguments.first {
      case .list(let place), .tuple(let place): return .list(place)
      default: return .list(new([]))
      }
    case .size: return arguments.first ?? .tuple(new([]))
    case .bytes: return .bytes
    case .rebuildParameter:
      guard let tensor = arguments.first, tensor == .other || Self.isTensor(tensor) else {
        throw Self.odd("a parameter without its tensor")
      }
      return tensor
    case .rebuildFromType:
      guard arguments.count >= 3, case .callable(let inner) = arguments[0], inner != .rebuildFromType,
        let own = items(arguments[2])
      else { throw Self.odd("a tensor of a class without its parts") }
      return try make(inner, own)
    case .rebuildTensor: return try tensor(arguments, type: nil)
    case .rebuildTensorOfType:
      guard arguments.count >= 7, case .callable(let kind) = arguments[6] else {
        throw Self.odd("a tensor without type")
      }
      guard case .type(let type) = kind else { return .other }
      return try tensor(arguments, type: type)
    case .other: return .other
    case .storage, .untypedStorage, .type: throw Self.odd("a call of what cannot be called")
    }
  }

  private static func isTensor(_ value: PickleValue) -> Bool { if case .tensor = value { true } else { false } }

  private mutating func tensor(
    _ arguments: [PickleValue], type: ElementType?
  ) throws(CheckpointError) -> PickleValue {
    guard arguments.count >= 4, case .int(let first) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3]), shape.count == strides.count
    else { throw Self.odd("a tensor without storage, shape and strides") }
    if arguments[0] == .other { return .other }
    guard case .storage(let storage) = arguments[0], let type = type ?? storages[storage].type else {
      throw Self.odd("a tensor without storage, shape and strides")
    }
    tensors.append(PickleTensor(storage: storage, type: type, first: first, shape: shape, strides: strides))
    return .tensor(tensors.count - 1)
  }

  /// The state of what may have one (PyTorch's `_metadata` of a dictionary, attributes of a tensor) is passed over.
  private mutating func build() throws(CheckpointError) {
    _ = try pop()
    switch try top() {
    case .dictionary, .tensor, .other: return
    default: throw Self.odd("a state for what has none")
    }
  }

  /// ('storage', type, key, place, count), and in the old format a sixth: a view of another storage.
  private mutating func persistent() throws(CheckpointError) {
    let identity = try pop()
    guard let parts = items(identity), parts.count >= 5, parts[0] == .string("storage"),
      case .callable(let kind) = parts[1], case .string(let key) = parts[2], case .int(let count) = parts[4], count >= 0
    else { throw Self.odd("a storage without type, key and length") }
    if parts.count > 5, parts[5] != .none { throw .malformed("storage \(key) is a view, which is not supported") }
    let type: ElementType?
    switch kind {
    case .storage(let known): type = known
    case .untypedStorage: type = nil
    case .other:
      stack.append(.other)
      return
    default: throw Self.odd("a storage without type, key and length")
    }
    storages.append(PickleStorage(type: type, key: key, count: count))
    stack.append(.storage(storages.count - 1))
  }
}
