import Cine
import DicomFiles

/// The fields of a row of `inspect`. The path is no field: see `HeaderFields`.
extension Wire {
  mutating func inspection(_ row: inout DicomInspection) throws(WireError) {
    var (status, reason, header, sum) = (row.status, row.reason, row.header, row.pixelSum)
    let path = row.path
    try choice(&status)
    try optional(&reason, UnreadableFile(path: path, reason: "", text: "")) {
      (wire: inout Self, inner: inout UnreadableFile) throws(WireError) in
      try wire.code(&inner.reason)
      try wire.text(&inner.text)
    }
    try optional(&header, DicomHeader()) { (wire: inout Self, inner: inout DicomHeader) throws(WireError) in
      try wire.checkedHeader(&inner)
      inner.path = path
    }
    try optional(&sum, "") { (wire: inout Self, inner: inout String) throws(WireError) in
      try wire.text(&inner)
      let digits = inner.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      guard inner.utf8.count == 64, digits else { throw .outOfRange }
    }
    guard (sum != nil) == (status == .ok) else { throw .outOfRange }
    row = DicomInspection(path: path, status: status, reason: reason, header: header, pixelSum: sum)
  }
}
