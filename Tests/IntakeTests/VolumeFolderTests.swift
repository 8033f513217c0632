import Cine
import TestSupport
import Testing

@testable import Intake

/// Volumes through the process that reads them: real layouts, and files of which a part can be read.
@Suite struct VolumeFolderTests {
  @Test(.enabled(if: SharedFolder.path("data/hearts/acdc") != nil)) func acdcIsTwentySubjects() throws {
    let path = try #require(SharedFolder.path("data/hearts/acdc"))
    let folder = StudyFolder([FilePath(path)], pool: TestWorkers.pool)
    #expect(folder.studies.count == 20 && folder.unreadable.isEmpty && folder.setAside.count == 40)
    #expect(folder.studies.first { $0.patientID == "patient001" }?.person == Person(height: 184, weight: 95))
    for study in folder.studies {
      // Beside them lies a file with size and weight.
      #expect(study.person?.bodySurface != nil)
      #expect(study.series.count == 1 && study.series[0].view == .shortAxis && study.series[0].phaseCount == 2)
      // Its sform is of ones.
      #expect((study.series[0].slices[0].geometry?.rowSpacing ?? 0) > 1.2)
      #expect(study.series[0].notes.map(\.code) == ["sform_against_pixdim"])
    }
    let slice = folder.studies[0].series[0].slices[4]
    let clip = try CineLoader(TestWorkers.pool).load(slice)
    #expect(
      clip.frames == 2
        && clip.pixels.prefix(slice.rows * slice.columns) != clip.pixels.suffix(slice.rows * slice.columns))
  }

  func scan(_ name: String) -> StudyFolder {
    StudyFolder([FilePath(Museum.folder + "/" + name)], pool: TestWorkers.pool)
  }

  @Test func theRestOfAFileIsRead() {
    let folder = scan("hdf5/one_of_two_shapes.h5")
    #expect(folder.studies.count == 1 && folder.studies[0].series.map(\.description) == ["SAX"])
    #expect(folder.unreadable.map(\.path) == [folder.studies[0].path.appending("extra".utf8)])
    #expect(folder.unreadable.map(\.reason) == ["unsupported_pixels"])
  }

  /// A set of several names is read once, and what leads to it is no loss.
  @Test(arguments: ["groups", "groups_in_a_ring", "soft_links"]) func groupsAreWalkedOnce(_ name: String) {
    let folder = scan("hdf5/\(name).h5")
    #expect(folder.studies.map(\.patientID) == ["patient_001", "patient_002"] && folder.unreadable.isEmpty)
    #expect(folder.studies.allSatisfy { $0.series.map(\.description) == ["4CH", "SAX"] })
  }

  @Test(arguments: [
    ("filter_blosc", "32001 (Blosc)"), ("filter_zstandard", "32015 (Zstandard)"), ("filter_of_nobody", "31999"),
    ("layout_5", "data layout version 5"), ("superblock_5", "superblock version 5"),
    ("link_to_another_file", "/etc/passwd"), ("soft_link_to_nothing", "not/there"),
  ])
  func whatIsMissingIsNamed(_ name: String, _ words: String) {
    let folder = scan("hdf5/\(name).h5")
    #expect(folder.studies.isEmpty && folder.skipped == 0)
    #expect(folder.unreadable.count == 1 && folder.unreadable[0].text.contains(words), "\(folder.unreadable)")
    #expect(!folder.unreadable.contains { $0.text.contains("damaged") })
  }

  @Test func aPairOfCapitalLettersIsRead() {
    let folder = scan("nifti/PAIR.HDR")
    #expect(folder.studies.count == 1 && folder.unreadable.isEmpty)
  }
}
