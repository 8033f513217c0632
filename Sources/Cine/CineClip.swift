/// The pixels of one slice over one heartbeat: what is played, measured and given to the model.
public struct CineClip: Hashable, Sendable {
  public let frames: Int
  public let rows: Int
  public let columns: Int
  /// Row-major [frames, rows, columns]; after the file's own rescale, in no unit (MR has none).
  public let pixels: [Float]
  public let geometry: Geometry?
  /// Milliseconds since the R wave, one a frame; evenly spaced over `heartbeat` where the file had none.
  public let times: [Double]
  /// Length of the heartbeat, ms.
  public let heartbeat: Double

  /// `pixels.count` must be frames · rows · columns and `times.count` must be frames.
  public init(
    frames: Int, rows: Int, columns: Int, pixels: [Float], geometry: Geometry?, times: [Double], heartbeat: Double
  ) {
    precondition(pixels.count == frames * rows * columns && times.count == frames, "CineClip: shape and pixels differ")
    self.frames = frames
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
    self.geometry = geometry
    self.times = times
    self.heartbeat = heartbeat
  }
}

/// A series with its pixels: one clip a slice, in the order of `series.slices`.
public struct LoadedSeries: Hashable, Sendable {
  public let series: Series
  public let clips: [CineClip]

  public init(series: Series, clips: [CineClip]) {
    precondition(series.slices.count == clips.count, "LoadedSeries: slices and clips differ")
    self.series = series
    self.clips = clips
  }
}

/// A study with its pixels.
public struct LoadedStudy: Hashable, Sendable {
  public let study: Study
  public let series: [LoadedSeries]

  public init(study: Study, series: [LoadedSeries]) {
    self.study = study
    self.series = series
  }
}
