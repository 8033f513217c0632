import Cine
import Terminal

/// The list of studies: what the filter leaves of it, and which one is on the screen.
extension ViewerModel {
  mutating func select(_ uid: String) -> [Effect] {
    selectedFile = nil
    endMeasuring()
    (view.study, view.chosen, view.goal) = (uid, false, nil)
    finding = 0
    choose()
    if arrangement == .axes { arrangeAxes() }
    return forgetPictures() + want()
  }

  mutating func followFilter() -> [Effect] {
    relist()
    let isShown =
      selectedFile.map { file in visibleFiles.contains { $0.path == file } }
      ?? visible.contains { $0.study.id == selectedUID }
    return isShown ? [] : open(row: 0)
  }

  /// What of the filter cannot be understood, for the line that it is typed in.
  var unclearFilter: String? {
    let unclear = filter.isEmpty ? [] : WorklistFilter(filter, measured: measuredNames).unclear
    return unclear.isEmpty ? nil : unclear.map { "'\($0)'" }.joined(separator: " ") + " is not understood"
  }

  private var measuredNames: Set<String> { Set(entries.flatMap { $0.measured?.measurements.map(\.name) ?? [] }) }

  /// Works out what the filter leaves: once after what may change it, and not for every frame that is drawn.
  mutating func relist() {
    guard !filter.isEmpty else { return passing = nil }
    let wanted = WorklistFilter(filter, measured: measuredNames)
    passing = (
      entries.indices.filter { wanted.matches(entries[$0], in: self) },
      unreadable.indices.filter { wanted.matches(unreadable[$0], in: self) }
    )
  }

  /// The studies that the filter leaves.
  var visible: [Entry] { passing.map { $0.studies.map { entries[$0] } } ?? entries }

  /// And below them the files that could not be read.
  var visibleFiles: [UnreadableFile] { passing.map { $0.files.map { unreadable[$0] } } ?? unreadable }

  /// The row under the cursor among those that are shown, studies first.
  var cursorRow: Int? {
    let studies = visible
    if let file = selectedFile { return visibleFiles.firstIndex { $0.path == file }.map { $0 + studies.count } }
    return studies.firstIndex { $0.study.id == selectedUID }
  }

  mutating func move(study by: Int) -> [Effect] { open(row: cursorRow.map { $0 + by } ?? 0) }

  /// Shows what a row stands for; nothing where there is no such row.
  mutating func open(row: Int) -> [Effect] {
    let (studies, files) = (visible, visibleFiles)
    if studies.indices.contains(row) { return select(studies[row].study.id) }
    guard files.indices.contains(row - studies.count) else { return [] }
    (selectedFile, view.goal) = (files[row - studies.count].path, nil)
    return []
  }
}
