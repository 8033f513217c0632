/// What a pixel of the heart can be; the raw value is the class's plane among the logits.
public enum TissueClass: UInt8, CaseIterable, Hashable, Sendable {
  case rest
  /// Papillary muscles and trabeculae included.
  case leftCavity
  case leftMuscle
  case rightCavity
  case leftAtrium
  case rightAtrium
}

/// What is known of a pixel: the set of classes that it may be, a bit each. One alone is certain; more are a partial
/// label ("neither cavity nor muscle of the left ventricle"); none, or all, say nothing, and no loss looks at the pixel.
public struct PartialLabel: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Certainly this.
  public init(_ tissue: TissueClass) { rawValue = 1 << tissue.rawValue }

  public static let unknown = PartialLabel([])
  public static let all = PartialLabel(TissueClass.allCases.map { PartialLabel($0) })

  /// Anything but these.
  public static func not(_ tissues: TissueClass...) -> PartialLabel {
    all.subtracting(PartialLabel(tissues.map { PartialLabel($0) }))
  }
}
