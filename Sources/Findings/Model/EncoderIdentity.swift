import FoundationEssentials
import Plain
import Synchronization

/// A name for what a package makes embeddings with, worked out when it is first asked for: large encoders take a second.
final class EncoderIdentity: Sendable {
  private let known = Mutex<String?>(nil)

  /// SHA-256 over shape, preparation and weights.
  func hex(of package: ModelPackage) -> String {
    known.withLock { known in
      if let known { return known }
      let made = Self.sum(package)
      known = made
      return made
    }
  }

  private static func sum(_ package: ModelPackage) -> String {
    var sum = SHA256()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let (video, recipe) = (package.manifest.video, package.manifest.recipe)
    for part in [try? encoder.encode(video), try? encoder.encode(recipe)] {
      sum.update(part ?? Data())
      sum.update([UInt8(ascii: "\n")])
    }
    package.network.withEncoderWeights { sum.update(UnsafeRawBufferPointer($0)) }
    return sum.hex()
  }
}
