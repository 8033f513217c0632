import CHDF5

/// All data sets of an HDF5 file and what it holds beside them, by a walk through its groups along hard links. An object
/// of several names counts once, so that no ring of groups is endless.
struct HDF5Tree {
  /// A data set's path from the top: "patient_001/SAX".
  typealias Name = String

  private(set) var sets: [(name: Name, address: UInt64)] = []
  private(set) var unread: [UnreadPart] = []

  private static let mostLinks = 100_000
  private static let deepest = 64

  private let file: OpaquePointer
  private var links = 0
  private var walked: Set<UInt64> = []
  /// All names of groups and data sets, whichever of them counts.
  private var hard: Set<Name> = []
  private var soft: [(name: Name, target: Name)] = []

  /// Names within a group in the order of their bytes.
  init(_ file: OpaquePointer) throws(VolumeError) {
    self.file = file
    guard try walk([]) else { throw .unreadable("its HDF5 structure is damaged") }
    let targets = Dictionary(soft.map { ($0.name, $0.target) }) { first, _ in first }
    // What a soft link of the file's own leads to was read by its own name.
    for link in soft where !leads(link.target, targets) {
      refuse(link.name, .link("is a link to \(link.target), which is not in this file"))
    }
    unread.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private mutating func refuse(_ name: Name, _ error: VolumeError) { unread.append(UnreadPart(name, error)) }

  /// False where the group is damaged.
  private mutating func walk(_ group: [String]) throws(VolumeError) -> Bool {
    let path = "/" + group.joined(separator: "/")
    let count = chdf5_count(file, path)
    guard count >= 0 else { return false }
    links += Int(count)
    guard links <= Self.mostLinks else { throw .unsupported("more than \(Self.mostLinks) links") }
    for i in 0..<count {
      var link = chdf5_link()
      guard chdf5_link_at(file, path, i, &link) == 0 else { return false }
      try take(link, group)
    }
    return true
  }

  private mutating func take(_ link: chdf5_link, _ group: [String]) throws(VolumeError) {
    let last = String(cString: link.name)
    let name = (group + [last]).joined(separator: "/")
    // A name of other bytes would not open what it names.
    guard String(validatingCString: link.name) != nil else {
      return refuse(name, .unsupported("a name that is not UTF-8"))
    }
    switch Int(link.kind) {
    case CHDF5_GROUP:
      hard.insert(name)
      guard walked.insert(link.address).inserted else { return }
      guard group.count < Self.deepest else { return refuse(name, .unsupported("more groups within each other")) }
      if try !walk(group + [last]) { refuse(name, .unreadable("this group is damaged")) }
    case CHDF5_SET:
      hard.insert(name)
      if walked.insert(link.address).inserted { sets.append((name, link.address)) }
    case CHDF5_OTHER: break
    case CHDF5_SOFT: soft.append((name, Self.absolute(String(cString: link.target), group)))
    case CHDF5_ELSEWHERE:
      let (where_, what) = (String(cString: link.file), String(cString: link.target))
      refuse(
        name,
        .link(where_.isEmpty ? "is a link of a kind of its own" : "is a link to \(what) in another file, \(where_)"))
    default: refuse(name, .unreadable("this object is damaged"))
    }
  }

  private static func absolute(_ target: String, _ group: [String]) -> Name {
    let parts = target.split(separator: "/").map(String.init).filter { $0 != "." }
    return ((target.hasPrefix("/") ? [] : group) + parts).joined(separator: "/")
  }

  /// Whether a path ends at an object of this file, over soft links as well.
  private func leads(_ path: Name, _ targets: [Name: Name]) -> Bool {
    var path = path
    for _ in 0..<16 {
      if path.isEmpty || hard.contains(path) { return true }
      let parts = path.split(separator: "/").map(String.init)
      guard
        let n = (1...max(1, parts.count)).first(where: { targets[parts.prefix($0).joined(separator: "/")] != nil }),
        let target = targets[parts.prefix(n).joined(separator: "/")]
      else { return false }
      path = (target.split(separator: "/").map(String.init) + parts.dropFirst(n)).joined(separator: "/")
    }
    return false
  }
}
