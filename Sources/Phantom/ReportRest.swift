extension Dictation {
  mutating func valves() {
    if a.prosthesis != .mitral {
      if has(.mitralRegurgitation) {
        say([
          "There is severe mitral regurgitation with a dephasing jet into the left atrium.",
          "Severe mitral regurgitation.",
          "A broad systolic jet reaches the roof of the left atrium, in keeping with severe mitral regurgitation.",
        ])
      } else if a.regurgitation > 0.15 {
        say([
          "\(a.regurgitation > 0.45 ? "Moderate" : "Mild") mitral regurgitation.",
          "There is a \(a.regurgitation > 0.45 ? "moderate" : "small") jet of mitral regurgitation.",
        ])
      } else {
        say(["No mitral regurgitation.", "No significant mitral regurgitation is seen."], mentioned: 0.5)
      }
    }
    if has(.sam) {
      say([
        "Systolic anterior motion of the mitral valve with left ventricular outflow tract obstruction.",
        "There is systolic anterior motion of the anterior mitral leaflet with turbulent flow in the outflow tract.",
        "The anterior mitral leaflet touches the septum in systole (SAM).",
      ])
    } else if has(.hcm) {
      say(["No systolic anterior motion of the mitral valve.", "No left ventricular outflow tract obstruction."])
    }
    if a.prosthesis != .aortic {
      if has(.aorticStenosis) {
        say([
          "The aortic valve is thickened with a narrow opening and a systolic jet, consistent with severe stenosis.",
          "Severe aortic stenosis with flow void in the ascending aorta.",
          "Thickened aortic valve with severely restricted opening.",
        ])
      } else if a.stenosis > 0.15 {
        say(["The aortic valve is mildly thickened without severe stenosis.", "Mild thickening of the aortic valve."])
      } else {
        say(
          ["The aortic valve opens normally.", "No aortic stenosis.", "No evidence of aortic valve stenosis."],
          mentioned: 0.5)
      }
    }
    if a.tricuspidJet > 0.3 {
      let word = a.tricuspidJet > 0.75 ? "Severe" : a.tricuspidJet > 0.5 ? "Moderate" : "Mild"
      say(["\(word) tricuspid regurgitation.", "There is \(word.lowercased()) tricuspid regurgitation."])
    }
  }

  mutating func vessels() {
    let aorta = whole(t.aorta)
    if has(.aorticDilation) {
      let d = degree(t.aorta, Limit.aorta, 1.1, 1.22)
      say([
        "The ascending aorta is \(d) dilated at \(aorta) mm.",
        "\(d.capitalisedFirst) dilated aortic root and ascending aorta, \(aorta) mm.",
        "Aneurysmal ascending aorta measuring \(aorta) mm.",
      ])
    } else {
      say(
        ["The ascending aorta is normal in caliber.", "Ascending aorta \(aorta) mm, normal.", "No aortic dilation."],
        mentioned: 0.5)
    }
    let pulmonary = whole(t.pulmonary)
    if has(.pulmonaryDilation) {
      say([
        "The main pulmonary artery is dilated at \(pulmonary) mm.", "Dilated pulmonary trunk, \(pulmonary) mm.",
        "There is dilation of the main pulmonary artery measuring \(pulmonary) mm.",
      ])
    } else {
      say(
        ["The main pulmonary artery is normal in caliber.", "Main pulmonary artery \(pulmonary) mm."], mentioned: 0.3)
    }
  }

  mutating func pericardiumAndMasses() {
    let size = whole(t.effusion)
    if has(.effusion) {
      say([
        "There is a large pericardial effusion measuring up to \(size) mm.",
        "Large circumferential pericardial effusion, \(size) mm.",
        "Large pericardial effusion.",
      ])
    } else if a.fluid >= 10 {
      say(["Moderate pericardial effusion, \(size) mm.", "There is a moderate pericardial effusion."])
    } else if a.fluid > 0 {
      say(["Small pericardial effusion, \(size) mm.", "There is a small pericardial effusion."])
    } else {
      say(
        [
          "No pericardial effusion.", "There is no pericardial effusion.",
          "The pericardium is normal without effusion.",
        ], mentioned: 0.75)
    }
    if has(.thrombus) {
      say([
        "There is an apical filling defect of \(whole(a.thrombus * 2)) mm, consistent with left ventricular thrombus.",
        "Left ventricular apical thrombus measuring \(whole(a.thrombus * 2)) mm.",
        "A \(whole(a.thrombus * 2)) mm mass adheres to the apex, in keeping with thrombus.",
      ])
    } else {
      say(
        ["No left ventricular thrombus.", "No intracavitary thrombus is seen.", "No apical thrombus."],
        mentioned: t.lvef < 45 ? 0.8 : 0.15)
    }
    if has(.amyloid) {
      say([
        "Diffuse thickening of both ventricles with reduced long axis motion.",
        "The walls of both ventricles are thickened with restricted long axis shortening and dilated atria.",
      ])
    }
  }

  mutating func surgery() {
    switch a.prosthesis {
    case .aortic:
      say(["Susceptibility artifact from an aortic valve prosthesis.", "There is a prosthetic aortic valve."])
    case .mitral:
      say(["Susceptibility artifact from a mitral valve prosthesis.", "There is a prosthetic mitral valve."])
    case nil: break
    }
    if a.sternalWires {
      say([
        "Sternal wires from previous surgery.", "Status post median sternotomy.",
        "Postsurgical changes of the sternum.",
      ])
    }
    if has(.tetralogy) {
      say([
        "The aorta overrides the ventricular septum and the right ventricular outflow tract is enlarged.",
        "Dilated right ventricular outflow tract and overriding aorta after repair of tetralogy.",
      ])
    }
  }

  mutating func impression() {
    let ef = whole(t.lvef)
    let start = sentences.count
    func conclude(_ c: Condition, _ choices: [String]) { if has(c) { say(choices) } }
    conclude(
      .nonIschemic,
      [
        "Dilated non-ischemic cardiomyopathy, LVEF \(ef) %.",
        "Findings of non-ischemic cardiomyopathy with an LVEF of \(ef) %.",
        "Non-ischemic dilated cardiomyopathy.",
      ])
    conclude(
      .ischemic,
      [
        "Ischemic cardiomyopathy, LVEF \(ef) %.", "Sequelae of myocardial infarction with ischemic cardiomyopathy.",
        "Prior \(a.infarct?.territory.words.1 ?? "coronary") territory infarct, ischemic cardiomyopathy.",
      ])
    conclude(
      .hcm,
      [
        "Hypertrophic cardiomyopathy, maximal wall thickness \(whole(t.thickestWall)) mm.",
        "Findings of hypertrophic cardiomyopathy.",
        has(.sam) ? "Obstructive hypertrophic cardiomyopathy." : "Nonobstructive hypertrophic cardiomyopathy.",
      ])
    conclude(
      .amyloid,
      [
        "Findings suggest cardiac amyloidosis.", "Infiltrative cardiomyopathy, likely amyloid.",
        "Appearances of cardiac amyloid.",
      ])
    conclude(
      .nonCompaction,
      ["Left ventricular noncompaction.", "Meets criteria for left ventricular noncompaction, LVEF \(ef) %."])
    conclude(
      .pulmonaryHypertension,
      [
        "Findings of pulmonary hypertension.", "Right heart strain in keeping with pulmonary hypertension.",
        "Pulmonary hypertension with RVEF \(whole(t.rvef)) %.",
      ])
    conclude(.arvc, ["Arrhythmogenic right ventricular cardiomyopathy.", "Findings meet imaging criteria for ARVC."])
    conclude(.asd, ["Atrial septal defect with right heart enlargement.", "Atrial septal defect."])
    conclude(.vsd, ["Ventricular septal defect.", "Ventricular septal defect of \(whole(a.ventricularGap)) mm."])
    conclude(
      .tetralogy, ["Tetralogy of Fallot.", "Tetralogy of Fallot with right ventricular EDV \(whole(t.rightEDV)) ml."])
    conclude(.mitralRegurgitation, ["Severe mitral regurgitation.", "Severe mitral regurgitation, LVEF \(ef) %."])
    conclude(.aorticStenosis, ["Severe aortic stenosis.", "Severe aortic stenosis with LVEF \(ef) %."])
    conclude(.sam, ["Systolic anterior motion of the mitral valve."])
    conclude(.thrombus, ["Left ventricular apical thrombus.", "Apical thrombus."])
    conclude(.myxoma, ["Left atrial mass, likely myxoma.", "Left atrial myxoma."])
    conclude(.effusion, ["Large pericardial effusion.", "Large pericardial effusion, \(whole(t.effusion)) mm."])
    conclude(.aorticDilation, ["Dilated ascending aorta, \(whole(t.aorta)) mm.", "Aortic dilation."])
    conclude(.lipomatous, ["Lipomatous hypertrophy of the interatrial septum."])
    conclude(
      .prosthesis,
      [
        "Prosthetic \(a.prosthesis?.rawValue ?? "") valve.",
        "Status post \(a.prosthesis?.rawValue ?? "") valve replacement.",
      ])
    conclude(.normal, ["Normal cardiac MRI.", "Normal study, LVEF \(ef) %.", "No abnormality of the heart."])
    if !has(.hcm) && !has(.amyloid) && !has(.aorticStenosis) {
      conclude(.lvHypertrophy, ["Left ventricular hypertrophy."])
    }
    if has(.lvDilation) && !has(.nonIschemic) {
      say(["Dilated left ventricle, LVEF \(ef) %.", "Left ventricular dilation."])
    }
    if has(.laDilation) { say(["Left atrial dilation.", "Dilated left atrium."], mentioned: 0.3) }
    if has(.rvDilation) && !has(.asd) {
      say(["Right ventricular dilation.", "Dilated right ventricle."], mentioned: 0.4)
    }
    if sentences.count == start {
      say([
        "LVEF \(ef) %, no further significant abnormality.", "No significant structural heart disease, LVEF \(ef) %.",
      ])
    }
  }
}
