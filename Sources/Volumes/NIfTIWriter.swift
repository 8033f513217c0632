import CZlib
import Cine

/// Writes maps of labels as NIfTI-1 (nifti1.h), gzipped, on the grid of the pictures that they belong to.
public struct NIfTIWriter: Sendable {
  public let rows: Int
  public let columns: Int
  public let slices: Int
  public let frames: Int
  /// Of the first slice; slices follow each other by `step`, mm in the patient.
  private let geometry: Geometry
  private let step: Vector3
  /// ms between frames; 0 where unknown.
  private let frameTime: Double

  /// `geometries`, one a slice in their order, are parallel and evenly spaced as far as a grid can say it; `heartbeat` is
  /// in ms.
  public init?(rows: Int, columns: Int, frames: Int, geometries: [Geometry], heartbeat: Double?) {
    guard rows > 0, columns > 0, frames > 0, let first = geometries.first, let last = geometries.last,
      max(rows, columns, max(frames, geometries.count)) <= Int(Int16.max)
    else { return nil }
    (self.rows, self.columns, self.frames, slices) = (rows, columns, frames, geometries.count)
    geometry = first
    step =
      geometries.count > 1 ? (1 / Double(geometries.count - 1)) * (last.origin - first.origin) : 8 * first.normal
    frameTime = (heartbeat ?? 0) / Double(frames)
  }

  /// `labels(slice, frame)` is [rows, columns] as on the screen. A picture's last row is the file's first, as in the files
  /// that Cinecor reads; so a map of a NIfTI file lies on that file's own grid. Nil where the file cannot be written.
  public func write(to path: FilePath, labels: (_ slice: Int, _ frame: Int) -> [UInt8]) -> Bool {
    guard let file = path.withCString({ gzopen($0, "wb6") }) else { return false }
    var whole = put(header, file)
    for t in 0..<frames {
      for k in 0..<slices where whole {
        let picture = labels(k, t)
        guard picture.count == rows * columns else { return gzclose(file) == Z_OK && false }
        for row in (0..<rows).reversed() where whole {
          whole = put(Array(picture[row * columns..<(row + 1) * columns]), file)
        }
      }
    }
    return gzclose(file) == Z_OK && whole
  }

  private func put(_ bytes: [UInt8], _ file: gzFile) -> Bool {
    gzwrite(file, bytes, UInt32(bytes.count)) == Int32(bytes.count)
  }

  /// 348 bytes and four for no extension, little endian.
  private var header: [UInt8] {
    var out = [UInt8](repeating: 0, count: 352)
    func set<T: FixedWidthInteger>(_ at: Int, _ value: T) {
      withUnsafeBytes(of: value.littleEndian) { for (i, byte) in $0.enumerated() { out[at + i] = byte } }
    }
    func set(_ at: Int, _ value: Double) { set(at, Float(value).bitPattern) }
    set(0, Int32(348))
    // dim, datatype (2: UInt8), bitpix
    let dim = [frames > 1 ? 4 : 3, columns, rows, slices, frames, 1, 1, 1]
    for (i, n) in dim.enumerated() { set(40 + 2 * i, Int16(n)) }
    set(70, Int16(2))
    set(72, Int16(8))
    let spacing = [1, geometry.columnSpacing, geometry.rowSpacing, step.length, frameTime / 1000]
    for (i, x) in spacing.enumerated() { set(76 + 4 * i, x) }
    // vox_offset, scl_slope, xyzt_units (mm and seconds), qform_code, sform_code (1: scanner)
    set(108, 352.0)
    set(112, 1.0)
    out[123] = 2 | 8
    set(254, Int16(1))
    // The patient's LPS becomes RAS.
    let (i, j) = (geometry.columnSpacing * geometry.alongRow, -geometry.rowSpacing * geometry.alongColumn)
    let origin = geometry.origin + (Double(1 - rows)) * j
    for (c, v) in [i, j, step, origin].enumerated() {
      for (row, x) in [-v.x, -v.y, v.z].enumerated() { set(280 + 16 * row + 4 * c, x) }
    }
    for (i, byte) in "n+1\0".utf8.enumerated() { out[344 + i] = byte }
    return out
  }
}
