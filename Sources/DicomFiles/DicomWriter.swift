import CDicom
import Cine
import Glibc
import Plain

/// Writes studies as single-frame MR images (PS3.3 A.4), for phantoms and demonstrations. The same study gives the same
/// bytes. What it writes says that it is synthetic.
public enum DicomWriter {
  public enum WriteError: Error, Hashable, Sendable {
    case failed(path: String, reason: String)
  }

  public enum Compression: String, Sendable, CaseIterable {
    case none = "1.2.840.10008.1.2.1"
    case deflated = "1.2.840.10008.1.2.1.99"
    case jpegLSLossless = "1.2.840.10008.1.2.4.80"
    case rle = "1.2.840.10008.1.2.5"
  }

  /// One file a phase in `folder`, which is made where it is missing: "series-slice-phase.dcm". Pixels are rounded to
  /// 0…4095.
  public static func write(
    _ loaded: LoadedStudy, folder: String, compression: Compression = .none
  ) throws(WriteError) {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw .failed(path: folder, reason: systemMessage()) }
    for (i, series) in loaded.series.enumerated() {
      var instance = 0
      for (j, clip) in series.clips.enumerated() {
        for frame in 0..<clip.frames {
          instance += 1
          let name = [i + 1, j + 1, frame + 1].map { padded($0, 2) }.joined(separator: "-") + ".dcm"
          let image = Image(
            study: loaded.study, series: series.series, number: i + 1, clip: clip, frame: frame, instance: instance,
            thickness: thickness(series.clips))
          try save(try encode(image, compression, path: "\(folder)/\(name)"), path: "\(folder)/\(name)")
        }
      }
    }
  }

  private struct Image {
    var study: Study
    var series: Series
    var number: Int
    var clip: CineClip
    var frame: Int
    var instance: Int
    /// mm
    var thickness: Double
  }

  /// The distance of neighbouring slices; 8 mm where there is one.
  private static func thickness(_ clips: [CineClip]) -> Double {
    let positions = clips.compactMap { $0.geometry?.positionAlongNormal }.sorted()
    let gaps = zip(positions, positions.dropFirst()).map { $1 - $0 }.filter { $0 > 0.1 }
    return gaps.min() ?? 8
  }

  private static func encode(_ image: Image, _ compression: Compression, path: String) throws(WriteError) -> [UInt8] {
    guard let dataset = cdicom_new() else { throw .failed(path: path, reason: "not enough memory") }
    defer { cdicom_free(dataset) }
    for (tag, value) in elements(image) where cdicom_put(dataset, tag.0, tag.1, value) != CDICOM_OK {
      throw .failed(path: path, reason: "\(value) is no value for \(tag)")
    }
    let clip = image.clip
    let n = clip.rows * clip.columns
    let pixels = clip.pixels[image.frame * n..<(image.frame + 1) * n].map { pixel in
      // NaN compares false with everything: it becomes black.
      pixel > 0 ? UInt16(min(pixel.rounded(), 4095)) : 0
    }
    var message = Message()
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    let isPut: Bool
    if compression == .jpegLSLossless {
      let stream = JpegLs.encode(pixels, rows: clip.rows, columns: clip.columns) ?? []
      isPut = cdicom_put_fragment(dataset, compression.rawValue, stream, stream.count) == CDICOM_OK && !stream.isEmpty
    } else {
      isPut = cdicom_put_pixels(dataset, pixels, pixels.count) == CDICOM_OK
    }
    guard isPut, cdicom_encode(dataset, compression.rawValue, &out, &count, &message.bytes, Message.size) == CDICOM_OK,
      let out
    else { throw .failed(path: path, reason: message.text) }
    defer { cdicom_free_bytes(out) }
    return Array(UnsafeBufferPointer(start: out, count: count))
  }

  private static func elements(_ i: Image) -> [((UInt16, UInt16), String)] {
    let (study, series, clip) = (i.study, i.series, i.clip)
    let sopClass = "1.2.840.10008.5.1.4.1.1.4"
    let sop = UniqueID.make("\(series.instanceUID)/\(i.instance)")
    var all: [((UInt16, UInt16), String)] = [
      ((0x0002, 0x0002), sopClass), ((0x0002, 0x0003), sop), ((0x0002, 0x0012), UniqueID.make("Cinecor")),
      ((0x0002, 0x0013), "CINECOR"),
      ((0x0008, 0x0005), "ISO_IR 192"), ((0x0008, 0x0008), "DERIVED\\SECONDARY\\M"), ((0x0008, 0x0016), sopClass),
      ((0x0008, 0x0018), sop), ((0x0008, 0x0020), study.date), ((0x0008, 0x0030), "120000"), ((0x0008, 0x0050), ""),
      ((0x0008, 0x0060), "MR"), ((0x0008, 0x0070), "Cinecor phantom"), ((0x0008, 0x0090), ""),
      ((0x0008, 0x1030), study.description), ((0x0008, 0x103E), series.description),
      ((0x0010, 0x0010), study.patientName), ((0x0010, 0x0020), study.patientID), ((0x0010, 0x0030), ""),
      ((0x0010, 0x0040), "O"), ((0x0018, 0x0020), "GR"), ((0x0018, 0x0021), "SK"), ((0x0018, 0x0022), ""),
      ((0x0018, 0x0023), "2D"), ((0x0018, 0x0050), decimal(i.thickness)),
      ((0x0018, 0x0080), ""), ((0x0018, 0x0081), ""), ((0x0018, 0x0088), decimal(i.thickness)),
      ((0x0018, 0x1060), decimal(clip.times[i.frame])), ((0x0018, 0x1062), "\(Int(clip.heartbeat.rounded()))"),
      ((0x0018, 0x1090), "\(clip.frames)"),
      ((0x0020, 0x000D), study.instanceUID), ((0x0020, 0x000E), series.instanceUID),
      ((0x0020, 0x0010), "1"), ((0x0020, 0x0011), "\(series.number ?? i.number)"),
      ((0x0020, 0x0013), "\(i.instance)"), ((0x0020, 0x0052), UniqueID.make("\(study.instanceUID)/frame of reference")),
      ((0x0020, 0x1040), ""), ((0x0020, 0x4000), "SYNTHETIC: computed, not measured on any person"),
      ((0x0028, 0x0002), "1"), ((0x0028, 0x0004), "MONOCHROME2"), ((0x0028, 0x0010), "\(clip.rows)"),
      ((0x0028, 0x0011), "\(clip.columns)"), ((0x0028, 0x0100), "16"), ((0x0028, 0x0101), "12"),
      ((0x0028, 0x0102), "11"), ((0x0028, 0x0103), "0"),
    ]
    if let g = clip.geometry {
      let (r, c) = (g.alongRow, g.alongColumn)
      all += [
        ((0x0020, 0x0032), joined([g.origin.x, g.origin.y, g.origin.z])),
        ((0x0020, 0x0037), joined([r.x, r.y, r.z, c.x, c.y, c.z])),
        ((0x0028, 0x0030), joined([g.rowSpacing, g.columnSpacing])),
      ]
    }
    return all
  }

  private static func save(_ bytes: [UInt8], path: String) throws(WriteError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .failed(path: path, reason: systemMessage()) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let n = bytes.withUnsafeBytes { raw in
        raw.baseAddress.map { Glibc.write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { throw .failed(path: path, reason: systemMessage()) }
      done += n
    }
  }

  private static func padded(_ n: Int, _ width: Int) -> String {
    let digits = "\(n)"
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// At most 16 characters, as DS demands (PS3.5 section 6.2): six decimals.
  private static func decimal(_ x: Double) -> String {
    let scaled = Int64((min(abs(x), 1e7) * 1e6).rounded())
    return (x < 0 && scaled > 0 ? "-" : "") + "\(scaled / 1_000_000).\(padded(Int(scaled % 1_000_000), 6))"
  }

  private static func joined(_ values: [Double]) -> String { values.map(decimal).joined(separator: "\\") }
}

/// Unique identifiers that the same name always gives.
public enum UniqueID {
  /// "2.25." and a 128-bit number in decimal (PS3.5 section B.2), the head of the name's SHA-256.
  public static func make(_ name: String) -> String {
    let hex = SHA256.hex(of: Array(name.utf8)).prefix(32)
    var digits: [Int] = [0]
    for nibble in hex {
      var carry = nibble.hexDigitValue ?? 0
      for i in digits.indices {
        carry += digits[i] * 16
        digits[i] = carry % 10
        carry /= 10
      }
      while carry > 0 {
        digits.append(carry % 10)
        carry /= 10
      }
    }
    return "2.25." + digits.reversed().map { "\($0)" }.joined()
  }
}
