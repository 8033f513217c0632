/// What can tell pictures of one place and moment apart, in the order in which it is tried.
enum Trait: Hashable, CaseIterable {
  case echoTime, echoNumber, imageType, inversionTime, bValue, velocity, sequence, coil, stack

  /// True where two values at one place are two cines whatever their times say. Anything else must explain why pictures
  /// share their moments: some scanners count such numbers up from picture to picture.
  var alwaysTells: Bool { self == .echoTime }

  /// Each image's place among the trait's values, from 0; nil where not all images have one, or all the same.
  func ranks(_ images: [DicomImage]) -> [Int]? {
    switch self {
    case .echoTime: Self.clusters(images.map { $0.trait(\.echoTime) })
    case .inversionTime: Self.clusters(images.map { $0.trait(\.inversionTime) })
    case .bValue: Self.clusters(images.map { $0.trait(\.bValue) })
    case .echoNumber: Self.clusters(images.map { $0.trait(\.echoNumber).map(Double.init) })
    case .imageType, .velocity, .sequence, .coil, .stack: Self.words(images.map(word))
    }
  }

  private func word(_ image: DicomImage) -> String {
    switch self {
    case .imageType: image.typeWords.joined(separator: " ")
    case .velocity: image.trait(\.velocityDirection)
    case .sequence: image.header.sequenceName
    case .coil: image.trait(\.coil)
    case .stack: image.stackID
    case .echoTime, .echoNumber, .inversionTime, .bValue: ""
    }
  }

  /// Numbers nearer to each other than 8 % or 0.1 are one: scanners adapt them from slice to slice, and round them.
  private static func clusters(_ values: [Double?]) -> [Int]? {
    let known = values.compactMap { $0 }
    guard known.count == values.count else { return nil }
    let sorted = Set(known).sorted()
    var starts = Array(sorted.prefix(1))
    for (a, b) in zip(sorted, sorted.dropFirst()) where b - a > max(0.1, 0.08 * abs(a)) { starts.append(b) }
    guard starts.count > 1 else { return nil }
    return known.map { value in (starts.firstIndex { $0 > value } ?? starts.count) - 1 }
  }

  /// In the order in which they come.
  private static func words(_ words: [String]) -> [Int]? {
    var known: [String: Int] = [:]
    for word in words where known[word] == nil { known[word] = known.count }
    return known.count > 1 ? words.map { known[$0] ?? 0 } : nil
  }

  /// What a series of pictures says of the trait, for its description: "echo 2, TE 4.6 ms".
  func label(_ image: DicomImage, rank: Int) -> String {
    func number(_ value: Double?) -> String { value.map { "\(($0 * 100).rounded() / 100)" } ?? "?" }
    switch self {
    case .echoTime: return "echo \(rank + 1), TE \(number(image.trait(\.echoTime))) ms"
    case .echoNumber: return "echo \(image.trait(\.echoNumber) ?? rank + 1)"
    case .inversionTime: return "TI \(number(image.trait(\.inversionTime))) ms"
    case .bValue: return "b \(number(image.trait(\.bValue))) s/mm²"
    case .velocity: return "velocity \(word(image).split(separator: "\\").joined(separator: " "))"
    case .coil: return "coil \(word(image))"
    case .stack: return "stack \(word(image))"
    case .imageType, .sequence: return word(image)
    }
  }
}
