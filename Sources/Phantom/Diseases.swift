import Glibc

extension Anatomy {
  /// A heart by its diseases and their consequences; `wanted` names what must be there (nil: drawn as in a hospital).
  init(_ r: inout Random, wanted: [Condition]?, lvef: Double?) {
    self.init(&r)
    diseases = wanted ?? Self.draw(&r)
    for disease in diseases where disease != .normal { add(disease, &r) }
    if wanted == nil, diseases.isEmpty == false, r.chance(0.35) { addMinor(&r) }
    if let lvef { targetLVEF = lvef }
    targetLVEF = min(max(targetLVEF, 8), 80)
    if targetLVEF < 50 { descent *= max(targetLVEF / 55, 0.3) }
    if targetLVEF < 30 { rightSqueeze *= 0.8 }
    if targetLVEF > 72 { descent *= 1.1 }
    solve()
  }

  /// Primary diseases as they come together, and what is found beside them.
  private static func draw(_ r: inout Random) -> [Condition] {
    if r.chance(0.135) { return [] }
    let primary: [(Condition, Double)] = [
      (.ischemic, 14), (.nonIschemic, 12), (.hcm, 17), (.amyloid, 8), (.nonCompaction, 7), (.pulmonaryHypertension, 8),
      (.asd, 7), (.vsd, 6), (.tetralogy, 8), (.mitralRegurgitation, 6.5), (.aorticStenosis, 8), (.arvc, 6.5),
      (.lvHypertrophy, 4), (.laDilation, 3), (.effusion, 3), (.myxoma, 3),
    ]
    func pick(_ from: [(Condition, Double)], _ r: inout Random) -> Condition {
      var x = r.unit() * from.reduce(0) { $0 + $1.1 }
      for (condition, weight) in from {
        x -= weight
        if x < 0 { return condition }
      }
      return .lvHypertrophy
    }
    let first = pick(primary, &r)
    var list = [first]
    func also(_ c: Condition, _ p: Double, _ r: inout Random) {
      let yes = r.chance(p)
      if yes && !list.contains(c) { list.append(c) }
    }
    also(.sam, first == .hcm ? 0.62 : 0, &r)
    also(.thrombus, first == .ischemic ? 0.34 : first == .nonIschemic ? 0.22 : first == .nonCompaction ? 0.14 : 0, &r)
    also(
      .mitralRegurgitation, first == .nonIschemic ? 0.12 : first == .ischemic ? 0.08 : first == .sam ? 0.1 : 0.01, &r)
    also(.pulmonaryHypertension, first == .asd ? 0.15 : first == .mitralRegurgitation ? 0.12 : 0, &r)
    also(.aorticDilation, first == .aorticStenosis ? 0.35 : first == .tetralogy ? 0.5 : 0.09, &r)
    also(.effusion, first == .amyloid ? 0.12 : first == .pulmonaryHypertension ? 0.1 : 0.06, &r)
    also(.lipomatous, 0.085, &r)
    also(.myxoma, 0.03, &r)
    also(.prosthesis, first == .aorticStenosis || first == .tetralogy ? 0.05 : 0.085, &r)
    also(.surgery, first == .tetralogy ? 0.85 : list.contains(.prosthesis) ? 1 : first == .ischemic ? 0.2 : 0.02, &r)
    return list
  }

  /// Small findings below every threshold: what keeps a report from being a list of labels.
  private mutating func addMinor(_ r: inout Random) {
    switch r.integer(0...4) {
    case 0: fluid = max(fluid, r.uniform(3, 6))
    case 1: regurgitation = max(regurgitation, r.uniform(0.2, 0.45))
    case 2: stenosis = max(stenosis, r.uniform(0.2, 0.4))
    case 3: leftAtriumIndex *= r.uniform(1.05, 1.3)
    default: tricuspidJet = max(tricuspidJet, r.uniform(0.25, 0.6))
    }
  }

  private mutating func add(_ condition: Condition, _ r: inout Random) {
    switch condition {
    case .nonIschemic:
      leftIndex = r.uniform(102, 185)
      wall *= r.uniform(0.85, 1.05)
      targetLVEF = r.uniform(11, 44)
      slenderness *= r.uniform(0.85, 0.97)
      leftAtriumIndex *= r.uniform(1.05, 1.9)
      regurgitation = max(regurgitation, r.chance(0.4) ? r.uniform(0.2, 0.55) : 0)
      if r.chance(0.4) { delay = r.uniform(0.04, 0.1) }
      if r.chance(0.4) {
        rightIndex *= r.uniform(1.1, 1.7)
        rightSqueeze *= r.uniform(0.4, 0.7)
        rightAtriumIndex *= r.uniform(1, 1.7)
      }
    case .ischemic:
      leftIndex = r.uniform(80, 150)
      targetLVEF = r.uniform(15, 50)
      leftAtriumIndex *= r.uniform(1, 1.55)
      let lad = r.chance(0.5)
      infarct = Infarct(lad ? .lad : r.chance(0.6) ? .rca : .lcx, &r)
    case .hcm:
      let apical = r.chance(0.15)
      if apical { apicalExtra = r.uniform(8, 13) } else { septalExtra = r.uniform(8, 18) }
      wall += r.uniform(0, 2.2)
      leftIndex = r.uniform(52, 82)
      targetLVEF = r.uniform(62, 78)
      leftAtriumIndex *= r.uniform(1.1, 1.85)
      papillary *= 1.25
    case .sam:
      systolicLeaflet = 1
      regurgitation = max(regurgitation, r.uniform(0.2, 0.7))
    case .amyloid:
      wall = r.uniform(13.5, 19)
      septalExtra = r.uniform(0, 2.5)
      rightWall = r.uniform(5.6, 9)
      leftIndex = r.uniform(52, 80)
      leftAtriumIndex *= r.uniform(1.3, 1.95)
      rightAtriumIndex *= r.uniform(1.3, 1.9)
      targetLVEF = r.uniform(32, 58)
      descent *= 0.45
      rightSqueeze *= 0.65
      atrialFat = max(atrialFat, 5)
      if r.chance(0.75) { fluid = max(fluid, r.uniform(4, 11)) }
    case .nonCompaction:
      trabeculae = r.uniform(10, 16)
      wall = r.uniform(5.2, 6.6)
      leftIndex = r.uniform(92, 150)
      targetLVEF = r.uniform(22, 54)
      leftAtriumIndex *= r.uniform(1, 1.5)
    case .pulmonaryHypertension:
      flatSystole = r.uniform(0.65, 1)
      flatDiastole = flatSystole * r.uniform(0.3, 0.9)
      rightIndex *= r.uniform(1.25, 2.1)
      rightWall = r.uniform(5.4, 10)
      rightSqueeze *= r.uniform(0.4, 0.8)
      rightAtriumIndex *= r.uniform(1.2, 2.1)
      pulmonary = r.uniform(32, 43)
      leftIndex *= r.uniform(0.7, 0.92)
      tricuspidJet = r.uniform(0.4, 1)
      insertion += 0.12
    case .asd:
      atrialGap = r.uniform(12, 24)
      rightIndex *= r.uniform(1.4, 2)
      rightAtriumIndex *= r.uniform(1.35, 1.95)
      pulmonary = max(pulmonary, r.uniform(28, 37))
      flatDiastole = max(flatDiastole, r.uniform(0.3, 0.6))
      leftIndex *= r.uniform(0.78, 0.95)
      insertion += 0.1
    case .vsd:
      ventricularGap = r.uniform(8, 14)
      ventricularGapLevel = r.uniform(0.12, 0.4)
      leftIndex *= r.uniform(1.15, 1.65)
      leftAtriumIndex *= r.uniform(1.15, 1.6)
      pulmonary = max(pulmonary, r.uniform(26, 34))
    case .tetralogy:
      rightIndex *= r.uniform(1.4, 2.2)
      rightWall = r.uniform(5, 8)
      rightSqueeze *= r.uniform(0.55, 0.9)
      rightAtriumIndex *= r.uniform(1.1, 1.7)
      outflow = r.uniform(1.35, 1.75)
      override = r.uniform(6, 12)
      aorta = r.uniform(34, 46)
      flatDiastole = max(flatDiastole, r.uniform(0.25, 0.6))
      targetLVEF = r.uniform(48, 64)
      if r.chance(0.35) {
        ventricularGap = r.uniform(8, 13)
        ventricularGapLevel = r.uniform(0.1, 0.16)
      }
      insertion += 0.12
    case .mitralRegurgitation:
      regurgitation = r.uniform(0.72, 1)
      leftAtriumIndex *= r.uniform(1.5, 2.4)
      leftIndex = max(leftIndex, r.uniform(98, 150))
      if !diseases.contains(.nonIschemic) && !diseases.contains(.ischemic) { targetLVEF = r.uniform(50, 74) }
    case .aorticStenosis:
      stenosis = r.uniform(0.72, 1)
      wall = max(wall, r.uniform(11.3, 15))
      aorta *= r.uniform(1, 1.2)
      leftAtriumIndex *= r.uniform(1, 1.6)
      targetLVEF = r.chance(0.3) ? r.uniform(26, 50) : r.uniform(54, 74)
    case .arvc:
      rightIndex *= r.uniform(1.45, 2.2)
      rightSqueeze *= r.uniform(0.2, 0.5)
      bulging = r.uniform(0.5, 1)
      rightWall = r.uniform(2.2, 3)
      rightAtriumIndex *= r.uniform(1, 1.5)
      targetLVEF = r.uniform(44, 62)
    case .lvHypertrophy:
      wall = max(wall, r.uniform(12.4, 16))
      septalExtra = min(septalExtra, 1.8)
      leftAtriumIndex *= r.uniform(1, 1.5)
    case .thrombus: thrombus = r.uniform(9, 14)
    case .effusion: fluid = r.uniform(18.5, 32)
    case .aorticDilation: aorta = r.uniform(41, 55)
    case .laDilation: leftAtriumIndex = max(leftAtriumIndex, r.uniform(58, 90))
    case .raDilation: rightAtriumIndex = max(rightAtriumIndex, r.uniform(65, 95))
    case .rvDilation: rightIndex = max(rightIndex, r.uniform(122, 175))
    case .rvHypertrophy: rightWall = max(rightWall, r.uniform(5.6, 9))
    case .pulmonaryDilation: pulmonary = max(pulmonary, r.uniform(32.5, 42))
    case .lvDilation: leftIndex = max(leftIndex, r.uniform(116, 170))
    case .myxoma:
      myxoma = r.uniform(10, 17)
      leftAtriumIndex = max(leftAtriumIndex, r.uniform(40, 70))
    case .lipomatous: atrialFat = r.uniform(17, 28)
    case .prosthesis:
      let aortic = r.chance(0.6)
      prosthesis = aortic ? .aortic : .mitral
      sternalWires = true
      if aortic { stenosis = 0 } else { regurgitation = 0 }
      leftAtriumIndex *= r.uniform(1, 1.5)
    case .surgery: sternalWires = true
    case .normal: break
    }
  }
}
