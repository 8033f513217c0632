extension Dictation {
  mutating func leftVentricle() {
    let (ef, edv, esv) = (whole(t.lvef), whole(t.edv), whole(t.esv))
    let index = t.edv / t.bodySurface
    if has(.lvDilation) {
      let d = degree(index, Limit.leftVentricle, 1.12, 1.35)
      say([
        "The left ventricle is \(d) dilated with an end-diastolic volume of \(edv) ml.",
        "\(Self.adjective(d).capitalisedFirst) left ventricular dilation (EDV index \(whole(index)) ml/m2).",
        "\(d.capitalisedFirst) dilated left ventricle, EDV \(edv) ml, ESV \(esv) ml.",
        "Left ventricular cavity size is \(d) increased.",
      ])
    } else {
      let small = index < 62
      let size = small ? "small" : "normal in size"
      say([
        "The left ventricle is \(size) with an end-diastolic volume of \(edv) ml.",
        small ? "Small left ventricular cavity." : "Normal left ventricular cavity size.",
        "The left ventricle is not dilated.",
        "Left ventricular size is \(small ? "small" : "normal") (EDV \(edv) ml, ESV \(esv) ml).",
      ])
    }
    let word =
      t.lvef < 30
      ? "severely reduced"
      : t.lvef < 40 ? "moderately reduced" : t.lvef < 52 ? "mildly reduced" : t.lvef > 72 ? "hyperdynamic" : "normal"
    say([
      "Left ventricular systolic function is \(word) with an LVEF of \(ef) %.", "LVEF \(ef) %.",
      "The left ventricular ejection fraction is \(word) at \(ef) %.",
      "Global systolic function of the left ventricle is \(word), ejection fraction \(ef) %.",
      "Calculated LVEF is \(ef) %, which is \(word).",
    ])
    say(
      [
        "Left ventricular volumes: EDV \(edv) ml, ESV \(esv) ml, SV \(whole(t.strokeVolume)) ml, LVEF \(ef) %.",
        "LVEDV \(edv) ml, LVESV \(esv) ml.", "LV stroke volume is \(whole(t.strokeVolume)) ml.",
        "Indexed left ventricular end-diastolic volume is \(whole(index)) ml/m2.",
      ], mentioned: 0.7)
  }

  mutating func wallsAndMotion() {
    let (septum, lateral) = (whole(t.septum), whole(t.lateralWall))
    if has(.hcm) {
      if a.apicalExtra > 0 {
        say([
          "There is apical hypertrophy of the left ventricle measuring up to \(whole(t.thickestWall)) mm.",
          "The apical segments are hypertrophied with a spade-shaped cavity, maximal thickness \(whole(t.thickestWall)) mm.",
        ])
      } else {
        say([
          "There is asymmetric hypertrophy of the septum measuring up to \(septum) mm.",
          "Asymmetric septal hypertrophy, septum \(septum) mm, lateral wall \(lateral) mm.",
          "The basal and mid septum is markedly thickened, up to \(septum) mm.",
        ])
      }
    } else if has(.lvHypertrophy) {
      let d = degree(t.thickestWall, Limit.wall, 1.12, 1.28)
      let even = a.septalExtra < 4
      say([
        "\(d.capitalisedFirst) increased \(even ? "concentric" : "septal") left ventricular wall thickness, \(whole(t.thickestWall)) mm.",
        "There is \(Self.adjective(d)) \(even ? "concentric " : "")left ventricular hypertrophy with a maximal wall thickness of "
          + "\(whole(t.thickestWall)) mm.",
        "Left ventricular wall thickness is increased (septum \(septum) mm, lateral wall \(lateral) mm).",
      ])
    } else if a.infarct == nil && a.trabeculae == 0 {
      say(
        [
          "Left ventricular wall thickness is normal.", "No left ventricular hypertrophy.",
          "Normal wall thickness of the left ventricle, septum \(septum) mm.",
        ], mentioned: 0.7)
    }
    if let infarct = a.infarct {
      let (walls, artery) = infarct.territory.words
      let motion = infarct.stillness > 1.02 ? "dyskinetic" : "akinetic"
      say([
        "The \(walls) is thinned and \(motion).",
        "\(motion.capitalisedFirst) and thinned \(walls), \(artery) territory.",
        "Regional wall motion abnormality of the \(walls) in the territory of the \(artery).",
      ])
    } else if t.lvef < 48 {
      say([
        "There is global hypokinesis of the left ventricle.",
        "Global left ventricular hypokinesis without regional predominance.",
        "Diffusely reduced wall motion.",
      ])
    } else {
      say(
        [
          "No regional wall motion abnormality.",
          "There are no regional wall motion abnormalities of the left ventricle.",
          "Wall motion is normal in all segments.",
        ], mentioned: 0.6)
    }
    if a.delay > 0.03 {
      say(["There is dyssynchrony with delayed contraction of the lateral wall.", "Dyssynchronous septal motion."])
    }
    if has(.nonCompaction) {
      say([
        "Prominent trabeculation of the apical and lateral walls with a thin compacted layer.",
        "Deep trabeculations of the left ventricle, ratio of noncompacted to compacted myocardium "
          + "\(tenths(a.trabeculae / a.wall)).",
        "There is extensive left ventricular trabeculation, \(whole(a.trabeculae)) mm deep.",
      ])
    }
    if has(.vsd) {
      say([
        "There is a ventricular septal defect measuring \(whole(a.ventricularGap)) mm.",
        "Defect of the ventricular septum of \(whole(a.ventricularGap)) mm with a jet into the right ventricle.",
      ])
    }
  }

  mutating func rightVentricle() {
    let index = t.rightEDV / t.bodySurface
    if has(.rvDilation) {
      let d = degree(index, Limit.rightVentricle, 1.18, 1.42)
      say([
        "The right ventricle is \(d) dilated with an end-diastolic volume of \(whole(t.rightEDV)) ml.",
        "\(d.capitalisedFirst) dilated right ventricle, EDV index \(whole(index)) ml/m2.",
        "There is \(Self.adjective(d)) right ventricular enlargement.",
      ])
    } else {
      say(
        [
          "The right ventricle is normal in size.", "Normal right ventricular size.",
          "The right ventricle is not dilated.",
        ],
        mentioned: 0.75)
    }
    let word =
      t.rvef < 28 ? "severely reduced" : t.rvef < 36 ? "moderately reduced" : t.rvef < 46 ? "mildly reduced" : "normal"
    say(
      [
        "Right ventricular systolic function is \(word), RVEF \(whole(t.rvef)) %.",
        "The right ventricular ejection fraction is \(whole(t.rvef)) %.", "Right ventricular function is \(word).",
      ], mentioned: 0.85)
    if has(.rvHypertrophy) {
      say([
        "The right ventricular free wall is thickened at \(whole(t.rightWall)) mm.",
        "Right ventricular hypertrophy, wall thickness \(whole(t.rightWall)) mm.",
        "There is right ventricular hypertrophy.",
      ])
    }
    if a.flatSystole > 0.4 {
      say([
        "The interventricular septum is flattened in systole with a D-shaped left ventricle.",
        "Systolic flattening of the septum, consistent with right ventricular pressure overload.",
        "D-shaped septum, more in systole than in diastole.",
      ])
    } else if a.flatDiastole > 0.2 {
      say([
        "Diastolic flattening of the septum, consistent with volume overload.",
        "There is flattening of the septum in diastole.",
      ])
    }
    if a.bulging > 0 {
      say([
        "There is regional dyskinesia of the right ventricular free wall.",
        "Focal bulging and akinesia of the right ventricular free wall.",
        "The free wall of the right ventricle shows aneurysmal outpouching in systole.",
      ])
    }
  }

  mutating func atria() {
    func words(_ c: Condition, _ name: String, _ short: String, _ index: Double, _ limit: Double) {
      if has(c) {
        let d = degree(index, limit, 1.2, 1.5)
        say([
          "The \(name) atrium is \(d) dilated.", "\(Self.adjective(d).capitalisedFirst) \(name) atrial enlargement.",
          "The \(name) atrium is \(d) enlarged with an indexed volume of \(whole(index)) ml/m2.",
          "\(d.capitalisedFirst) dilated \(name) atrium (\(short) volume index \(whole(index)) ml/m2).",
        ])
      } else {
        say(
          [
            "The \(name) atrium is normal in size.", "Normal \(name) atrial size.",
            "The \(name) atrium is not enlarged.",
          ], mentioned: 0.55)
      }
    }
    words(.laDilation, "left", "LA", t.leftAtrium, Limit.leftAtrium)
    words(.raDilation, "right", "RA", t.rightAtrium, Limit.rightAtrium)
    if has(.asd) {
      say([
        "There is an atrial septal defect measuring \(whole(a.atrialGap)) mm.",
        "Secundum type atrial septal defect, \(whole(a.atrialGap)) mm.",
        "Defect of the interatrial septum of \(whole(a.atrialGap)) mm with shunting.",
      ])
    }
    if has(.lipomatous) {
      say([
        "Lipomatous hypertrophy of the interatrial septum measuring \(whole(a.atrialFat)) mm, sparing the fossa ovalis.",
        "Fatty thickening of the interatrial septum up to \(whole(a.atrialFat)) mm.",
        "The interatrial septum shows lipomatous hypertrophy.",
      ])
    }
    if has(.myxoma) {
      say([
        "There is a mobile mass in the left atrium attached to the septum, \(whole(a.myxoma * 2)) mm.",
        "A \(whole(a.myxoma * 2)) mm left atrial mass prolapses towards the mitral valve in diastole.",
        "Left atrial mass measuring \(whole(a.myxoma * 2)) mm on the interatrial septum.",
      ])
    }
  }
}

extension Infarct.Territory {
  /// Walls and artery.
  var words: (String, String) {
    switch self {
    case .lad: ("anterior and anteroseptal wall and apex", "left anterior descending artery")
    case .rca: ("inferior and inferoseptal wall", "right coronary artery")
    case .lcx: ("lateral and inferolateral wall", "left circumflex artery")
    }
  }
}

extension String {
  /// "Mild" of "mild".
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
