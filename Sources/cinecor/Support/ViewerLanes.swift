import Catalog
import Cine
import Findings
import Foundation
import Glibc
import Intake
import Plain
import Synchronization
import Tensor
import Viewer
import Workup

/// The viewer's work in the background, in lanes of their own: one that reads folders, one a core for the screen's
/// pixels, and one for the model. None of them is ever waited for.
final class ViewerLanes: Sendable {
  private struct State {
    var studies: [String: Study] = [:]
    var pixels = PixelQueue()
    var complete = false
    var stopped = false
    var package: ModelPackage?
    /// Of studies that the model has seen, by their `id`.
    var embeddings: [String: [Float]] = [:]
  }

  private static let pixelLanes = Reading.cores

  private let asksForTruth: Bool
  private let follows: Double?
  private let inbox: Inbox
  private let threads: Int
  private let state = Mutex(State())
  private let pixelWork = DispatchSemaphore(value: 0)
  /// Studies that the model has yet to see.
  private let modelQueue = JobQueue<String, Study>()

  private let questions = DispatchQueue(label: "questions")
  private let complaint: Complaint
  private let readings: ReadingLog
  private let flags: KeptFlags
  private let exporter: Exporter
  private let catalog: @Sendable () -> Catalog

  /// `asksForTruth`: what studies are is looked for beside them.
  /// `follows`: folders are looked at again, and what has been quiet for so many seconds is whole.
  init(_ inbox: Inbox, threads: Int, exporter: Exporter, asksForTruth: Bool = false, follows: Double? = nil) {
    (self.asksForTruth, self.follows) = (asksForTruth, follows)
    self.inbox = inbox
    self.threads = threads
    self.exporter = exporter
    let shared = SharedCatalog { inbox.send(.notice($0)) }
    catalog = { shared.open() }
    complaint = Complaint { inbox.send(.notice($0)) }
    readings = ReadingLog(complaint, catalog: catalog)
    flags = KeptFlags(complaint, catalog: catalog)
  }

  func start(_ paths: [FilePath], model: String?, contours: String?, limits: String?, _ precision: Precision) {
    lane("reading") { self.read(paths) }
    for _ in 0..<Self.pixelLanes { lane("pixels") { self.loadPixels() } }
    lane("model") { self.infer(model, contours, limits: limits, precision) }
  }

  func stop() {
    state.withLock { $0.stopped = true }
    for _ in 0..<Self.pixelLanes { pixelWork.signal() }
    modelQueue.stop()
    readings.close()
    flags.close()
    exporter.close()
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .load(let ids):
      state.withLock { $0.pixels.want(ids) }
      for _ in ids.prefix(Self.pixelLanes) { pixelWork.signal() }
    case .prioritise(let studies):
      state.withLock { $0.pixels.show(studies: studies) }
      let jobs = state.withLock { s in studies.compactMap { s.studies[$0]?.job } }
      for job in jobs.reversed() { modelQueue.show(job) }
    case .ask(let text): questions.async { self.answer(text) }
    case .keepRead(let hash): flags.read(hash)
    case .keepMarked(let hash, let marked): flags.mark(hash, marked)
    case .keepImpression(let hash, let impression): flags.keep(hash, impression)
    case .keepMeasures(let hash, let measures): flags.keep(hash, measures)
    case .export(let export): exporter.write(export) { [inbox] in inbox.send(.said($0, isWarning: $1)) }
    case .copy, .mouse, .repaint, .suspend, .quit: break
    }
  }

  private func lane(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread {
      // On Linux this is the thread's own: the screen's thread goes first.
      _ = nice(10)
      body()
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func read(_ paths: [FilePath]) {
    // What comes while the first look lasts is a change.
    let watch = follows.map { FolderWatch(paths, quiet: $0) }
    // When the studies were grouped last, and how long that took.
    var (last, took) = (-1.0, 0.0)
    let folder = Reading.scan(paths) { done, total, studies in
      let now = Monotonic.now()
      // The first picture soon, later ones now and then: grouping anew has its price.
      if done == total || now - last > (last < 0 ? 0.15 : max(1, 10 * took)) {
        self.inbox.send(.catalogue(studies(), done: done, total: total))
        last = Monotonic.now()
        took = last - now
      }
      return !self.state.withLock { $0.stopped }
    }
    deliver(folder, whole: folder.studies)
    flags.load(folder.studies) { [inbox] in inbox.send($0) }
    if asksForTruth { inbox.send(.truths(Truths.of(folder.studies))) }
    for _ in 0..<Self.pixelLanes { pixelWork.signal() }
    if let watch { follow(watch) }
  }

  /// `whole` are those that wait for nothing more.
  private func deliver(_ folder: StudyFolder, whole: [Study]) {
    state.withLock { s in
      s.complete = true
      for study in folder.studies { s.studies[study.id] = study }
    }
    let skipped = folder.skipped + folder.setAside.count
    inbox.send(.catalogueComplete(folder.studies, unreadable: folder.unreadable, skipped: skipped))
    modelQueue.add(whole.map { ($0.job, $0) })
  }

  /// What comes, grows or goes.
  private func follow(_ start: FolderWatch) {
    var watch = start
    while let isQuiet = watch.change(isStopped: { self.state.withLock { $0.stopped } }) {
      let folder = Reading.scan(watch.paths) { _, _, _ in !self.state.withLock { $0.stopped } }
      deliver(folder, whole: watch.whole(folder.studies, isQuiet: isQuiet))
    }
  }

  private func loadPixels() {
    while true {
      pixelWork.wait()
      while let (id, study) = nextPicture() {
        do throws(UnreadableFile) {
          let clip = try Reading.load(study.series[id.series].slices[id.slice])
          inbox.send(.clip(id, clip, MotionMap(clip)))
          readings.opened(study)
        } catch {
          inbox.send(.clipFailed(id, WhyNot(error)))
        }
        state.withLock { $0.pixels.done(id) }
      }
      if state.withLock({ $0.stopped }) { return }
    }
  }

  private func nextPicture() -> (ClipID, Study)? {
    state.withLock { s in
      // Pixels wait for the catalogue, so that a slice is shown with all of its phases.
      guard !s.stopped, s.complete else { return nil }
      while let id = s.pixels.next() {
        if let study = s.studies[id.study], study.series.indices.contains(id.series),
          study.series[id.series].slices.indices.contains(id.slice)
        {
          return (id, study)
        }
        s.pixels.done(id)
      }
      return nil
    }
  }

  private func answer(_ text: String) {
    let (package, embeddings) = state.withLock { ($0.package, $0.embeddings) }
    guard let package, let query = package.embed(sentence: text) else {
      let why = package == nil ? "the model is not there yet" : "this model has no text tower, so it cannot be asked"
      return inbox.send(.answer(text, similarity: [:], refusal: why))
    }
    if let refusal = package.query(text)?.refusal {
      return inbox.send(.answer(text, similarity: [:], refusal: refusal))
    }
    let ids = embeddings.keys.sorted()
    let ranked = Ranking.rank(ids.map { embeddings[$0] ?? [] }, by: query)
    let near = Dictionary(uniqueKeysWithValues: ranked.map { (ids[$0.index], $0.similarity) })
    inbox.send(.answer(text, similarity: near, refusal: nil))
  }

  private func infer(_ model: String?, _ contours: String?, limits: String?, _ precision: Precision) {
    let package: ModelPackage
    let engine: Engine
    do throws(Failure) {
      package = try Packages.model(model, precision)
      engine = Engine(
        package, contours: try Packages.contourJob(contours, limits: limits), catalog(), Reading.clips,
        complaint: complaint)
    } catch {
      inbox.send(.model("no model: \(error.text)", synthetic: false))
      readings.model("")
      let why = WhyNot(code: "model_unavailable", text: error.text)
      return modelQueue.run { study, _ in inbox.send(.status(study: study.id, .failed(why))) }
    }
    state.withLock { $0.package = package }
    inbox.send(.card(package.card.split(separator: "\n").map { ("", String($0)) }))
    let note = precision == .float32 ? "" : ", \(precision.rawValue)"
    let training = package.manifest.training
    inbox.send(.model("trained on \(training.trainedOn)\(note)", synthetic: training.synthetic))
    readings.model(package.sha256)
    modelQueue.run { study, isCancelled in
      let uid = study.id
      // One that has grown meanwhile comes again.
      guard self.state.withLock({ $0.studies[uid]?.job == study.job }) else { return }
      inbox.send(.status(study: uid, .running(done: 0, total: 0)))
      let outcome = engine.workUp(
        study, threads: threads,
        progress: { done, total in self.inbox.send(.status(study: uid, .running(done: done, total: total))) },
        isCancelled: isCancelled)
      guard let outcome else { return }
      for drawn in outcome.contours?.drawn ?? [] {
        let id = ClipID(study: uid, series: drawn.item.series, slice: drawn.item.slice)
        inbox.send(.contours(id, drawn.outlines))
      }
      if let measured = outcome.measured { inbox.send(.measured(study: uid, measured, group: Truths.group(measured))) }
      if let analysis = outcome.analysis {
        if !analysis.embedding.isEmpty { state.withLock { $0.embeddings[uid] = analysis.embedding } }
        inbox.send(.status(study: uid, .done(analysis)))
      } else {
        inbox.send(.status(study: uid, .failed(outcome.whyNot ?? .noResult)))
      }
    }
  }
}

/// Opened once, by whichever lane needs it first.
private final class SharedCatalog: Sendable {
  private let opened = Mutex<Catalog?>(nil)
  private let say: @Sendable (String) -> Void

  init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

  func open() -> Catalog {
    opened.withLock { kept in
      let catalog = kept ?? Catalog.ours(say)
      kept = catalog
      return catalog
    }
  }
}
