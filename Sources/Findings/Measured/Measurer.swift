import Cine
import Contours
import Preparation

/// From contours to numbers, and from numbers beyond their limits to findings. Pure: the same contours, person and table
/// give the same result. Pericardial effusion is not among the findings: contours have no class for it.
public struct Measurer: Sendable {
  public let limits: Limits

  public init(_ limits: Limits) { self.limits = limits }

  public struct Result: Hashable, Sendable {
    public var curve: VolumeCurve?
    public var measurements: [Measurement]
    public var findings: [MeasuredFinding]
    /// The wall by segments, where the stack shows it.
    public var wall: WallSegments?
  }

  /// 90 % of a quantity.
  public struct Interval: Hashable, Sendable {
    public let low: Double
    public let high: Double
  }

  /// `study` is the one that was contoured; `intervals` are those of measurements, by name, that were calibrated.
  public func measured(
    _ study: Study, _ contours: StudyContours, intervals: [String: Interval] = [:]
  ) -> Result {
    var list = MeasurementList(study, contours, intervals)
    var wall: WallSegments?
    let curve = contours.volumes.map(VolumeCurve.init)
    if let volumes = contours.volumes {
      list.add(volumes)
      wall = list.wall(volumes)
      wall.map { list.add($0, thickening: limits.widest("wall_thickening", study.person)?.low) }
    }
    list.addLongAxes()
    let measurements = list.all.map { one in
      var one = one
      one.limit = limits.widest(one.name, study.person)
      return one
    }
    let findings = MeasuredFindings(limits, study.person, wall).of(measurements)
    return Result(curve: curve, measurements: measurements, findings: findings, wall: wall)
  }
}

extension VolumeCurve {
  /// Right volumes are those of the left ventricle's own end-diastole and end-systole, as in ACDC and UK Biobank.
  public init(_ volumes: StackVolumes) {
    self.init(
      left: volumes.left, right: volumes.right, muscle: volumes.muscle, endDiastole: volumes.endDiastole,
      endSystole: volumes.endSystole)
  }
}

/// Measurements on their way, in a fixed order.
private struct MeasurementList {
  private(set) var all: [Measurement] = []
  private let study: Study
  private let contours: StudyContours
  private let surface: Double?
  private let intervals: [String: Measurer.Interval]

  init(_ study: Study, _ contours: StudyContours, _ intervals: [String: Measurer.Interval]) {
    (self.study, self.contours, self.intervals) = (study, contours, intervals)
    surface = study.person?.bodySurface
    if let surface { add("body_surface", surface) }
  }

  private mutating func add(
    _ name: String, _ value: Double?, frame: FramePlace? = nil, indexed: Bool = false, unit: String? = nil
  ) {
    guard let value, value.isFinite else { return }
    let interval = intervals[name]
    all.append(
      Measurement(
        name: name, value: value, unit: unit ?? MeasurementNames.units[name] ?? "", low: interval?.low,
        high: interval?.high, frame: frame))
    guard indexed, let surface else { return }
    let index = name + "_index"
    all.append(
      Measurement(
        name: index, value: value / surface, unit: MeasurementNames.units[index] ?? "",
        low: interval.map { $0.low / surface }, high: interval.map { $0.high / surface }, indexedBy: "body surface",
        frame: frame))
  }

  private func place(_ clip: DrawnClip?, _ frame: Int) -> FramePlace? {
    guard let item = clip?.item, study.series.indices.contains(item.series) else { return nil }
    return FramePlace(seriesInstanceUID: study.series[item.series].instanceUID, slice: item.slice, phase: frame)
  }

  /// A moment of the stack on one of its slices, which may have fewer frames.
  private func place(_ slice: Int, moment: Int) -> FramePlace? {
    guard contours.stack.indices.contains(slice) else { return nil }
    let clip = contours.stack[slice]
    return place(clip, clip.frame(at: moment, of: contours.stack.moments))
  }

  // MARK: The stack

  mutating func add(_ volumes: StackVolumes) {
    let middle = contours.stack.count / 2
    let rest = place(middle, moment: volumes.endDiastole)
    let end = place(middle, moment: volumes.endSystole)
    add("lvef", volumes.lvef, frame: end)
    add("lv_edv", volumes.edv, frame: rest, indexed: true)
    add("lv_esv", volumes.esv, frame: end, indexed: true)
    add("lv_stroke_volume", volumes.strokeVolume, indexed: true)
    add("lv_mass", volumes.mass, frame: rest, indexed: true)
    guard let rvef = volumes.rvef else { return }
    add("rv_edv", volumes.rightEDV, frame: rest, indexed: true)
    add("rv_esv", volumes.rightESV, frame: end, indexed: true)
    add("rvef", rvef, frame: end)
    if volumes.edv > 0 { add("rv_to_lv", volumes.rightEDV / volumes.edv, frame: rest) }
  }

  func wall(_ volumes: StackVolumes) -> WallSegments? {
    let planes = contours.stack.compactMap { clip -> Geometry? in
      guard study.series.indices.contains(clip.item.series),
        study.series[clip.item.series].slices.indices.contains(clip.item.slice)
      else { return nil }
      return study.series[clip.item.series].slices[clip.item.slice].geometry
    }
    return WallSegments(
      contours.stack, planes: planes, endDiastole: volumes.endDiastole, endSystole: volumes.endSystole)
  }

  /// `thickening`: below it, in percent, a segment hardly thickens.
  mutating func add(_ wall: WallSegments, thickening: Double?) {
    let ed = contours.volumes?.endDiastole ?? 0
    add("wall_thickness_mean", wall.mean)
    if let thickest = wall.thickest {
      add("wall_thickness_max", thickest.greatest, frame: place(thickest.thickest, moment: ed))
    }
    add("septal_ratio", wall.septalRatio)
    add("apical_ratio", wall.apicalRatio)
    if let thickening, let motion = WallMotion(wall, below: thickening) {
      let frame = motion.worst.flatMap { place($0, moment: contours.volumes?.endSystole ?? 0) }
      add("poorly_thickening_segments", Double(motion.poor.count), frame: frame)
      add("still_segments", Double(motion.still), frame: frame)
    }
    guard wall.isNamed else { return }
    for segment in wall.segments {
      let number = segment.number < 10 ? "0\(segment.number)" : "\(segment.number)"
      add("wall_thickness_aha_\(number)", segment.mean, frame: place(segment.thickest, moment: ed), unit: "mm")
      add("wall_thickening_aha_\(number)", segment.thickening, unit: "%")
    }
  }

  // MARK: Long axes

  mutating func addLongAxes() {
    let axes = contours.long.compactMap { clip in LongAxis(clip).map { (clip: clip, axis: $0) } }
    /// Of several planes of one view the one that shows the longest ventricle.
    func best(_ view: View) -> (clip: DrawnClip, axis: LongAxis)? {
      axes.filter { $0.axis.view == view }.max { ($0.axis.leftLength ?? 0) < ($1.axis.leftLength ?? 0) }
    }
    let (four, two) = (best(.fourChamber), best(.twoChamber))
    let lengths = [four, two].compactMap { one in one.flatMap { one in one.axis.leftLength.map { (one, $0) } } }
    if let longest = lengths.max(by: { $0.1 < $1.1 }) {
      add("lv_length", longest.1, frame: place(longest.0.clip, longest.0.axis.endDiastole))
    }
    if let four {
      if let atrium = four.axis.leftAtrium { add("la_area", atrium.area, frame: place(four.clip, atrium.frame)) }
      if let atrium = four.axis.rightAtrium { add("ra_area", atrium.area, frame: place(four.clip, atrium.frame)) }
      add(
        "la_volume", LongAxis.atrialVolume(four.axis.leftAtrium, two?.axis.leftAtrium),
        frame: four.axis.leftAtrium.flatMap { place(four.clip, $0.frame) }, indexed: true)
    }
  }
}
