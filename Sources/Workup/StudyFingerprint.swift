import Cine
import Plain
import Preparation

/// Names for what the model sees of a study: results are kept under them. Everything that reaches the model and its
/// warnings is in them; patients' names and dates are not.
public enum StudyFingerprint {
  /// SHA-256 over pixels, geometry and times of the chosen clips, and what else of the study an analysis tells.
  public static func of(_ study: Study, _ clips: [ReadClip]) -> String {
    var sum = Sum()
    sum.add(seriesOf: study)
    sum.add(study.person)
    sum.add([clips.count])
    for (item, clip) in clips {
      sum.add(item, of: study)
      sum.add(study.series[item.series].slices[item.slice].phases.map { $0.time == nil ? 0 : 1 })
      sum.add([clip.frames, clip.rows, clip.columns])
      sum.add(clip.geometry)
      sum.add(clip.times + [clip.heartbeat])
      clip.pixels.withUnsafeBytes { sum.hash.update($0) }
    }
    return sum.hash.hex()
  }

  /// SHA-256 over which files the chosen slices lie in, as the system knows these, and what their heads said: made
  /// without reading any. Where it is the same, so are the pixels. `slices` are in the order that the model wants,
  /// `state` asks for a file; nil where there is one that cannot be asked for.
  public static func ofFiles(
    _ study: Study, _ slices: [WantedClip], state: (FilePath) -> FileState?
  ) -> String? {
    var sum = Sum()
    var known: Set<FilePath> = []
    sum.add(seriesOf: study)
    sum.add(study.person)
    sum.add([slices.count])
    for (item, slice) in slices {
      sum.add(item, of: study)
      sum.add([slice.rows, slice.columns, slice.phases.count])
      sum.add(slice.geometry)
      sum.add(slice.heartbeat)
      for phase in slice.phases {
        sum.add(phase.time)
        sum.add([phase.frame])
        sum.add(phase.path.bytes)
        guard known.insert(phase.path).inserted else { continue }
        guard let file = state(phase.path) else { return nil }
        sum.add([file.device, file.inode, file.size, file.modified, file.changed])
      }
    }
    return sum.hash.hex()
  }

  private struct Sum {
    var hash = SHA256()

    mutating func add(_ numbers: [Double]) { numbers.withUnsafeBytes { hash.update($0) } }
    mutating func add(_ numbers: [Int]) { numbers.map(Int64.init).withUnsafeBytes { hash.update($0) } }

    mutating func add(_ text: String) { add(Array(text.utf8)) }

    mutating func add(_ bytes: [UInt8]) {
      add([bytes.count])
      hash.update(bytes)
    }

    mutating func add(_ time: Milliseconds?) {
      add([time == nil ? 0 : 1])
      add([time?.value ?? 0])
    }

    /// What normal ranges depend on.
    mutating func add(_ person: Person?) {
      add(person?.sex?.rawValue ?? "")
      for one in [person?.height, person?.weight, person?.age] {
        add([one == nil ? 0 : 1])
        add([one ?? 0])
      }
    }

    mutating func add(_ geometry: Geometry?) {
      add([geometry == nil ? 0 : 1])
      guard let g = geometry else { return }
      for v in [g.origin, g.alongRow, g.alongColumn] { add([v.x, v.y, v.z]) }
      add([g.rowSpacing, g.columnSpacing])
    }

    /// Where no clip is chosen, these alone say why.
    mutating func add(seriesOf study: Study) {
      add([study.series.count])
      for series in study.series {
        add(series.modality)
        add([series.phaseCount])
      }
    }

    mutating func add(_ item: ClipChoice.Item, of study: Study) {
      let series = study.series[item.series]
      add([item.series, item.slice, series.differsFromPublishedOrder ? 1 : 0])
      add(item.view.rawValue)
      add(series.modality)
      // Named in the analysis.
      add(series.instanceUID)
    }
  }
}
