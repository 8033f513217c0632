import Testing

@testable import Phantom

@Suite struct ReportTests {
  static let made = (UInt64(0)..<300).map { seed -> (PhantomTruth, [String]) in
    let request = PhantomRequest(seed: seed)
    return (Phantom.truth(request), Phantom.report(request).sentences.map { $0.lowercased() })
  }

  /// Sentences that deny a thing never stand in the report of a heart that has it, nor the other way round.
  @Test(arguments: [
    (
      "Large.Pericardial.Effusion", ["no pericardial effusion", "without effusion", "small pericardial"],
      ["large pericardial", "large circumferential"]
    ),
    (
      "Cardiac.Thrombus", ["no left ventricular thrombus", "no intracavitary", "no apical thrombus"],
      ["apical thrombus.", "filling defect"]
    ),
    (
      "Left.Ventricular.Dilation",
      ["the left ventricle is not dilated", "normal left ventricular cavity", "small left ventricular"],
      ["dilated left ventricle"]
    ),
    (
      "Right.Ventricular.Dilation", ["right ventricle is not dilated", "normal right ventricular size"],
      ["dilated right ventricle", "right ventricular enlargement"]
    ),
    (
      "Left.Atrial.Dilation", ["left atrium is normal", "normal left atrial", "left atrium is not"],
      ["dilated left atrium", "left atrial enlargement"]
    ),
    (
      "Right.Atrial.Dilation", ["right atrium is normal", "normal right atrial"],
      ["dilated right atrium", "right atrial enlargement"]
    ),
    (
      "Left.Ventricular.Hypertrophy", ["no left ventricular hypertrophy", "wall thickness is normal"],
      ["concentric left ventricular hypertrophy"]
    ),
    (
      "Severe.Mitral.Regurgitation", ["no mitral regurgitation", "no significant mitral", "mild mitral"],
      ["severe mitral"]
    ),
    ("Severe.Aortic.Stenosis", ["no aortic stenosis", "opens normally"], ["severe aortic stenosis"]),
    (
      "Aortic.dilation", ["no aortic dilation", "aorta is normal"], ["dilated ascending aorta", "aneurysmal ascending"]
    ),
    ("PureNormal", ["reduced", "dilated at", "severe"], ["normal study", "normal cardiac mri"]),
    ("Hypertrophic.Cardiomyopathy", [], ["hypertrophic cardiomyopathy"]), ("Amyloid", [], ["amyloid"]),
    ("Atrial.Septal.Defect", [], ["atrial septal defect"]), ("Tetralogy", [], ["tetralogy"]),
    ("Ventricular.Septal.Defect", [], ["ventricular septal defect"]), ("Atrial.Myxoma", [], ["atrial mass", "myxoma"]),
  ])
  func agreesWithTheTruth(_ condition: String, _ denials: [String], _ claims: [String]) {
    var spoken = 0
    for (truth, sentences) in Self.made {
      let present = truth.conditions[condition] == true
      for sentence in sentences {
        if present {
          for denial in denials where sentence.contains(denial) { Issue.record("\(condition): \(sentence)") }
          if claims.contains(where: sentence.contains) { spoken += 1 }
        } else {
          for claim in claims where sentence.contains(claim) && !sentence.hasPrefix("no ") {
            Issue.record("no \(condition): \(sentence)")
          }
        }
      }
    }
    #expect(spoken > 0)
  }

  @Test func anyEffusionIsNotDenied() {
    for (truth, sentences) in Self.made where truth.effusion > 0 {
      #expect(!sentences.contains { $0.contains("no pericardial effusion") || $0.contains("without effusion") })
    }
  }

  @Test func numbersAreTheTruths() {
    for (truth, sentences) in Self.made {
      let ef = "\(Int(truth.lvef.rounded())) %"
      for sentence in sentences where sentence.contains("lvef") && sentence.contains("%") && !sentence.contains("rvef")
      {
        #expect(sentence.contains(ef), "\(sentence), truth \(truth.lvef)")
      }
      #expect(sentences.contains { $0.contains(ef) })
    }
  }

  @Test func plainAndSpecific() {
    for (_, sentences) in Self.made {
      #expect(sentences.count >= 6)
      for sentence in sentences {
        #expect(
          sentence.utf8.allSatisfy { $0 >= 32 && $0 < 127 } && sentence.hasSuffix(".") && !sentence.contains("  "))
      }
    }
    // A study's own report can be told from the others.
    #expect(Set(Self.made.map(\.1)).count == Self.made.count)
    #expect(Set(Self.made.flatMap(\.1)).count > 1000)
  }
}
