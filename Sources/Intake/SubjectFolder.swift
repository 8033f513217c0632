import Cine
import DicomFiles
import Volumes

/// Which volume files are one subject's study, by their names and what they hold: NIfTI has no patient and no study, so
/// that folder and name stand for them. Files whose names say nothing of that are studies of their own. Pure: the same
/// studies whatever the order of the files.
struct SubjectFolder {
  private(set) var studies: [Study] = []
  /// What is no picture of its own, and why. Nothing was wrong with it.
  private(set) var setAside: [UnreadableFile] = []

  private let names: ViewNames

  /// `infos` are what lies beside them of their person.
  init(
    _ files: [(path: FilePath, contents: VolumeContents)], infos: [(path: FilePath, info: SubjectInfo)] = [],
    _ names: ViewNames
  ) {
    self.names = names
    let items = files.flatMap { file in file.contents.volumes.map { Item(file.path, $0, names) } }
    let pictures = items.filter { item in
      guard item.isLabelMap else { return true }
      setAside.append(
        UnreadableFile(
          path: item.place, reason: "label_map",
          text: "is a label map, not a picture; it is neither shown nor given to the model"))
      return false
    }
    for (key, some) in Dictionary(grouping: pictures, by: \.key) {
      let all = some.sorted { ($0.path, $0.volume.series.number ?? 0) < ($1.path, $1.volume.series.number ?? 0) }
      studies.append(study(key, all))
    }
    tell(infos)
    studies.sort { ($0.path, $0.instanceUID) < ($1.path, $1.instanceUID) }
    setAside.sort { $0.path < $1.path }
  }

  // MARK: Whose

  /// What stands for a study's UID, and for the patient.
  private struct Key: Hashable {
    var uid: String
    var patient: String
  }

  private struct Item {
    let path: FilePath
    var volume: Volume
    let name: SubjectName
    let key: Key
    /// The series' own words.
    let description: String

    init(_ path: FilePath, _ volume: Volume, _ names: ViewNames) {
      (self.path, self.volume) = (path, volume)
      // Names of other bytes are read as they are shown.
      let text = path.text
      var folders = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      let file = folders.removeLast()
      let stem = SubjectName.stem(file)
      if volume.series.description.isEmpty {
        // NIfTI: a file is a series.
        let kinds = Self.kinds(&folders, names)
        name = SubjectName(stem, folders: kinds, names)
        description = (kinds.filter { SubjectName("", folders: [$0], names).isTold } + [stem]).joined(separator: " ")
        key = Self.key(name, stem, path, folders)
      } else {
        // HDF5: a file is a subject, or its groups are.
        var groups = volume.groups
        let kinds = Self.kinds(&groups, names)
        name = SubjectName(volume.series.description, folders: kinds, names)
        description = (kinds + [volume.series.description]).joined(separator: "/")
        key = Key(
          uid: groups.isEmpty ? text : "\(text)#\(groups.joined(separator: "/"))",
          patient: groups.last ?? String(file.prefix { $0 != "." }))
      }
    }

    /// Takes the last folders off, as far as they say what is in them rather than whose.
    private static func kinds(_ folders: inout [String], _ names: ViewNames) -> [String] {
      var kinds: [String] = []
      while let last = folders.last, SubjectName.isKind(last, names) {
        kinds.insert(last, at: 0)
        folders.removeLast()
      }
      return kinds
    }

    private static func key(_ name: SubjectName, _ stem: String, _ path: FilePath, _ folders: [String]) -> Key {
      guard name.isTold else { return Key(uid: path.text, patient: stem) }
      // BIDS names subject and session in folders, in the file, or in both.
      let inFolders = folders.filter { $0.hasPrefix("sub-") || $0.hasPrefix("ses-") }
      let entities = ["sub-", "ses-"].compactMap { kind in
        name.entities.first { $0.hasPrefix(kind) } ?? inFolders.last { $0.hasPrefix(kind) }
      }
      if entities.first?.hasPrefix("sub-") == true {
        let root = folders.filter { !inFolders.contains($0) }
        return Key(uid: (root + entities).joined(separator: "/"), patient: entities.joined(separator: "_"))
      }
      let folder = folders.joined(separator: "/")
      var own = folders.last.flatMap { ["", ".", ".."].contains($0) ? nil : $0 }
      // An archive a person is a folder a person.
      if let archive = path.archive?.name.text, own == archive { own = String(archive.prefix { $0 != "." }) }
      if name.subject.isEmpty || name.subject == own {
        return own.map { Key(uid: folder, patient: $0) } ?? Key(uid: path.text, patient: stem)
      }
      return Key(uid: folders.isEmpty ? name.subject : "\(folder)/\(name.subject)", patient: name.subject)
    }

    var isNIfTI: Bool { volume.series.description.isEmpty }
    /// As the file is named to people: with the part of it, where it has parts.
    var place: FilePath { isNIfTI ? path : path.appending(part.utf8) }
    /// HDF5: its own path from the top of the file.
    private var part: String { (volume.groups + [volume.series.description]).joined(separator: "/") }
    var uid: String { isNIfTI ? "\(path)#0" : "\(path)#\(part)" }
    /// Names alone may lie: "seg" is said of pictures too.
    var isLabelMap: Bool { volume.numbers == .labels || name.isLabel && volume.numbers == .perhapsLabels }
    /// A single moment by name and by number.
    var moment: Int? { volume.series.phaseCount == 1 ? name.moment : nil }
    /// Slices, rows and columns.
    var size: [Int] {
      [volume.series.slices.count] + (volume.series.slices.first.map { [$0.rows, $0.columns] } ?? [])
    }
  }

  /// What lies in a folder of one study's volumes, and of no other's, is about that one's person.
  private mutating func tell(_ infos: [(path: FilePath, info: SubjectInfo)]) {
    let files = studies.map { study in
      study.series.flatMap { $0.slices.flatMap { $0.phases.map { FilePath.folder(of: [$0.path]) } } }
    }.map(Set.init)
    for (folder, some) in Dictionary(grouping: infos, by: { FilePath.folder(of: [$0.path]) }) {
      let inside = studies.indices.filter { files[$0].contains(folder) }
      guard some.count == 1, inside.count == 1 else { continue }
      let info = some[0].info
      let (person, doubts) = Person.checked(
        sex: "", metres: info.height.map { $0 / 100 }, kilograms: info.weight, age: "")
      studies[inside[0]].person = person.isKnown ? person : nil
      studies[inside[0]].warnings += doubts
    }
  }

  private mutating func study(_ key: Key, _ items: [Item]) -> Study {
    let paths = Set(items.map(\.path)).sorted()
    return Study(
      instanceUID: key.uid, path: paths.count == 1 ? paths[0] : FilePath.folder(of: paths), patientName: "",
      patientID: key.patient, date: "", description: items[0].isNIfTI ? "NIfTI" : "HDF5",
      series: viewed(series(items)))
  }

  // MARK: Which series

  /// A series on its way, and whether anything tells how it lies.
  private struct Draft {
    var series: Series
    var isPlaced: Bool
  }

  /// A subject's series by path. Files that are single moments of one heartbeat become one series, unless their whole cine
  /// is there.
  private mutating func series(_ items: [Item]) -> [Draft] {
    var (all, done) = ([Draft](), Set<Int>())
    for (i, item) in items.enumerated() where !done.contains(i) {
      guard item.moment != nil else {
        all.append(draft(item))
        continue
      }
      func belongs(_ other: Item) -> Bool { other.name.series == item.name.series && other.size == item.size }
      if let cine = items.first(where: { $0.moment == nil && $0.volume.series.phaseCount > 1 && belongs($0) }) {
        setAside.append(
          UnreadableFile(
            path: item.place, reason: "frame_of_cine", text: "is one moment of \(cine.place), which is read instead"))
        continue
      }
      let mates = items.indices.filter { items[$0].moment != nil && belongs(items[$0]) }
      guard mates.count > 1, Set(mates.map { items[$0].moment }).count == mates.count else {
        all.append(draft(item))
        continue
      }
      done.formUnion(mates)
      all.append(joined(mates.map { items[$0] }.sorted { ($0.moment ?? 0) < ($1.moment ?? 0) }))
    }
    for i in all.indices { all[i].series.number = i }
    return all
  }

  private func draft(_ item: Item) -> Draft {
    var series = item.volume.series
    series.description = item.description
    series.instanceUID = item.uid
    if let view = names.view(item.description) ?? acdc(item) {
      (series.view, series.viewRule) = (view, .description)
    }
    return Draft(series: series, isPlaced: item.volume.isPlaced)
  }

  /// ACDC holds short axes and names no view: patientNNN_4d, patientNNN_frameNN.
  private func acdc(_ item: Item) -> View? {
    let digits = item.name.subject.dropFirst("patient".count)
    guard item.name.subject.hasPrefix("patient"), digits.count == 3, digits.allSatisfy(\.isNumber),
      item.name.series.isEmpty, item.name.moment != nil || item.description.lowercased().hasSuffix("_4d"),
      item.volume.series.slices.count >= 3
    else { return nil }
    return .shortAxis
  }

  /// `items` in the order of their moments, all of one size.
  private func joined(_ items: [Item]) -> Draft {
    var made = draft(items[0])
    for k in made.series.slices.indices {
      made.series.slices[k].phases = items.flatMap { $0.volume.series.slices[k].phases }
    }
    made.series.orderRule = "the moments in their names: \(items.map(\.description).joined(separator: ", "))"
    return made
  }

  // MARK: Which view

  /// By name, else by how its planes lie if it has the phases of a cine (`ViewRules`); else it is not known, and that is
  /// said.
  private func viewed(_ drafts: [Draft]) -> [Series] {
    // What lies nowhere has no orientation to be judged by.
    let judged = drafts.map { draft in
      var one = draft.series
      if !draft.isPlaced { for k in one.slices.indices { one.slices[k].geometry = nil } }
      return one
    }
    return zip(drafts, ViewRules.refine(judged, open: judged.map { !names.isOther($0.description) })).map {
      draft, judged in
      var one = draft.series
      (one.view, one.viewRule) = (judged.view, judged.viewRule)
      if one.view == .unknown, one.phaseCount > 1, !names.isOther(one.description) {
        one.notes.append(
          SeriesNote(
            "view_unknown", "Its view is not known: neither its name nor how it lies tells ('cinecor views --help').",
            isWarning: true))
      }
      return one
    }
  }
}
