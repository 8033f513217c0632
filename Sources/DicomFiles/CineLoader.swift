import Cine

/// Reads the pixels that a study's phases point at.
public enum CineLoader {
  /// Milliseconds a heartbeat where nothing tells: 60 beats a minute.
  public static let unknownHeartbeat = 1000.0

  public struct Failure: Error, Hashable, Sendable {
    public let file: UnreadableFile
  }

  /// What could be loaded, and what could not.
  public struct Loaded: Sendable {
    public let study: LoadedStudy
    public let unreadable: [UnreadableFile]
  }

  /// Every slice. A phase that cannot be read is left out and named; so is a slice that has none left.
  public static func load(_ study: Study) -> Loaded {
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

  public static func load(_ series: Series) -> (series: LoadedSeries, unreadable: [UnreadableFile]) {
    var unreadable: [UnreadableFile] = []
    let loaded = load(series, &unreadable)
    return (loaded, unreadable)
  }

  private static func load(_ series: Series, _ unreadable: inout [UnreadableFile]) -> LoadedSeries {
    var kept = series
    kept.slices = []
    var clips: [CineClip] = []
    for var slice in series.slices {
      while !slice.phases.isEmpty {
        do throws(Failure) {
          clips.append(try load(slice))
          kept.slices.append(slice)
          break
        } catch {
          unreadable.append(error.file)
          slice.phases.removeAll { $0.path == error.file.path }
        }
      }
    }
    return LoadedSeries(series: kept, clips: clips)
  }

  /// One slice over its heartbeat, rescaled; colour becomes its mean. Fails with the first file that cannot be read.
  public static func load(_ slice: Slice) throws(Failure) -> CineClip {
    var pixels: [Float] = []
    pixels.reserveCapacity(slice.phases.count * slice.rows * slice.columns)
    var i = 0
    while i < slice.phases.count {
      // Neighbouring frames of one file are decoded together.
      let first = slice.phases[i]
      var n = 1
      while i + n < slice.phases.count, slice.phases[i + n].path == first.path,
        slice.phases[i + n].frame == first.frame + n
      { n += 1 }
      do throws(DicomError) {
        try append(first.path, first.frame..<first.frame + n, slice, to: &pixels)
      } catch {
        throw Failure(file: error.unreadable(first.path))
      }
      i += n
    }
    return clip(slice, pixels)
  }

  /// A slice with the pixels of its phases [phases, rows, columns].
  public static func clip(_ slice: Slice, _ pixels: [Float]) -> CineClip {
    let n = slice.phases.count
    let beat = slice.heartbeat?.value ?? unknownHeartbeat
    let given = slice.phases.compactMap { $0.time?.value }
    let times = n > 1 && given.count == n ? given : (0..<n).map { Double($0) * beat / Double(n) }
    return CineClip(
      frames: n, rows: slice.rows, columns: slice.columns, pixels: pixels, geometry: slice.geometry, times: times,
      heartbeat: max(beat, (times.last ?? 0) - (times.first ?? 0)))
  }

  private static func append(
    _ path: String, _ frames: Range<Int>, _ slice: Slice, to pixels: inout [Float]
  ) throws(DicomError) {
    let (header, bytes) = try decode(path: path, frames: frames)
    guard header.rows == slice.rows, header.columns == slice.columns else {
      throw .unreadable("it changed since it was first read")
    }
    for (i, frame) in frames.enumerated() { append(header, bytes, at: i, frame: frame, to: &pixels) }
  }

  /// Header and pixels as stored (see `DicomFile.pixels`) of some frames, or of all.
  public static func decode(
    path: String, frames: Range<Int>? = nil
  ) throws(DicomError) -> (header: DicomHeader, bytes: [UInt8]) {
    try withDescriptor(path) { (fd) throws(DicomError) in
      let file = try DicomFile(descriptor: fd, path: path)
      return (file.header, try file.pixels(frames: frames ?? 0..<file.header.frames))
    }
  }

  /// Frame `frame` of the file, which is the `i`th of `bytes`, by the Modality LUT (PS3.3 C.11.1).
  private static func append(_ h: DicomHeader, _ bytes: [UInt8], at i: Int, frame: Int, to pixels: inout [Float]) {
    let count = h.rows * h.columns
    let own = frame < h.perFrame.count ? h.perFrame[frame] : nil
    let (slope, intercept) = (Float(own?.slope ?? h.slope), Float(own?.intercept ?? h.intercept))
    let stored = StoredSamples(h)
    let start = pixels.count
    bytes.withUnsafeBytes { raw in
      if h.samples == 1 {
        for p in 0..<count { pixels.append(stored.value(raw, i * count + p) * slope + intercept) }
      } else {
        for p in 0..<count {
          let at = (i * count + p) * h.samples
          let sum = stored.value(raw, at) + stored.value(raw, at + 1) + stored.value(raw, at + 2)
          pixels.append(sum / 3 * slope + intercept)
        }
      }
    }
    if h.inverted {
      let top = pixels[start...].max() ?? 0
      for p in start..<pixels.count { pixels[p] = top - pixels[p] }
    }
  }
}

/// How samples lie in their bytes: bits outside of those stored may hold anything (PS3.5 section 8.1.1).
private struct StoredSamples {
  let width: Int
  let left: UInt32
  let right: UInt32
  let signed: Bool

  init(_ h: DicomHeader) {
    width = h.bytesPerSample
    left = UInt32(31 - h.highBit)
    right = UInt32(32 - h.bitsStored)
    signed = h.signed
  }

  func value(_ raw: UnsafeRawBufferPointer, _ index: Int) -> Float {
    let bits: UInt32 =
      switch width {
      case 1: UInt32(raw[index])
      case 2: UInt32(raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      default: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
      }
    return signed ? Float(Int32(bitPattern: bits << left) >> Int32(right)) : Float((bits << left) >> right)
  }
}
