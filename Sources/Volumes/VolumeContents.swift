import Cine

/// What a volume file holds: its series, and what of it could not be read.
public struct VolumeContents: Hashable, Sendable {
  public var volumes: [Volume]
  public var unread: [UnreadPart]

  public init(volumes: [Volume], unread: [UnreadPart] = []) {
    self.volumes = volumes
    self.unread = unread
  }
}

/// One series of a file. Its view is not known yet, nor whose it is; its phases' paths are empty.
public struct Volume: Hashable, Sendable {
  public var series: Series
  /// HDF5: the groups in which it lies, from the top.
  public var groups: [String]
  public var numbers: NumberKind
  /// False where nothing tells how it lies in the body.
  public var isPlaced: Bool

  public init(series: Series, groups: [String] = [], numbers: NumberKind = .greys, isPlaced: Bool) {
    self.series = series
    self.groups = groups
    self.numbers = numbers
    self.isPlaced = isPlaced
  }
}

/// A part of a file that was not read, while the rest was.
public struct UnreadPart: Hashable, Sendable {
  /// Its place in the file: "patient_001/SAX".
  public var name: String
  /// A stable code, as in `VolumeError`.
  public var reason: String
  /// To be read after the name.
  public var text: String

  public init(name: String, reason: String, text: String) {
    self.name = name
    self.reason = reason
    self.text = text
  }

  init(_ name: String, _ error: VolumeError) { self.init(name: name, reason: error.code, text: error.text) }
}
