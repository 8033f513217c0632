import Cine
import Contours
import Foundation
import Intake
import Preparation
import TestSupport
import Volumes

@testable import Contours

/// Hearts of ACDC as if the network had drawn what experts drew: what measurements are tried on. Read where they lie.
struct ExpertHeart {
  let group: String
  let study: Study
  let contours: StudyContours

  static func all() throws -> [ExpertHeart] {
    guard let path = SharedFolder.path("data/hearts/acdc") else { return [] }
    return try StudyFolder([FilePath(path)], pool: TestWorkers.pool).studies.map { try ExpertHeart($0) }
  }

  private init(_ study: Study) throws {
    self.study = study
    let folder = study.path.text
    let info = try String(contentsOfFile: folder + "/Info.cfg", encoding: .utf8)
    group =
      info.split(separator: "\n").first { $0.hasPrefix("Group:") }.map { $0.dropFirst(7).filter { $0 != " " } } ?? ""
    let series = study.series[0]
    let truths = try series.slices[0].phases.map { phase in
      try Self.labels(phase.path.text.replacingOccurrences(of: ".nii.gz", with: "_gt.nii.gz"), series.slices.count)
    }
    // One square for the whole stack, as the network has it, around the cavity.
    var (y, x, n) = (0, 0, 0)
    for slice in truths[0] {
      for k in slice.pixels.indices where slice.pixels[k] == 3 {
        (y, x, n) = (y + k / slice.columns, x + k % slice.columns, n + 1)
      }
    }
    let centre = (row: Double(y) / Double(n), column: Double(x) / Double(n))
    let recipe = ContourRecipe()
    let stack = series.slices.enumerated().map { k, slice in
      let g =
        slice.geometry ?? Geometry(origin: .zero, alongRow: .zero, alongColumn: .zero, rowSpacing: 1, columnSpacing: 1)
      let placement = recipe.placement(centre: centre, g)
      let labels = truths.flatMap { truth in
        truth[k].pixels.withUnsafeBufferPointer {
          placement.cut(labels: $0, rows: slice.rows, columns: slice.columns, outside: 0)
        }
      }
      return DrawnClip(
        item: ClipChoice.Item(series: 0, slice: k, view: .shortAxis), placement: placement, frames: truths.count,
        labels: labels, pixelArea: recipe.pitch * recipe.pitch)
    }
    contours = StudyContours(
      stack: stack, long: [],
      volumes: StackVolumes(stack, positions: series.slices.compactMap { $0.geometry?.positionAlongNormal }))
  }

  private static func labels(_ path: String, _ slices: Int) throws -> [(columns: Int, pixels: [UInt8])] {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let all = try VolumeFile.frames(0..<slices, descriptor: file.fileDescriptor)
    let n = all.rows * all.columns
    return (0..<slices).map { k in
      (all.columns, all.pixels[k * n..<(k + 1) * n].map { UInt8(max(0, min(5, $0))) })
    }
  }
}
