import Glibc

/// What a phantom really is, measured from its anatomy and motion.
public struct PhantomTruth: Hashable, Sendable, Codable {
  public var seed: UInt64
  /// Percent: from the left cavity's largest and smallest volume, papillary muscles counted as blood.
  public var lvef: Double
  /// ml
  public var edv: Double
  public var esv: Double
  public var strokeVolume: Double
  /// Percent and ml of the right ventricle.
  public var rvef: Double
  public var rightEDV: Double
  /// Beats a minute.
  public var heartRate: Double
  /// m²
  public var bodySurface: Double
  /// mm at end-diastole.
  public var septum: Double
  public var lateralWall: Double
  public var thickestWall: Double
  public var rightWall: Double
  /// ml/m² when fullest.
  public var leftAtrium: Double
  public var rightAtrium: Double
  /// Diameters, mm.
  public var aorta: Double
  public var pulmonary: Double
  /// Thickness of the fluid layer where it is thickest, mm.
  public var effusion: Double
  /// Every name of `Phantom.conditions`.
  public var conditions: [String: Bool]

  /// Names of all that is present, in the order of `Phantom.conditions`.
  public var present: [String] { Phantom.conditions.filter { conditions[$0] == true } }
}

extension PhantomTruth {
  init(_ a: Anatomy, seed: UInt64) {
    let ventricles = Ventricles(a)
    self.seed = seed
    edv = ventricles.leftVolume(at: 0, squeeze: a.squeeze)
    esv = ventricles.smallestVolume(squeeze: a.squeeze)
    strokeVolume = edv - esv
    lvef = 100 * (edv - esv) / edv
    rightEDV = HeartShape(ventricles, at: 0).rightVolume
    rvef = 100 * (1 - HeartShape(ventricles, at: a.systole).rightVolume / rightEDV)
    heartRate = a.heartRate
    bodySurface = a.bodySurface
    septum = a.wall + a.septalExtra
    lateralWall = a.wall
    thickestWall = a.thickestWall
    rightWall = a.rightWall
    leftAtrium = a.leftAtriumIndex
    rightAtrium = a.rightAtriumIndex
    aorta = a.aorta
    pulmonary = a.pulmonary
    effusion = a.fluid
    conditions = [:]
    let present = labels(a)
    conditions = Dictionary(uniqueKeysWithValues: Condition.allCases.map { ($0.rawValue, present.contains($0)) })
  }

  /// Sizes are labelled by what they measure; diseases by what was drawn, where their sign measures up.
  private func labels(_ a: Anatomy) -> Set<Condition> {
    var set = Set(
      a.diseases.filter { [.nonIschemic, .ischemic, .amyloid, .nonCompaction, .arvc, .tetralogy].contains($0) })
    func mark(_ c: Condition, _ yes: Bool) { if yes { set.insert(c) } }
    mark(.lvDilation, edv / bodySurface > Limit.leftVentricle)
    mark(.lvHypertrophy, thickestWall >= Limit.wall && a.trabeculae == 0)
    mark(.hcm, a.diseases.contains(.hcm) && thickestWall >= Limit.hypertrophicSeptum)
    mark(.sam, a.systolicLeaflet > 0)
    mark(.laDilation, leftAtrium > Limit.leftAtrium)
    mark(.raDilation, rightAtrium > Limit.rightAtrium)
    mark(.rvDilation, rightEDV / bodySurface > Limit.rightVentricle)
    mark(.rvHypertrophy, rightWall > Limit.rightWall)
    mark(.pulmonaryHypertension, a.diseases.contains(.pulmonaryHypertension))
    mark(.pulmonaryDilation, pulmonary > Limit.pulmonary)
    mark(.aorticDilation, aorta > Limit.aorta)
    mark(.effusion, effusion > Limit.largeEffusion)
    mark(.thrombus, a.thrombus > 0)
    mark(.myxoma, a.myxoma > 0)
    mark(.asd, a.atrialGap > 0)
    mark(.vsd, a.ventricularGap > 0)
    mark(.mitralRegurgitation, a.regurgitation > Limit.severeValve)
    mark(.aorticStenosis, a.stenosis > Limit.severeValve)
    mark(.lipomatous, a.atrialFat > Limit.lipomatousSeptum)
    mark(.prosthesis, a.prosthesis != nil)
    mark(.surgery, a.sternalWires)
    if set.isEmpty, lvef > 52, a.fluid < 3, a.regurgitation < 0.15, a.stenosis < 0.15, a.tricuspidJet < 0.3 {
      set = [.normal]
    }
    return set
  }
}
