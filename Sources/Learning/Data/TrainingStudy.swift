import Cine

/// A study as training sees it, whatever it was made of; its clips lie in a `ClipCache`.
public struct TrainingStudy: Hashable, Sendable {
  /// Whose it is: any text that is the same for all studies of one person.
  public let patient: String
  /// Of its report.
  public let sentences: [String]
  /// What is known of it by name: 0 or 1 for a condition, or a number.
  public let labels: [String: Double]

  public init(patient: String, sentences: [String], labels: [String: Double] = [:]) {
    (self.patient, self.sentences, self.labels) = (patient, sentences, labels)
  }
}

/// A clip made ready for an encoder.
public struct GreyClip: Hashable, Sendable {
  public let view: View
  /// [T, H, W] as `PreparationRecipe.grey` has it.
  public let values: [UInt8]

  public init(view: View, values: [UInt8]) {
    (self.view, self.values) = (view, values)
  }
}

/// Studies with their clips, in an order that does not change.
public struct TrainingSet: Sendable {
  public let studies: [TrainingStudy]
  public let clips: ClipCache

  public init(studies: [TrainingStudy], clips: ClipCache) {
    precondition(studies.count == clips.count, "TrainingSet: clips of each study")
    (self.studies, self.clips) = (studies, clips)
  }

  /// Studies of a share of the patients, to be held out of training: all of a patient's, or none, and none of `exempt`.
  public static func held(
    share: Double, of studies: [TrainingStudy], seed: UInt64, exempt: Range<Int> = 0..<0
  ) -> Set<Int> {
    let candidates = studies.indices.filter { !exempt.contains($0) }
    let patients = PatientSplit.shuffled(Set(candidates.map { studies[$0].patient }), seed: seed, name: "held out")
    let chosen = Set(patients.prefix(Int((share * Double(patients.count)).rounded())))
    return Set(candidates.filter { chosen.contains(studies[$0].patient) })
  }
}
