import Cine
import Findings
import Foundation
import Phantom
import Plain
import Viewer

/// What studies are, where that lies beside them: `truth.json` as synthetic studies have it, or the `Group:` of an
/// `Info.cfg` as ACDC has it.
enum Truths {
  /// By studies' `id`; those of which nothing is known are left out.
  static func of(_ studies: [Study]) -> [String: Impression] {
    let found = studies.compactMap { study in truth(folder: study.path.text).map { (study.id, $0) } }
    return Dictionary(found) { first, _ in first }
  }

  /// Nil where the folder says nothing that can be read.
  static func truth(folder: String) -> Impression? {
    if let data = FileManager.default.contents(atPath: folder + "/truth.json"),
      let truth = try? JSONDecoder().decode(PhantomTruth.self, from: data)
    {
      return Impression(group(conditions: truth.conditions), lvef: truth.lvef)
    }
    let name = InfoFile.read(folder: folder)?["Group"] ?? ""
    return DiseaseGroup(rawValue: name).map { Impression(group($0)) }
  }

  /// What measurements come to.
  static func group(_ measured: Measured) -> Impression.Group? {
    measured.quality.grade == .none ? nil : DiseaseGroup.of(measured.measurements).map(group)
  }

  private static func group(_ group: DiseaseGroup) -> Impression.Group {
    switch group {
    case .normal: .normal
    case .dilated: .dilated
    case .hypertrophic: .thick
    case .infarct: .infarct
    case .rightVentricle: .right
    }
  }

  /// The first that is there decides: what moves least comes first.
  private static func group(conditions: [String: Bool]) -> Impression.Group {
    let all: [(Impression.Group, [String])] = [
      (.infarct, ["Ischemic.Cardiomyopathy"]),
      (.thick, ["Hypertrophic.Cardiomyopathy", "Amyloid", "Left.Ventricular.Hypertrophy"]),
      (.dilated, ["Non.Ischemic.cardiomyopathy", "Left.Ventricular.Dilation"]),
      (
        .right,
        [
          "Pulmonary.Hypertension", "Arrhythmogenic.right.ventricular.cardiomyopathy", "Right.Ventricular.Dilation",
          "Right.Ventricular.Hypertrophy",
        ]
      ), (.normal, ["PureNormal"]),
    ]
    return all.first { _, names in names.contains { conditions[$0] == true } }?.0 ?? .other
  }
}
