import Cine
import DicomFiles
import TestSupport
import Testing

/// Two people's short-axis stacks as they came, with all that real files bring (shared/data/README.md).
@Suite(.enabled(if: SharedFolder.path("data/sunnybrook") != nil)) struct SunnybrookTests {
  @Test func twoStudiesAreFoundWhole() throws {
    let folder = DicomFolder([try #require(SharedFolder.path("data/sunnybrook"))])
    #expect(folder.unreadable == [])
    #expect(folder.skipped == 3)
    for s in folder.studies {
      print(s.path, s.date, s.patientName, s.series.count)
      for q in s.series { print(q.instanceUID, q.view, q.viewRule, q.orderRule, q.ties, q.slices.count, q.slices.map(\.phases.count), q.slices.map{$0.heartbeat?.value ?? -1}, q.slices.map { $0.phases.map { $0.time?.value ?? -1 } }.first ?? []) }
    }
    let shapes: [[[Int]]] = folder.studies.map { $0.series.map { $0.slices.map(\.phases.count) } }
    print(shapes)
    let swine = DicomFolder([try #require(SharedFolder.path("data/swine-long-axis"))])
    for s in swine.studies {
      print(s.path, s.date, s.patientName, s.series.count)
      for q in s.series { print(q.instanceUID, q.number ?? -1, q.description, q.view, q.viewRule, q.orderRule, q.ties, q.slices.map { $0.geometry?.normal as Any }, q.slices.map(\.phases.count), q.slices.map{$0.heartbeat?.value ?? -1}, q.slices.map { $0.phases.map { $0.time?.value ?? -1 } }.first ?? []) }
    }
    print(swine.unreadable, swine.skipped)
  }
}
