import Cine
import Plain
import Preparation

/// What `cinecor triage` prints: a study each with what was read, what the model made of it and why to be careful.
public struct TriageReport: Sendable {
  public static let schemaVersion = 2
  public static let notice = "Research use only, not for diagnosis."

  public enum Status: Hashable, Sendable {
    case done
    /// The pictures give none.
    case noResult(WhyNot)
    case failed(WhyNot)

    public var text: String {
      switch self {
      case .done: "done"
      case .noResult(let why): "no result: \(why.code)"
      case .failed(let why): "failed: \(why.sentence)"
      }
    }
  }

  public struct Entry: Sendable {
    public let study: Study
    /// Nil where there is none: failure is no result, never a number.
    public let analysis: Analysis?
    /// What contours measure; nil without a contour network.
    public let measured: Measured?
    public let status: Status

    /// LVEF by contours, or where no contours are drawn by the learned estimate.
    public var lvef: EjectionFraction? { measured == nil ? analysis?.lvef : measured?.lvef }
    /// How soon it should be opened.
    public var urgency: Double { Urgency.of(analysis, measured) }

    /// Of its files first, then of its pictures.
    public var warnings: [AnalysisWarning] { study.warnings + (analysis?.warnings ?? []) }

    /// `whyNot` says why there is no analysis.
    public init(study: Study, analysis: Analysis?, measured: Measured? = nil, whyNot: WhyNot? = nil) {
      self.study = study
      self.analysis = analysis
      self.measured = measured
      status = whyNot.map { .failed($0) } ?? analysis?.refusal.map { .noResult($0) } ?? .done
    }
  }

  public struct Model: Sendable {
    public let name: String
    public let version: String
    public let sha256: String
    public let trainedOn: String
    /// What its AUCs were measured on: "on synthetic hearts".
    public let measured: String
    /// Of the network's products: `float32` or `bfloat16`.
    public let precision: String

    public init(_ package: ModelPackage) {
      name = package.manifest.name
      version = package.manifest.version
      sha256 = package.sha256
      trainedOn = package.manifest.training.trainedOn
      let training = package.manifest.training
      measured =
        training.fit.map { "in cross-validation over \(Count.of($0.studies, "study", "studies"))" }
        ?? (training.synthetic ? "on synthetic hearts" : "on its own test set")
      precision = package.precision.rawValue
    }
  }

  public let model: Model
  /// Most urgent first; of equals in the order of their paths.
  public let entries: [Entry]
  public let unreadable: [UnreadableFile]
  public let skipped: Int

  public init(model: Model, entries: [Entry], unreadable: [UnreadableFile], skipped: Int) {
    self.model = model
    self.entries = entries.enumerated().sorted {
      ($1.element.urgency, $0.offset) < ($0.element.urgency, $1.offset)
    }.map(\.element)
    self.unreadable = unreadable
    self.skipped = skipped
  }

  /// Sixteen digits of the ID's SHA-256: the same person can be told again, and no name leaks. Empty for no ID.
  public static func patientHash(_ id: String) -> String {
    id.isEmpty ? "" : String(SHA256.hex(of: id.utf8).prefix(16))
  }

  public var json: JSON {
    .object([
      .init("schema_version", .int(Self.schemaVersion)),
      .init(
        "model",
        .object([
          .init("name", .string(model.name)), .init("version", .string(model.version)),
          .init("sha256", .string(model.sha256)), .init("trained_on", .string(model.trainedOn)),
          .init("precision", .string(model.precision)),
        ])), .init("studies", .array(entries.map { Self.json($0, model) })),
      .init(
        "unreadable", unreadable.json), .init("skipped", .int(skipped)), .init("notice", .string(Self.notice)),
    ])
  }

  private static func json(_ entry: Entry, _ model: Model) -> JSON {
    let (study, analysis) = (entry.study, entry.analysis)
    let used = Set(ClipChoice(study).items.map(\.series))
    return .object([
      .init("study_instance_uid", .string(study.instanceUID)), .init("path", .string(study.path.text)),
      .init("patient_id_hash", .string(patientHash(study.patientID))),
      .init("series", .array(study.series.indices.map { json(study.series[$0], used: used.contains($0)) })),
      .init("quality", .optional(entry.measured?.quality, json)),
      .init("lvef", .optional(entry.lvef, json)),
      .init("learned_lvef", .optional(analysis?.lvef, json)),
      .init("learned_quantities", .array(analysis?.quantities?.map(json) ?? [])),
      .init("volumes", .optional(entry.measured, volumes)),
      .init("measurements", .array(entry.measured?.measurements.map(json) ?? [])),
      .init(
        "findings",
        .array((entry.measured?.findings.map(json) ?? []) + (analysis?.findings.map { json($0, model) } ?? []))),
      .init(
        "sentences",
        .array(
          analysis?.sentences.map {
            .object([.init("text", .string($0.text)), .init("similarity", .number($0.similarity, decimals: 4))])
          } ?? [])),
      .init(
        "views",
        .array(
          analysis?.views.map {
            .object([
              .init("view", .string($0.view.rawValue)), .init("slice", .int($0.slice)),
              .init("weight", .number($0.weight, decimals: 4)),
            ])
          } ?? [])),
      .init(
        "warnings",
        .array(
          entry.warnings.map {
            .object([.init("code", .string($0.code)), .init("text", .string($0.text))])
          })), .init("status", .string(entry.status.text)),
    ])
  }

  private static func json(_ series: Series, used: Bool) -> JSON {
    .object([
      .init("series_instance_uid", .string(series.instanceUID)), .init("description", .string(series.description)),
      .init("view", .string(series.view.rawValue)), .init("view_rule", .string(series.viewRule.rawValue)),
      .init("slices", .int(series.slices.count)), .init("phases", .int(series.phaseCount)),
      .init("order_rule", .string(series.orderRule)), .init("ties", .int(series.ties)),
      .init("used_by_model", .bool(used)),
    ])
  }

  private static func json(_ lvef: EjectionFraction) -> JSON {
    .object([
      .init("percent", .number(lvef.percent, decimals: 1)), .init("low", .number(lvef.low, decimals: 1)),
      .init("high", .number(lvef.high, decimals: 1)),
    ])
  }

  private static func json(_ one: QuantityEstimate) -> JSON {
    .object([
      .init("name", .string(one.name)), .init("value", .number(one.value, decimals: 3)),
      .init("unit", .string(one.unit)), .init("low", .number(one.low, decimals: 3)),
      .init("high", .number(one.high, decimals: 3)),
    ])
  }

  private static func json(_ finding: Finding, _ model: Model) -> JSON {
    func area(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 3) } }
    return .object([
      .init("condition", .string(finding.condition)), .init("kind", .string("learned")),
      .init("why", .string(why(finding, model))),
      .init("probability", .number(finding.probability, decimals: 4)),
      .init("threshold", .number(finding.threshold, decimals: 4)), .init("positive", .bool(finding.positive)),
      .init("auc", area(finding.auc)), .init("auc_low", area(finding.aucLow)),
      .init("auc_high", area(finding.aucHigh)),
    ])
  }

  /// On what a learned finding rests: "probability 0.91, marked from 0.62; AUC 0.98 on synthetic hearts".
  public static func why(_ finding: Finding, _ model: Model) -> String {
    func number(_ x: Double) -> String { JSON.aligned(x, decimals: 2) }
    let trust = finding.auc.map { "; AUC \(number($0)) \(model.measured)" }
    return "probability \(number(finding.probability)), marked from \(number(finding.threshold))\(trust ?? "")"
  }

  private static func json(_ finding: MeasuredFinding) -> JSON {
    .object([
      .init("condition", .string(finding.condition)), .init("kind", .string("measured")),
      .init("why", .string(finding.why)), .init("measurement", .string(finding.measurement)),
      .init("positive", .bool(true)), .init("frame", .optional(finding.frame, json)),
    ])
  }

  private static func json(_ frame: FramePlace) -> JSON {
    .object([
      .init("series_instance_uid", .string(frame.seriesInstanceUID)), .init("slice", .int(frame.slice)),
      .init("phase", .int(frame.phase)),
    ])
  }

  public static func json(_ quality: Quality) -> JSON {
    .object([
      .init("grade", .string(quality.grade.rawValue)),
      .init(
        "reasons",
        .array(quality.reasons.map { .object([.init("code", .string($0.code)), .init("text", .string($0.text))]) })),
    ])
  }

  private static func json(_ one: Measurement) -> JSON {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 2) } }
    return .object([
      .init("name", .string(one.name)), .init("value", number(one.value)), .init("unit", .string(one.unit)),
      .init("low", number(one.low)), .init("high", number(one.high)),
      .init(
        "limit",
        .optional(one.limit) { .object([.init("low", number($0.low)), .init("high", number($0.high))]) }),
      .init("source", .optional(one.limit?.source) { .string($0) }),
      .init("indexed_by", .optional(one.indexedBy) { .string($0) }),
    ])
  }

  /// Volumes with their intervals, and the moments that gave them.
  public static func volumes(_ measured: Measured) -> JSON {
    guard let curve = measured.curve else { return .null }
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 1) } }
    let names = [
      ("edv_ml", "lv_edv"), ("esv_ml", "lv_esv"), ("sv_ml", "lv_stroke_volume"), ("lvef_percent", "lvef"),
      ("mass_g", "lv_mass"), ("rv_edv_ml", "rv_edv"), ("rv_esv_ml", "rv_esv"), ("rvef_percent", "rvef"),
    ]
    let values = names.map { key, name in
      let one = measured.measurements.first { $0.name == name }
      return JSON.Field(
        key,
        .optional(one) {
          .object([
            .init("value", number($0.value)), .init("low", number($0.low)), .init("high", number($0.high)),
          ])
        })
    }
    return .object(
      values + [
        .init("ed_phase", .int(curve.endDiastole)), .init("es_phase", .int(curve.endSystole)),
        .init("lv_ml", .array(curve.left.map { .number($0, decimals: 1) })),
      ])
  }

  /// A row a study, RFC 4180; cells that a spreadsheet would take for a formula are led by an apostrophe.
  public var csv: String {
    let first = entries.lazy.compactMap(\.analysis).first { !$0.findings.isEmpty }
    let conditions = first?.findings.map(\.condition).sorted() ?? []
    let head = [
      "study_instance_uid", "path", "patient_id_hash", "status", "quality", "lvef_percent", "lvef_low", "lvef_high",
      "measured", "warnings",
    ]
    let quantities = entries.lazy.compactMap(\.analysis?.quantities).first { !$0.isEmpty } ?? []
    var rows = [head + conditions + quantities.map { $0.unit.isEmpty ? $0.name : "\($0.name) [\($0.unit)]" }]
    for entry in entries {
      let (study, analysis) = (entry.study, entry.analysis)
      let lvef = [entry.lvef?.percent, entry.lvef?.low, entry.lvef?.high]
      var row = [study.instanceUID, study.path.text, Self.patientHash(study.patientID), entry.status.text]
      row.append(entry.measured?.quality.grade.rawValue ?? "")
      row += lvef.map { $0.flatMap { JSON.fixed($0, decimals: 1) } ?? "" }
      row.append(entry.measured?.findings.map(\.why).joined(separator: "; ") ?? "")
      row.append(entry.warnings.map(\.code).joined(separator: " "))
      row += conditions.map { name in
        analysis?.findings.first { $0.condition == name }.flatMap { JSON.fixed($0.probability, decimals: 4) } ?? ""
      }
      row += quantities.map { one in
        analysis?.quantities?.first { $0.name == one.name }.flatMap { JSON.fixed($0.value, decimals: 3) } ?? ""
      }
      rows.append(row)
    }
    return rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  /// One cell of such a table.
  public static func cell(_ text: String) -> String {
    // Characters that steer a terminal or turn text about have no place in a table.
    let steering: Set<Unicode.GeneralCategory> = [
      .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
    ]
    let clean = String(
      String.UnicodeScalarView(text.unicodeScalars.map { steering.contains($0.properties.generalCategory) ? " " : $0 }))
    let guarded = clean.first.map { "=+-@".contains($0) } ?? false ? "'" + clean : clean
    guard guarded.contains(where: { $0 == "," || $0 == "\"" }) else { return guarded }
    return "\"" + guarded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
