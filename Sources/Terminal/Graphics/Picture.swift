/// A picture and the cells that it owns. `key` names its content: a picture whose key and place are unchanged is not sent
/// again.
public struct Picture: Hashable, Sendable {
  public typealias Key = Int

  public let place: CellRectangle
  public let image: GreyImage
  /// Lines over the image, those further back first.
  public let marks: [Mark]
  public let key: Key

  public init(place: CellRectangle, image: GreyImage, marks: [Mark] = [], key: Key) {
    self.place = place
    self.image = image
    self.marks = marks
    self.key = key
  }
}

/// What the screen shows at one moment: cells, and pictures on them that do not touch one another.
public struct Frame: Hashable, Sendable {
  public var screen: Screen
  public var pictures: [Picture]

  public init(_ screen: Screen, pictures: [Picture] = []) { (self.screen, self.pictures) = (screen, pictures) }
}
