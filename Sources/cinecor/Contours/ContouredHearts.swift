import Cine
import Foundation
import Preparation
import Volumes

/// People whose hearts experts contoured at end-diastole and end-systole, in the layout of ACDC (Bernard et al., IEEE TMI
/// 37(11), 2018): a folder a person with Info.cfg, patientNNN_frameFF.nii.gz and the same with _gt.
struct ContouredHearts {
  let folders: [String]

  init(folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    folders = names.map { "\(folder)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0 + "/Info.cfg") }
  }

  static func trial(_ folder: String) throws(Failure) -> ContourTrial {
    func fail(_ what: String) -> Failure { Failure(code: .someUnreadable, text: "\(folder): \(what)") }
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    guard let info = InfoFile.read(folder: folder) else { throw fail("Info.cfg cannot be read") }
    guard let first = info["ED"].flatMap(Int.init), let last = info["ES"].flatMap(Int.init) else {
      throw fail("Info.cfg names no ED and ES")
    }
    var moments: [(picture: Volume, truth: Volume)] = []
    for frame in [first, last] {
      let stem = "\(folder)/\(name)_frame\(frame < 10 ? "0" : "")\(frame)"
      guard let picture = Volume(stem + ".nii.gz"), let truth = Volume(stem + "_gt.nii.gz"),
        picture.slices.count == truth.slices.count
      else { throw fail("frame \(frame) or its contours cannot be read") }
      moments.append((picture, truth))
    }
    let (ed, es) = (moments[0], moments[1])
    guard ed.picture.slices.count == es.picture.slices.count else { throw fail("its two stacks differ") }
    let clips = ed.picture.slices.indices.map { k in
      let slice = ed.picture.slices[k]
      return (
        ClipChoice.Item(series: 0, slice: k, view: .shortAxis),
        CineClip(
          frames: 2, rows: slice.rows, columns: slice.columns, pixels: slice.pixels + es.picture.slices[k].pixels,
          geometry: slice.geometry, times: [0, 1], heartbeat: 1000)
      )
    }
    let truth = ed.truth.slices.indices.map { k in
      (ed.truth.slices[k].pixels + es.truth.slices[k].pixels).map {
        HeartLabels(HeartLabel(rawValue: UInt8(max(0, min($0, 5)))) ?? .rest)
      }
    }
    return ContourTrial(
      name: name, group: info["Group"] ?? "", clips: clips, lvef: nil,
      person: Person(height: info["Height"].flatMap(Double.init), weight: info["Weight"].flatMap(Double.init)),
      moments: [0, 1], truth: { _ in truth })
  }

  /// One NIfTI volume of a single moment.
  private struct Volume {
    let slices: [(rows: Int, columns: Int, geometry: Geometry?, pixels: [Float])]

    init?(_ path: String) {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      guard let series = try? VolumeFile.contents(descriptor: descriptor).volumes.first?.series,
        let all = try? VolumeFile.frames(0..<series.slices.count, descriptor: descriptor)
      else { return nil }
      let n = all.rows * all.columns
      slices = series.slices.enumerated().map { k, slice in
        (all.rows, all.columns, slice.geometry, Array(all.pixels[k * n..<(k + 1) * n]))
      }
    }
  }
}
