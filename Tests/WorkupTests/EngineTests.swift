import Catalog
import Cine
import Contours
import Findings
import Synchronization
import TestSupport
import Testing

@testable import Workup

@Suite struct EngineTests {
  private let folder: ScratchFolder
  private let model: ModelPackage
  private let contours: ContourPackage
  private let catalog = Catalog.inMemory()

  init() throws {
    folder = try ScratchFolder()
    model = try Samples.model(in: folder)
    contours = try Samples.contours(in: folder)
  }

  private func engine(_ sample: SampleStudy, _ model: ModelPackage?, _ contours: ContourPackage?) throws -> Engine {
    Engine(
      model, contours: try contours.map { ContourJob($0, try Samples.limits()) }, catalog, sample.reader,
      complaint: Complaint { Issue.record("\($0)") })
  }

  private func run(_ sample: SampleStudy, _ model: ModelPackage?, _ contours: ContourPackage?) throws -> Engine.Outcome
  {
    try #require(try engine(sample, model, contours).workUp(sample.study, threads: 2))
  }

  @Test func everyClipIsReadOnceAndNothingWhereAllIsKept() throws {
    let sample = SampleStudy()
    let first = try run(sample, model, contours)
    // The model wants every second slice, the contours all of them.
    #expect(sample.taken() == [1, 3, 5, 0, 2, 4, 6])
    #expect(first.analysis?.embedding.isEmpty == false && first.unreadable.isEmpty && first.whyNot == nil)
    let drawn = try #require(first.contours)
    #expect(drawn.stack.count == 7 && drawn.stack.allSatisfy { $0.frames == 20 })
    #expect(Set(drawn.stack.flatMap(\.labels)).count > 1)

    let second = try run(sample, model, contours)
    #expect(sample.taken().isEmpty)
    #expect(second.analysis == first.analysis && second.measured == first.measured)
    #expect(second.contours?.drawn == drawn.drawn && second.contours?.volumes == drawn.volumes)
    #expect(second.measured != nil)
  }

  @Test func withoutAPackageItsPartIsLeftOut() throws {
    let sample = SampleStudy()
    let findings = try run(sample, model, nil)
    #expect(sample.taken() == [1, 3, 5])
    #expect(findings.analysis != nil && findings.contours == nil && findings.measured == nil)
    // What one engine kept is there for another.
    let both = try run(sample, model, contours)
    #expect(sample.taken() == [0, 1, 2, 3, 4, 5, 6])
    #expect(both.analysis == findings.analysis)
    let contoured = try run(sample, nil, contours)
    #expect(sample.taken().isEmpty)
    #expect(contoured.analysis == nil && contoured.whyNot == nil)
    #expect(contoured.contours?.drawn == both.contours?.drawn)
  }

  @Test func anotherNetworkDrawsAnew() throws {
    let sample = SampleStudy()
    let first = try run(sample, model, contours)
    _ = sample.taken()
    let other = try run(sample, model, try Samples.contours(2, in: folder))
    #expect(sample.taken() == [0, 1, 2, 3, 4, 5, 6])
    #expect(other.analysis == first.analysis && other.contours?.drawn != first.contours?.drawn)
  }

  @Test func whatIsKeptButDamagedIsMadeAnew() throws {
    let sample = SampleStudy()
    let first = try run(sample, nil, contours)
    _ = sample.taken()
    let clips = sample.study.series[0].slices.indices.map { ContourChoice.items(sample.study)[$0] }
    let content = StudyFingerprint.of(
      sample.study,
      zip(clips, try #require(sample.reader.clips(clips.map { ($0, sample.study.series[0].slices[$0.slice]) })).clips)
        .map { ($0, $1.clip) })
    _ = sample.taken()
    let key = "\(contours.sha256) \(Contourer.revision)"
    #expect(catalog.blob(kind: .contours, content: content, model: key) != nil)
    try catalog.store(kind: .contours, blob: [1, 2, 3], content: content, model: key)
    let again = try run(sample, nil, contours)
    #expect(sample.taken() == [0, 1, 2, 3, 4, 5, 6] && again.contours?.drawn == first.contours?.drawn)
    _ = try run(sample, nil, contours)
    #expect(sample.taken().isEmpty)
  }

  @Test func whatCannotBeReadIsNamedOnceAndAskedForAgain() throws {
    let sample = SampleStudy(broken: [3])
    for _ in 0..<2 {
      let outcome = try run(sample, model, contours)
      #expect(sample.taken() == [1, 3, 5, 0, 2, 4, 6])
      #expect(outcome.unreadable.map(\.path) == ["slice 3"])
      #expect(outcome.analysis != nil && outcome.whyNot == nil && outcome.contours?.stack.count == 6)
    }
  }

  @Test func whereNothingCanBeReadThatIsTheOutcome() throws {
    let sample = SampleStudy(broken: Set(0..<7))
    let outcome = try run(sample, model, contours)
    #expect(outcome.analysis == nil && outcome.contours == nil && outcome.measured == nil)
    #expect(outcome.whyNot == WhyNot(code: "truncated", text: "ends early", path: "slice 1"))
    #expect(outcome.unreadable.count == 7)
    #expect(try run(sample, nil, contours).whyNot?.sentence == "slice 0 ends early")
  }

  @Test func cancelledWorkHasNoOutcomeAndKeepsNothing() throws {
    let sample = SampleStudy()
    // Before each reading, and while it draws.
    for most in [0, 2, 8, 9, 12] {
      let count = Mutex(0)
      let engine = Engine(
        nil, contours: ContourJob(contours, try Samples.limits()), Catalog.inMemory(), sample.reader,
        complaint: Complaint { Issue.record("\($0)") })
      let outcome = engine.workUp(
        sample.study, threads: 1,
        isCancelled: {
          count.withLock { n in
            n += 1
            return n > most
          }
        })
      #expect(outcome == nil, "after \(most)")
      #expect(sample.taken().count == min(most, 7))
    }
  }

  /// What is learned from later reads nothing again, and neither do packages whose heads alone differ.
  @Test func embeddingsAreKept() throws {
    let sample = SampleStudy()
    let first = try #require(try engine(sample, model, nil).embed(sample.study, threads: 2))
    #expect(sample.taken() == [1, 3, 5] && first.unreadable.isEmpty)
    let made = try #require(first.embedding)
    #expect(made.clips.map(\.view) == [.shortAxis, .shortAxis, .shortAxis] && made.whyNot == nil)
    #expect(made.clips.allSatisfy { $0.values.count == 32 })
    let again = try #require(try engine(sample, model, nil).embed(sample.study, threads: 1))
    #expect(sample.taken().isEmpty && again.embedding == made)
    // Findings of another kind are not taken for it.
    let analysed = try run(sample, model, nil)
    #expect(sample.taken() == [1, 3, 5] && analysed.analysis?.embedding.count == 32)

    var manifest = model.manifest
    manifest.training.fit = .init(studies: 4, patients: 4, folds: 2, falseMarks: 0.05, encoder: model.encoder)
    let towers = try ModelContents(towersOf: model, in: folder.path + "/model")
    let fitted = try towers.write(manifest, to: folder.path + "/fitted")
    #expect(fitted.sha256 != model.sha256 && fitted.encoder == model.encoder)
    let other = try #require(try engine(sample, fitted, nil).embed(sample.study, threads: 1))
    #expect(sample.taken().isEmpty && other.embedding == made)
  }

  @Test func aStudyWithoutABeatHasNoEmbeddingAndAReason() throws {
    let sample = SampleStudy(broken: Set(0..<7))
    let outcome = try #require(try engine(sample, model, nil).embed(sample.study, threads: 1))
    #expect(outcome.embedding == nil && outcome.unreadable.map(\.path) == ["slice 1", "slice 3", "slice 5"])
    let empty = Study(
      instanceUID: "1", path: "", patientName: "", patientID: "", date: "", description: "", series: [])
    let none = try #require(try engine(sample, model, nil).embed(empty, threads: 1)?.embedding)
    #expect(none.clips.isEmpty && none.whyNot?.code == "no_cine")
    #expect(StudyEmbedding(bytes: none.bytes, width: 32) == none)
  }

  @Test func aComplaintIsHeardOnce() {
    let said = Mutex<[String]>([])
    let complaint = Complaint { text in said.withLock { $0.append(text) } }
    for _ in 0..<2 { complaint.hear { () throws(CatalogError) in throw .notStored("the disk is full") } }
    #expect(said.withLock { $0 } == ["results and readings cannot be kept: the disk is full"])
  }
}
