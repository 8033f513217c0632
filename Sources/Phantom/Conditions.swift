/// The labels that the phantom can show, spelled as in the published data files.
public enum Condition: String, CaseIterable, Sendable {
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
  case mitralRegurgitation = "Severe.Mitral.Regurgitation"
  case aorticStenosis = "Severe.Aortic.Stenosis"
  case arvc = "Arrhythmogenic.right.ventricular.cardiomyopathy"
}

/// A region of the left ventricular wall that does not contract, by coronary territory.
struct Infarct: Sendable {
  /// Angle of its centre in the short axis, radians: 0 at the septum, growing towards the front.
  var angle: Double
  var halfWidth: Double
  /// Part of the long axis: 0 at the base, 1 at the apex.
  var from: Double
  var to: Double
  /// How much of the motion is lost, and of the thickness.
  var stillness: Double
  var thinning: Double
  var territory: String
}
