import Cine
import Foundation
import TestSupport

@testable import DicomFiles

/// Small studies and headers made for tests.
enum Synthetic {
  /// Across the usual long axis.
  static let shortAxis = (row: Vector3(0.5, 0.8, -0.2).normalized, normal: Vector3(0.66, -0.55, -0.5).normalized)

  /// A plane with this normal, `position` mm along it.
  static func plane(normal: Vector3, position: Double, spacing: Double = 1.5) -> Geometry {
    let n = normal.normalized
    let helper = abs(n.x) < 0.9 ? Vector3(1, 0, 0) : Vector3(0, 1, 0)
    let row = (helper - helper.dot(n) * n).normalized
    return Geometry(
      origin: position * n + 30 * row, alongRow: row, alongColumn: n.cross(row), rowSpacing: spacing,
      columnSpacing: spacing)
  }

  /// One file of a cine; everything that matters can be changed afterwards.
  static func header(
    series: String = "1.2", slice: Int = 0, phase: Int = 0, phases: Int = 10, heartbeat: Double = 800,
    normal: Vector3 = shortAxis.normal, description: String = ""
  ) -> DicomHeader {
    var h = DicomHeader()
    h.studyUID = "1.2.3"
    h.seriesUID = series
    h.sopInstanceUID = "\(series).\(slice).\(phase)"
    h.path = "/study/\(series)/\(slice)-\(phase)"
    h.seriesDescription = description
    h.modality = "MR"
    h.seriesNumber = 7
    h.instanceNumber = slice * phases + phase + 1
    h.triggerTime = heartbeat * Double(phase) / Double(phases)
    h.nominalInterval = heartbeat
    h.geometry = plane(normal: normal, position: Double(slice) * 10)
    (h.rows, h.columns, h.bitsAllocated, h.bitsStored, h.highBit) = (8, 6, 16, 12, 11)
    return h
  }

  static func stack(slices: Int, phases: Int = 10, series: (Int) -> String = { _ in "1.2" }) -> [DicomHeader] {
    (0..<slices).flatMap { s in (0..<phases).map { header(series: series(s), slice: s, phase: $0, phases: phases) } }
  }

  static func studies(_ headers: [DicomHeader]) -> [Study] {
    var builder = StudyBuilder()
    for h in headers { builder.add(h) }
    return builder.studies()
  }

  /// A study with pixels: a stack of three slices and one long axis, `phases` of 8 × 6.
  static func loaded(phases: Int = 4) -> LoadedStudy {
    let normals = [shortAxis.normal, Vector3(-0.1, 0.75, -0.6)]
    let series = zip([3, 1], normals).enumerated().map { i, shape in
      let clips = (0..<shape.0).map { s in
        let pixels = (0..<phases * 48).map { Float(($0 * 37 + s * 101 + i * 1009) % 4096) }
        return CineClip(
          frames: phases, rows: 8, columns: 6, pixels: pixels,
          geometry: plane(normal: shape.1, position: Double(s) * 8 - 4),
          times: (0..<phases).map { Double($0) * 800 / Double(phases) }, heartbeat: 800)
      }
      let slices = clips.map { clip in
        Slice(
          rows: 8, columns: 6, geometry: clip.geometry, heartbeat: Milliseconds(800),
          phases: clip.times.map { Phase(time: Milliseconds($0), path: "", frame: 0) })
      }
      return LoadedSeries(
        series: Series(
          instanceUID: "2.25.1.\(i + 1)", number: i + 1, description: ["SAX cine", "4CH cine"][i],
          view: [.shortAxis, .fourChamber][i], viewRule: .none, orderRule: "as made", ties: 0, slices: slices),
        clips: clips)
    }
    let study = Study(
      instanceUID: "2.25.1", path: "", patientName: "Müller^Zoë", patientID: "P1", date: "20260101",
      description: "Synthetic heart, not a patient", series: series.map(\.series))
    return LoadedStudy(study: study, series: series)
  }
}

typealias ScratchFolder = TestSupport.ScratchFolder

extension DicomFile {
  /// Header and pixels as stored of all frames.
  static func decode(path: String) throws(DicomError) -> (header: DicomHeader, bytes: [UInt8]) {
    try withDescriptor(path) { (fd) throws(DicomError) in
      let file = try DicomFile(descriptor: fd, path: FilePath(path))
      return (file.header, try file.pixels())
    }
  }
}
