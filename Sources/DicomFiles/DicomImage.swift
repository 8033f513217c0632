import Cine

/// One image as grouping and ordering see it: a file, or a frame of an enhanced or classic multi-frame file.
struct DicomImage {
  let header: DicomHeader
  let frame: Int

  /// All images of a file.
  static func images(of header: DicomHeader) -> [DicomImage] {
    (0..<header.frames).map { DicomImage(header: header, frame: $0) }
  }

  private var own: DicomFrame? { frame < header.perFrame.count ? header.perFrame[frame] : nil }

  /// True for a frame that has neither place nor time of its own: a loop, as ultrasound and some MR consoles write it.
  var isLoopFrame: Bool { header.frames > 1 && header.perFrame.isEmpty }

  var geometry: Geometry? { own?.geometry ?? header.geometry }

  /// ms since the R wave.
  var triggerTime: Double? {
    if isLoopFrame { return header.frameTime.flatMap { $0 > 0 ? Double(frame) * $0 : nil } }
    return own?.triggerTime ?? header.triggerTime
  }

  var temporalPosition: Int? { own?.temporalPosition ?? header.temporalPosition }
  var nominalInterval: Double? { own?.nominalInterval ?? header.nominalInterval }
  var stackID: String { own?.stackID ?? "" }

  /// A trait of the frame, else of its file.
  func trait<T>(_ path: KeyPath<PictureTraits, T?>) -> T? {
    own?.traits[keyPath: path] ?? header.traits[keyPath: path]
  }

  func trait(_ path: KeyPath<PictureTraits, String>) -> String {
    let mine = own?.traits[keyPath: path] ?? ""
    return mine.isEmpty ? header.traits[keyPath: path] : mine
  }

  /// (0008,0008) or (0008,9007) from the third value on: the first two say nothing of what is seen.
  var typeWords: [String] {
    let type = own.flatMap { $0.imageType.isEmpty ? nil : $0.imageType } ?? header.imageType
    return type.split(separator: "\\").dropFirst(2).map { $0.uppercased() }
  }

  /// What any of those says who can: Complex Image Component, Image Type, GE's raw data type.
  var kind: PictureKind {
    if let kind = PictureKind(word: trait(\.complexComponent).uppercased()) { return kind }
    if let kind = typeWords.lazy.compactMap({ PictureKind(word: $0) }).first { return kind }
    let types: [PictureKind] = [.magnitude, .phase, .real, .imaginary]
    return trait(\.rawDataType).flatMap { types.indices.contains($0) ? types[$0] : nil } ?? .magnitude
  }
}
