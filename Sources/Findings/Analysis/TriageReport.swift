import Cine
import Preparation

/// What `cinecor triage` prints: a study each with what was read, what the model made of it and why to be careful.
public struct TriageReport: Sendable {
  public static let schemaVersion = 1
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
    public let status: Status

    /// Of its files first, then of its pictures.
    public var warnings: [AnalysisWarning] { study.warnings + (analysis?.warnings ?? []) }

    /// `whyNot` says why there is no analysis.
    public init(study: Study, analysis: Analysis?, whyNot: WhyNot? = nil) {
      self.study = study
      self.analysis = analysis
      status = whyNot.map { .failed($0) } ?? analysis?.refusal.map { .noResult($0) } ?? .done
    }
  }

  public struct Model: Sendable {
    public let name: String
    public let version: String
    public let sha256: String
    public let trainedOn: String
    /// Of the network's products: `float32` or `bfloat16`.
    public let precision: String

    public init(_ package: ModelPackage) {
      name = package.manifest.name
      version = package.manifest.version
      sha256 = package.sha256
      trainedOn = package.manifest.training.trainedOn
      precision = package.precision.rawValue
    }
  }

  public let model: Model
  public let entries: [Entry]
  public let unreadable: [UnreadableFile]
  public let skipped: Int

  public init(model: Model, entries: [Entry], unreadable: [UnreadableFile], skipped: Int) {
    self.model = model
    self.entries = entries
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
        ])), .init("studies", .array(entries.map(Self.json))),
      .init(
        "unreadable", unreadable.json), .init("skipped", .int(skipped)), .init("notice", .string(Self.notice)),
    ])
  }

  private static func json(_ entry: Entry) -> JSON {
    let (study, analysis) = (entry.study, entry.analysis)
    let used = Set(ClipChoice(study).items.map(\.series))
    return .object([
      .init("study_instance_uid", .string(study.instanceUID)), .init("path", .string(study.path.text)),
      .init("patient_id_hash", .string(patientHash(study.patientID))),
      .init("series", .array(study.series.indices.map { json(study.series[$0], used: used.contains($0)) })),
      .init("lvef", .optional(analysis?.lvef, json)),
      .init("findings", .array(analysis?.findings.map(json) ?? [])),
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

  private static func json(_ finding: Finding) -> JSON {
    func area(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 3) } }
    return .object([
      .init("condition", .string(finding.condition)), .init("probability", .number(finding.probability, decimals: 4)),
      .init("threshold", .number(finding.threshold, decimals: 4)), .init("positive", .bool(finding.positive)),
      .init("auc", area(finding.auc)), .init("auc_low", area(finding.aucLow)),
      .init("auc_high", area(finding.aucHigh)),
    ])
  }

  /// A row a study, RFC 4180; cells that a spreadsheet would take for a formula are led by an apostrophe.
  public var csv: String {
    let first = entries.lazy.compactMap(\.analysis).first { !$0.findings.isEmpty }
    let conditions = first?.findings.map(\.condition).sorted() ?? []
    let head = [
      "study_instance_uid", "path", "patient_id_hash", "status", "lvef_percent", "lvef_low", "lvef_high", "warnings",
    ]
    var rows = [head + conditions]
    for entry in entries {
      let (study, analysis) = (entry.study, entry.analysis)
      let lvef = [analysis?.lvef?.percent, analysis?.lvef?.low, analysis?.lvef?.high]
      var row = [study.instanceUID, study.path.text, Self.patientHash(study.patientID), entry.status.text]
      row += lvef.map { $0.flatMap { JSON.fixed($0, decimals: 1) } ?? "" }
      row.append(entry.warnings.map(\.code).joined(separator: " "))
      row += conditions.map { name in
        analysis?.findings.first { $0.condition == name }.flatMap { JSON.fixed($0.probability, decimals: 4) } ?? ""
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
