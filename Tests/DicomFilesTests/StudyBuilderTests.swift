import Cine
import Testing

@testable import DicomFiles

@Suite struct StudyBuilderTests {
  func shape(_ study: Study) -> [[Int]] { study.series.map { $0.slices.map(\.phases.count) } }

  @Test func theOrderOfFilesDoesNotMatter() {
    let headers = Synthetic.stack(slices: 5)
    let expected = Synthetic.studies(headers)
    for _ in 0..<5 { #expect(Synthetic.studies(headers.shuffled()) == expected) }
    #expect(expected.count == 1)
    #expect(shape(expected[0]) == [[10, 10, 10, 10, 10]])
    #expect(expected[0].series[0].orderRule == "position, then TriggerTime")
    #expect(expected[0].series[0].ties == 0)
  }

  @Test func slicesLieAlongTheNormalWhateverNumbersAndLocationsSay() {
    let headers = Synthetic.stack(slices: 6).map { h in
      var h = h
      let slice = ((h.instanceNumber ?? 1) - 1) / 10
      h.sliceLocation = [3, 1, 4, 1, 5, 9][slice]
      h.instanceNumber = [400, 300, 500, 100, 200, 0][slice] + (h.instanceNumber ?? 0)
      return h
    }
    let slices = Synthetic.studies(headers)[0].series[0].slices
    let positions = slices.compactMap { $0.geometry?.positionAlongNormal }
    #expect(positions.map { ($0 * 1000).rounded() / 1000 } == [0, 10, 20, 30, 40, 50])
  }

  /// By SliceLocation, InstanceNumber and name, as the published tools write their data sets.
  @Test func thePublishedOrderIsKeptBesideOurs() {
    let headers = Synthetic.stack(slices: 4)
    func series(_ change: (inout DicomHeader) -> Void) -> Series {
      Synthetic.studies(
        headers.map { h in
          var h = h
          change(&h)
          return h
        })[0].series[0]
    }
    #expect(!series { _ in }.differsFromPublishedOrder)
    // The same stack from the other end.
    #expect(!series { h in h.sliceLocation = Double(-((h.instanceNumber ?? 1) - 1) / 10) }.differsFromPublishedOrder)
    // Numbers that run against the times.
    let against = series { h in h.instanceNumber = 1000 - (h.instanceNumber ?? 0) }
    #expect(against.differsFromPublishedOrder)
    let slice = against.slices[1]
    #expect(slice.inPublishedOrder.phases.map(\.path) == slice.phases.reversed().map(\.path))
    // Without numbers the names decide, numbers in them by their value.
    let named = series { h in (h.instanceNumber, h.sliceLocation) = (nil, nil) }
    #expect(named.slices.flatMap { $0.phases.compactMap(\.publishedRank) } == Array(0..<40))
  }

  @Test func eachSliceHasItsOwnHeartbeat() {
    // Ranked across slices, phase 5 of a slow slice would fall behind phase 6 of a fast one.
    let beats = [800.0, 779, 1100, 731]
    let headers = beats.enumerated().flatMap { s, beat in
      (0..<10).map { Synthetic.header(slice: s, phase: $0, heartbeat: beat) }
    }
    let slices = Synthetic.studies(headers.reversed())[0].series[0].slices
    #expect(slices.map { $0.heartbeat?.value } == beats)
    for (slice, beat) in zip(slices, beats) {
      let times: [Double] = slice.phases.compactMap { $0.time?.value }
      let expected: [Double] = (0..<10).map { beat * Double($0) / 10 }
      #expect(times == expected)
    }
  }

  @Test func aSeriesASliceIsOneStack() {
    let study = Synthetic.studies(Synthetic.stack(slices: 9) { "1.2.\($0)" })[0]
    #expect(shape(study) == [Array(repeating: 10, count: 9)])
    #expect(study.series[0].instanceUID == "1.2.0")
    #expect(study.series[0].view == .shortAxis)
  }

  @Test func numberedDescriptionsAreOneStackAndOthersAreNot() {
    let numbered = Synthetic.stack(slices: 4) { "1.2.\($0)" }.map { h in
      var h = h
      h.seriesDescription = "SAX cine 0\(h.seriesUID.suffix(1))"
      return h
    }
    #expect(shape(Synthetic.studies(numbered)[0]) == [[10, 10, 10, 10]])
    let named = numbered.map { h in
      var h = h
      if h.seriesUID == "1.2.2" { h.seriesDescription = "SAX tagging" }
      return h
    }
    let study = Synthetic.studies(named)[0]
    #expect(shape(study) == [[10, 10, 10], [10]])
    #expect(study.series.map(\.view) == [.shortAxis, .unknown])
  }

  @Test func aSeriesAPhaseIsOneStack() {
    let headers = Synthetic.stack(slices: 3).map { h in
      var h = h
      let phase = ((h.instanceNumber ?? 1) - 1) % 10
      h.seriesUID = "1.3.\(phase)"
      return h
    }
    #expect(shape(Synthetic.studies(headers)[0]) == [[10, 10, 10]])
  }

  @Test func aSecondSeriesAtTheSamePlaceStaysApart() {
    let late = (0..<5).map { s in
      var h = Synthetic.header(series: "1.9", slice: s, phase: 6)
      h.seriesNumber = 9
      return h
    }
    let again = Synthetic.stack(slices: 5) { _ in "1.8" }
    let study = Synthetic.studies(Synthetic.stack(slices: 5) + late + again)[0]
    #expect(shape(study) == [Array(repeating: 10, count: 5), Array(repeating: 10, count: 5), [1, 1, 1, 1, 1]])
    #expect(study.series[2].view == .unknown)
    #expect(study.series[2].viewRule == .none)
  }

  @Test func magnitudeAndPhaseOfFlowStayApart() {
    let headers = Synthetic.stack(slices: 1).flatMap { h in
      var (m, p) = (h, h)
      m.imageType = "ORIGINAL\\PRIMARY\\M"
      p.imageType = "ORIGINAL\\PRIMARY\\P"
      p.sopInstanceUID += ".1"
      return [m, p]
    }
    let study = Synthetic.studies(headers)[0]
    #expect(shape(study) == [[10], [10]])
    #expect(study.series.map(\.ties) == [0, 0])
  }

  @Test func orientationsOfOneSeriesStayApart() {
    let normals = [Synthetic.shortAxis.normal, Vector3(-0.1, 0.75, -0.6), Vector3(-0.55, -0.75, 0.05)]
    let headers = normals.enumerated().flatMap { i, normal in
      (0..<10).map { Synthetic.header(slice: i, phase: $0, normal: normal) }
    }
    #expect(shape(Synthetic.studies(headers)[0]) == [[10], [10], [10]])
  }

  @Test func matricesOfOneSeriesStayApart() {
    let headers = Synthetic.stack(slices: 2).map { h in
      var h = h
      if h.instanceNumber ?? 0 > 10 { h.rows = 16 }
      return h
    }
    #expect(shape(Synthetic.studies(headers)[0]) == [[10], [10]])
  }

  @Test func aRaggedStackIsKept() {
    var headers = Synthetic.stack(slices: 3)
    headers.removeAll { $0.sopInstanceUID == "1.2.1.4" || $0.sopInstanceUID == "1.2.2.9" }
    let study = Synthetic.studies(headers)[0]
    #expect(shape(study) == [[10, 9, 9]])
    #expect(study.series[0].phaseCount == 10)
  }

  @Test func copiesAreLeftOutAndCounted() {
    let headers = Synthetic.stack(slices: 2)
    var builder = StudyBuilder()
    for var h in headers {
      builder.add(h)
      h.path = "/copy\(h.path)"
      builder.add(h)
    }
    #expect(builder.duplicates == 20)
    #expect(shape(builder.studies()[0]) == [[10, 10]])
    #expect(builder.studies()[0].path == "/copy/study/1.2")
  }

  @Test func oneIdentifierForAllIsNoCopy() {
    let headers = Synthetic.stack(slices: 2).map { h in
      var h = h
      h.sopInstanceUID = "1.2.3.4"
      return h
    }
    #expect(shape(Synthetic.studies(headers)[0]) == [[10, 10]])
  }

  @Test func identifiersAndDatesStayAsWritten() {
    let headers = Synthetic.stack(slices: 1).map { h in
      var h = h
      h.studyUID = "2.16.124.113543.6006.99.08980635789900778171"
      h.studyDate = "20120000"
      h.patientName = "SCD0000101"
      return h
    }
    let study = Synthetic.studies(headers)[0]
    #expect(study.instanceUID == "2.16.124.113543.6006.99.08980635789900778171")
    #expect(study.date == "20120000")
  }

  @Test func studiesComeInTheOrderOfTheirPaths() {
    let headers = ["b", "a", "c"].enumerated().map { i, name in
      var h = Synthetic.header()
      h.studyUID = "1.\(i)"
      h.sopInstanceUID += ".\(i)"
      h.path = "/all/\(name)/1"
      return h
    }
    #expect(Synthetic.studies(headers).map(\.path) == ["/all/a", "/all/b", "/all/c"])
    #expect(Synthetic.studies([]) == [])
  }

  @Test func imagesWithoutGeometryAreKeptByTheirSeries() {
    let headers = Synthetic.stack(slices: 2) { "1.2.\($0)" }.map { h in
      var h = h
      h.geometry = nil
      return h
    }
    let study = Synthetic.studies(headers)[0]
    #expect(shape(study) == [[10], [10]])
    #expect(study.series.map(\.orderRule) == ["as filed, then TriggerTime", "as filed, then TriggerTime"])
  }

  @Test func framesOfAnEnhancedImageAreASliceEach() {
    var h = Synthetic.header()
    h.geometry = nil
    h.triggerTime = nil
    h.frames = 30
    h.perFrame = (0..<30).map { i in
      var f = DicomFrame()
      f.geometry = Synthetic.plane(normal: Synthetic.shortAxis.normal, position: Double(i % 3) * 8)
      f.triggerTime = Double(i / 3) * 77
      return f
    }
    let series = Synthetic.studies([h])[0].series
    let frames: [[Int]] = series.flatMap { $0.slices.map { $0.phases.map(\.frame) } }
    let expected: [[Int]] = (0..<3).map { s in (0..<10).map { 3 * $0 + s } }
    #expect(series.count == 1)
    #expect(frames == expected)
    #expect(series[0].slices[1].phases[2].time == Milliseconds(154))
  }

  @Test func aLoopAFileIsASlice() {
    let headers = (0..<3).map { s in
      var h = Synthetic.header(slice: s)
      h.frames = 20
      h.frameTime = 40
      return h
    }
    let study = Synthetic.studies(headers)[0]
    #expect(shape(study) == [[20, 20, 20]])
    #expect(study.series[0].orderRule == "position, then frame number")
  }
}
