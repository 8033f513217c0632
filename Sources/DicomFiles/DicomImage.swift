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

  /// (0008,0008) or (0008,9007) says phase, real or imaginary values: not magnitude (PS3.3 C.8.3.1.1.1).
  var kind: String {
    let type = own.flatMap { $0.imageType.isEmpty ? nil : $0.imageType } ?? header.imageType
    let words = type.split(separator: "\\").map { $0.uppercased() }
    let parts = ["P", "PHASE", "PHASE MAP", "VELOCITY", "R", "REAL", "I", "IMAGINARY"]
    return words.dropFirst(2).first(where: parts.contains) ?? ""
  }
}
