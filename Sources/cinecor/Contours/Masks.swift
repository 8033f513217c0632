import Cine
import Findings
import Foundation
import Plain
import Volumes

/// `cinecor evaluate --masks A B`: two label maps, or folders of them, held against each other label by label.
struct Masks {
  /// One label of one pair of files, over its moments.
  struct Row {
    let file: String
    let label: UInt8
    /// Mean over the moments in which either file has the label.
    let dice: Double
    /// mm, mean over those in which both have it.
    let hausdorff: Double?
    let moments: Int
  }

  private(set) var rows: [Row] = []
  /// What could not be compared, a sentence each.
  private(set) var failures: [String] = []

  init(_ a: FilePath, _ b: FilePath) throws(Failure) {
    let pairs = try Self.pairs(a, b)
    failures = pairs.alone
    for pair in pairs.both {
      do throws(Failure) {
        rows += try Self.rows(pair.name, try Self.moments(pair.a), try Self.moments(pair.b))
      } catch {
        failures.append(error.text)
      }
    }
  }

  // MARK: Files

  private static func pairs(
    _ a: FilePath, _ b: FilePath
  ) throws(Failure) -> (both: [(name: String, a: FilePath, b: FilePath)], alone: [String]) {
    guard let inA = try names(a), let inB = try names(b) else {
      guard try names(a) == nil, try names(b) == nil else {
        throw Failure(code: .usage, text: "--masks wants two files or two folders")
      }
      return ([(b.trimmed.name.text, a, b)], [])
    }
    let alone =
      inA.subtracting(inB).sorted().map { "\(a.appending($0.utf8)): \(b) has no file of this name" }
      + inB.subtracting(inA).sorted().map { "\(b.appending($0.utf8)): \(a) has no file of this name" }
    return (inA.intersection(inB).sorted().map { ($0, a.appending($0.utf8), b.appending($0.utf8)) }, alone)
  }

  /// NIfTI files of a folder, by the path below it; nil for a file.
  private static func names(_ path: FilePath) throws(Failure) -> Set<String>? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.text, isDirectory: &isFolder) else {
      throw Failure(code: .someUnreadable, text: "\(path) could not be opened: check its name and permissions")
    }
    guard isFolder.boolValue else { return nil }
    let all = FileManager.default.enumerator(atPath: path.text)?.compactMap { $0 as? String } ?? []
    return Set(all.filter { $0.lowercased().hasSuffix(".nii") || $0.lowercased().hasSuffix(".nii.gz") })
  }

  private typealias Moments = (grids: [LabelGrid], spacing: GridSpacing?)

  private static func moments(_ path: FilePath) throws(Failure) -> Moments {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw Failure(code: .someUnreadable, text: "\(path) could not be opened: check its name and permissions")
    }
    defer { close(descriptor) }
    do throws(VolumeError) {
      guard let volume = try VolumeFile.contents(descriptor: descriptor).volumes.first else { throw .notVolume }
      let slices = volume.series.slices
      let all = try VolumeFile.frames(
        0..<slices.reduce(0) { $0 + $1.phases.count }, descriptor: descriptor)
      guard all.pixels.allSatisfy({ $0 == $0.rounded() && (0...255).contains($0) }) else {
        throw .unreadable("its numbers are no labels, which are whole and from 0 to 255")
      }
      let plane = all.rows * all.columns
      let grids = (0..<volume.series.phaseCount).map { p in
        LabelGrid(
          columns: all.columns, rows: all.rows, slices: slices.count,
          labels: slices.flatMap { slice -> [UInt8] in
            let frame = slice.phases[p].frame
            return all.pixels[frame * plane..<(frame + 1) * plane].map { UInt8($0) }
          })
      }
      return (grids, spacing(slices))
    } catch {
      throw Failure(code: .someUnreadable, text: "\(path): \(error.text)")
    }
  }

  /// Slices lie as far apart as the first two.
  private static func spacing(_ slices: [Slice]) -> GridSpacing? {
    guard let first = slices.first?.geometry else { return nil }
    let next = slices.dropFirst().first?.geometry
    let gap = next.map { abs($0.positionAlongNormal - first.positionAlongNormal) } ?? 1
    guard gap > 0 else { return nil }
    return GridSpacing(column: first.columnSpacing, row: first.rowSpacing, slice: gap)
  }

  // MARK: Numbers

  private static func rows(_ name: String, _ a: Moments, _ b: Moments) throws(Failure) -> [Row] {
    guard a.grids.count == b.grids.count, zip(a.grids, b.grids).allSatisfy({ $0.hasSize(of: $1) }) else {
      throw Failure(code: .someUnreadable, text: "\(name): the two have different sizes")
    }
    let labels = Set((a.grids + b.grids).flatMap { Set($0.labels) }).subtracting([0]).sorted()
    return labels.map { label in
      let all = zip(a.grids, b.grids).compactMap { MaskAgreement(label, $0, $1, a.spacing) }
      let distances = all.compactMap(\.hausdorff)
      return Row(
        file: name, label: label, dice: all.reduce(0) { $0 + $1.dice } / Double(max(all.count, 1)),
        hausdorff: distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count), moments: all.count)
    }
  }

  private struct Summary {
    let label: UInt8
    let files: Int
    let dice: Double
    let hausdorff: Double?

    init(_ label: UInt8, _ rows: [Row]) {
      let distances = rows.compactMap(\.hausdorff)
      (self.label, files) = (label, rows.count)
      dice = rows.reduce(0) { $0 + $1.dice } / Double(max(rows.count, 1))
      hausdorff = distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count)
    }
  }

  private var summaries: [Summary] {
    Dictionary(grouping: rows, by: \.label).sorted { $0.key < $1.key }.map { Summary($0.key, $0.value) }
  }

  var text: String {
    func line(_ dice: Double, _ distance: Double?) -> String {
      "Dice \(JSON.aligned(dice, decimals: 3))  Hausdorff \(JSON.aligned(distance, decimals: 1)) mm"
    }
    let each = rows.map { "\($0.file)  label \($0.label)  \(line($0.dice, $0.hausdorff))" }
    let means = summaries.map {
      "mean of \(Count.of($0.files, "file"))  label \($0.label)  \(line($0.dice, $0.hausdorff))"
    }
    return (each + (each.isEmpty ? [] : [""]) + means).map { $0 + "\n" }.joined()
  }

  var json: JSON {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 6) } }
    return .object([
      .init("schema_version", .int(1)),
      .init(
        "files",
        .array(
          rows.map {
            .object([
              .init("file", .string($0.file)), .init("label", .int(Int($0.label))), .init("dice", number($0.dice)),
              .init("hausdorff_mm", number($0.hausdorff)), .init("moments", .int($0.moments)),
            ])
          })),
      .init(
        "labels",
        .array(
          summaries.map {
            .object([
              .init("label", .int(Int($0.label))), .init("n", .int($0.files)), .init("dice", number($0.dice)),
              .init("hausdorff_mm", number($0.hausdorff)),
            ])
          })),
      .init("failures", .array(failures.map { .string($0) })),
    ])
  }
}
