import DicomFiles
import Glibc
import Volumes

/// What a file that is no image may be instead: one that holds others.
enum ArchiveKind: Hashable {
  case zip, tar
  /// Compressed: a tar, or one file.
  case gzip, bzip2, xz, zstd
  /// Of a kind that is not opened, by its name.
  case other(String)

  /// By content. A gzip is one only where what it holds may be an image or
  /// another archive; nil otherwise.
  static func of(descriptor: Int32) -> ArchiveKind? {
    let head = bytes(descriptor, 0, 1 << 16)
    // ECMA-119, 8.4.1: the first volume descriptor of a disc.
    return of(head) ?? (bytes(descriptor, 32_769, 5).elementsEqual("CD001".utf8) ? .other("an image of a disc") : nil)
  }

  /// By the first bytes.
  static func of(_ head: [UInt8]) -> ArchiveKind? {
    if let known = magic.first(where: { head.starts(with: $0.bytes) })?.kind {
      switch known {
      case .zip: return isDocument(head) ? nil : .zip
      case .gzip:
        // What does not inflate is damaged: that is for its reader to say.
        guard let inner = VolumeFile.inflated(head), !inner.isEmpty else { return .gzip }
        let isWanted = isTar(inner) || mayBeImage(inner) || magic.contains { inner.starts(with: $0.bytes) }
        return isWanted ? .gzip : nil
      default: return known
      }
    }
    return isTar(head) ? .tar : nil
  }

  /// Whether a file that begins so may be one of those that are read.
  static func mayBeImage(_ head: [UInt8]) -> Bool { DicomFile.isLikely(head) || VolumeFile.recognise(head) != nil }

  private static let magic: [(bytes: [UInt8], kind: ArchiveKind)] = [
    // APPNOTE 4.3.7 and 4.3.16; the third begins the first part of several.
    ([0x50, 0x4B, 3, 4], .zip), ([0x50, 0x4B, 5, 6], .zip), ([0x50, 0x4B, 7, 8], .zip),
    ([0x1F, 0x8B], .gzip), (Array("BZh".utf8), .bzip2), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz),
    ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .other("a 7z archive")),
    (Array("Rar!".utf8) + [0x1A, 7], .other("a RAR archive")), ([0x1F, 0x9D], .other("compressed by 'compress'")),
    ([4, 0x22, 0x4D, 0x18], .other("compressed by lz4")), (Array("LZIP".utf8), .other("compressed by lzip")),
  ]

  /// Office's documents and Java's programs are zips too; what their first member is called tells.
  private static func isDocument(_ head: [UInt8]) -> Bool {
    let names = ["[Content_Types].xml", "_rels/", "docProps/", "mimetype", "META-INF/"]
    return names.contains { head.dropFirst(30).starts(with: $0.utf8) }
  }

  /// POSIX.1-1988's mark, or the older form's checksum: the sum of all bytes, its own eight taken for blanks.
  private static func isTar(_ head: [UInt8]) -> Bool {
    guard head.count >= 512 else { return false }
    if head[257..<262].elementsEqual("ustar".utf8) { return true }
    let digits = head[148..<156].filter { $0 != 0 && $0 != 32 }
    guard let written = Int(String(decoding: digits, as: UTF8.self), radix: 8), head[0] != 0 else { return false }
    return written == (0..<512).reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(head[$1])) }
  }

  /// Fewer where the file ends before.
  private static func bytes(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
      while made < count, let base = buffer.baseAddress {
        let n = pread(descriptor, base + made, count - made, offset + made)
        if n < 0, errno == EINTR { continue }
        guard n > 0 else { break }
        made += n
      }
    }
  }
}
