import Cine
import Foundation
import Preparation
import Volumes

/// People of the Sunnybrook Cardiac Data (Radau et al., MIDAS J. 2009, CC0) with the contours that experts drew, as
/// pictures: images/PATIENT_NNNN.png, endo/ for each, epi/ for some.
struct SunnybrookHearts {
  /// A slice at one of the two moments that experts contoured.
  struct Picture {
    let slice: Int
    let phase: Int
    let labelled: LabelledClip
    /// Pixels within the endocardium.
    let cavity: Int
  }

  /// By name, in the order of their names.
  let patients: [(name: String, pictures: [Picture])]

  /// mm: lost in the pictures; 1.3 to 1.4 in the two of them whose DICOM files are known.
  static let spacing = 1.36
  private static let phases = 20

  /// Left out of training, by place in the order of names: the first two of them are those whose whole cines are public.
  static func isHeld(_ index: Int) -> Bool { index < 2 || index % 3 == 0 }

  init(folder: String) throws(Failure) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/images"))?.sorted() ?? []
    var patients: [(name: String, pictures: [Picture])] = []
    for name in names where name.hasSuffix(".png") {
      let stem = name.dropLast(4)
      guard let cut = stem.lastIndex(of: "_"), let number = Int(stem[stem.index(after: cut)...]),
        let picture = Self.picture(folder, name, number - 1)
      else { continue }
      let patient = String(stem[..<cut])
      if patients.last?.name != patient { patients.append((patient, [])) }
      patients[patients.count - 1].pictures.append(picture)
    }
    guard !patients.isEmpty else {
      throw Failure(
        code: .someUnreadable,
        text: "\(folder) holds no hearts: it should have images/PATIENT_NNNN.png, and endo/ and epi/ beside them")
    }
    self.patients = patients
  }

  /// One of them as a stack of those slices that were contoured at both moments, end-diastole first. How far apart they
  /// lie is not known, and does not matter to an ejection fraction.
  func trial(_ index: Int) -> ContourTrial? {
    let (name, pictures) = patients[index]
    let phases = Dictionary(grouping: pictures, by: \.phase).mapValues { $0.reduce(0) { $0 + $1.cavity } }
    let both = phases.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    guard both.count == 2 else { return nil }
    let slices = Set(pictures.map(\.slice)).sorted().compactMap { slice in
      let moments = both.compactMap { phase in pictures.first { $0.slice == slice && $0.phase == phase }?.labelled }
      return moments.count == 2 ? moments : nil
    }
    let clips = slices.enumerated().compactMap { k, moments -> (ClipChoice.Item, CineClip)? in
      let (first, second) = (moments[0].clip, moments[1].clip)
      guard var plane = first.geometry, first.pixels.count == second.pixels.count else { return nil }
      plane.origin = Vector3(0, 0, 8 * Double(k))
      return (
        ClipChoice.Item(series: 0, slice: k, view: .shortAxis),
        CineClip(
          frames: 2, rows: first.rows, columns: first.columns, pixels: first.pixels + second.pixels, geometry: plane,
          times: [0, 1], heartbeat: 1000)
      )
    }
    let truth = slices.map { $0.flatMap(\.labels) }
    guard clips.count == truth.count else { return nil }
    let group = name.split(separator: "-").dropFirst().dropLast().joined(separator: "-")
    return ContourTrial(
      name: name, group: group, clips: clips, lvef: nil, known: [.leftVentricle], moments: [0, 1], truth: { _ in truth }
    )
  }

  private static func picture(_ folder: String, _ name: String, _ number: Int) -> Picture? {
    guard let image = GreyPicture(path: "\(folder)/images/\(name)"),
      let endo = GreyPicture(path: "\(folder)/endo/\(name)"), endo.pixels.count == image.pixels.count
    else { return nil }
    let epi = GreyPicture(path: "\(folder)/epi/\(name)").flatMap { $0.pixels.count == image.pixels.count ? $0 : nil }
    let labels = labels(endo, epi)
    var (y, x, n) = (0, 0, 0)
    for k in endo.pixels.indices where endo.pixels[k] > 0 {
      (y, x, n) = (y + k / image.columns, x + k % image.columns, n + 1)
    }
    guard n > 0 else { return nil }
    let plane = Geometry(
      origin: .zero, alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: spacing,
      columnSpacing: spacing)
    let clip = CineClip(
      frames: 1, rows: image.rows, columns: image.columns, pixels: image.pixels.map(Float.init), geometry: plane,
      times: [0], heartbeat: 1000)
    return Picture(
      slice: number / phases, phase: number % phases,
      labelled: LabelledClip(
        view: .shortAxis, clip: clip, labels: labels, centre: (Double(y) / Double(n), Double(x) / Double(n))),
      cavity: n)
  }

  /// Inside the endocardium is cavity, between the two contours muscle, the rest only none of these; without an outer
  /// contour it may be muscle. Pixels on a mask's own border may be either: the masks are about half a pixel wider than
  /// the contours that they were made of.
  private static func labels(_ endo: GreyPicture, _ epi: GreyPicture?) -> [HeartLabels] {
    let (rows, columns) = (endo.rows, endo.columns)
    func isBorder(_ picture: GreyPicture, _ k: Int) -> Bool {
      let (i, j) = (k / columns, k % columns)
      return i == 0 || j == 0 || i == rows - 1 || j == columns - 1 || picture.pixels[k - 1] == 0
        || picture.pixels[k + 1] == 0 || picture.pixels[k - columns] == 0 || picture.pixels[k + columns] == 0
    }
    let other: HeartLabels = [.rest, .rightVentricle, .leftAtrium, .rightAtrium]
    return endo.pixels.indices.map { k in
      if endo.pixels[k] > 0 { return isBorder(endo, k) ? [.leftVentricle, .leftMuscle] : .leftVentricle }
      guard let epi else { return other.union(.leftMuscle) }
      guard epi.pixels[k] > 0 else { return other }
      return isBorder(epi, k) ? other.union(.leftMuscle) : .leftMuscle
    }
  }
}
