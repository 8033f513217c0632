import Cine
import Foundation
import Intake
import TestSupport
import Testing

@testable import DicomFiles

/// Real people's and a pig's cines, with all that real files bring (shared/data/README.md).
@Suite(.enabled(if: SharedFolder.path("data/sunnybrook") != nil)) struct SunnybrookTests {
  let path: String

  init() throws { path = try #require(SharedFolder.path("data/sunnybrook")) }

  @Test func twoStudiesAreFoundWhole() throws {
    var seen = 0
    let folder = StudyFolder([path], pool: TestWorkers.pool) { done, total, _ in
      seen = done
      return total == 443
    }
    #expect(seen == 443)
    #expect(folder.unreadable == [])
    #expect(folder.skipped == 3)
    #expect(folder.duplicates == 0)
    #expect(folder.studies.map(\.patientID) == ["SCD0000101", "SCD0000301"])
    for (study, slices) in zip(folder.studies, [12, 10]) {
      let series = try #require(study.series.first)
      #expect(study.series.count == 1)
      #expect(study.date == "20120000")
      #expect(study.path.text == path + "/" + study.patientID)
      #expect(series.view == .shortAxis)
      #expect(series.viewRule == .geometry)
      #expect(series.orderRule == "position, then TriggerTime")
      #expect(series.ties == 0)
      #expect(series.slices.map(\.phases.count) == Array(repeating: 20, count: slices))
      for slice in series.slices {
        let times = slice.phases.compactMap { $0.time?.value }
        #expect(times.count == 20)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        let heartbeat = try #require(slice.heartbeat?.value)
        #expect((600...1100).contains(heartbeat))
      }
      let positions = series.slices.compactMap { $0.geometry?.positionAlongNormal }
      #expect(zip(positions, positions.dropFirst()).allSatisfy { abs($1 - $0 - 10) < 0.1 || abs($1 - $0 - 8) < 0.1 })
    }
    // Each breath-hold of the first has its own R-R interval.
    #expect(Set(folder.studies[0].series[0].slices.map(\.heartbeat)).count > 5)
  }

  @Test func pixelsAreLoadedWithTheirTimes() throws {
    let study = try #require(StudyFolder([path + "/SCD0000301"], pool: TestWorkers.pool).studies.first)
    let clip = try CineLoader(TestWorkers.pool).load(study.series[0].slices[4])
    #expect(clip.frames == 20 && clip.rows == 256 && clip.columns == 256)
    #expect(clip.heartbeat == study.series[0].slices[4].heartbeat?.value)
    #expect(clip.pixels.allSatisfy { $0 >= 0 && $0 < 5000 })
    // Frames differ: the heart beats.
    #expect(clip.pixels[..<65536] != clip.pixels[(10 * 65536)..<(11 * 65536)])
  }

  @Test func aTruncatedFileIsNamedAndTheRestOpens() throws {
    let scratch = try ScratchFolder()
    for i in 1...40 {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(path)/SCD0000101/\(i).dcm"))
      _ = try scratch.write("a/b/\(i)", i == 7 ? bytes.dropLast(1000) : bytes)
    }
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(folder.skipped == 0)
    var named = DicomError.truncated.unreadable("\(scratch.path)/a/b/7")
    // Its head still tells whose it is.
    named.study = folder.studies[0].instanceUID
    #expect(folder.unreadable == [named])
    #expect(folder.studies[0].series[0].slices.map(\.phases.count).sorted() == [19, 20])
    let loaded = CineLoader(TestWorkers.pool).load(folder.studies[0])
    #expect(loaded.unreadable == [])
    #expect(loaded.study.series[0].clips.map(\.frames).sorted() == [19, 20])
  }

  @Test func aFileThatBreaksAfterTheScanIsLeftOutAndNamed() throws {
    let scratch = try ScratchFolder()
    for i in 1...20 {
      try FileManager.default.copyItem(atPath: "\(path)/SCD0000101/\(i).dcm", toPath: "\(scratch.path)/\(i)")
    }
    let study = try #require(StudyFolder([scratch.path], pool: TestWorkers.pool).studies.first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/3"))
    _ = try scratch.write("3", bytes.dropLast(5000))
    let loaded = CineLoader(TestWorkers.pool).load(study)
    var named = DicomError.truncated.unreadable("\(scratch.path)/3")
    named.study = study.instanceUID
    #expect(loaded.unreadable == [named])
    #expect(loaded.study.series[0].clips.map(\.frames) == [19])
    #expect(loaded.study.study.series[0].slices[0].phases.count == 19)
  }
}

@Suite(.enabled(if: SharedFolder.path("data/swine-long-axis") != nil)) struct SwineTests {
  @Test func fourLongAxesAreNamedByTheirDescription() throws {
    let folder = StudyFolder([try #require(SharedFolder.path("data/swine-long-axis"))], pool: TestWorkers.pool)
    #expect(folder.unreadable == [])
    let series = folder.studies.flatMap(\.series)
    #expect(series.map { $0.slices.map(\.phases.count) } == [[20, 20, 20, 20]])
    #expect(series.map(\.view) == [.longAxis])
    #expect(series.map(\.viewRule) == [.description])
    #expect(series[0].slices.allSatisfy { $0.heartbeat == Milliseconds(659) })
  }
}
