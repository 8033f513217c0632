import Cine
import Testing

@testable import DicomFiles

@Suite struct PhaseOrderTests {
  func order(_ headers: [DicomHeader]) -> PhaseOrder.Ordered {
    PhaseOrder.order(headers.flatMap(DicomImage.images))
  }

  func frames(_ ordered: PhaseOrder.Ordered) -> [String] { ordered.slice.phases.map(\.path.text) }

  /// Ten phases whose paths sort otherwise than their times.
  var slice: [DicomHeader] {
    (0..<10).map { p in
      var h = Synthetic.header(phase: p)
      h.path = "/\((p * 7) % 10)"
      return h
    }
  }

  @Test func triggerTimeDecidesWhereItIsDistinct() {
    let ordered = order(slice.sorted { $0.path < $1.path })
    #expect(frames(ordered) == slice.map(\.path.text))
    #expect(ordered.rule == .triggerTime)
    #expect(ordered.ties == 0)
    let times: [Double] = ordered.slice.phases.compactMap { $0.time?.value }
    let expected: [Double] = (0..<10).map { Double($0) * 80 }
    #expect(times == expected)
    #expect(ordered.slice.heartbeat == Milliseconds(800))
  }

  @Test func fallbacksDecideInTheirOrder() {
    var headers = slice.sorted { $0.path < $1.path }
    for i in headers.indices {
      let p = (headers[i].instanceNumber ?? 0) - 1
      headers[i].triggerTime = nil
      headers[i].temporalPosition = 10 - p
      headers[i].acquisitionTime = "1015\(30 + (p + 3) % 10).25"
      headers[i].instanceNumber = (p + 5) % 10
    }
    let byPosition = order(headers)
    #expect(byPosition.rule == .temporalPosition)
    #expect(frames(byPosition) == slice.reversed().map(\.path.text))
    // A time that no rule believed is not played by.
    #expect(byPosition.slice.phases.allSatisfy { $0.time == nil })

    for i in headers.indices { headers[i].temporalPosition = 1 }
    let byTime = order(headers)
    #expect(byTime.rule == .acquisitionTime)
    #expect(frames(byTime) == (0..<10).map { slice[($0 + 7) % 10].path.text })

    for i in headers.indices { headers[i].acquisitionTime = "" }
    let byNumber = order(headers)
    #expect(byNumber.rule == .instanceNumber)
    #expect(frames(byNumber) == (0..<10).map { slice[($0 + 5) % 10].path.text })
  }

  @Test func tiesAreCountedAndKeptInAStableOrder() {
    var headers = slice
    for i in headers.indices {
      headers[i].triggerTime = Double(i / 2)
      headers[i].instanceNumber = nil
    }
    let a = order(headers)
    let b = order(headers.reversed())
    #expect(a.rule == .triggerTime)
    #expect(a.ties == 5)
    #expect(frames(a) == frames(b))

    for i in headers.indices { headers[i].triggerTime = nil }
    let c = order(headers.shuffled())
    #expect(c.rule == .name)
    #expect(c.ties == 10)
    #expect(frames(c) == (0..<10).map { "/\($0)" })
  }

  @Test func timesThatAreNoneAreNotBelieved() {
    var headers = slice
    for i in headers.indices { headers[i].triggerTime = 36_000_000 + Double(9 - i) }
    #expect(order(headers).rule == .instanceNumber)
    for i in headers.indices { headers[i].triggerTime = -1 - Double(i) }
    #expect(order(headers).rule == .instanceNumber)
    headers[3].triggerTime = nil
    #expect(order(headers).rule == .instanceNumber)
  }

  @Test func theHeartbeatComesFromWhatTells() {
    func beat(_ change: (inout DicomHeader) -> Void) -> Double? {
      order(
        slice.map { h in
          var h = h
          change(&h)
          return h
        }
      ).slice.heartbeat?.value
    }
    #expect(beat { $0.nominalInterval = 812 } == 812)
    // 0 and seconds in place of milliseconds are common.
    #expect(beat { $0.nominalInterval = 0 } == 800)
    #expect(beat { $0.nominalInterval = 0.8 } == 800)
    // Shorter than the phases last: not theirs.
    #expect(beat { $0.nominalInterval = 400 } == 800)
    let noTrigger = { (h: inout DicomHeader) in
      h.nominalInterval = nil
      h.triggerTime = nil
    }
    #expect(
      beat {
        noTrigger(&$0)
        $0.frameTime = 70
        $0.heartRate = 60
      } == 700)
    #expect(
      beat {
        noTrigger(&$0)
        $0.heartRate = 75
      } == 800)
    #expect(beat(noTrigger) == nil)
  }

  @Test func aLoopIsPlayedByItsFrameTime() {
    var h = Synthetic.header()
    h.frames = 20
    h.frameTime = 40
    h.triggerTime = nil
    h.nominalInterval = nil
    let ordered = order([h])
    #expect(ordered.rule == .frames)
    #expect(ordered.slice.phases.map(\.frame) == Array(0..<20))
    #expect(ordered.slice.phases.last?.time == Milliseconds(760))
    #expect(ordered.slice.heartbeat == Milliseconds(800))
  }
}
