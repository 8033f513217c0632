import Cine

/// How a NIfTI volume lies in the body: its head may say so twice, say nothing, or contradict itself (nifti1.h, "3D image
/// (volume) orientation and location in space"). What is chosen, and why, is said in `notes`.
struct NIfTIPlacement {
  /// What a head says.
  struct Claims {
    var sformCode: Int
    var qformCode: Int
    /// pixdim as written, nought being the handedness.
    var spacing: [Double]
    /// Columns, rows, slices.
    var size: [Int]
    /// srow: three rows of four.
    var rows: [[Double]]
    var quaternion: [Double]
    var shift: [Double]
    /// NIFTI_UNITS_: 1 metres, 2 millimetres, 3 micrometres, 0 not told.
    var lengthUnit: Int
  }

  /// mm (RAS) of the pixel (i, j, k): three rows of four. Nil where not even the spacing is known.
  private(set) var affine: [[Double]]?
  /// False where at most the spacing is known.
  private(set) var isPlaced = true
  private(set) var notes: [SeriesNote] = []

  init(_ written: Claims) {
    let claims = inMillimetres(written)
    let sform = usable(sform: claims)
    let qform = usable(qform: claims)
    if let sform {
      choose(sform, qform, claims)
    } else if let qform {
      affine = qform
    } else {
      affine = Self.alone(claims)
      isPlaced = false
      let neither =
        claims.sformCode > 0 || claims.qformCode > 0 ? "no usable sform or qform" : "neither sform nor qform"
      note(
        "geometry_missing",
        affine == nil
          ? "Geometry is missing: \(neither), and no pixel spacing."
          : "Geometry is missing: there is \(neither), so how it lies is not known, only its spacing.", isWarning: true)
    }
  }

  private mutating func note(_ code: String, _ text: String, isWarning: Bool = false) {
    notes.append(SeriesNote(code, text, isWarning: isWarning))
  }

  // MARK: Each claim alone

  /// Some writers set a unit that their numbers do not have.
  private mutating func inMillimetres(_ claims: Claims) -> Claims {
    guard let factor = [1: 1000, 3: 0.001][claims.lengthUnit] else { return claims }
    let given = abs(claims.spacing[1])
    let isLikely = { (mm: Double) in (0.05...50).contains(mm) }
    guard isLikely(given * factor) || !isLikely(given) else {
      note(
        "unit_not_believed",
        "Its unit of length is not believed: \(Self.text([given])) would be no pixel spacing; it is read as millimetres."
      )
      return claims
    }
    var scaled = claims
    for i in 1...3 { scaled.spacing[i] *= factor }
    scaled.rows = claims.rows.map { $0.map { $0 * factor } }
    scaled.shift = claims.shift.map { $0 * factor }
    return scaled
  }

  private static func length(_ rows: [[Double]], _ c: Int) -> Double { column(rows, c).length }
  private static func column(_ rows: [[Double]], _ c: Int) -> Vector3 { Vector3(rows[0][c], rows[1][c], rows[2][c]) }

  /// The spacing of an axis, or nil where it is none. A negative one is meant without its sign.
  private static func spacing(_ claims: Claims, _ axis: Int) -> Double? {
    let mm = abs(claims.spacing[axis + 1])
    return mm.isFinite && mm > 0 ? mm : nil
  }

  private static func spacings(_ claims: Claims) -> [Double]? {
    guard let x = spacing(claims, 0), let y = spacing(claims, 1) else { return nil }
    // A single slice needs no distance to another.
    guard let z = spacing(claims, 2) ?? (claims.size[2] == 1 ? 1 : nil) else { return nil }
    return [x, y, z]
  }

  /// Method 3 is for a matrix that maps to space: one that is singular or skewed in the plane maps nothing.
  private mutating func usable(sform claims: Claims) -> [[Double]]? {
    guard claims.sformCode > 0 else { return nil }
    let (i, j, k) = (Self.column(claims.rows, 0), Self.column(claims.rows, 1), Self.column(claims.rows, 2))
    let isFinite = claims.rows.joined().allSatisfy { $0.isFinite && abs($0) < 1e6 }
    let isPlane = (0.01...100).contains(i.length) && (0.01...100).contains(j.length)
    let isStack = claims.size[2] == 1 || k.length > 0.01 && abs(i.cross(j).normalized.dot(k.normalized)) > 0.5
    guard isFinite, isPlane, isStack, abs(i.normalized.dot(j.normalized)) < 0.05 else {
      note("sform_unusable", "Its sform maps nothing and is left aside.")
      return nil
    }
    return claims.rows
  }

  /// Method 2: a rotation as a unit quaternion.
  private mutating func usable(qform claims: Claims) -> [[Double]]? {
    guard claims.qformCode > 0 else { return nil }
    let (b, c, d) = (claims.quaternion[0], claims.quaternion[1], claims.quaternion[2])
    let square = b * b + c * c + d * d
    guard square <= 1.01, claims.shift.allSatisfy({ $0.isFinite && abs($0) < 1e6 }),
      let mm = Self.spacings(claims)
    else {
      note("qform_unusable", "Its qform is no rotation with a spacing and is left aside.")
      return nil
    }
    let a = max(0, 1 - square).squareRoot()
    let turn = [
      [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
      [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
      [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
    ]
    let face = claims.spacing[0] < 0 ? -1.0 : 1
    return (0..<3).map { r in
      [turn[r][0] * mm[0], turn[r][1] * mm[1], turn[r][2] * mm[2] * face, claims.shift[r]]
    }
  }

  /// Nothing tells how it lies: about the origin and with the patient's right first, as readers take it for granted.
  private static func alone(_ claims: Claims) -> [[Double]]? {
    guard let mm = spacings(claims) else { return nil }
    let signed = [-mm[0], mm[1], mm[2]]
    return (0..<3).map { r -> [Double] in
      var row = [0.0, 0, 0, -signed[r] * Double(claims.size[r] - 1) / 2]
      row[r] = signed[r]
      return row
    }
  }

  // MARK: Between them

  private mutating func choose(_ sform: [[Double]], _ qform: [[Double]]?, _ claims: Claims) {
    affine = sform
    let axes = claims.size[2] == 1 ? 2 : 3
    let lengths = (0..<axes).map { Self.length(sform, $0) }
    let given = (0..<axes).map { Self.spacing(claims, $0) ?? lengths[$0] }
    func alike(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0.05 * max(a, b) }
    if !zip(lengths, given).allSatisfy(alike) {
      against(sform, qform, lengths, given)
    } else if let qform, claims.sformCode >= 3 {
      affine = qform
      note("sform_of_atlas", "Its sform maps to an atlas; the qform is taken, which maps to the scanner.")
    } else if let qform {
      let isOther = (0..<4).contains { c in
        let apart = (Self.column(sform, c) - Self.column(qform, c)).length
        return apart > (c == 3 ? 1 : 0.05 * max(1, Self.length(sform, c)))
      }
      if isOther { note("sform_and_qform_differ", "Its sform and qform differ; the sform is taken.", isWarning: true) }
    } else if claims.sformCode >= 3 {
      note("sform_of_atlas", "Its sform maps to an atlas, not to the scanner.", isWarning: true)
    }
  }

  /// The sform gives another spacing than pixdim.
  private mutating func against(_ sform: [[Double]], _ qform: [[Double]]?, _ lengths: [Double], _ given: [Double]) {
    let what = "Its sform gives a spacing of \(Self.text(lengths)) mm, its pixdim \(Self.text(given)) mm"
    func areOnes(_ mm: [Double]) -> Bool { mm.allSatisfy { abs($0 - 1) < 1e-3 } }
    if let qform {
      affine = qform
      note("sform_against_pixdim", "\(what): the qform is taken, which agrees with pixdim.")
    } else if areOnes(lengths) {
      // Nobody filled it in: ACDC's files are so.
      affine = (0..<3).map { r in (0..<3).map { sform[r][$0] * ($0 < given.count ? given[$0] : 1) } + [sform[r][3]] }
      isPlaced = (0..<3).contains { c in !sform.contains { abs($0[c]) > 0.999 } }
      note(
        "sform_against_pixdim",
        "\(what): ones are nobody's measure, so pixdim is taken"
          + (isPlaced ? "." : "; geometry is missing, so how it lies is not known, only its spacing."),
        isWarning: !isPlaced)
    } else {
      note(
        "sform_against_pixdim", "\(what): the sform is taken\(areOnes(given) ? "" : ", and distances may be wrong").",
        isWarning: !areOnes(given))
    }
  }

  /// "1.5 × 1.5 × 8", in hundredths.
  private static func text(_ mm: [Double]) -> String {
    mm.map { x in
      guard x.isFinite, abs(x) < 1e9 else { return "no number" }
      let hundredths = (x * 100).rounded() / 100
      return hundredths == hundredths.rounded() ? "\(Int(hundredths))" : "\(hundredths)"
    }.joined(separator: " × ")
  }
}
