import Cine

/// What a study's files got wrong in a way that changes what is seen: said, never mended in silence.
enum StudyWarnings {
  static func shared(patients: Int, studies: Int) -> AnalysisWarning {
    let who = patients > 1 ? "\(patients) patients" : "\(studies) study dates of one patient"
    return AnalysisWarning(
      code: "shared_study_uid",
      text: "\(who) share this Study Instance UID: they were kept apart as \(studies) studies. "
        + "Ask who made these files; a UID belongs to one study of one patient.")
  }

  /// Decimal commas that were read as points, and numbers that could not be read.
  static func numbers(_ headers: [DicomHeader]) -> [AnalysisWarning] {
    [
      warning(
        "decimal_comma", headers.filter { !$0.commaNumbers.isEmpty }, \.commaNumbers,
        "with decimal commas, which DICOM forbids; they were read as points"),
      warning(
        "unreadable_numbers", headers.filter { !$0.unreadNumbers.isEmpty }, \.unreadNumbers,
        "whose numbers cannot be read and are taken to be missing"),
    ].compactMap { $0 }
  }

  /// Of whom the study is, by all of its files: where they contradict each other nothing is known.
  static func person(_ headers: [DicomHeader]) -> (Person?, [AnalysisWarning]) {
    var contradicting: [String] = []
    func agreed<T: Hashable & Comparable>(_ what: String, _ values: [T]) -> T? {
      let all = Set(values)
      if all.count > 1 { contradicting.append(what) }
      return all.count == 1 ? all.first : nil
    }
    func texts(_ field: KeyPath<DicomHeader, String>) -> [String] {
      headers.map { $0[keyPath: field].filter { $0 != " " } }.filter { !$0.isEmpty }
    }
    let (size, weight) = (headers.compactMap(\.patientSize), headers.compactMap(\.patientWeight))
    var (person, warnings) = Person.checked(
      sex: agreed("sex", texts(\.patientSex)) ?? "", metres: agreed("size", size.filter { $0 != 0 }),
      kilograms: agreed("weight", weight.filter { $0 != 0 }), age: agreed("age", texts(\.patientAge)) ?? "")
    if !contradicting.isEmpty {
      warnings.append(
        AnalysisWarning(
          code: "contradicting_person",
          text: "The files of this study contradict each other about the patient's "
            + "\(contradicting.joined(separator: " and ")), which is taken to be missing."))
    }
    return (person.isKnown ? person : nil, warnings)
  }

  private static func warning(
    _ code: String, _ headers: [DicomHeader], _ tags: KeyPath<DicomHeader, [Int]>, _ what: String
  ) -> AnalysisWarning? {
    guard !headers.isEmpty else { return nil }
    let names = Set(headers.flatMap { $0[keyPath: tags] }).sorted().map(name)
    let files = headers.count == 1 ? "1 file" : "\(headers.count) files"
    return AnalysisWarning(code: code, text: "\(files) \(what): \(names.joined(separator: ", ")).")
  }

  /// "TriggerTime", or "(0019,1234)" of one that has no name here.
  private static func name(_ tag: Int) -> String {
    if let name = names[tag] { return name }
    let hex = String(tag, radix: 16, uppercase: true)
    let all = String(repeating: "0", count: max(0, 8 - hex.count)) + hex
    return "(\(all.prefix(4)),\(all.suffix(4)))"
  }

  /// Of what is most often written by hand or by other programs.
  private static let names: [Int: String] = [
    0x0010_1020: "PatientSize", 0x0010_1030: "PatientWeight",
    0x0008_002A: "AcquisitionDateTime", 0x0008_0032: "AcquisitionTime", 0x0018_0050: "SliceThickness",
    0x0018_0080: "RepetitionTime", 0x0018_0081: "EchoTime", 0x0018_0082: "InversionTime",
    0x0018_1060: "TriggerTime", 0x0018_1062: "NominalInterval", 0x0018_1063: "FrameTime", 0x0018_1088: "HeartRate",
    0x0020_0011: "SeriesNumber", 0x0020_0012: "AcquisitionNumber", 0x0020_0013: "InstanceNumber",
    0x0020_0032: "ImagePositionPatient", 0x0020_0037: "ImageOrientationPatient", 0x0020_1041: "SliceLocation",
    0x0028_0030: "PixelSpacing", 0x0028_1050: "WindowCenter", 0x0028_1051: "WindowWidth",
    0x0028_1052: "RescaleIntercept", 0x0028_1053: "RescaleSlope",
  ]
}
