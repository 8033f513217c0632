/// What can tell a picture from others of the same place and moment: as a file says it of all its frames, or a frame of
/// itself.
public struct PictureTraits: Hashable, Sendable, Codable {
  /// Complex Image Component (0008,9208): MAGNITUDE, PHASE, REAL, IMAGINARY or MIXED (PS3.3 C.8.13.3.1).
  public var complexComponent = ""
  /// GE's raw data type, (0043,xx2F) in the block of GEMS_PARM_01: 0 magnitude, 1 phase, 2 real, 3 imaginary.
  public var rawDataType: Int?
  /// Echo Numbers (0018,0086), the first.
  public var echoNumber: Int?
  /// ms: Echo Time (0018,0081), Effective Echo Time (0018,9082).
  public var echoTime: Double?
  /// ms: Inversion Time (0018,0082), Inversion Times (0018,9079).
  public var inversionTime: Double?
  /// s/mm²: Diffusion b-value (0018,9087).
  public var bValue: Double?
  /// Velocity Encoding Direction (0018,9090), three numbers.
  public var velocityDirection = ""
  /// Receive Coil Name (0018,1250).
  public var coil = ""
  /// Acquisition Number (0020,0012), Frame Acquisition Number (0020,9156).
  public var acquisitionNumber: Int?
  /// Acquisition DateTime (0008,002A), Frame Acquisition DateTime (0018,9074).
  public var acquisitionDateTime = ""

  public init() {}
}

/// What the values of a picture are.
enum PictureKind: String {
  case magnitude, phase, real, imaginary, water, fat, map
  case inPhase = "in phase"
  case opposedPhase = "opposed phase"

  /// True where a heart looks as in a plain cine, so that the series can be a view.
  var showsAnatomy: Bool { self == .magnitude || self == .water || self == .inPhase || self == .opposedPhase }

  /// A value of Image Type or of Complex Image Component; nil where it says nothing of this, or magnitude. Siemens writes
  /// "P", Philips "P", "PHASE MAP" or "R_IR", the standard "PHASE".
  init?(word: String) {
    switch word {
    case "P", "PHASE", "PHASE MAP", "VELOCITY", "VELOCITY MAP": self = .phase
    case "R", "REAL": self = .real
    case "I", "IMAGINARY": self = .imaginary
    case "W", "WATER": self = .water
    case "F", "FAT": self = .fat
    case "IP", "IN_PHASE", "IN PHASE": self = .inPhase
    case "OP", "OPP_PHASE", "OUT_PHASE", "OPP PHASE", "OUT PHASE", "OPPOSED_PHASE", "OPPOSED PHASE":
      self = .opposedPhase
    case _ where word.hasPrefix("P_"): self = .phase
    case _ where word.hasPrefix("R_"): self = .real
    case _ where word.hasPrefix("I_"): self = .imaginary
    case _ where word.hasSuffix(" MAP") || word.hasSuffix("_MAP"): self = .map
    default: return nil
    }
  }
}
