/// What a radiologist might have dictated: many ways to say each fact, with its numbers, and nothing that is not so.
enum Report {
  static func write(_ a: Anatomy, _ t: PhantomTruth, _ r: inout Random) -> [String] {
    let present = Set(t.conditions.compactMap(Condition.init(rawValue:)))
    var list: [String] = []
    list.append(function(t, &r))
    list.append(size(a, t, present, &r))
    list.append(walls(a, t, present, &r))
    if let infarct = a.infarct { list.append(regional(infarct, &r)) }
    list.append(rightVentricle(a, present, &r))
    list.append(atria(present, &r))
    list += valves(a, present, &r)
    list.append(vessels(a, present, &r))
    list.append(pericardium(a, present, &r))
    list += impression(present, t, &r)
    return list
  }

  private static func whole(_ x: Double) -> String { "\(Int(x.rounded()))" }

  private static func grade(_ lvef: Double) -> String {
    switch lvef {
    case ..<30: "severely reduced"
    case ..<40: "moderately reduced"
    case ..<50: "mildly reduced"
    case ..<71: "normal"
    default: "hyperdynamic"
    }
  }

  private static func function(_ t: PhantomTruth, _ r: inout Random) -> String {
    let (ef, grade) = (whole(t.lvef), grade(t.lvef))
    return r.pick([
      "Left ventricular systolic function is \(grade) with an ejection fraction of \(ef) %.",
      "LVEF is \(grade) at \(ef) %.",
      "The left ventricular ejection fraction is \(ef) %, which is \(grade).",
      "Global left ventricular function is \(grade), LVEF \(ef) %.",
    ])
  }

  private static func size(_ a: Anatomy, _ t: PhantomTruth, _ p: Set<Condition>, _ r: inout Random) -> String {
    let index = t.edv / a.bodySurface
    let (edv, esv) = (whole(t.edv), whole(t.esv))
    if p.contains(.lvDilation) {
      let word = index > 150 ? "severely" : index > 127 ? "moderately" : "mildly"
      return r.pick([
        "The left ventricle is \(word) dilated, end-diastolic volume \(edv) ml, end-systolic volume \(esv) ml.",
        "\(word.capitalised) dilated left ventricle with an end-diastolic volume of \(edv) ml.",
        "There is \(word) left ventricular dilation (EDV \(edv) ml, ESV \(esv) ml).",
      ])
    }
    let word = index < 50 ? "small" : "normal in size"
    return r.pick([
      "The left ventricle is \(word), end-diastolic volume \(edv) ml, end-systolic volume \(esv) ml.",
      "Left ventricular cavity is \(word) (EDV \(edv) ml, ESV \(esv) ml).",
    ])
  }

  private static func walls(_ a: Anatomy, _ t: PhantomTruth, _ p: Set<Condition>, _ r: inout Random) -> String {
    let (septum, free) = (whole(t.septum), whole(t.freeWall))
    if a.septalExtra > 5 {
      return r.pick([
        "Asymmetric septal hypertrophy with a maximal wall thickness of \(septum) mm.",
        "The basal septum measures \(septum) mm against \(free) mm at the lateral wall.",
      ])
    }
    if p.contains(.nonCompaction) {
      return r.pick([
        "Prominent trabeculation with a thin compacted layer in the mid and apical segments.",
        "Hypertrabeculated left ventricle with deep recesses, noncompacted layer \(whole(a.trabeculae)) mm.",
      ])
    }
    if p.contains(.lvHypertrophy) {
      return r.pick([
        "Concentric left ventricular hypertrophy, wall thickness \(free) mm.",
        "The walls are diffusely thickened, septum \(septum) mm and lateral wall \(free) mm.",
      ])
    }
    return r.pick([
      "Left ventricular wall thickness is normal, septum \(septum) mm.", "No left ventricular hypertrophy.",
      "Normal myocardial thickness of \(free) mm.",
    ])
  }

  private static func regional(_ i: Infarct, _ r: inout Random) -> String {
    let word = i.stillness > 1 ? "dyskinetic" : "akinetic"
    return r.pick([
      "The \(i.territory) wall is thinned and \(word).", "\(word.capitalised) \(i.territory) segments with wall thinning.",
      "Regional wall motion abnormality of the \(i.territory) wall, which is \(word) and thin.",
    ])
  }

  private static func rightVentricle(_ a: Anatomy, _ p: Set<Condition>, _ r: inout Random) -> String {
    let reduced = a.rvSqueeze < 0.3
    let size = p.contains(.rvDilation) ? (a.rvDepth > 36 ? "severely dilated" : "dilated") : "normal in size"
    let motion = reduced ? "reduced systolic function" : "normal systolic function"
    let wall = p.contains(.rvHypertrophy) ? " Its free wall is thickened to \(whole(a.rvWall)) mm." : ""
    if p.contains(.arvc) {
      return r.pick([
        "The right ventricle is dilated with a thin, dyskinetic free wall.",
        "Dilated right ventricle with regional akinesia and bulging of the free wall.",
      ])
    }
    return r.pick(["The right ventricle is \(size) with \(motion).", "Right ventricle \(size), \(motion)."]) + wall
  }

  private static func atria(_ p: Set<Condition>, _ r: inout Random) -> String {
    switch (p.contains(.laDilation), p.contains(.raDilation)) {
    case (true, true): r.pick(["Biatrial enlargement.", "Both atria are dilated."])
    case (true, false): r.pick(["The left atrium is dilated.", "Left atrial enlargement; the right atrium is normal."])
    case (false, true): r.pick(["The right atrium is dilated.", "Right atrial enlargement; the left atrium is normal."])
    case (false, false): r.pick(["The atria are normal in size.", "No atrial enlargement."])
    }
  }

  private static func valves(_ a: Anatomy, _ p: Set<Condition>, _ r: inout Random) -> [String] {
    var list: [String] = []
    if p.contains(.sam) {
      list.append(
        r.pick([
          "Systolic anterior motion of the mitral valve narrows the outflow tract.",
          "The anterior mitral leaflet meets the septum in systole.",
        ]))
    }
    if p.contains(.mitralRegurgitation) {
      list.append(r.pick(["Severe mitral regurgitation with a broad jet into the left atrium.", "Severe mitral regurgitation."]))
    }
    if p.contains(.aorticStenosis) {
      list.append(
        r.pick(["Severe aortic stenosis with thickened leaflets and a narrow systolic jet.", "The aortic valve is severely stenosed."]))
    }
    if p.contains(.asd) { list.append("Atrial septal defect of \(whole(a.septalGap)) mm with left to right shunt.") }
    if list.isEmpty { list.append(r.pick(["No significant valve disease.", "The valves open and close normally."])) }
    return list
  }

  private static func vessels(_ a: Anatomy, _ p: Set<Condition>, _ r: inout Random) -> String {
    let (aorta, pulmonary) = (whole(2 * a.aorta), whole(2 * a.pulmonary))
    switch (p.contains(.aorticDilation), p.contains(.pulmonaryDilation)) {
    case (true, true): return "The ascending aorta (\(aorta) mm) and the main pulmonary artery (\(pulmonary) mm) are dilated."
    case (true, false): return r.pick(["The ascending aorta is dilated to \(aorta) mm.", "Dilated aortic root, \(aorta) mm."])
    case (false, true):
      return r.pick(["The main pulmonary artery is dilated to \(pulmonary) mm.", "Dilated pulmonary trunk, \(pulmonary) mm."])
    case (false, false): return r.pick(["The great vessels are normal.", "Ascending aorta of normal calibre, \(aorta) mm."])
    }
  }

  private static func pericardium(_ a: Anatomy, _ p: Set<Condition>, _ r: inout Random) -> String {
    if p.contains(.effusion) {
      return r.pick([
        "Large circumferential pericardial effusion of up to \(whole(a.fluid)) mm.",
        "There is a large pericardial effusion, \(whole(a.fluid)) mm.",
      ])
    }
    if a.fluid > 0 { return "Small pericardial effusion of \(whole(a.fluid)) mm." }
    return r.pick(["No pericardial effusion.", "The pericardium is normal without effusion."])
  }

  private static func impression(_ p: Set<Condition>, _ t: PhantomTruth, _ r: inout Random) -> [String] {
    var list: [String] = []
    let ef = whole(t.lvef)
    func say(_ c: Condition, _ choices: [String]) {
      if p.contains(c) { list.append(r.pick(choices)) }
    }
    say(.nonIschemic, ["Findings of dilated, non-ischemic cardiomyopathy, LVEF \(ef) %.", "Non-ischemic cardiomyopathy."])
    say(.ischemic, ["Ischemic cardiomyopathy, LVEF \(ef) %.", "Sequelae of prior myocardial infarction, ischemic cardiomyopathy."])
    say(.hcm, ["Hypertrophic cardiomyopathy.", "Findings of asymmetric hypertrophic cardiomyopathy."])
    say(.amyloid, ["Appearances suggest cardiac amyloidosis.", "Infiltrative cardiomyopathy, likely amyloid."])
    say(.nonCompaction, ["Left ventricular noncompaction.", "Meets criteria for left ventricular non-compaction."])
    say(.pulmonaryHypertension, [
      "Flattening of the septum in keeping with pulmonary hypertension.", "Right heart strain from pulmonary hypertension.",
    ])
    say(.arvc, ["Arrhythmogenic right ventricular cardiomyopathy.", "Meets imaging criteria for ARVC."])
    say(.thrombus, ["Apical left ventricular thrombus.", "Filling defect at the apex, in keeping with thrombus."])
    say(.myxoma, ["Mobile left atrial mass on the septum, likely myxoma.", "Left atrial myxoma."])
    if p.contains(.normal) { list.append(r.pick(["Normal cardiac MRI.", "Normal study.", "No abnormality of the heart is seen."])) }
    return list
  }
}

extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
