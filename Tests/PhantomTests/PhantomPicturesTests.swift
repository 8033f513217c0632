import Cine
import Testing

@testable import Phantom

@Suite struct PhantomPicturesTests {
  @Test func aSeedGivesThePicturesAgain() {
    let (a, b) = (PhantomPictures(seed: 31, count: 2), PhantomPictures(seed: 31, count: 2))
    #expect(a.pictures.map(\.clip) == b.pictures.map(\.clip))
    #expect(a.pictures.map(\.labels) == b.pictures.map(\.labels))
    #expect(PhantomPictures(seed: 32, count: 2).pictures.map(\.clip) != a.pictures.map(\.clip))
  }

  @Test func everyLabelIsShown() {
    var seen: [HeartLabel: Int] = [:]
    for seed in UInt64(0)..<8 {
      for picture in PhantomPictures(seed: seed, count: 3).pictures {
        for label in picture.labels.compactMap(\.only) { seen[label, default: 0] += 1 }
      }
    }
    for label in HeartLabel.allCases { #expect(seen[label, default: 0] > 500, "\(label)") }
  }

  /// The cavity is brighter than the muscle where both are seen, in every look.
  @Test func labelsLieOnThePicture() {
    for seed in UInt64(40)..<52 {
      for picture in PhantomPictures(seed: seed, count: 2).pictures {
        func mean(_ label: HeartLabel) -> Float? {
          let values = zip(picture.labels, picture.clip.pixels).filter { $0.0.only == label }.map(\.1)
          return values.count > 150 ? values.reduce(0, +) / Float(values.count) : nil
        }
        guard let cavity = mean(.leftVentricle), let muscle = mean(.leftMuscle) else { continue }
        #expect(cavity > 1.15 * muscle, "seed \(seed)")
      }
    }
  }

  /// Wide shapes reach where natural ones do not: cavities that nearly close, and a rim of trabeculae.
  @Test func shapesAreWide() {
    let models = (UInt64(0)..<60).map { PhantomModel(PhantomRequest(seed: $0, scan: .labelled), isWide: true) }
    #expect(models.contains { $0.truth.lvef > 78 })
    #expect(models.contains { $0.truth.lvef < 15 })
    #expect(models.count { $0.anatomy.rim > 0 } > 25)
    #expect(models.contains { $0.truth.rightEDV > 2 * $0.truth.edv })
  }

  /// What is natural stays as it was: the wider shapes draw after it.
  @Test func naturalHeartsAreUntouched() {
    let (natural, wide) = (PhantomModel(PhantomRequest(seed: 5)), PhantomModel(PhantomRequest(seed: 5), isWide: true))
    #expect(natural.anatomy.heartRate == wide.anatomy.heartRate && natural.anatomy.rim == 0)
  }
}
