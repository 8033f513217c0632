import Cine
import Contours
import Foundation
import Volumes

/// One label map: the contours of a series, or of one of the volumes that it came in.
struct LabelMaps {
  let name: String
  private let writer: NIfTIWriter
  /// By slice: its drawn clip, and the frames of it that belong to this file.
  private let slices: [(drawn: DrawnClip?, frames: [Int])]

  /// A volume file of its own keeps its name; a series of single pictures is named by its number and description.
  static func of(_ study: Study, _ contours: StudyContours?) -> [LabelMaps] {
    let drawn = contours?.drawn ?? []
    return Set(drawn.map(\.item.series)).sorted().flatMap { i -> [LabelMaps] in
      let one = study.series[i]
      let own = drawn.filter { $0.item.series == i }
      let paths = one.slices.first.map { Set($0.phases.map(\.path)) } ?? []
      // A volume has all slices at some moments; pictures have a file each.
      let isVolumes = paths.allSatisfy { path in one.slices.allSatisfy { $0.phases.contains { $0.path == path } } }
      let parts: [FilePath?] = isVolumes ? paths.sorted() : [nil]
      return parts.compactMap { LabelMaps(one, own, path: $0) }
    }
  }

  private init?(_ series: Series, _ drawn: [DrawnClip], path: FilePath?) {
    // In the file's own order, where it is a file.
    let order =
      path == nil
      ? Array(series.slices.indices)
      : series.slices.indices.sorted {
        (series.slices[$0].phases.first?.frame ?? 0) < (series.slices[$1].phases.first?.frame ?? 0)
      }
    slices = order.map { k in
      let slice = series.slices[k]
      let frames = slice.phases.indices.filter { path == nil || slice.phases[$0].path == path }
      return (drawn.first { $0.item.slice == k }, frames.sorted { slice.phases[$0].frame < slice.phases[$1].frame })
    }
    guard let first = series.slices.first,
      let writer = NIfTIWriter(
        rows: first.rows, columns: first.columns, frames: slices.map(\.frames.count).max() ?? 0,
        geometries: order.compactMap { series.slices[$0].geometry }, heartbeat: first.heartbeat?.value),
      writer.slices == slices.count
    else { return nil }
    self.writer = writer
    if let path {
      var stem = path.name.text
      for suffix in [".gz", ".nii", ".hdr", ".h5", ".hdf5"] where stem.lowercased().hasSuffix(suffix) {
        stem = String(stem.dropLast(suffix.count))
      }
      name = Self.safe(stem)
    } else {
      name = Self.safe(
        ([series.number.map { "\($0)" } ?? "", series.description].filter { !$0.isEmpty }).joined(separator: "_"))
    }
  }

  /// Letters, numbers and little else: names come out of files.
  private static func safe(_ text: String) -> String {
    let kept = text.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
    let name = String(kept.prefix(80).drop { $0 == "." })
    return name.isEmpty ? "series" : name
  }

  /// A name that this run has not given yet.
  static func unused(_ stem: String, _ used: inout Set<String>) -> String {
    var name = stem + "_contours.nii.gz"
    var i = 2
    while !used.insert(name).inserted {
      name = "\(stem)_\(i)_contours.nii.gz"
      i += 1
    }
    return name
  }

  func write(to path: FilePath) -> Bool {
    writer.write(to: path) { k, t in
      let (drawn, frames) = slices[k]
      guard let drawn, !frames.isEmpty else { return [UInt8](repeating: 0, count: writer.rows * writer.columns) }
      // A slice of fewer phases lends its nearest.
      let frame = frames[min(t * frames.count / writer.frames, frames.count - 1)]
      return drawn.labels(frame: frame, rows: writer.rows, columns: writer.columns).map(\.rawValue)
    }
  }
}
