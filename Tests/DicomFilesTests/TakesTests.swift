import Cine
import Testing

@testable import DicomFiles

/// Breath-holds and whole stacks that were taken again.
@Suite struct TakesTests {
  func shape(_ series: [Series]) -> [[Int]] { series.map { $0.slices.map(\.phases.count) } }

  func series(_ headers: [DicomHeader]) throws -> [Series] { try #require(Synthetic.studies(headers).first).series }

  /// Five slices, then the third again; `change` gets the number of the breath-hold, from 0.
  func again(phases: Int = 10, _ change: (inout DicomHeader, Int) -> Void) -> [DicomHeader] {
    [0, 1, 2, 3, 4, 2].enumerated().flatMap { hold, slice in
      (0..<phases).map { p in
        var h = Synthetic.header(slice: slice, phase: p, phases: phases, description: "SAX")
        h.sopInstanceUID += ".\(hold)"
        h.path = "/study/\(hold)-\(p)"
        h.instanceNumber = hold * phases + p + 1
        change(&h, hold)
        return h
      }
    }
  }

  @Test(
    arguments: [
      { (h: inout DicomHeader, hold: Int) in h.traits.acquisitionNumber = hold + 1 },
      { (h: inout DicomHeader, hold: Int) in h.acquisitionTime = "10\(10 + hold)00" },
      { (_: inout DicomHeader, _: Int) in },
    ] as [@Sendable (inout DicomHeader, Int) -> Void])
  func theNewerTakeStandsInTheStack(_ change: @Sendable (inout DicomHeader, Int) -> Void) throws {
    let all = try series(again(change))
    #expect(shape(all) == [[10, 10, 10, 10, 10], [10]])
    #expect(all.map(\.description) == ["SAX, take 2 of 2 at slice 3", "SAX, take 1 of 2"])
    #expect(all.map(\.ties) == [0, 0])
    #expect(all[0].slices[2].phases.allSatisfy { $0.path.text.hasPrefix("/study/5-") })
  }

  /// The heart beat at another rate: no trigger time but the first is shared.
  @Test func aTakeHasItsOwnHeartbeat() throws {
    let all = try series(
      again { h, hold in
        if hold == 5 { h.triggerTime = (h.triggerTime ?? 0) * 0.93 }
        h.traits.acquisitionNumber = hold + 1
      })
    #expect(shape(all) == [[10, 10, 10, 10, 10], [10]])
    let timed = try series(
      again { h, hold in
        h.triggerTime = (h.triggerTime ?? 0) * (hold == 5 ? 0.93 : 1) + (hold == 5 ? 1 : 0)
        h.acquisitionTime = "10\(10 + hold)00"
      })
    #expect(shape(timed) == [[10, 10, 10, 10, 10], [10]])
  }

  @Test func aTakeThatBrokeOffIsNotShown() throws {
    let headers = again { h, hold in h.traits.acquisitionNumber = hold + 1 }
    let all = try series(headers.filter { h in !(h.path.text.hasPrefix("/study/5-") && (h.triggerTime ?? 0) > 300) })
    #expect(shape(all) == [[10, 10, 10, 10, 10], [4]])
    #expect(all.map(\.description) == ["SAX, take 1 of 2 at slice 3", "SAX, take 2 of 2"])
  }

  @Test func aWholeStackTakenTwiceInOneSeries() throws {
    func stack(aside: Double) -> [DicomHeader] {
      (0..<2).flatMap { take in
        Synthetic.stack(slices: 8).map { h in
          var h = h
          let slice = ((h.instanceNumber ?? 1) - 1) / 10
          h.sopInstanceUID += ".\(take)"
          h.path = "\(h.path)-\(take)"
          h.instanceNumber = (h.instanceNumber ?? 0) + 80 * take
          h.sliceThickness = 8
          h.acquisitionTime = "1\(take)\(10 + slice)00"
          h.geometry = Synthetic.plane(
            normal: Synthetic.shortAxis.normal, position: Double(slice) * 8 + Double(take) * aside)
          return h
        }
      }
    }
    for aside in [0, 3.7] {
      let all = try series(stack(aside: aside))
      #expect(shape(all) == Array(repeating: Array(repeating: 10, count: 8), count: 2), "\(aside)")
      for s in all {
        let positions = s.slices.compactMap { $0.geometry?.positionAlongNormal }
        #expect(zip(positions, positions.dropFirst()).allSatisfy { abs($1 - $0 - 8) < 0.01 })
      }
    }
    // The same as two series of one name; and by their spacing alone, where no thickness is given.
    for isThick in [true, false] {
      let apart = stack(aside: 3.7).map { h in
        var h = h
        h.seriesUID = h.path.hasSuffix("-1") ? "1.2.9" : "1.2.8"
        if !isThick { h.sliceThickness = nil }
        return h
      }
      #expect(shape(try series(apart)) == Array(repeating: Array(repeating: 10, count: 8), count: 2))
    }
  }

  /// Every other slice first, the rest in a second series: one stack.
  @Test func slicesThatWereLeftForASecondSeriesJoin() throws {
    let headers = Synthetic.stack(slices: 8) { "1.2.\($0 % 2)" }.map { h in
      var h = h
      h.sliceThickness = 8
      return h
    }
    #expect(shape(try series(headers)) == [Array(repeating: 10, count: 8)])
  }

  @Test func echoesOfASeriesASliceJoinByEcho() throws {
    let headers = Synthetic.stack(slices: 4) { "1.2.\($0)" }.flatMap { h in
      [1.4, 4.6].enumerated().map { k, te in
        var h = h
        h.sopInstanceUID += ".\(k)"
        // A scanner adapts it from slice to slice.
        h.traits.echoTime = te + 0.02 * (Double(h.seriesUID.suffix(1)) ?? 0)
        return h
      }
    }
    let all = try series(headers)
    #expect(shape(all) == [[10, 10, 10, 10], [10, 10, 10, 10]])
  }
}
