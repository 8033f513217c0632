import Cine
import Volumes

/// The fields of what a volume file holds. Paths are no fields: see `HeaderFields`.
extension Wire {
  mutating func contents(_ c: inout VolumeContents) throws(WireError) {
    let series = Series(
      instanceUID: "", number: nil, description: "", view: .unknown, viewRule: .none, orderRule: "", ties: 0,
      slices: [])
    try list(&c.volumes, Volume(series: series, isPlaced: false), size: 40) {
      (wire: inout Self, volume: inout Volume) throws(WireError) in
      try wire.series(&volume.series)
      try wire.list(&volume.groups, "", size: 4) { (wire: inout Self, name: inout String) throws(WireError) in
        try wire.text(&name)
      }
      try wire.choice(&volume.numbers)
      try wire.flag(&volume.isPlaced)
    }
    try list(&c.unread, UnreadPart(name: "", reason: "", text: ""), size: 12) {
      (wire: inout Self, part: inout UnreadPart) throws(WireError) in
      try wire.text(&part.name)
      try wire.code(&part.reason)
      try wire.text(&part.text)
    }
  }

  private mutating func series(_ s: inout Series) throws(WireError) {
    try text(&s.instanceUID)
    try optional(&s.number)
    try text(&s.description)
    try choice(&s.view)
    try choice(&s.viewRule)
    try text(&s.orderRule)
    try integer(&s.ties, in: 0...Int(Int32.max))
    let empty = Slice(rows: 1, columns: 1, geometry: nil, heartbeat: nil, phases: [])
    try list(&s.slices, empty, size: 22) { (wire: inout Self, slice: inout Slice) throws(WireError) in
      try wire.slice(&slice)
    }
    try list(&s.notes, SeriesNote("", ""), size: 9) { (wire: inout Self, note: inout SeriesNote) throws(WireError) in
      try wire.code(&note.code)
      try wire.text(&note.text)
      try wire.flag(&note.isWarning)
    }
  }

  private mutating func slice(_ s: inout Slice) throws(WireError) {
    try integer(&s.rows, in: 1...65_535)
    try integer(&s.columns, in: 1...65_535)
    try geometry(&s.geometry)
    try milliseconds(&s.heartbeat)
    let empty = Phase(time: nil, path: "", frame: 0)
    try list(&s.phases, empty, size: 9) { (wire: inout Self, phase: inout Phase) throws(WireError) in
      try wire.milliseconds(&phase.time)
      try wire.integer(&phase.frame, in: 0...Int(Int32.max))
    }
  }

  private mutating func milliseconds(_ value: inout Milliseconds?) throws(WireError) {
    try optional(&value, Milliseconds(0)) { (wire: inout Self, inner: inout Milliseconds) throws(WireError) in
      try wire.number(&inner.value)
    }
  }
}
