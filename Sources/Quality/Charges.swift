import Cine

/// Whose fault an unreadable file is: its own study's, where that can be told, else its folder's. Nobody pays for another.
struct Charges {
  private let studies: [Study]
  /// Indices of the studies that read a file, by its path.
  private var byFile: [FilePath: Int] = [:]
  private var byUID: [String: [Int]] = [:]
  /// Studies with files right in a folder.
  private var byFolder: [FilePath: Set<Int>] = [:]

  init(_ studies: [Study]) {
    self.studies = studies
    for (i, study) in studies.enumerated() {
      byUID[study.instanceUID, default: []].append(i)
      for phase in study.series.flatMap(\.slices).flatMap(\.phases) {
        byFile[phase.path] = i
        // A study of one file says nothing of those beside it.
        if phase.path != study.path { byFolder[Self.folder(of: phase.path), default: []].insert(i) }
      }
    }
  }

  /// The study's index; nil where the file is charged to its folder.
  func study(of file: UnreadableFile) -> Int? {
    if let own = byFile[file.path] { return own }
    let neighbours = byFolder[Self.folder(of: file.path)] ?? []
    guard !file.study.isEmpty else { return neighbours.count == 1 ? neighbours.first : nil }
    let named = byUID[file.study] ?? []
    if named.count == 1 { return named.first }
    let both = neighbours.intersection(named)
    return both.count == 1 ? both.first : nil
  }

  static func folder(of path: FilePath) -> FilePath { FilePath.folder(of: [path]) }
}
