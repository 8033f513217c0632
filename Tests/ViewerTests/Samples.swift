import Cine
import Terminal

@testable import Viewer

/// A ring that shrinks and grows: enough of a heart for the screen.
enum Sample {
  static func clip(frames: Int = 20, size: Int = 64, heartbeat: Double = 800) -> CineClip {
    var pixels: [Float] = []
    for t in 0..<frames {
      let phase = Double(t) / Double(frames)
      let radius = 12 - 5 * (phase < 0.4 ? phase / 0.4 : max(0, 1 - (phase - 0.4) / 0.3))
      for i in 0..<size {
        for j in 0..<size {
          let d = (Double((i - 30) * (i - 30) + (j - 36) * (j - 36))).squareRoot()
          pixels.append(d < radius ? 900 : d < radius + 5 ? 250 : 400)
        }
      }
    }
    return CineClip(
      frames: frames, rows: size, columns: size, pixels: pixels, geometry: geometry(0),
      times: (0..<frames).map { Double($0) * heartbeat / Double(frames) }, heartbeat: heartbeat)
  }

  static func geometry(_ z: Double) -> Geometry {
    Geometry(
      origin: Vector3(0, 0, z), alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 3,
      columnSpacing: 3)
  }

  static func study(_ uid: String, id: String, slices: Int = 5) -> Study {
    let stack = (0..<slices).map { s in
      Slice(
        rows: 64, columns: 64, geometry: geometry(Double(s) * 8), heartbeat: Milliseconds(800),
        phases: (0..<20).map { Phase(time: Milliseconds(Double($0) * 40), path: "/data/\(uid)/\(s)-\($0)", frame: 0) })
    }
    let long = Slice(
      rows: 64, columns: 64, geometry: geometry(0), heartbeat: nil,
      phases: (0..<20).map { Phase(time: nil, path: "/data/\(uid)/l-\($0)", frame: 0) })
    func series(_ n: Int, _ view: View, _ slices: [Slice]) -> Series {
      Series(
        instanceUID: "\(uid).\(n)", number: n, description: "", view: view, viewRule: .geometry,
        orderRule: "position, then TriggerTime", ties: 0, slices: slices)
    }
    return Study(
      instanceUID: uid, path: "/data/\(uid)", patientName: "Phantom^\(id)", patientID: id, date: "20260101",
      description: "cine", series: [series(1, .shortAxis, stack), series(2, .fourChamber, [long])])
  }

  static let analysis = Analysis(
    lvef: EjectionFraction(percent: 26.4, low: 18, high: 35),
    findings: [
      ("Left.Ventricular.Dilation", 0.912, 0.96), ("Non.Ischemic.cardiomyopathy", 0.64, 0.93),
      ("Left.Atrial.Dilation", 0.41, 0.88), ("Cardiac.Thrombus", 0.11, 0.52), ("Some.New.Label", 0.05, 0.8),
    ].map { name, p, auc in
      Finding(
        condition: name, probability: p, threshold: 0.5, positive: p > 0.5, auc: auc, aucLow: auc - 0.05,
        aucHigh: min(auc + 0.05, 1))
    },
    sentences: [
      ReportSentence(text: "The left ventricle is severely dilated with global hypokinesis.", similarity: 0.82),
      ReportSentence(text: "LVEF is severely reduced.", similarity: 0.79),
    ],
    views: [1, 3].map { ViewWeight(view: .shortAxis, seriesInstanceUID: "1.1", slice: $0, weight: 0.5) },
    warnings: [
      AnalysisWarning(code: "synthetic_training", text: "Trained on synthetic hearts; not validated on patients."),
      AnalysisWarning(code: "missing_views", text: "Missing: 2 chamber, 3 chamber, 4 chamber."),
    ], embedding: [])

  /// Two studies read, the first done, its middle slice on the screen and paused at end-systole.
  static func model() -> ViewerModel {
    var m = ViewerModel(source: "/data/inbox", modelNote: "")
    _ = m.update(.model("trained on synthetic hearts", synthetic: true))
    _ = m.update(
      .catalogueComplete([study("1", id: "anon-0042"), study("2", id: "anon-0043")], unreadable: [], skipped: 3))
    _ = m.update(.status(study: "1", .done(analysis)))
    _ = m.update(.status(study: "2", .running(done: 2, total: 6)))
    let clip = clip()
    for s in 0..<5 { _ = m.update(.clip(.init(study: "1", series: 0, slice: s), clip, MotionMap(clip))) }
    _ = m.update(.key(.character("s")))
    return m
  }

  /// Circles around the ring of `clip`: cavity, muscle, and a right ventricle beside it. None in the last frame.
  static func outlines(frames: Int = 20) -> ClipOutlines {
    func circle(_ structure: Outline.Structure, _ row: Double, _ column: Double, _ radius: Double) -> Outline {
      Outline(
        structure,
        points: (0..<48).map { k in
          let angle = Double(k) / 48 * 2 * Double.pi
          return SIMD2(Float(row + radius * sine(angle)), Float(column + radius * sine(angle + Double.pi / 2)))
        })
    }
    return ClipOutlines(
      frames: (0..<frames).map { t in
        guard t < frames - 1 else { return [] }
        let phase = Double(t) / Double(frames)
        let radius = 12 - 5 * (phase < 0.4 ? phase / 0.4 : max(0, 1 - (phase - 0.4) / 0.3))
        return [
          circle(.leftEndocardium, 30, 36, radius), circle(.leftEpicardium, 30, 36, radius + 5),
          circle(.rightVentricle, 28, 12, 7),
        ]
      })
  }

  /// Without the C library, which rounds as it likes.
  private static func sine(_ x: Double) -> Double {
    let y = (x + Double.pi).truncatingRemainder(dividingBy: 2 * Double.pi) - Double.pi
    var (term, sum) = (y, y)
    for k in 1...12 {
      term *= -y * y / Double(2 * k * (2 * k + 1))
      sum += term
    }
    return sum
  }

  static let end = FramePlace(seriesInstanceUID: "1.1", slice: 1, phase: 7)

  /// ml: 210 at rest, 160 at the eighth phase.
  private static let volumes = (0..<20).map { t -> Double in
    let squeezed = t < 7 ? Double(t) / 7 : max(0, 1 - Double(t - 7) / 6)
    return 210 - 50 * squeezed
  }

  static let measured = Measured(
    curve: VolumeCurve(
      left: volumes,
      right: Array(repeating: 150, count: 20), muscle: Array(repeating: 120, count: 20), endDiastole: 0, endSystole: 7),
    lvef: EjectionFraction(percent: 23.8, low: 18, high: 30),
    measurements: [
      Measurement(
        name: "lvef", value: 23.8, unit: "%", low: 18, high: 30,
        limit: .init(low: 52, high: nil, source: "Some source 2020"), frame: end),
      Measurement(
        name: "lv_edv_index", value: 132, unit: "ml/m²", limit: .init(low: 50, high: 109, source: "Another 2024"),
        indexedBy: "body surface", frame: FramePlace(seriesInstanceUID: "1.1", slice: 2, phase: 0)),
      Measurement(name: "wall_thickness_max", value: 9.44, unit: "mm"),
    ],
    findings: [
      MeasuredFinding(
        condition: "Reduced.LVEF", why: "LVEF 24 %, below 52: Some source 2020", measurement: "lvef", excess: 2.2,
        frame: end),
      MeasuredFinding(
        condition: "Left.Ventricular.Dilation", why: "LVEDV index 132 ml/m², above 109: Another 2024",
        measurement: "lv_edv_index", excess: 0.39, frame: nil),
    ], quality: Quality(grade: .green, reasons: []))

  static func judged(
    _ grade: Quality.Grade, lvef: Double = 60, excess: [Double] = [], why: String = "The ring is open in 3 slices."
  ) -> Measured {
    Measured(
      curve: nil, lvef: grade == .none ? nil : EjectionFraction(percent: lvef, low: lvef - 5, high: lvef + 5),
      measurements: [Measurement(name: "lv_edv_index", value: 132, unit: "ml/m²")],
      findings: excess.map {
        MeasuredFinding(
          condition: "Left.Ventricular.Dilation", why: "why", measurement: "lv_edv_index", excess: $0, frame: nil)
      },
      quality: Quality(
        grade: grade, reasons: grade == .green ? [] : [AnalysisWarning(code: "open_ring", text: why)]))
  }

  /// The same with contours and what they measure.
  static func measuredModel() -> ViewerModel {
    var m = model()
    for s in 0..<5 { _ = m.update(.contours(.init(study: "1", series: 0, slice: s), outlines())) }
    _ = m.update(.measured(study: "1", measured))
    _ = m.update(.key(.character("s")))
    return m
  }
}

/// The screen at a size, and its first picture.
func draw(
  _ model: ViewerModel, rows: Int, columns: Int, mode: GraphicsMode, cell: (width: Int, height: Int),
  memory: PictureMemory = PictureMemory()
) -> (Screen, Picture?) {
  var sized = model
  _ = sized.update(.size(rows: rows, columns: columns))
  let frame = draw(sized, mode: mode, cell: cell, memory: memory)
  return (frame.screen, frame.pictures.first)
}
