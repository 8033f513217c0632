import Findings
import Training

/// Studies whose clips the encoder has seen, their people and their labels, in one order.
public struct Cohort: Sendable {
  public let views: [StudyViews]
  /// Whose study it is: any text that is the same for all studies of one person.
  public let patients: [String]
  /// Values in the order of the studies.
  public let columns: [LabelTable.Column]
  /// Numbers that contours gave of each study, by name; nil where heads see embeddings alone.
  public let measured: [[String: Double]]?

  /// `width` is the encoder's; studies must have clips.
  public init(
    embeddings: [StudyEmbedding], width: Int, patients: [String], columns: [LabelTable.Column], rows: [Int],
    measured: [[String: Double]]? = nil
  ) {
    precondition(embeddings.count == patients.count && patients.count == rows.count, "Cohort: one of each a study")
    views = embeddings.map { StudyViews(width: width, values: $0.clips.flatMap(\.values)) }
    self.patients = patients
    self.measured = measured
    self.columns = columns.map { $0.taking(rows) }
  }

  init(
    views: [StudyViews], patients: [String], columns: [LabelTable.Column], measured: [[String: Double]]? = nil
  ) {
    (self.views, self.patients, self.columns, self.measured) = (views, patients, columns, measured)
  }

  public var patientCount: Int { Set(patients).count }

  /// Studies whose label is known.
  func known(_ column: LabelTable.Column) -> [Int] { views.indices.filter { column.values[$0] != nil } }

  /// What the patients of some studies carry: 1 for a condition and 0 for none; of a number above the median of all, or
  /// not above it.
  func classes(_ column: LabelTable.Column, of studies: [Int]) -> PatientSplit.Classes {
    let all = column.values.compactMap { $0 }.sorted()
    let cut = column.isCondition || all.isEmpty ? 0 : all[(all.count - 1) / 2]
    var classes: PatientSplit.Classes = [:]
    for i in studies {
      if let value = column.values[i] { classes[patients[i], default: []].insert(value > cut ? 1 : 0) }
    }
    return classes
  }

  /// Why no head can be fitted and measured: a sentence each column.
  var refusals: [String] {
    columns.compactMap { column in
      let known = known(column)
      let classes = classes(column, of: known)
      func carriers(_ c: Int) -> Int { classes.values.count { $0.contains(c) } }
      func people(_ n: Int) -> String { n == 1 ? "only 1 patient" : n == 0 ? "no patient" : "\(n) patients" }
      guard carriers(0) >= 2 && carriers(1) >= 2 else {
        if column.isCondition {
          return "\(column.name): \(people(carriers(1))) with it, \(people(carriers(0))) without; "
            + "two of each are needed, so that one can be held out"
        }
        let values = Set(known.compactMap { column.values[$0] })
        if values.count < 2 {
          return "\(column.name): \(values.isEmpty ? "no value is known" : "every known value is the same")"
        }
        return "\(column.name): \(people(carriers(1))) with greater values, \(people(carriers(0))) with lesser ones; "
          + "two of each are needed, so that one can be held out"
      }
      return nil
    }
  }
}
