/// Pixels after the Modality LUT: what is played, measured and given to the model.
extension DicomFile {
  /// Some frames (from 0) as [frames, rows, columns], rescaled (PS3.3 C.11.1); colour becomes its mean, and MONOCHROME1
  /// is turned round so that more is brighter.
  public func values(frames: Range<Int>) throws(DicomError) -> [Float] {
    let bytes = try pixels(frames: frames)
    var values: [Float] = []
    values.reserveCapacity(frames.count * header.rows * header.columns)
    for (i, frame) in frames.enumerated() { append(bytes, at: i, frame: frame, to: &values) }
    // Maps have no number where nothing was measured.
    if header.isFloat { return values.map { $0.isFinite ? $0 : 0 } }
    guard values.allSatisfy({ $0.isFinite }) else { throw .unreadable("its rescale slope gives no numbers") }
    return values
  }

  /// Frame `frame` of the file, which is the `i`th of `bytes`.
  private func append(_ bytes: [UInt8], at i: Int, frame: Int, to values: inout [Float]) {
    let h = header
    let count = h.rows * h.columns
    let own = frame < h.perFrame.count ? h.perFrame[frame] : nil
    let (slope, intercept) = (Float(own?.slope ?? h.slope), Float(own?.intercept ?? h.intercept))
    let stored = StoredSamples(h)
    let start = values.count
    bytes.withUnsafeBytes { raw in
      if h.samples == 1 {
        for p in 0..<count { values.append(stored.value(raw, i * count + p) * slope + intercept) }
      } else {
        for p in 0..<count {
          let at = (i * count + p) * h.samples
          let sum = stored.value(raw, at) + stored.value(raw, at + 1) + stored.value(raw, at + 2)
          values.append(sum / 3 * slope + intercept)
        }
      }
    }
    if h.inverted {
      let top = values[start...].max() ?? 0
      for p in start..<values.count { values[p] = top - values[p] }
    }
  }
}

/// How samples lie in their bytes: bits outside of those stored may hold anything (PS3.5 section 8.1.1).
private struct StoredSamples {
  let width: Int
  let left: UInt32
  let right: UInt32
  let signed: Bool
  let isFloat: Bool

  init(_ h: DicomHeader) {
    width = h.bytesPerSample
    isFloat = h.isFloat
    left = UInt32(isFloat ? 0 : 31 - h.highBit)
    right = UInt32(isFloat ? 0 : 32 - h.bitsStored)
    signed = h.signed
  }

  func value(_ raw: UnsafeRawBufferPointer, _ index: Int) -> Float {
    if isFloat {
      return width == 4
        ? raw.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        : Float(raw.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
    }
    let bits: UInt32 =
      switch width {
      case 1: UInt32(raw[index])
      case 2: UInt32(raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      default: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
      }
    return signed ? Float(Int32(bitPattern: bits << left) >> Int32(right)) : Float((bits << left) >> right)
  }
}
