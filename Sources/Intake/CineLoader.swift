import Cine

/// Reads the pixels that a study's phases point at.
public struct CineLoader: Sendable {
  /// Milliseconds a heartbeat where nothing tells: 60 beats a minute.
  public static let unknownHeartbeat = 1000.0
  /// Frames are asked for so many pixels at a time, which bounds the worker's memory.
  private static let pixelsAtOnce = 4 << 20
  /// A slice of more pixels than this (4 GiB of numbers) is not loaded.
  private static let mostPixels = 1 << 30

  /// What could be loaded, and what could not.
  public struct Loaded: Sendable {
    public let study: LoadedStudy
    public let unreadable: [UnreadableFile]
  }

  private let pool: WorkerPool

  public init(_ pool: WorkerPool) { self.pool = pool }

  /// Every slice. A phase that cannot be read is left out and named; so is a slice that has none left.
  public func load(_ study: Study) -> Loaded {
    var unreadable: [UnreadableFile] = []
    var kept = study
    kept.series = []
    var all: [LoadedSeries] = []
    for series in study.series {
      let loaded = load(series, &unreadable)
      guard !loaded.clips.isEmpty else { continue }
      all.append(loaded)
      kept.series.append(loaded.series)
    }
    return Loaded(study: LoadedStudy(study: kept, series: all), unreadable: unreadable)
  }

  public func load(_ series: Series) -> (series: LoadedSeries, unreadable: [UnreadableFile]) {
    var unreadable: [UnreadableFile] = []
    let loaded = load(series, &unreadable)
    return (loaded, unreadable)
  }

  private func load(_ series: Series, _ unreadable: inout [UnreadableFile]) -> LoadedSeries {
    var kept = series
    kept.slices = []
    var clips: [CineClip] = []
    for slice in series.slices {
      let loaded = whatReads(slice)
      unreadable += loaded.unreadable
      guard let clip = loaded.clip else { continue }
      clips.append(clip)
      kept.slices.append(loaded.slice)
    }
    return LoadedSeries(series: kept, clips: clips)
  }

  /// One slice without those phases that cannot be read, which are named; no clip where none is left.
  public func whatReads(_ slice: Slice) -> (clip: CineClip?, slice: Slice, unreadable: [UnreadableFile]) {
    var (slice, unreadable) = (slice, [UnreadableFile]())
    while !slice.phases.isEmpty {
      do throws(UnreadableFile) {
        return (try load(slice), slice, unreadable)
      } catch {
        unreadable.append(error)
        slice.phases.removeAll { $0.path == error.path }
      }
    }
    return (nil, slice, unreadable)
  }

  /// One slice over its heartbeat, rescaled; colour becomes its mean. Fails with the first file that cannot be read.
  public func load(_ slice: Slice) throws(UnreadableFile) -> CineClip {
    let area = slice.rows * slice.columns
    guard let first = slice.phases.first, area > 0, slice.phases.count <= Self.mostPixels / area else {
      throw Refusal.tooLarge.unreadable(slice.phases.first?.path ?? "")
    }
    let runs = Self.runs(slice, most: max(1, Self.pixelsAtOnce / area))
    var parts = [Pixels?](repeating: nil, count: runs.count)
    var failed: UnreadableFile?
    // One worker is enough for a slice, and leaves the others to whoever else asks.
    pool.ask(runs.map { ($0.path, .frames($0.frames)) }, workers: 1) { i, result in
      switch result {
      case .success(.pixels(let p)) where p.rows == slice.rows && p.columns == slice.columns: parts[i] = p
      case .success: failed = Refusal.changed.unreadable(runs[i].path)
      case .failure(let refusal): failed = refusal.unreadable(runs[i].path)
      }
      return failed == nil
    }
    if let failed { throw failed }
    if parts.count == 1, let only = parts[0] { return Self.clip(slice, only.values) }
    var pixels: [Float] = []
    pixels.reserveCapacity(slice.phases.count * area)
    for part in parts {
      guard let part else { throw Refusal.noWorker.unreadable(first.path) }
      pixels += part.values
    }
    return Self.clip(slice, pixels)
  }

  /// Neighbouring frames of one file are decoded together.
  private static func runs(_ slice: Slice, most: Int) -> [(path: FilePath, frames: Range<Int>)] {
    var runs: [(path: FilePath, frames: Range<Int>)] = []
    for phase in slice.phases {
      if let last = runs.last, last.path == phase.path, last.frames.upperBound == phase.frame, last.frames.count < most
      {
        runs[runs.count - 1].frames = last.frames.lowerBound..<phase.frame + 1
      } else {
        runs.append((phase.path, phase.frame..<phase.frame + 1))
      }
    }
    return runs
  }

  private static func clip(_ slice: Slice, _ pixels: [Float]) -> CineClip {
    let n = slice.phases.count
    let beat = slice.heartbeat?.value ?? unknownHeartbeat
    let given = slice.phases.compactMap { $0.time?.value }
    let times = n > 1 && given.count == n ? given : (0..<n).map { Double($0) * beat / Double(n) }
    return CineClip(
      frames: n, rows: slice.rows, columns: slice.columns, pixels: pixels, geometry: slice.geometry, times: times,
      heartbeat: max(beat, (times.last ?? 0) - (times.first ?? 0)))
  }
}
