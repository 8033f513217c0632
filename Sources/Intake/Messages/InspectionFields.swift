import Cine

/// The fields of a row of `inspect`. The path is no field: see `HeaderFields`.
extension Wire {
  mutating func inspection(_ row: inout FileInspection) throws(WireError) {
    try choice(&row.status)
    try optional(&row.reason, UnreadableFile(path: row.path, reason: "", text: "")) {
      (wire: inout Self, inner: inout UnreadableFile) throws(WireError) in
      try wire.code(&inner.reason)
      try wire.text(&inner.text)
    }
    try optional(&row.transferSyntax, "") { (wire: inout Self, inner: inout String) throws(WireError) in
      try wire.text(&inner)
    }
    try optional(&row.rows)
    try optional(&row.columns)
    try optional(&row.frames)
    try optional(&row.samples)
    try optional(&row.bitsAllocated)
    try optional(&row.pixelSum, "") { (wire: inout Self, inner: inout String) throws(WireError) in
      try wire.text(&inner)
      let digits = inner.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      guard inner.utf8.count == 64, digits else { throw .outOfRange }
    }
    guard row.pixelSum == nil || row.status == .ok, (row.reason == nil) == (row.status == .ok) else {
      throw .outOfRange
    }
  }
}
