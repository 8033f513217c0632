import Cine
import Foundation
import TestSupport
import Testing

@testable import DicomFiles

/// Files in every common transfer syntax, many of them odd or broken: what pydicom and DCMTK both read is in
/// `expected.csv`, with the SHA-256 of the decoded pixels as stored, in native byte order.
@Suite(.enabled(if: SharedFolder.path("data/dicom-conformance") != nil)) struct ConformanceTests {
  static let folder = SharedFolder.path("data/dicom-conformance")

  struct Row {
    let path: String
    let syntax: String
    let decode: String
    let sum: String

    init?(_ line: Substring) {
      // Only `charset` and `decode` are ever quoted.
      var fields = [""]
      var quoted = false
      for c in line {
        switch c {
        case "\"": quoted.toggle()
        case "," where !quoted: fields.append("")
        default: fields[fields.count - 1].append(c)
        }
      }
      guard fields.count == 14, fields[0] != "path" else { return nil }
      (path, syntax, decode, sum) = (fields[0], fields[1], fields[10], fields[13])
    }
  }

  static func rows() throws -> [Row] {
    let folder = try #require(folder)
    let text = try String(contentsOfFile: folder + "/expected.csv", encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).compactMap(Row.init)
  }

  @Test func decodedPixelsHaveTheExpectedHash() throws {
    let folder = try #require(Self.folder)
    var outcomes: [String: Int] = [:]
    for row in try Self.rows() {
      var outcome: String
      do throws(DicomError) {
        let (header, bytes) = try CineLoader.decode(path: folder + "/" + row.path)
        _ = header
        outcome = row.decode == "ok" ? (SHA256.hex(of: bytes) == row.sum ? "same" : "DIFFERENT") : "decoded, expected \(row.decode.prefix(12))"
      } catch {
        outcome = "\(error.code), expected \(row.decode.prefix(12))"
      }
      outcomes[outcome, default: 0] += 1
      if outcome != "same", outcome != "no_pixels, expected no-pixels" { print(outcome, row.syntax, row.path) }
    }
    for (k, v) in outcomes.sorted(by: { $0.key < $1.key }) { print(v, k) }
  }
}
