import Cine

/// Reads the pixels that a study's phases point at.
public enum CineLoader {
  /// Where nothing tells a heart rate, 60 a minute is played.
  static let unknownHeartbeat = 1000.0

  public struct Failure: Error {
    public let file: UnreadableFile
  }

  /// One slice over its heartbeat, rescaled; colour becomes its mean. Fails with the first file that cannot be read.
  public static func load(_ slice: Slice) throws(Failure) -> CineClip {
    var pixels: [Float] = []
    pixels.reserveCapacity(slice.phases.count * slice.rows * slice.columns)
    var last: (path: String, header: DicomHeader, bytes: [UInt8])?
    for phase in slice.phases {
      do {
        if last?.path != phase.path {
          let (header, bytes) = try decode(path: phase.path)
          last = (phase.path, header, bytes)
        }
        guard let file = last, file.header.rows == slice.rows, file.header.columns == slice.columns,
          phase.frame < file.header.frames
        else { throw DicomError.unreadable("it changed since it was first read") }
        append(file.header, file.bytes, frame: phase.frame, to: &pixels)
      } catch let error as DicomError {
        throw Failure(file: error.unreadable(phase.path))
      } catch {
        throw Failure(file: DicomError.unreadable("unknown").unreadable(phase.path))
      }
    }
    let n = slice.phases.count
    let beat = slice.heartbeat?.value ?? unknownHeartbeat
    let given = slice.phases.compactMap { $0.time?.value }
    let times = given.count == n ? given : (0..<n).map { Double($0) * beat / Double(max(n, 1)) }
    return CineClip(
      frames: n, rows: slice.rows, columns: slice.columns, pixels: pixels, geometry: slice.geometry, times: times,
      heartbeat: max(beat, (times.last ?? 0) - (times.first ?? 0)))
  }

  /// Header and decoded bytes of a whole file.
  public static func decode(path: String) throws(DicomError) -> (DicomHeader, [UInt8]) {
    try withDescriptor(path) { (fd) throws(DicomError) in
      let file = try DicomFile(descriptor: fd)
      let header = try file.header(path: path)
      return (header, try file.pixelBytes(header))
    }
  }

  private static func append(_ h: DicomHeader, _ bytes: [UInt8], frame: Int, to pixels: inout [Float]) {
    let n = h.rows * h.columns * h.samples
    let width = h.bitsAllocated / 8
    let shift = UInt32(32 - h.bitsStored)
    let (slope, intercept) = (Float(h.slope), Float(h.intercept))
    bytes.withUnsafeBytes { raw in
      func stored(_ i: Int) -> Float {
        let o = (frame * n + i) * width
        var bits: UInt32 =
          switch width {
          case 1: UInt32(raw[o])
          case 2: UInt32(raw.loadUnaligned(fromByteOffset: o, as: UInt16.self))
          default: raw.loadUnaligned(fromByteOffset: o, as: UInt32.self)
          }
        // Bits above those stored may hold anything (PS3.5 section 8.1.1).
        bits <<= shift
        return h.signed ? Float(Int32(bitPattern: bits) >> Int32(shift)) : Float(bits >> shift)
      }
      for i in 0..<h.rows * h.columns {
        if h.samples == 1 {
          pixels.append(stored(i) * slope + intercept)
        } else {
          pixels.append((stored(3 * i) + stored(3 * i + 1) + stored(3 * i + 2)) / 3 * slope + intercept)
        }
      }
    }
    if h.inverted {
      let start = pixels.count - h.rows * h.columns
      let top = pixels[start...].max() ?? 0
      for i in start..<pixels.count { pixels[i] = top - pixels[i] }
    }
  }
}
