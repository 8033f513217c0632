import Cine
import DicomFiles

/// The fields of what a DICOM file says of itself, as they cross from the worker. The path is no field: the asking side
/// knows it, and takes nobody's word for it.
extension Wire {
  mutating func header(_ h: inout DicomHeader) throws(WireError) {
    try texts(&h)
    try optional(&h.patientSize)
    try optional(&h.patientWeight)
    try optional(&h.seriesNumber)
    try optional(&h.instanceNumber)
    try optional(&h.temporalPosition)
    try optional(&h.sliceLocation)
    try optional(&h.sliceThickness)
    try optional(&h.triggerTime)
    try optional(&h.nominalInterval)
    try optional(&h.heartRate)
    try optional(&h.cardiacImages)
    try optional(&h.frameTime)
    try optional(&h.repetitionTime)
    try geometry(&h.geometry)
    try integer(&h.rows)
    try integer(&h.columns)
    try integer(&h.frames)
    try integer(&h.samples)
    try flag(&h.isPlanar)
    try integer(&h.bitsAllocated)
    try integer(&h.bitsStored)
    try integer(&h.highBit)
    try flag(&h.signed)
    try flag(&h.isFloat)
    try number(&h.slope)
    try number(&h.intercept)
    try optional(&h.windowCenter)
    try optional(&h.windowWidth)
    try traits(&h.traits)
    try tags(&h.commaNumbers)
    try tags(&h.unreadNumbers)
    try list(&h.perFrame, DicomFrame(), size: 36) { (wire: inout Self, f: inout DicomFrame) throws(WireError) in
      try wire.frame(&f)
    }
  }

  /// A header that is held against every size once more.
  mutating func checkedHeader(_ h: inout DicomHeader) throws(WireError) {
    try header(&h)
    do throws(DicomError) { try h.validate() } catch { throw .outOfRange }
    guard h.perFrame.isEmpty || h.perFrame.count == h.frames else { throw .outOfRange }
  }

  private mutating func texts(_ h: inout DicomHeader) throws(WireError) {
    try text(&h.transferSyntax)
    try text(&h.sopClassUID)
    try text(&h.sopInstanceUID)
    try text(&h.studyUID)
    try text(&h.seriesUID)
    try text(&h.patientName)
    try text(&h.patientID)
    try text(&h.patientSex)
    try text(&h.patientAge)
    try text(&h.studyDate)
    try text(&h.studyDescription)
    try text(&h.seriesDescription)
    try text(&h.protocolName)
    try text(&h.modality)
    try text(&h.imageType)
    try text(&h.manufacturer)
    try text(&h.acquisitionDate)
    try text(&h.acquisitionTime)
    try text(&h.sequenceName)
    try text(&h.photometric)
  }

  private mutating func frame(_ f: inout DicomFrame) throws(WireError) {
    try geometry(&f.geometry)
    try optional(&f.triggerTime)
    try optional(&f.nominalInterval)
    try optional(&f.temporalPosition)
    try text(&f.stackID)
    try text(&f.imageType)
    try traits(&f.traits)
    try optional(&f.slope)
    try optional(&f.intercept)
  }

  private mutating func traits(_ t: inout PictureTraits) throws(WireError) {
    try text(&t.complexComponent)
    try optional(&t.rawDataType)
    try optional(&t.echoNumber)
    try optional(&t.echoTime)
    try optional(&t.inversionTime)
    try optional(&t.bValue)
    try text(&t.velocityDirection)
    try text(&t.coil)
    try optional(&t.acquisitionNumber)
    try text(&t.acquisitionDateTime)
  }

  /// Data elements as group and element in one number.
  private mutating func tags(_ list: inout [Int]) throws(WireError) {
    try self.list(&list, 0, size: 8) { (wire: inout Self, tag: inout Int) throws(WireError) in
      try wire.integer(&tag, in: 0...0xFFFF_FFFF)
    }
  }

  mutating func geometry(_ value: inout Geometry?) throws(WireError) {
    let empty = Geometry(origin: .zero, alongRow: .zero, alongColumn: .zero, rowSpacing: 1, columnSpacing: 1)
    try optional(&value, empty) { (wire: inout Self, g: inout Geometry) throws(WireError) in
      try wire.vector(&g.origin)
      try wire.vector(&g.alongRow)
      try wire.vector(&g.alongColumn)
      try wire.number(&g.rowSpacing)
      try wire.number(&g.columnSpacing)
      // What every later division by a spacing and every normal relies on.
      guard g.rowSpacing > 0, g.columnSpacing > 0, abs(g.alongRow.length - 1) < 0.01,
        abs(g.alongColumn.length - 1) < 0.01
      else { throw .outOfRange }
    }
  }

  private mutating func vector(_ v: inout Vector3) throws(WireError) {
    try number(&v.x)
    try number(&v.y)
    try number(&v.z)
  }
}
