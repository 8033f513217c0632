import Cine

/// The fields of a whole study, for formats whose one file is one. Paths are no fields: see `HeaderFields`.
extension Wire {
  mutating func study(_ s: inout Study) throws(WireError) {
    try text(&s.instanceUID)
    try text(&s.patientName)
    try text(&s.patientID)
    try text(&s.date)
    try text(&s.description)
    let none = AnalysisWarning(code: "", text: "")
    try list(&s.warnings, none, size: 8) { (wire: inout Self, w: inout AnalysisWarning) throws(WireError) in
      try wire.code(&w.code)
      try wire.text(&w.text)
    }
    let empty = Series(
      instanceUID: "", number: nil, description: "", view: .unknown, viewRule: .none, orderRule: "", ties: 0,
      slices: [])
    try list(&s.series, empty, size: 30) { (wire: inout Self, series: inout Series) throws(WireError) in
      try wire.series(&series)
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
