/// One examination of one person: plain facts, no pixels. Pixels are loaded a slice at a time as `CineClip`.
public struct Study: Hashable, Sendable, Codable {
  /// Study Instance UID (0020,000D), exactly as the file has it, leading zeros and all.
  public var instanceUID: String
  /// The folder or file from which it was read.
  public var path: FilePath
  public var patientName: String
  public var patientID: String
  /// Study Date (0008,0020) as written, which need not be a date ("20120000").
  public var date: String
  public var description: String
  public var series: [Series]
  /// Sex, size, weight and age, where the files tell.
  public var person: Person?
  /// What was noticed of its files while reading: two patients under one UID, numbers that no standard allows.
  public var warnings: [AnalysisWarning] = []
  /// Set where the UID is another study's too, or missing. Never for people's eyes: it has their names.
  public var ownID: String?

  public init(
    instanceUID: String, path: FilePath, patientName: String, patientID: String, date: String, description: String,
    series: [Series]
  ) {
    self.instanceUID = instanceUID
    self.path = path
    self.patientName = patientName
    self.patientID = patientID
    self.date = date
    self.description = description
    self.series = series
  }

  /// What tells it from every other study that is read with it.
  public var id: String { ownID ?? instanceUID }
}

/// Slices of one orientation and view that were made together, in anatomical order.
public struct Series: Hashable, Sendable, Codable {
  /// Series Instance UID (0020,000E) as written; that of the first slice where a stack came as a series a slice.
  public var instanceUID: String
  /// Series Number (0020,0011).
  public var number: Int?
  public var description: String
  /// Modality (0008,0060) as written, "MR"; empty where the file has none.
  public var modality: String
  public var view: View
  public var viewRule: ViewRule
  /// How slices and phases were ordered, in words: "position, then TriggerTime".
  public var orderRule: String
  /// Phases whose order the rule could not decide.
  public var ties: Int
  /// Ordered by position along the normal.
  public var slices: [Slice]
  /// What its reader has to say of it.
  public var notes: [SeriesNote]

  public init(
    instanceUID: String, number: Int?, description: String, modality: String = "", view: View, viewRule: ViewRule,
    orderRule: String, ties: Int, slices: [Slice], notes: [SeriesNote] = []
  ) {
    self.instanceUID = instanceUID
    self.number = number
    self.description = description
    self.modality = modality
    self.view = view
    self.viewRule = viewRule
    self.orderRule = orderRule
    self.ties = ties
    self.slices = slices
    self.notes = notes
  }

  /// The largest number of phases in any slice: a stack can be ragged.
  public var phaseCount: Int { slices.map(\.phases.count).max() ?? 0 }

  /// True where several pictures share most moments and nothing tells them apart: frames woven together, no cine. (Where
  /// nothing but names gave an order all are tied.)
  public var isWoven: Bool {
    let all = slices.reduce(0) { $0 + $1.phases.count }
    return ties < all && 3 * ties >= all
  }

  /// True where the published order of the series is another. Running a stack the other way round is no other order.
  public var differsFromPublishedOrder: Bool {
    func rises(_ slices: some Sequence<Slice>) -> Bool {
      let ranks = slices.flatMap { $0.phases.compactMap(\.publishedRank) }
      return zip(ranks, ranks.dropFirst()).allSatisfy { $0 < $1 }
    }
    return !rises(slices) && !rises(slices.reversed())
  }
}

/// One plane through the heart over one heartbeat.
public struct Slice: Hashable, Sendable, Codable {
  public var rows: Int
  public var columns: Int
  public var geometry: Geometry?
  /// R-R interval of this slice's own breath-hold, where the file tells.
  public var heartbeat: Milliseconds?
  /// Ordered within the heartbeat.
  public var phases: [Phase]

  public init(rows: Int, columns: Int, geometry: Geometry?, heartbeat: Milliseconds?, phases: [Phase]) {
    self.rows = rows
    self.columns = columns
    self.geometry = geometry
    self.heartbeat = heartbeat
    self.phases = phases
  }

  /// The same with its phases as the published data sets order them; unchanged where a file has no order but its own.
  public var inPublishedOrder: Slice {
    let ranks = phases.compactMap(\.publishedRank)
    guard ranks.count == phases.count else { return self }
    var slice = self
    slice.phases = zip(ranks, phases).sorted { $0.0 < $1.0 }.map(\.1)
    return slice
  }
}

/// One image of a slice: a moment of the heartbeat, and where its pixels lie.
public struct Phase: Hashable, Sendable, Codable {
  /// Time since the R wave, where the file tells.
  public var time: Milliseconds?
  public var path: FilePath
  /// Frame within the file, from 0.
  public var frame: Int
  /// Its place in the series as the published data sets order it (SliceLocation, InstanceNumber, name); nil where a file
  /// has no order but its own.
  public var publishedRank: Int?

  public init(time: Milliseconds?, path: FilePath, frame: Int, publishedRank: Int? = nil) {
    self.time = time
    self.path = path
    self.frame = frame
    self.publishedRank = publishedRank
  }
}
