/// The labels that the phantom can show, spelled as in the published data files.
enum Condition: String, CaseIterable, Sendable {
  case normal = "PureNormal"
  case lvDilation = "Left.Ventricular.Dilation"
  case lvHypertrophy = "Left.Ventricular.Hypertrophy"
  case hcm = "Hypertrophic.Cardiomyopathy"
  case sam = "Systolic.Anterior.Motion.of.Mitral"
  case amyloid = "Amyloid"
  case nonIschemic = "Non.Ischemic.cardiomyopathy"
  case ischemic = "Ischemic.Cardiomyopathy"
  case nonCompaction = "LV.Non.Compaction"
  case laDilation = "Left.Atrial.Dilation"
  case raDilation = "Right.Atrial.Dilation"
  case rvDilation = "Right.Ventricular.Dilation"
  case rvHypertrophy = "Right.Ventricular.Hypertrophy"
  case pulmonaryHypertension = "Pulmonary.Hypertension"
  case pulmonaryDilation = "Pulmonary.Dilation"
  case aorticDilation = "Aortic.dilation"
  case effusion = "Large.Pericardial.Effusion"
  case thrombus = "Cardiac.Thrombus"
  case myxoma = "Atrial.Myxoma"
  case asd = "Atrial.Septal.Defect"
  case vsd = "Ventricular.Septal.Defect"
  case mitralRegurgitation = "Severe.Mitral.Regurgitation"
  case aorticStenosis = "Severe.Aortic.Stenosis"
  case arvc = "Arrhythmogenic.right.ventricular.cardiomyopathy"
  case tetralogy = "Tetralogy"
  case lipomatous = "Lipomatous.Atrial.Wall"
  case prosthesis = "Prosthetic.Valve"
  case surgery = "Previous.Surgery"
}

/// What is called abnormal, in the units of `PhantomTruth`: rounded from the upper limits of Kawel-Boehm et al. 2020
/// (J Cardiovasc Magn Reson 22:87), and the clinical definitions of the diseases.
enum Limit {
  /// ml/m²
  static let leftVentricle = 110.0
  static let rightVentricle = 115.0
  static let leftAtrium = 54.0
  static let rightAtrium = 60.0
  /// mm
  static let wall = 13.0
  static let hypertrophicSeptum = 15.0
  static let rightWall = 5.0
  static let aorta = 40.0
  static let pulmonary = 31.0
  static let largeEffusion = 18.0
  static let lipomatousSeptum = 15.0
  /// Share of the worst, 0 to 1.
  static let severeValve = 0.65
}
