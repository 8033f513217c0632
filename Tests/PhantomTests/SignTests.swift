import Cine
import Glibc
import Testing

@testable import Phantom

/// Each condition must show in the pictures, not only in the table of truth: areas and widths counted in label maps.
@Suite struct SignTests {
  struct Look {
    let model: PhantomModel
    let renderer: Renderer

    init(_ conditions: [Condition], seed: UInt64 = 21) {
      model = PhantomModel(PhantomRequest(seed: seed, conditions: conditions.map(\.rawValue), scan: .demonstration))
      renderer = model.renderer()
    }

    var systole: Int { Int((model.anatomy.systole * Double(renderer.states.count)).rounded()) }

    /// mm², the largest over the planes of a view.
    func area(_ view: Cine.View, _ tissue: Tissue, phase: Int = 0) -> Double {
      renderer.scan.planes.filter { $0.view == view }.map { plane in
        Double(renderer.labels(plane, phase: phase).filter { $0 == tissue }.count) * plane.geometry.rowSpacing
          * plane.geometry.columnSpacing
      }.max() ?? 0
    }

    /// ml over the stack.
    func volume(_ tissue: Tissue, phase: Int = 0) -> Double {
      let stack = renderer.scan.planes.filter { $0.view == .shortAxis }
      return stack.reduce(0) { sum, plane in
        let pixel = plane.geometry.rowSpacing * plane.geometry.columnSpacing
        return sum + Double(renderer.labels(plane, phase: phase).filter { $0 == tissue }.count) * pixel
          * renderer.scan.spacing / 1000
      }
    }

    /// What lies along a line through the heart's axis at a height, mm of one tissue from the axis outwards.
    func along(_ angle: Float, height: Float, _ tissue: Tissue, phase: Int = 0) -> Double {
      var mm = 0.0
      renderer.states[phase].withView(model.anatomy) { view in
        for i in 0..<1200 {
          let rho = Float(i) * 0.1
          var painter = LabelPainter()
          view.paint(u: height, s: rho * Glibc.cosf(angle), p: rho * Glibc.sinf(angle), into: &painter)
          if painter.tissue == tissue { mm += 0.1 }
        }
      }
      return mm
    }
  }

  let healthy = Look([])

  @Test func dilatedVentricles() {
    #expect(Look([.lvDilation]).volume(.leftBlood) > 1.3 * healthy.volume(.leftBlood))
    #expect(Look([.rvDilation]).volume(.rightBlood) > 1.3 * healthy.volume(.rightBlood))
    #expect(Look([.nonIschemic]).volume(.leftBlood) > 1.2 * healthy.volume(.leftBlood))
    #expect(Look([.tetralogy]).volume(.rightBlood) > 1.3 * healthy.volume(.rightBlood))
    #expect(Look([.asd]).volume(.rightBlood) > 1.25 * healthy.volume(.rightBlood))
  }

  @Test func dilatedAtria() {
    #expect(
      Look([.laDilation]).area(.fourChamber, .leftAtrium, phase: 7) > 1.2
        * healthy.area(.fourChamber, .leftAtrium, phase: 7))
    #expect(
      Look([.raDilation]).area(.fourChamber, .rightAtrium, phase: 7) > 1.2
        * healthy.area(.fourChamber, .rightAtrium, phase: 7))
  }

  @Test(arguments: [Condition.lvHypertrophy, .aorticStenosis, .amyloid])
  func thickWalls(condition: Condition) {
    let look = Look([condition])
    // Lateral wall halfway down, as the truth has it.
    let mm = look.along(.pi, height: Float(look.model.anatomy.length * 0.45), .leftWall)
    #expect(mm > 10.5 && abs(mm - look.model.truth.lateralWall) < 2.5, "\(mm) of \(look.model.truth.lateralWall)")
    #expect(healthy.along(.pi, height: Float(healthy.model.anatomy.length * 0.45), .leftWall) < 10)
  }

  @Test func thickSeptumAlone() {
    for seed in UInt64(0)..<8 {
      let look = Look([.hcm], seed: seed)
      guard look.model.anatomy.apicalExtra == 0 else { continue }
      let height = Float(look.model.anatomy.length * 0.35)
      let (septum, lateral) = (look.along(0.25, height: height, .leftWall), look.along(.pi, height: height, .leftWall))
      #expect(septum > 1.35 * lateral && abs(septum - look.model.truth.septum) < 3)
    }
  }

  @Test func rightWallAndSeptum() {
    let pressure = Look([.pulmonaryHypertension])
    let height = Float(pressure.model.anatomy.length * 0.4)
    for look in [pressure, healthy] {
      #expect(abs(look.along(0.1, height: height, .rightWall) - look.model.truth.rightWall) < 1)
    }
    #expect(pressure.model.truth.rightWall > healthy.model.truth.rightWall + 1.5)
    // The septum is flat: in systole the cavity is narrower towards it than away from it.
    let (towards, away) = (
      pressure.along(0, height: height, .leftBlood, phase: pressure.systole),
      pressure.along(.pi, height: height, .leftBlood, phase: pressure.systole)
    )
    #expect(towards < 0.75 * away)
  }

  @Test func infarctDoesNotMove() throws {
    for seed in UInt64(0)..<4 {
      let look = Look([.ischemic], seed: seed)
      let infarct = try #require(look.model.anatomy.infarct)
      let height = Float(look.model.anatomy.length * (infarct.territory == .lad ? 0.62 : 0.45))
      func reach(_ angle: Double, _ phase: Int) -> Double {
        Double(look.renderer.states[phase].radius(angle: Float(angle), height: height))
      }
      let still = reach(infarct.angle, look.systole) / reach(infarct.angle, 0)
      let moving = reach(infarct.angle + .pi, look.systole) / reach(infarct.angle + .pi, 0)
      #expect(still > moving + 0.08, "\(still) \(moving)")
      #expect(still > 0.9)
    }
  }

  @Test func layersAndMasses() {
    #expect(Look([.effusion]).volume(.fluid) > 250)
    #expect(healthy.volume(.fluid) == 0)
    #expect(Look([.thrombus]).volume(.thrombus) > 1.5)
    #expect(Look([.myxoma]).area(.fourChamber, .myxoma) > 150)
    #expect(Look([.lipomatous]).area(.fourChamber, .atrialFat) > 100)
    #expect(Look([.nonCompaction]).volume(.trabecula) > 8)
    #expect(Look([.prosthesis]).area(.threeChamber, .metal) > 60)
    #expect(Look([.surgery]).model.anatomy.sternalWires)
    #expect(healthy.area(.fourChamber, .metal) == 0 && healthy.area(.fourChamber, .atrialFat) == 0)
  }

  @Test func holes() {
    let atrial = Look([.asd])
    let base = atrial.renderer.states[0].base
    var through = LabelPainter()
    atrial.renderer.states[0].withView(atrial.model.anatomy) {
      $0.paint(u: base.leftAtrium.centre.x, s: base.septum, p: -6, into: &through)
    }
    #expect(through.tissue == .leftAtrium)
    var wall = LabelPainter()
    healthy.renderer.states[0].withView(healthy.model.anatomy) {
      let base = healthy.renderer.states[0].base
      $0.paint(u: base.leftAtrium.centre.x, s: base.septum, p: -6, into: &wall)
    }
    #expect(wall.tissue == .atrialWall)
    let ventricular = Look([.vsd])
    let angle = Glibc.atan2f(0.36, 1.05)
    let u = Float(ventricular.model.anatomy.ventricularGapLevel * ventricular.model.anatomy.length)
    #expect(ventricular.along(angle, height: u, .leftWall) < 1)
  }

  @Test func jetsAndLeaflets() {
    let leaking = Look([.mitralRegurgitation])
    let most = leaking.renderer.states.indices.map { leaking.area(.threeChamber, .jet, phase: $0) }.max() ?? 0
    #expect(most > 150)
    let narrow = Look([.aorticStenosis])
    #expect((narrow.renderer.states.indices.map { narrow.area(.threeChamber, .jet, phase: $0) }.max() ?? 0) > 80)
    #expect(narrow.area(.threeChamber, .leaflet) > 1.2 * healthy.area(.threeChamber, .leaflet))
    let anterior = Look([.hcm, .sam])
    let plain = Look([.hcm])
    let phase = anterior.systole / 2
    #expect(
      anterior.renderer.states[phase].base.leaflets.frontTip.x > plain.renderer.states[phase].base.leaflets.frontTip.x
        + 10)
    for phase in healthy.renderer.states.indices { #expect(healthy.area(.threeChamber, .jet, phase: phase) == 0) }
  }

  @Test func wideVessels() {
    #expect(Look([.aorticDilation]).area(.threeChamber, .aorta) > 1.3 * healthy.area(.threeChamber, .aorta))
    #expect(Look([.pulmonaryDilation]).renderer.states[0].base.outflow.1.radius.from > 16)
    #expect(Look([.tetralogy]).model.anatomy.override > 0)
  }

  @Test func arvcBulges() {
    for seed in UInt64(0)..<4 {
      let look = Look([.arvc], seed: seed)
      #expect(look.model.truth.rvef < healthy.model.truth.rvef - 15)
      #expect(look.model.truth.conditions[Condition.rvDilation.rawValue] == true || look.model.truth.rightEDV > 180)
    }
  }

  @Test func amyloidMovesLittle() {
    let look = Look([.amyloid])
    #expect(look.model.anatomy.descent < 0.6 * healthy.model.anatomy.descent)
    #expect(look.along(0.1, height: 35, .rightWall) > healthy.along(0.1, height: 35, .rightWall) + 1.5)
  }
}

extension HeartState {
  /// Radius of the left cavity, mm.
  func radius(angle: Float, height: Float) -> Float {
    let row = Int((height - HeartShape.top) / HeartShape.step)
    let n = Ventricles.angles
    let j = (Int((angle / (2 * .pi) * Float(n)).rounded()) % n + n) % n
    return shape.radii[row * n + j].x
  }
}
