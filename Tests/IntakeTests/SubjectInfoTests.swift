import Cine
import DicomFiles
import Testing
import Volumes

@testable import Intake

/// Size and weight that lie beside a person's volumes.
@Suite struct SubjectInfoTests {
  private func info(_ text: String) -> SubjectInfo? { SubjectInfo(Array(text.utf8)) }

  @Test func linesAsACDCWritesThem() {
    let text = "ED: 1\nES: 12\nGroup: DCM\nHeight: 184.0\nNbFrame: 30\nWeight: 95.0\n"
    #expect(info(text) == SubjectInfo(height: 184, weight: 95))
    #expect(info(text.split(separator: "\n").joined(separator: "\r\n")) == SubjectInfo(height: 184, weight: 95))
    #expect(info("height:170\nweight: heavy\n") == SubjectInfo(height: 170, weight: nil))
    #expect(info("Height: nan\nWeight: 1e999") == SubjectInfo())
  }

  @Test(arguments: [
    "", "Height: 184", "hello", "a: 1\nb: 2", "Height: 1\nWeight: 2\nnot such a line", "ED: 1\n\u{1B}[2J: 2\nES: 3",
    "Height: 1\nWeight: 2\n" + String(repeating: "x: 1\n", count: 1000),
  ])
  func anythingElseIsNone(_ text: String) { #expect(info(text) == nil) }

  @Test func bytesThatAreNoText() { #expect(SubjectInfo(Array("Height: 1\nWeight: 2\n".utf8) + [0xFF, 0xFE]) == nil) }

  private func studies(
    _ paths: [String], _ infos: [(String, SubjectInfo)]
  ) -> [Study] {
    let files = paths.map { path in
      let file = SubjectFolderTests.still(path)
      return (path: FilePath(path), contents: VolumeContents(volumes: [SubjectFolderTests.volume(file)]))
    }
    let all = infos.map { (path: FilePath($0.0), info: $0.1) }
    return SubjectFolder(files, infos: all, ViewNames()).studies
  }

  @Test func aFolderOfOnePerson() {
    let person = SubjectInfo(height: 184, weight: 95)
    let two = studies(
      [
        "/a/patient001/patient001_frame01.nii.gz", "/a/patient001/patient001_frame12.nii.gz",
        "/a/patient002/patient002_frame01.nii.gz",
      ],
      [("/a/patient001/Info.cfg", person)])
    #expect(two.map(\.person) == [Person(height: 184, weight: 95), nil])
    // Beside two people's files nobody knows whose it is; nor where there are two of them.
    #expect(
      studies(["/a/patient001_frame01.nii.gz", "/a/patient002_frame01.nii.gz"], [("/a/Info.cfg", person)])
        .allSatisfy { $0.person == nil })
    #expect(
      studies(["/a/p/p_frame01.nii.gz"], [("/a/p/Info.cfg", person), ("/a/p/Other.cfg", person)])
        .allSatisfy { $0.person == nil })
    let odd = studies(["/a/p/p_frame01.nii.gz"], [("/a/p/Info.cfg", SubjectInfo(height: 1.84, weight: 95))])
    #expect(odd[0].person == Person(weight: 95) && odd[0].warnings.map(\.code) == ["impossible_person"])
  }
}
