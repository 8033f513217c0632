import CDicom
import Cine

/// Writes studies as single-frame MR images (PS3.3 A.4), for phantoms and demonstrations.
public enum DicomWriter {
  public enum WriteError: Error {
    case failed(path: String, reason: String)
  }

  /// One image a phase under `folder`, named by series, slice and phase. `compressed` is JPEG-LS lossless.
  /// Pixels are rounded to 0…4095.
  public static func write(_ loaded: LoadedStudy, folder: String, compressed: Bool) throws(WriteError) {
    for (i, series) in loaded.series.enumerated() {
      var instance = 0
      for (j, clip) in series.clips.enumerated() {
        for frame in 0..<clip.frames {
          instance += 1
          let path = "\(folder)/\(padded(i + 1, 2))-\(padded(j + 1, 2))-\(padded(frame + 1, 2)).dcm"
          try write(loaded.study, series.series, clip, slice: j, frame: frame, instance: instance, path, compressed)
        }
      }
    }
  }

  private static func write(
    _ study: Study, _ series: Series, _ clip: CineClip, slice: Int, frame: Int, instance: Int, _ path: String,
    _ compressed: Bool
  ) throws(WriteError) {
    guard let dataset = cdicom_new() else { throw .failed(path: path, reason: "not enough memory") }
    defer { cdicom_free(dataset) }
    func put(_ group: UInt16, _ element: UInt16, _ value: String) { _ = cdicom_put(dataset, group, element, value) }
    put(0x0008, 0x0005, "ISO_IR 192")
    put(0x0008, 0x0008, "DERIVED\\SECONDARY\\M")
    put(0x0008, 0x0016, "1.2.840.10008.5.1.4.1.1.4")
    put(0x0008, 0x0018, "\(series.instanceUID).\(instance)")
    put(0x0008, 0x0020, study.date)
    put(0x0008, 0x0030, "120000")
    put(0x0008, 0x0060, "MR")
    put(0x0008, 0x0070, "Cinecor phantom")
    put(0x0008, 0x1030, study.description)
    if !series.description.isEmpty { put(0x0008, 0x103E, series.description) }
    put(0x0010, 0x0010, study.patientName)
    put(0x0010, 0x0020, study.patientID)
    put(0x0010, 0x4000, "Synthetic; no patient")
    put(0x0018, 0x0020, "GR")
    put(0x0018, 0x1060, decimal(clip.times[frame]))
    put(0x0018, 0x1062, "\(Int(clip.heartbeat.rounded()))")
    put(0x0018, 0x1090, "\(clip.frames)")
    put(0x0020, 0x000D, study.instanceUID)
    put(0x0020, 0x000E, series.instanceUID)
    put(0x0020, 0x0011, "\(series.number ?? 1)")
    put(0x0020, 0x0013, "\(instance)")
    if let g = clip.geometry {
      put(0x0020, 0x0032, joined([g.origin.x, g.origin.y, g.origin.z]))
      put(
        0x0020, 0x0037,
        joined([g.alongRow.x, g.alongRow.y, g.alongRow.z, g.alongColumn.x, g.alongColumn.y, g.alongColumn.z]))
      put(0x0028, 0x0030, joined([g.rowSpacing, g.columnSpacing]))
    }
    put(0x0028, 0x0002, "1")
    put(0x0028, 0x0004, "MONOCHROME2")
    put(0x0028, 0x0010, "\(clip.rows)")
    put(0x0028, 0x0011, "\(clip.columns)")
    put(0x0028, 0x0100, "16")
    put(0x0028, 0x0101, "12")
    put(0x0028, 0x0102, "11")
    put(0x0028, 0x0103, "0")
    let n = clip.rows * clip.columns
    let pixels = clip.pixels[frame * n..<(frame + 1) * n].map { UInt16(min(max($0.rounded(), 0), 4095)) }
    var message = [CChar](repeating: 0, count: 256)
    guard cdicom_put_pixels(dataset, pixels, pixels.count) == CDICOM_OK,
      cdicom_save(dataset, path, compressed ? 1 : 0, &message, message.count) == CDICOM_OK
    else {
      let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw .failed(path: path, reason: reason)
    }
  }

  private static func padded(_ n: Int, _ width: Int) -> String {
    let digits = "\(n)"
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// At most 16 characters, as DS demands (PS3.5 section 6.2): six decimals of what is left after the point.
  private static func decimal(_ x: Double) -> String {
    let scaled = Int64((abs(x) * 1e6).rounded())
    let (whole, part) = (scaled / 1_000_000, scaled % 1_000_000)
    return (x < 0 && scaled > 0 ? "-" : "") + "\(whole).\(padded(Int(part), 6))"
  }

  private static func joined(_ values: [Double]) -> String { values.map(decimal).joined(separator: "\\") }
}
