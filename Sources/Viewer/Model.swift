import Cine
import Terminal

/// Everything the screen depends on. Changed by `update` alone, read by `draw` alone.
public struct ViewerModel: Sendable {
  /// How far a study has come.
  public enum Status: Hashable, Sendable {
    case pending
    case running(done: Int, total: Int)
    case done(Analysis)
    case failed(WhyNot)

    public var analysis: Analysis? {
      if case .done(let analysis) = self { return analysis }
      return nil
    }
  }

  public struct Entry: Hashable, Sendable {
    public var study: Study
    public var status = Status.pending
    /// Nil until contours were drawn.
    public var measured: Measured?
    public var flags = StudyFlags()
    public internal(set) var measures: [KeptMeasure] = []
    /// What its reader took it for, what its measurements come to, and what it is where somebody knows.
    var impression: Impression?
    var group: Impression.Group?
    var truth: Impression?
    /// How soon it wants a reader: kept, because the list is sorted by it.
    public internal(set) var urgency = 0.0
    /// Its place among all that came.
    let arrival: Int
    /// What it is called where names are hidden: the same next time, and another for each study.
    let pseudonym: String

    init(_ study: Study, arrival: Int) {
      (self.study, self.arrival) = (study, arrival)
      pseudonym = "study " + study.hash.prefix(6)
    }
  }

  public enum Clip: Sendable {
    case loading
    case loaded(CineClip, MotionMap)
    case failed(WhyNot)
  }

  public enum Panel: Hashable, Sendable, CaseIterable { case findings, worklist, series }

  /// One heart of a story.
  public struct Lesson: Hashable, Sendable {
    public let title: String
    public let text: String
    public init(title: String, text: String) { (self.title, self.text) = (title, text) }
  }

  /// Something to be said once.
  struct Said: Hashable, Sendable {
    let text: String
    let isWarning: Bool
    init(_ text: String, isWarning: Bool) { (self.text, self.isWarning) = (text, isWarning) }
  }

  /// What was asked for, as the first line shows it.
  public var source: String
  /// What the model says of itself, or why there is none.
  public var modelNote: String
  /// The model learned from synthetic hearts, which never leaves the screen.
  public var isSynthetic = false
  /// What the user should hear of the program itself; the study's page keeps them.
  public var notices: [String] = []
  /// In the last line until a key is pressed.
  var said: Said?
  /// In `order`; of equals those first that came first.
  public var entries: [Entry] = []
  public internal(set) var order = Order.urgency
  var arrivals = 0
  /// The pictures on the screen: at least one.
  var viewports = [Viewport()]
  /// The one that keys are for; it shows the study under the cursor.
  var active = 0
  var arrangement = Arrangement.one
  /// Hearts beat in step, whatever their rates.
  var isMatched = true
  /// Lists and findings are away: the picture has the screen.
  var isFull = false
  /// The file under the cursor where that is not on a study.
  public internal(set) var selectedFile: FilePath?
  /// What the filter leaves, as places in `entries` and `unreadable`; nil without a filter.
  var passing: (studies: [Int], files: [Int])?
  /// A key was pressed: from then on the row under the cursor stays where it is.
  var touched = false
  public var clips: [ClipID: Clip] = [:]
  public var contours: [ClipID: ClipOutlines] = [:]
  /// Studies with contours, those that came last at the end.
  var contouredStudies: [String] = []
  /// Raised with contours of the study on the screen: pictures without them are drawn anew.
  var outlineRevision = 0
  /// Files read and found so far; nil once the catalogue is complete.
  public var reading: (done: Int, total: Int)? = (0, 0)
  public var unreadable: [UnreadableFile] = []
  public var skipped = 0

  public var playing = true
  public var speed = 1.0
  var lastTick: Double?
  /// When the last results came, the newest at the end: how long the others will take follows from it.
  var finished: [Double] = []
  /// Since when the picture of a study is on the screen.
  var opened: (study: String, at: Double)?
  var shownFrames: [Double] = []
  var lastPhase = -1

  public var panel = Panel.findings
  public var keys = ViewerKeys()
  /// What keys are for, beyond browsing: the last is asked first.
  var modes: [Mode] = []
  /// Lines of the page that are above the screen.
  var scroll = 0
  /// Words that lines of the page must have.
  var search = ""
  /// Clicks are the program's; else the terminal selects text by them.
  public var isMouseOn = true
  /// Cells of the pictures as they were drawn last, in the order of the viewports.
  var places: [CellRectangle] = []
  /// What the link leaves out of pictures.
  var loss = PictureLoss()
  var size = (rows: 24, columns: 80)
  public var filter = ""
  /// What is typed for a prompt other than the filter.
  var draft = ""
  /// Findings and numbers are away, so that one can look with an open mind.
  var hideFindings = false
  /// What the program says of a study comes after one's own impression of it.
  public var commitsFirst = false
  /// Titles and what to look at, by the names of studies' folders.
  public var lessons: [String: Lesson] = [:]
  /// What the list was ranked by last, and how near each study is to it.
  var question: (text: String, similarity: [String: Double])?
  /// What the model says of itself, line by line.
  public var card: [(String, String)] = []
  /// The finding under the cursor, where all are shown.
  var finding = 0
  /// What is being measured.
  var ruler: Ruler?
  public var hideNames: Bool
  public var quitting = false
  /// Where files are written, as it is shown.
  public var exportFolder = "."

  /// Studies whose contours are kept: about a megabyte each.
  static let keptContours = 24

  public init(source: String, modelNote: String, hideNames: Bool = false) {
    self.source = source
    self.modelNote = modelNote
    self.hideNames = hideNames
  }
}

extension ViewerModel {
  /// The picture that keys are for.
  public internal(set) var view: Viewport {
    get { viewports[active] }
    set { viewports[active] = newValue }
  }

  /// The study under the cursor, by its `id`.
  public var selectedUID: String? { view.study }

  /// The mode on top; nil while one browses.
  var mode: Mode? { modes.last }

  /// The page on the screen, also while one types what to look for on it.
  var page: Page? {
    let top = mode == .prompt(.search) ? modes.dropLast().last : mode
    if case .page(let page) = top { return page }
    return nil
  }

  /// The study on the screen.
  public var current: Entry? { selectedFile == nil ? entry(view) : nil }

  /// The file on the screen that could not be read.
  var currentFile: UnreadableFile? { selectedFile.flatMap { path in unreadable.first { $0.path == path } } }

  var currentSeries: Series? { selectedFile == nil ? series(view) : nil }

  var currentSlice: Slice? {
    guard let slices = currentSeries?.slices, slices.indices.contains(view.slice) else { return nil }
    return slices[view.slice]
  }

  var currentID: ClipID? { selectedFile == nil ? view.id : nil }

  var currentClip: CineClip? { selectedFile == nil ? clip(view.id) : nil }

  func entry(_ viewport: Viewport) -> Entry? { entries.first { $0.study.id == viewport.study } }

  func series(_ viewport: Viewport) -> Series? {
    guard let all = entry(viewport)?.study.series, all.indices.contains(viewport.series) else { return nil }
    return all[viewport.series]
  }

  func clip(_ id: ClipID?) -> CineClip? {
    if let id, case .loaded(let clip, _) = clips[id] { return clip }
    return nil
  }

  func motion(_ id: ClipID?) -> MotionMap? {
    if let id, case .loaded(_, let motion) = clips[id] { return motion }
    return nil
  }

  /// What a study is called in the list.
  func label(_ entry: Entry) -> String {
    if let lesson = lesson(entry) { return SafeText(lesson.title).text }
    if hideNames { return entry.pseudonym }
    let name = entry.study.patientID.isEmpty ? entry.study.patientName : entry.study.patientID
    let text = SafeText(name.isEmpty ? entry.study.path.name.text : name).text
    return text.isEmpty ? "unnamed" : text
  }

  /// Not where one wants to find out oneself.
  func lesson(_ entry: Entry) -> Lesson? { commitsFirst ? nil : lessons[entry.study.path.name.text] }

  func label(_ file: UnreadableFile) -> String {
    if hideNames { return "file \((unreadable.firstIndex { $0.path == file.path } ?? 0) + 1)" }
    return SafeText(file.path.name.text).text
  }

  /// Why it could not be read; without its name where names are hidden.
  func sentence(_ file: UnreadableFile) -> String { sentence(WhyNot(file)) }

  func sentence(_ why: WhyNot) -> String { SafeText(hideNames ? why.text : why.sentence).text }

  /// Slices of a series that the model saw.
  func seen(_ index: Int) -> Set<Int> {
    guard let entry = current, entry.study.series.indices.contains(index), let analysis = entry.status.analysis else {
      return []
    }
    let uid = entry.study.series[index].instanceUID
    let view = entry.study.series[index].view
    // Of several that one series was split into the model takes the fullest, then the first.
    let alike = entry.study.series.indices.filter {
      entry.study.series[$0].instanceUID == uid && entry.study.series[$0].view == view
    }
    let most = alike.map { entry.study.series[$0].slices.count }.max()
    guard index == alike.first(where: { entry.study.series[$0].slices.count == most }) else { return [] }
    return Set(analysis.views.filter { $0.seriesInstanceUID == uid && $0.view == view }.map(\.slice))
  }
}
