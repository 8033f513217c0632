/// The few bytes of an HDF5 file that say by which version of the format it was written, read by ourselves: libhdf5 only
/// says that it does not understand (HDF5 File Format Specification, III.A "Superblock", IV.A.1.b "Version 2 Data Object
/// Header", IV.A.2.i "Data Layout Message").
enum HDF5Head {
  /// What libhdf5 1.10 reads.
  private static let newestSuperblock: UInt8 = 3
  private static let newestLayout: UInt8 = 4
  /// What is far beyond is no version but damage.
  private static let highest: UInt8 = 9

  /// Where the data begin; nil where this is no HDF5 file. A user block may stand in front.
  static func start(_ head: [UInt8]) -> Int? {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var at = 0
    while at + 8 <= head.count {
      if head[at..<at + 8].elementsEqual(signature) { return at }
      at = at == 0 ? 512 : 2 * at
    }
    return nil
  }

  /// The superblock's version where libhdf5 is too old for it.
  static func newerSuperblock(_ head: [UInt8]) -> Int? {
    guard let start = start(head), start + 8 < head.count else { return nil }
    return newer(head[start + 8], than: newestSuperblock)
  }

  /// The same of a data set's layout message, by the bytes of the set's object header.
  static func newerLayout(_ b: [UInt8]) -> Int? {
    guard b.count > 6, b.starts(with: Array("OHDR".utf8)), b[4] == 2 else { return nil }
    let flags = b[5]
    // Four times, two limits of attributes, and the size of what follows.
    let width = 1 << Int(flags & 3)
    var at = 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    guard at + width <= b.count else { return nil }
    let size = b[at..<at + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    at += width
    let end = at + Int(min(size, UInt64(b.count - at)))
    while at + 4 <= end {
      let length = Int(b[at + 1]) | Int(b[at + 2]) << 8
      let content = at + 4 + (flags & 0x04 != 0 ? 2 : 0)
      if b[at] == 8, content < end { return newer(b[content], than: newestLayout) }
      at = content + length
    }
    return nil
  }

  private static func newer(_ version: UInt8, than known: UInt8) -> Int? {
    version > known && version <= highest ? Int(version) : nil
  }
}
