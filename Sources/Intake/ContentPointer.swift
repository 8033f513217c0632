import Cine
import Glibc

/// A small text file that stands where a large one belongs: what git-annex (unlocked files, and links where the file
/// system has none) and Git LFS leave until the content is fetched.
enum ContentPointer {
  /// git-annex reads no larger one.
  private static let most = 32 << 10

  /// Nil where the file is none.
  static func refusal(descriptor: Int32) -> Refusal? {
    var bytes = [UInt8](repeating: 0, count: most + 1)
    let n = pread(descriptor, &bytes, bytes.count, 0)
    return n < 0 ? nil : refusal(Array(bytes[..<n]))
  }

  /// The whole content, or more than a pointer has.
  static func refusal(_ bytes: [UInt8]) -> Refusal? {
    guard bytes.count <= most else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first else { return nil }
    if first.starts(with: "version https://git-lfs.github.com/spec/".utf8) { return .notFetched(by: "'git lfs pull'") }
    let isLink = lines.count == 1 && first.firstRange(of: ".git/annex/objects/".utf8) != nil
    return first.starts(with: "/annex/objects/".utf8) || isLink ? .notFetchedByAnnex : nil
  }
}
