import Cine
import Preparation

/// A clip of a study and the slice that it is read from, which a recipe may have ordered anew.
public typealias WantedClip = (item: ClipChoice.Item, slice: Slice)
public typealias ReadClip = (item: ClipChoice.Item, clip: CineClip)

/// Reads the clips that a job wants, one after another.
public struct ClipReader: Sendable {
  public typealias Read = @Sendable (Slice) throws(UnreadableFile) -> CineClip

  /// One slice over its heartbeat; fails with the first file that cannot be read.
  let read: Read

  public init(_ read: @escaping Read) { self.read = read }

  /// The clips in the order of `wanted`; those that cannot be read are left out and named. Nil once cancelled.
  public func clips(
    _ wanted: [WantedClip], isCancelled: () -> Bool = { false }
  ) -> (clips: [ReadClip], unreadable: [UnreadableFile])? {
    var loaded = LoadedClips(self)
    return loaded.clips(wanted, isCancelled: isCancelled)
  }
}

/// Clips of one study as several jobs want them, each read once.
struct LoadedClips {
  private let reader: ClipReader
  private var known: [Slice: Result<CineClip, UnreadableFile>] = [:]

  init(_ reader: ClipReader) { self.reader = reader }

  mutating func clips(
    _ wanted: [WantedClip], isCancelled: () -> Bool
  ) -> (clips: [ReadClip], unreadable: [UnreadableFile])? {
    var clips: [ReadClip] = []
    var unreadable: [UnreadableFile] = []
    for (item, slice) in wanted {
      if isCancelled() { return nil }
      do throws(UnreadableFile) {
        clips.append((item, try load(slice)))
      } catch {
        unreadable.append(error)
      }
    }
    return (clips, unreadable)
  }

  private mutating func load(_ slice: Slice) throws(UnreadableFile) -> CineClip {
    if let result = known[slice] { return try result.get() }
    do throws(UnreadableFile) {
      let clip = try reader.read(slice)
      known[slice] = .success(clip)
      return clip
    } catch {
      known[slice] = .failure(error)
      throw error
    }
  }
}
