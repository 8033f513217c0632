import Cine
import DicomFiles
import Testing
import Volumes

@testable import Intake

/// Which NIfTI files and HDF5 groups are one subject's study, in the layouts that people use.
@Suite struct SubjectFolderTests {
  struct File {
    var path: String
    var slices = 1
    var phases = 1
    var numbers = NumberKind.greys
    var geometry: Geometry?
    var isPlaced = true
    var rows = 64
  }

  static func volume(_ file: File) -> Volume {
    let slices = (0..<file.slices).map { k in
      var geometry = file.geometry
      if let g = geometry { geometry?.origin = g.origin + 8 * Double(k) * g.normal }
      return Slice(
        rows: file.rows, columns: 64, geometry: geometry, heartbeat: nil,
        phases: (0..<file.phases).map {
          Phase(time: nil, path: FilePath(file.path), frame: k * file.phases + $0)
        })
    }
    return Volume(
      series: Series(
        instanceUID: "", number: 0, description: "", view: .unknown, viewRule: .none, orderRule: "place in the file",
        ties: 0, slices: slices), numbers: file.numbers, isPlaced: file.isPlaced)
  }

  /// In any order of the files the same.
  static func grouped(_ files: [File], _ names: ViewNames = ViewNames()) -> SubjectFolder {
    let read = files.map { (path: FilePath($0.path), contents: VolumeContents(volumes: [volume($0)])) }
    let made = SubjectFolder(read, names)
    let other = SubjectFolder(read.reversed(), names)
    #expect(made.studies == other.studies && made.setAside == other.setAside)
    return made
  }

  /// "patient: view slices×phases, …" a study.
  static func told(_ made: SubjectFolder) -> [String] {
    made.studies.map { study in
      "\(study.patientID): "
        + study.series.map { "\($0.view.rawValue) \($0.slices.count)×\($0.phaseCount)" }.joined(separator: ", ")
    }
  }

  static func cine(_ path: String, _ slices: Int = 1) -> File { File(path: path, slices: slices, phases: 25) }
  static func still(_ path: String, _ slices: Int = 9) -> File { File(path: path, slices: slices) }
  static func labels(_ path: String, _ slices: Int = 9, phases: Int = 1) -> File {
    File(path: path, slices: slices, phases: phases, numbers: .labels)
  }

  /// UK Biobank's converter (baiwenjia/ukbb_cardiac).
  @Test func aFolderOfViewsIsASubject() {
    let made = Self.grouped(
      ["1234567", "7654321"].flatMap { id in
        [
          Self.cine("/ukb/\(id)/sa.nii.gz", 9), Self.cine("/ukb/\(id)/la_2ch.nii.gz"),
          Self.cine("/ukb/\(id)/la_3ch.nii.gz"), Self.cine("/ukb/\(id)/la_4ch.nii.gz"),
          Self.labels("/ukb/\(id)/label_sa_ED.nii.gz"), Self.labels("/ukb/\(id)/seg4_la_4ch_ES.nii.gz", 1),
          Self.labels("/ukb/\(id)/seg_sa.nii.gz", phases: 25), Self.still("/ukb/\(id)/sa_ED.nii.gz"),
          Self.still("/ukb/\(id)/la_4ch_ES.nii.gz", 1),
        ]
      })
    #expect(
      Self.told(made) == ["1234567", "7654321"].map { "\($0): 2CH 1×25, 3CH 1×25, 4CH 1×25, SAX 9×25" })
    #expect(made.studies.map(\.path) == ["/ukb/1234567", "/ukb/7654321"])
    #expect(made.studies.map(\.instanceUID) == ["/ukb/1234567", "/ukb/7654321"])
    #expect(made.setAside.count { $0.reason == "label_map" } == 6)
    #expect(made.setAside.count { $0.reason == "frame_of_cine" } == 4)
  }

  /// ACDC: the cine wins over its frames; without it they are one stack of two phases.
  @Test func acdcIsAShortAxis() {
    let frames = [
      Self.still("/acdc/patient001/patient001_frame12.nii.gz"),
      Self.still("/acdc/patient001/patient001_frame01.nii.gz"),
      Self.labels("/acdc/patient001/patient001_frame01_gt.nii.gz"),
      Self.labels("/acdc/patient001/patient001_frame12_gt.nii.gz"),
    ]
    let whole = Self.grouped(frames + [Self.cine("/acdc/patient001/patient001_4d.nii.gz", 9)])
    #expect(Self.told(whole) == ["patient001: SAX 9×25"] && whole.setAside.count == 4)
    let two = Self.grouped(frames)
    #expect(Self.told(two) == ["patient001: SAX 9×2"] && two.setAside.count == 2)
    let phases = two.studies[0].series[0].slices[3].phases
    #expect(phases.map(\.path.name) == ["patient001_frame01.nii.gz", "patient001_frame12.nii.gz"])
    #expect(phases.map(\.frame) == [3, 3] && two.studies[0].series[0].orderRule.contains("frame12"))
    #expect(two.studies[0].path == "/acdc/patient001")
  }

  /// M&Ms and M&Ms-2: the number stands in folder and name.
  @Test func mAndMsAreSubjects() {
    let two = Self.grouped([
      Self.cine("/m/001/001_SA_CINE.nii.gz", 9), Self.still("/m/001/001_SA_ED.nii.gz"),
      Self.still("/m/001/001_SA_ES.nii.gz"), Self.labels("/m/001/001_SA_ED_gt.nii.gz"),
      Self.cine("/m/001/001_LA_CINE.nii.gz"), Self.still("/m/001/001_LA_ED.nii.gz", 1),
      Self.labels("/m/001/001_LA_ED_gt.nii.gz", 1),
    ])
    #expect(Self.told(two) == ["001: LAX 1×25, SAX 9×25"] && two.setAside.count == 5)
    let one = Self.grouped([
      Self.cine("/m/A0S9V9/A0S9V9_sa.nii.gz", 9), Self.labels("/m/A0S9V9/A0S9V9_sa_gt.nii.gz", phases: 25),
    ])
    #expect(Self.told(one) == ["A0S9V9: SAX 9×25"])
    // Without the cine, end-diastole comes first whatever the names' order.
    let pair = Self.grouped([Self.still("/m/7/7_SA_ES.nii.gz"), Self.still("/m/7/7_SA_ED.nii.gz")])
    #expect(Self.told(pair) == ["7: SAX 9×2"])
    #expect(pair.studies[0].series[0].slices[0].phases[0].path == "/m/7/7_SA_ED.nii.gz")
  }

  @Test func severalSubjectsInOneFolderAreSeveral() {
    let made = Self.grouped(
      ["patient001", "patient002"].flatMap { id in
        [
          Self.cine("/flat/\(id)_4d.nii.gz", 9), Self.still("/flat/\(id)_frame01.nii.gz"),
          Self.labels("/flat/\(id)_frame01_gt.nii.gz"), Self.cine("/flat/\(id)_4ch.nii.gz"),
        ]
      })
    #expect(Self.told(made) == ["patient001: 4CH 1×25, SAX 9×25", "patient002: 4CH 1×25, SAX 9×25"])
    #expect(Set(made.studies.map(\.instanceUID)).count == 2)
    // Initials that are words elsewhere, and two visits.
    let initials = Self.grouped(["PA", "AO"].map { Self.cine("/flat/\($0)_sax.nii.gz", 9) })
    #expect(initials.studies.map(\.patientID) == ["AO", "PA"])
    let visits = Self.grouped(["v1", "v2"].flatMap { v in ["sax", "4ch"].map { Self.cine("/x/p1_\(v)_\($0).nii") } })
    #expect(visits.studies.map(\.patientID) == ["p1_v1", "p1_v2"])
  }

  /// BIDS: subject and session in folders, in names, or in both.
  @Test func bidsHasSessions() {
    let made = Self.grouped(
      ["ses-1", "ses-2"].flatMap { ses in
        [
          Self.cine("/b/sub-01/\(ses)/cine/sub-01_\(ses)_acq-sax_cine.nii.gz", 9),
          Self.cine("/b/sub-01/\(ses)/anat/sub-01_\(ses)_acq-4ch_cine.nii.gz"),
        ]
      } + [Self.cine("/b/sub-02/cine/sax.nii.gz", 9), Self.cine("/flat/sub-03_ses-1_sax.nii.gz", 9)])
    #expect(
      Self.told(made) == [
        "sub-01_ses-1: 4CH 1×25, SAX 9×25", "sub-01_ses-2: 4CH 1×25, SAX 9×25", "sub-02: SAX 9×25",
        "sub-03_ses-1: SAX 9×25",
      ])
  }

  @Test func aFolderAViewIsOneSubject() {
    let made = Self.grouped(["SAX", "4ch", "la_2ch"].map { Self.cine("/x/p7/\($0)/img.nii.gz") })
    #expect(Self.told(made) == ["p7: 4CH 1×25, SAX 1×25, 2CH 1×25"])
    let labels = Self.grouped([
      Self.cine("/x/p7/images/sax.nii.gz"),
      File(path: "/x/p7/labels/sax.nii.gz", numbers: .perhapsLabels),
    ])
    #expect(Self.told(labels) == ["p7: SAX 1×25"] && labels.setAside.map(\.reason) == ["label_map"])
    // dcm2niix writes the time and the number of the series behind.
    let converted = Self.grouped([
      Self.cine("/x/p8/p8_cine_sax_20240101120000_12.nii.gz"), Self.cine("/x/p8/p8_cine_4ch_20240101120000_14.nii.gz"),
    ])
    #expect(Self.told(converted) == ["p8: SAX 1×25, 4CH 1×25"] || Self.told(converted) == ["p8: 4CH 1×25, SAX 1×25"])
  }

  @Test func anArchiveAPersonIsASubject() {
    let paths = ["sa.nii.gz", "la_4ch.nii.gz"].map { FilePath(in: "/z/1234567.zip", member: Array($0.utf8)) }
    let made = SubjectFolder(
      paths.map { (path: $0, contents: VolumeContents(volumes: [Self.volume(Self.cine($0.text))])) }, ViewNames())
    #expect(Self.told(made) == ["1234567: 4CH 1×25, SAX 1×25"])
  }

  /// Names that say nothing: a study a file, as ever.
  @Test func whatSaysNothingIsAStudyOfItsOwn() {
    let made = Self.grouped([Self.cine("/n/i2.nii.gz", 4), Self.cine("/n/i2_b.nii.gz", 4), Self.labels("/n/i2_x.nii")])
    #expect(
      made.studies.map(\.patientID) == ["i2", "i2_b"] && made.studies.map(\.path) == ["/n/i2.nii.gz", "/n/i2_b.nii.gz"])
    #expect(made.setAside.map(\.path) == ["/n/i2_x.nii"])
    // A picture is one whatever its name.
    #expect(Self.grouped([Self.cine("/n/seg_sax.nii.gz", 4)]).studies.count == 1)
    let bare = Self.grouped([Self.cine("sax.nii.gz", 9), Self.cine("./4ch.nii.gz")])
    #expect(Set(bare.studies.map(\.patientID)) == ["sax", "4ch"])
  }

  /// Frames of another size, or twice the same one, are not joined.
  @Test func onlyWhatBelongsIsJoined() {
    let sizes = Self.grouped([
      Self.still("/m/1/1_SA_ED.nii.gz"), File(path: "/m/1/1_SA_ES.nii.gz", slices: 9, rows: 80),
    ])
    #expect(Self.told(sizes) == ["1: SAX 9×1, SAX 9×1"])
    let twice = Self.grouped([Self.still("/m/1/1_SA_ED.nii.gz"), Self.still("/m/1/1_SA_ED.nii")])
    #expect(Self.told(twice) == ["1: SAX 9×1, SAX 9×1"] && twice.setAside.isEmpty)
  }

  // MARK: Views are earned

  static let oblique: Geometry = {
    let n = Vector3(0.66, -0.55, -0.5).normalized
    let row = Vector3(0, 0, 1).cross(n).normalized
    return Geometry(origin: .zero, alongRow: row, alongColumn: n.cross(row), rowSpacing: 1.8, columnSpacing: 1.8)
  }()
  static let axial = Geometry(
    origin: .zero, alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 3, columnSpacing: 3)

  static func view(_ geometry: Geometry?, phases: Int = 20, isPlaced: Bool = true, _ name: String = "x") -> Series {
    let made = grouped([
      File(path: "/v/\(name).nii.gz", slices: 10, phases: phases, geometry: geometry, isPlaced: isPlaced)
    ])
    return made.studies[0].series[0]
  }

  @Test func aStackIsNoShortAxisByItsSize() {
    let earned = Self.view(Self.oblique)
    #expect(earned.view == .shortAxis && earned.viewRule == .geometry && earned.notes.isEmpty)
    for one in [Self.view(Self.axial), Self.view(nil), Self.view(Self.oblique, isPlaced: false)] {
      #expect(one.view == .unknown && one.notes.map(\.code) == ["view_unknown"])
    }
    // What is known of spacing is not lost.
    #expect(Self.view(Self.oblique, isPlaced: false).slices[0].geometry != nil)
    #expect(Self.view(Self.oblique, phases: 1).view == .unknown)
    #expect(Self.view(Self.axial, "sax").view == .shortAxis)
    #expect(Self.view(Self.oblique, "lge_x").view == .unknown)
  }

  // MARK: HDF5

  static func set(_ path: String, _ numbers: NumberKind = .greys) -> Volume {
    var one = volume(cine("/h/c.h5"))
    let parts = path.split(separator: "/").map(String.init)
    one.series.description = parts.last ?? ""
    (one.groups, one.numbers, one.isPlaced) = (parts.dropLast(), numbers, false)
    return one
  }

  @Test func groupsAreSubjects() {
    let sets = ["patient_001/4CH", "patient_001/SAX", "patient_002/SAX"].map { Self.set($0) }
    let cohort = SubjectFolder(
      [(path: "/h/c.h5", contents: VolumeContents(volumes: sets + [Self.set("patient_002/mask", .perhapsLabels)]))],
      ViewNames())
    #expect(Self.told(cohort) == ["patient_001: 4CH 1×25, SAX 1×25", "patient_002: SAX 1×25"])
    #expect(cohort.studies.map(\.instanceUID) == ["/h/c.h5#patient_001", "/h/c.h5#patient_002"])
    #expect(
      cohort.studies.allSatisfy { $0.path == "/h/c.h5" } && cohort.setAside.map(\.path) == ["/h/c.h5/patient_002/mask"])
    let one = SubjectFolder(
      [
        (
          path: "/h/c.h5",
          contents: VolumeContents(volumes: ["SAX/slice_1", "SAX/slice_2", "4CH"].map { Self.set($0) })
        )
      ],
      ViewNames())
    #expect(one.studies.count == 1 && one.studies[0].patientID == "c")
    #expect(one.studies[0].series.map(\.view) == [.shortAxis, .shortAxis, .fourChamber])
  }
}
