import Cine

/// Whom a file says that it shows: a study has one patient (PS3.3 section 7), though tools that remove names sometimes
/// give one Study Instance UID to several.
struct Patient: Hashable {
  let id: String
  /// Words of the name, as a set: "Doe^Jane", "DOE^JANE^" and "Jane Doe" are one person.
  let name: [String]

  init(_ header: DicomHeader) {
    id = header.patientID.filter { $0 != " " }
    let alphabetic = header.patientName.prefix { $0 != "=" }
    name = alphabetic.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init).sorted()
  }

  /// The files of each person.
  static func apart(_ headers: [DicomHeader]) -> [[DicomHeader]] {
    split(headers) { Patient($0).id }.flatMap { split($0) { Patient($0).name.joined(separator: " ") } }
  }

  /// The files of each day: a study has one Study Date too.
  static func datesApart(_ headers: [DicomHeader]) -> [[DicomHeader]] { split(headers, by: \.studyDate) }

  /// Files that do not say go with the others, where those agree.
  private static func split(_ headers: [DicomHeader], by key: (DicomHeader) -> String) -> [[DicomHeader]] {
    let groups = Dictionary(grouping: headers, by: key)
    return groups.count { !$0.key.isEmpty } < 2 ? [headers] : Array(groups.values)
  }
}
