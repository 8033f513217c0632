import Cine
import Foundation
import Quality
import Terminal

/// A data set's report as one page that needs nothing beside itself.
struct QualityPage {
  let html: String

  /// `thumbnails` are bitmaps by `Study.id`.
  init(_ report: QualityReport, _ thumbnails: [String: [UInt8]]) {
    let rows = report.studies.map { q in
      let picture = thumbnails[q.study.id].map {
        "<img alt=\"\" src=\"data:image/bmp;base64,\(Data($0).base64EncodedString())\">"
      }
      let problems = q.problems.map { p in
        let series = p.series.map { "series \($0 + 1): " } ?? ""
        return
          "<li class=\"\(p.weight.name)\"><b>\(Self.safe(Problem.name(p.code)))</b> \(series)\(Self.safe(p.text))</li>"
      }
      return "<tr><td>\(picture ?? "")</td><td>\(q.score)</td><td>\(Self.safe(q.study.path.text))</td>"
        + "<td><ul>\(problems.joined())</ul></td></tr>"
    }
    let counts = report.counts.map {
      "<li><b>\(Self.safe(Problem.name($0.code)))</b> in \(Count.of($0.studies, "study", "studies"))</li>"
    }
    let files = report.unreadable.map { "<li>\(Self.safe($0.path.text)) \(Self.safe($0.text))</li>" }
    html = """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Cinecor: data set quality</title>
      <style>
      body{font:15px/1.4 sans-serif;margin:2em;color:#222}table{border-collapse:collapse}
      td{border-top:1px solid #ccc;padding:.4em .8em;vertical-align:top}ul{margin:0;padding-left:1.1em}
      img{width:96px;image-rendering:pixelated;background:#000}.error{color:#a00}.warning{color:#850}.note{color:#555}
      </style>
      <h1>Data set quality</h1>
      <p>\(report.summary). Worst first.</p>
      <ul>\(counts.joined())</ul>
      <table>\(rows.joined(separator: "\n"))</table>
      \(files.isEmpty ? "" : "<h2>Files that could not be read</h2><ul>\(files.joined(separator: "\n"))</ul>")
      </html>

      """
  }

  private static func safe(_ text: String) -> String {
    SafeText(text).text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}

/// A small grey picture of a clip's first frame.
enum Thumbnail {
  private static let side = 96

  /// A Windows bitmap of 8 bits a pixel, its longer side 96 pixels.
  static func bitmap(_ clip: CineClip) -> [UInt8] {
    let scale = Double(side) / Double(max(clip.rows, clip.columns, 1))
    let (height, width) = (max(1, Int(Double(clip.rows) * scale)), max(1, Int(Double(clip.columns) * scale)))
    let sorted = clip.pixels[0..<clip.rows * clip.columns].sorted()
    let (low, high) = (sorted[sorted.count / 100], sorted[sorted.count * 99 / 100])
    let row = (width + 3) & ~3
    func word(_ n: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: n >> (8 * $0)) } }
    var out: [UInt8] = Array("BM".utf8) + word(1078 + row * height) + word(0) + word(1078)
    out += word(40) + word(width) + word(height) + [1, 0, 8, 0] + word(0) + word(row * height) + word(2835)
    out += word(2835) + word(256) + word(0)
    for grey in 0..<256 { out += [UInt8(grey), UInt8(grey), UInt8(grey), 0] }
    // Bottom row first.
    for y in (0..<height).reversed() {
      for x in 0..<row {
        let at =
          min(Int(Double(y) / scale), clip.rows - 1) * clip.columns + min(Int(Double(x) / scale), clip.columns - 1)
        let value = high > low ? (clip.pixels[at] - low) / (high - low) * 255 : 0
        out.append(UInt8(max(0, min(255, value.isFinite ? value : 0))))
      }
    }
    return out
  }
}
