import CDicom

/// The table of contents of a disc or folder: a DICOMDIR (PS3.10 section 8.6, PS3.3 annex F).
public struct DicomDirectory: Hashable, Sendable {
  /// Referenced File IDs (0004,1500) in their order, each the names of folders and file below the one that the directory
  /// lies in.
  public let files: [[String]]

  /// Nil where the file is no directory. `descriptor` stays the caller's.
  public init?(descriptor: Int32) {
    guard let layout = try? DicomLayout(descriptor: descriptor), let set = try? layout.dataSet() else { return nil }
    let records: (UInt16, UInt16) = (0x0004, 0x1220)
    let count = set.items(records)
    guard count > 0 else { return nil }
    files = (0..<count).compactMap { i in
      let names = set.itemText(records, i, 0x0004, 0x1500)?.split(separator: "\\").map(String.init) ?? []
      // Nothing leads out of the folder.
      let isSound = !names.isEmpty && names.allSatisfy { $0 != "." && $0 != ".." && !$0.contains("/") }
      return isSound ? names : nil
    }
  }
}
