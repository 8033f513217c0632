import Cine
import Foundation
import Intake

/// Tells of folders that fill: after each change, once nothing has moved for a while, or now and then where something
/// always does.
struct FolderWatch {
  let paths: [FilePath]
  /// Seconds without a change after which what has come is whole.
  let quiet: Double
  private static let look = 0.5
  /// Where it is never quiet.
  private static let longest = 15.0

  private var last: FolderGlance
  /// Studies as they were the last time, by how many pictures they had.
  private var known: [String: Int] = [:]

  init(_ paths: [FilePath], quiet: Double) {
    (self.paths, self.quiet) = (paths, quiet)
    last = FolderGlance(paths)
  }

  /// Waits for a change and what follows it at once; nil once stopped. True where all has been quiet.
  mutating func change(isStopped: () -> Bool) -> Bool? {
    while !isStopped() {
      Thread.sleep(forTimeInterval: Self.look)
      var seen = FolderGlance(paths)
      guard seen != last else { continue }
      var (still, waited) = (0.0, 0.0)
      while still < quiet, waited < Self.longest, !isStopped() {
        Thread.sleep(forTimeInterval: Self.look)
        let next = FolderGlance(paths)
        still = next == seen ? still + Self.look : 0
        waited += Self.look
        seen = next
      }
      last = seen
      return isStopped() ? nil : still >= quiet
    }
    return nil
  }

  /// Of studies those that are new or have grown and are whole: all of them where it has been quiet, else those that did
  /// not grow since the last time.
  mutating func whole(_ studies: [Study], isQuiet: Bool) -> [Study] {
    let before = known
    known = Dictionary(studies.map { ($0.id, $0.pictures) }) { first, _ in first }
    return studies.filter { isQuiet || before[$0.id] == $0.pictures }
  }
}

extension Study {
  /// Frames of all of its series: what tells a study that has grown from what it was.
  var pictures: Int { series.reduce(0) { $0 + $1.slices.reduce(0) { $0 + $1.phases.count } } }

  /// One a state of the study: one that has grown is another job.
  var job: String { "\(id)\u{1F}\(pictures)" }
}
