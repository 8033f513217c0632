/// Labels as the model package spells them, in words for people. Labels that are not here are shown with their dots
/// as spaces: they come from the package, never from code.
public enum ConditionNames {
  public static func long(_ label: String) -> String {
    if let known = table[label] { return known.0 }
    let words = label.split(separator: ".").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst().lowercased()
  }

  /// Short by rule: the table's abbreviation, or the long name.
  public static func short(_ label: String) -> String { table[label]?.1 ?? long(label) }

  private static let table: [String: (String, String)] = [
    "PureNormal": ("Normal study", "Normal"),
    "Left.Ventricular.Dilation": ("Left ventricular dilation", "LV dilation"),
    "Left.Ventricular.Hypertrophy": ("Left ventricular hypertrophy", "LV hypertrophy"),
    "Right.Ventricular.Dilation": ("Right ventricular dilation", "RV dilation"),
    "Right.Ventricular.Hypertrophy": ("Right ventricular hypertrophy", "RV hypertrophy"),
    "Left.Atrial.Dilation": ("Left atrial dilation", "LA dilation"),
    "Right.Atrial.Dilation": ("Right atrial dilation", "RA dilation"),
    "Reduced.LVEF": ("Reduced LVEF", "Reduced LVEF"),
    "Reduced.RVEF": ("Reduced RVEF", "Reduced RVEF"),
    "Regional.Wall.Motion": ("Regional wall motion abnormality", "Wall motion"),
    "Hypertrophic.Cardiomyopathy": ("Hypertrophic cardiomyopathy", "HCM"),
    "Non.Ischemic.cardiomyopathy": ("Non-ischaemic cardiomyopathy", "Non-isch. CM"),
    "Ischemic.Cardiomyopathy": ("Ischaemic cardiomyopathy", "Ischaemic CM"),
    "Systolic.Anterior.Motion.of.Mitral": ("Systolic anterior motion", "SAM"),
    "Arrhythmogenic.right.ventricular.cardiomyopathy": ("Arrhythmogenic RV cardiomyopathy", "ARVC"),
    "LV.Non.Compaction": ("LV non-compaction", "Non-compaction"),
    "Large.Pericardial.Effusion": ("Large pericardial effusion", "Effusion"),
    "Severe.Mitral.Regurgitation": ("Severe mitral regurgitation", "Severe MR"),
    "Severe.Aortic.Stenosis": ("Severe aortic stenosis", "Severe AS"),
    "Pulmonary.Hypertension": ("Pulmonary hypertension", "Pulm. hypert."),
    "Pulmonary.Dilation": ("Pulmonary artery dilation", "PA dilation"),
    "Aortic.dilation": ("Aortic dilation", "Aortic dil."),
    "Atrial.Septal.Defect": ("Atrial septal defect", "ASD"),
    "Ventricular.Septal.Defect": ("Ventricular septal defect", "VSD"),
    "Cardiac.Thrombus": ("Cardiac thrombus", "Thrombus"),
    "Cardiac.Tumor": ("Cardiac tumour", "Tumour"),
    "Atrial.Myxoma": ("Atrial myxoma", "Myxoma"),
    "Other.Cardiac.Mass": ("Other cardiac mass", "Other mass"),
    "Lipomatous.Atrial.Wall": ("Lipomatous atrial wall", "Lipom. septum"),
  ]
}
