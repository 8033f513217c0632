import Cine
import Dispatch
import Findings
import Foundation
import Glibc
import Viewer
import Volumes

/// Writes what the viewer exports, on a queue of its own. Files are their owner's alone, named by hash and kind, never
/// written over others, and never beside the data.
final class Exporter: Sendable {
  let folder: String
  private let data: [FilePath]
  private let queue = DispatchQueue(label: "export")

  /// `folder` nil is the current one; `data` is what the viewer was opened on.
  init(folder: String?, data: [FilePath]) {
    let current = FileManager.default.currentDirectoryPath
    let named = folder.flatMap { $0.isEmpty ? nil : $0 } ?? current
    self.folder = named.hasPrefix("/") ? named : current + "/" + named
    self.data = data
  }

  /// Says the name of the file, or why there is none.
  func write(_ export: Export, _ say: @escaping @Sendable (String, _ isWarning: Bool) -> Void) {
    queue.async { [self] in
      do throws(Failure) {
        say("wrote \(try save(export))", false)
      } catch {
        say("not written: \(error.text)", true)
      }
    }
  }

  /// Waits for what is being written.
  func close() {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + 10)
  }

  /// The name of the new file.
  func save(_ export: Export) throws(Failure) -> String {
    if let place = Self.dataHolding(folder, data) {
      throw Failure(
        code: .outputFailed, text: "\(folder) is where the data lies (\(place)): name another with --export")
    }
    try Places.makePrivate(folder)
    switch export {
    case .picture(let picture, let hash): return try save(Self.png(picture), Self.name(hash, "picture"), "png")
    case .worklist(let rows): return try save(Self.csv(rows), "cinecor-worklist", "csv")
    case .measures(let rows): return try save(Self.csv(rows), "cinecor-measures", "csv")
    case .cine(let cine, let hash): return try save(Self.animation(cine), Self.name(hash, "cine"), "png")
    case .impressions(let rows): return try save(Self.csv(rows), "cinecor-impressions", "csv")
    case .report(let report):
      let picture = try report.picture.map { picture throws(Failure) in
        Data(try Self.png(picture)).base64EncodedString()
      }
      return try save(Array(ReportPage(report, picture: picture).html.utf8), Self.name(report.hash, "report"), "html")
    }
  }

  private static func animation(_ cine: CinePicture) throws(Failure) -> [UInt8] {
    let drawn = cine.frames.map { $0.drawn() }
    let frames = zip(drawn, cine.times).map { (rgb: $0.rgb, milliseconds: $1) }
    guard let first = drawn.first,
      let png = AnimatedPNG.encode(rows: first.rows, columns: first.columns, frames: frames)
    else { throw Failure(code: .outputFailed, text: "the heartbeat could not be made an animated PNG") }
    return png
  }

  private static func csv(_ rows: [[String]]) -> [UInt8] {
    Array(rows.map { $0.map(TriageReport.cell).joined(separator: ",") + "\r\n" }.joined().utf8)
  }

  private static func name(_ hash: String, _ kind: String) -> String { "cinecor-\(hash.prefix(12))-\(kind)" }

  private static func png(_ picture: FramePicture) throws(Failure) -> [UInt8] {
    let drawn = picture.drawn()
    guard let png = PNG.encode(rows: drawn.rows, columns: drawn.columns, rgb: drawn.rgb) else {
      throw Failure(code: .outputFailed, text: "the picture could not be made a PNG file")
    }
    return png
  }

  private func save(_ bytes: [UInt8], _ name: String, _ suffix: String) throws(Failure) -> String {
    for count in 1...9999 {
      let file = name + (count == 1 ? "" : "-\(count)") + "." + suffix
      let path = folder + "/" + file
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      if descriptor < 0, errno == EEXIST { continue }
      guard descriptor >= 0 else { throw Failure(code: .outputFailed, text: "\(path): \(Output.reason(errno))") }
      let failed = Self.write(bytes, to: descriptor)
      let closed = Glibc.close(descriptor)
      guard failed == nil, closed == 0 else {
        let why = Output.reason(failed ?? errno)
        // Half a file is none.
        unlink(path)
        throw Failure(code: .outputFailed, text: "\(path): \(why)")
      }
      return file
    }
    throw Failure(code: .outputFailed, text: "\(folder) has 9999 files called \(name) already")
  }

  /// On the disk when it returns; else the error number.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let n = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { return errno }
      rest = rest.dropFirst(n)
    }
    return fsync(descriptor) == 0 || errno == EINVAL ? nil : errno
  }

  /// The one of `data` in whose folder, or below which, a folder lies; nil where none is. Links are followed, and what is
  /// not there yet lies where it would.
  static func dataHolding(_ folder: String, _ data: [FilePath]) -> FilePath? {
    let place = real(FilePath(folder))
    return data.first { path in
      var status = stat()
      let isFolder = path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
      let whole = real(path)
      // A single file's folder holds the data, its subfolders do not.
      return isFolder
        ? place == whole || place.starts(with: whole == [slash] ? whole : whole + [slash]) : place == parent(whole)
    }
  }

  private static let slash = UInt8(ascii: "/")

  private static func parent(_ path: [UInt8]) -> [UInt8] {
    let end = path.lastIndex(of: slash) ?? 0
    return end == 0 ? [slash] : Array(path[..<end])
  }

  /// Without links and dots, as far as it is there.
  private static func real(_ path: FilePath) -> [UInt8] {
    if let found = path.withCString({ realpath($0, nil) }) {
      defer { free(found) }
      return Array(UnsafeBufferPointer(start: found, count: strlen(found))).map { UInt8(bitPattern: $0) }
    }
    var bytes = path.bytes
    while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
    guard bytes.contains(slash), bytes != [slash] else { return bytes }
    let above = real(FilePath(bytes: parent(bytes)))
    let name = bytes[((bytes.lastIndex(of: slash) ?? -1) + 1)...]
    return (above == [slash] ? [] : above) + [slash] + name
  }
}
