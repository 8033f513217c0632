import Cine
import Findings
import Plain
import Terminal
import Viewer

/// One study on a page that needs nothing beside itself.
struct ReportPage {
  let html: String

  /// `picture` is a PNG file in base64.
  init(_ report: StudyReport, picture: String?) {
    let image =
      picture.map {
        "<figure><img alt=\"\(Self.safe(report.caption))\" src=\"data:image/png;base64,\($0)\">"
          + "<figcaption>\(Self.safe(report.caption))</figcaption></figure>"
      } ?? ""
    let facts = report.facts.map { "<tr><th>\(Self.safe($0.name))</th><td>\(Self.safe($0.text))</td></tr>" }
    html = """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Cinecor: \(Self.safe(report.title))</title>
      <style>
      body{font:15px/1.4 sans-serif;margin:2em auto;max-width:60em;color:#222}table{border-collapse:collapse}
      th,td{border-top:1px solid #ccc;padding:.25em .8em;text-align:left;vertical-align:top;font-weight:normal}
      thead th{color:#666;border:0}figure{margin:1em 0}img{max-width:100%;image-rendering:pixelated;background:#000}
      figcaption,.dim{color:#666}.notice{color:#a00;font-weight:bold}
      </style>
      <p class="notice">\(Self.notice(report))</p>
      <h1>\(Self.safe(report.title))</h1>
      <p class="dim">\(report.flags.read ? "read" : "unread")\(report.flags.marked ? ", marked" : "")</p>
      <table>\(facts.joined())</table>
      \(image)
      \(Self.numbers(report))
      \(report.measured.map(Self.measurements) ?? "")
      \(Self.byHand(report))
      \(Self.findings(report))
      <p class="dim">Model: \(Self.safe(report.modelNote)).</p>
      <p class="notice">\(Self.notice(report))</p>
      </html>

      """
  }

  private static func notice(_ report: StudyReport) -> String {
    (report.isSynthetic ? "The learned model saw synthetic hearts only. " : "")
      + "Research use only, not for diagnosis."
  }

  private static func byHand(_ report: StudyReport) -> String {
    guard !report.measures.isEmpty else { return "" }
    let rows = report.measures.map { kept in
      "<tr><td>\(kept.measure.kind.rawValue)</td><td>\(safe(kept.text))</td>"
        + "<td>slice \(kept.place.slice + 1), phase \(kept.place.phase + 1)</td></tr>"
    }
    return "<h2>Measured by hand</h2>\n<table>\(rows.joined())</table>"
  }

  private static func numbers(_ report: StudyReport) -> String {
    var lines: [String] = []
    if case .failed(let why) = report.status { lines.append("No learned estimate: \(safe(why.sentence))") }
    let analysis = report.status.analysis
    if let refusal = analysis?.refusal { lines.append("No learned estimate: \(safe(refusal.text))") }
    if let quality = report.measured?.quality {
      let reasons = quality.reasons.map(\.text).joined(separator: " ")
      switch quality.grade {
      case .green: lines.append("Quality: green.")
      case .amber: lines.append("Quality: amber, in doubt. \(safe(reasons))")
      case .none: lines.append("No number. \(safe(reasons))")
      }
    } else {
      lines.append("No contours were drawn.")
    }
    // One judgement for the study: no number is none of the two.
    if report.measured?.quality.grade != Quality.Grade.none {
      let plain = report.measured?.measurements.first { $0.name == "lvef" }
      if let lvef = report.measured?.lvef {
        lines.append("LVEF by contours: <b>\(ejection(lvef))</b>")
      } else if let plain {
        lines.append("LVEF by contours: <b>\(number(plain.value, 0)) %</b>, no interval is known")
      }
      if let lvef = analysis?.lvef {
        let on = report.isSynthetic ? "learned on synthetic hearts" : "learned"
        lines.append("LVEF, \(on): \(ejection(lvef))")
      }
    }
    return "<h2>Ejection fraction</h2>" + lines.map { "<p>\($0)</p>" }.joined()
      + (report.measured?.curve.flatMap(curve) ?? "")
  }

  private static func ejection(_ x: EjectionFraction) -> String {
    "\(number(x.percent, 0)) % (\(number(x.low, 0))–\(number(x.high, 0)))"
  }

  private static func measurements(_ measured: Measured) -> String {
    guard measured.quality.grade != .none, !measured.measurements.isEmpty else { return "" }
    let rows = measured.measurements.filter { !$0.name.contains(segment) }.map { m -> String in
      func text(_ x: Double) -> String { number(x, m.unit.isEmpty ? 2 : 1) }
      let interval = m.low.flatMap { low in m.high.map { "\(text(low))–\(text($0))" } } ?? ""
      let limit =
        switch (m.limit?.low, m.limit?.high) {
        case (let low?, let high?): "\(text(low))–\(text(high))"
        case (let low?, nil): "from \(text(low))"
        case (nil, let high?): "up to \(text(high))"
        case (nil, nil): ""
        }
      let cells = [
        MeasurementNames.words(m.name), "\(text(m.value)) \(m.unit)", interval, limit, m.limit?.source ?? "",
      ]
      return "<tr>" + cells.map { "<td>\(safe($0))</td>" }.joined() + "</tr>"
    }
    let segments = ["wall_thickness", "wall_thickening"].compactMap { name -> String? in
      let all = measured.measurements.filter { $0.name.hasPrefix(name + segment) }
      guard let first = all.first else { return nil }
      let values = all.map { "\(number($0.value, 1))" }.joined(separator: " · ")
      return "<p>\(safe(MeasurementNames.words(name))) by AHA segment, \(safe(first.unit)): \(values)</p>"
    }
    let head = ["", "value", "90 % interval", "normal", "source"].map { "<th>\($0)</th>" }.joined()
    return "<h2>Measurements</h2><table><thead><tr>\(head)</tr></thead>\(rows.joined(separator: "\n"))</table>"
      + segments.joined()
  }

  /// In the names of measurements of one of the wall's segments.
  private static let segment = "_aha_"

  private static func findings(_ report: StudyReport) -> String {
    let measured = report.measured?.findings.map {
      "<li><b>\(safe(ConditionNames.long($0.condition)))</b>: \(safe($0.why))</li>"
    }
    let learned = report.status.analysis?.findings.filter(\.positive).map { f in
      let auc = f.auc.map { "; AUC \(number($0, 2))\(report.isSynthetic ? " on synthetic hearts" : "")" } ?? ""
      return "<li><b>\(safe(ConditionNames.long(f.condition)))</b>, learned: probability \(number(f.probability, 2)), "
        + "marked from \(number(f.threshold, 2))\(auc)</li>"
    }
    let all = (measured ?? []) + (learned ?? [])
    return "<h2>Findings</h2>" + (all.isEmpty ? "<p>None is marked.</p>" : "<ul>\(all.joined(separator: "\n"))</ul>")
  }

  /// The left ventricle's volume over the beat, its ends marked.
  static func curve(_ volumes: VolumeCurve) -> String? {
    let left = volumes.left
    guard left.count > 1, left.allSatisfy(\.isFinite), let top = left.max(), top > 0 else { return nil }
    let (width, height) = (480.0, 140.0)
    func x(_ moment: Int) -> String { number(50 + width * Double(moment) / Double(left.count - 1), 1) }
    func y(_ ml: Double) -> String { number(10 + height * (1 - ml / top), 1) }
    let line = left.indices.map { "\(x($0)),\(y(left[$0]))" }.joined(separator: " ")
    let ends = [("ED", volumes.endDiastole), ("ES", volumes.endSystole)].compactMap { name, at -> String? in
      guard left.indices.contains(at) else { return nil }
      let isLast = at * 2 > left.count
      return
        "<circle cx=\"\(x(at))\" cy=\"\(y(left[at]))\" r=\"4\"/>"
        + "<text x=\"\(x(at))\" y=\"\(y(left[at]))\" dy=\"-8\""
        + " text-anchor=\"\(isLast ? "end" : "start")\">\(name) \(number(left[at], 0)) ml</text>"
    }
    return """
      <svg viewBox="0 0 560 180" width="560" role="img" aria-label="volume of the left ventricle over one beat"
        style="font-size:12px;overflow:visible">
      <path d="M50 10V150H530" fill="none" stroke="#999"/>
      <text x="44" y="14" text-anchor="end">\(number(top, 0)) ml</text><text x="44" y="154" text-anchor="end">0</text>
      <polyline points="\(line)" fill="none" stroke="#0a58ca" stroke-width="2"/>
      \(ends.joined())
      <text x="530" y="168" text-anchor="end">one beat, \(left.count) moments</text>
      </svg>
      """
  }

  private static func number(_ x: Double, _ decimals: Int) -> String { JSON.fixed(x, decimals: decimals) ?? "?" }

  private static func safe(_ text: String) -> String {
    var out = ""
    for c in SafeText(text).text {
      switch c {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(c)
      }
    }
    return out
  }
}
