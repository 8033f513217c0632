import Cine
import FoundationEssentials
import Preparation
import Testing

@Suite struct RecipeCodingTests {
  @Test func recipesComeBackFromTheirPackage() throws {
    var beat = BeatRecipe()
    (beat.box, beat.pixels) = (144, 96)
    var published = PublishedRecipe()
    published.stored = false
    for recipe in [PreparationRecipe.beat(beat), .published(published)] {
      let json = try JSONEncoder().encode(recipe)
      #expect(try JSONDecoder().decode(PreparationRecipe.self, from: json) == recipe)
    }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(PreparationRecipe.self, from: Data("{}".utf8)) }
  }

  @Test func sizesThatNoModelHasAreUnsound() {
    var beat = BeatRecipe()
    beat.pixels = 1 << 40
    #expect(!PreparationRecipe.beat(beat).isSound)
    #expect(PreparationRecipe.beat(BeatRecipe()).isSound && PreparationRecipe.published(PublishedRecipe()).isSound)
  }
}

@Suite struct ClipChoiceTests {
  private func study(_ views: [(View, Int, phases: Int)]) -> Study {
    let series = views.enumerated().map { i, v in
      let phases = (0..<v.phases).map { Phase(time: nil, path: "\($0)", frame: 0) }
      let slice = Slice(rows: 1, columns: 1, geometry: nil, heartbeat: nil, phases: phases)
      return Series(
        instanceUID: "\(i)", number: i, description: "", view: v.0, viewRule: .none, orderRule: "", ties: 0,
        slices: [Slice](repeating: slice, count: v.1))
    }
    return Study(
      instanceUID: "", path: "", patientName: "", patientID: "", date: "", description: "", series: series)
  }

  @Test(arguments: [(1, [0]), (5, [0, 2, 4]), (6, [1, 3]), (10, [1, 3, 5, 7]), (12, [1, 3, 5, 7, 9])])
  func everySecondSliceWithoutTheEnds(_ count: Int, _ expected: [Int]) {
    let items = ClipChoice(study([(.shortAxis, count, 20)])).items
    #expect(items.map(\.slice) == expected)
  }

  @Test func oneOfEachLongAxisAndNoStills() {
    let items = ClipChoice(
      study([
        (.fourChamber, 1, 1), (.fourChamber, 3, 25), (.fourChamber, 1, 25), (.twoChamber, 1, 25), (.unknown, 4, 25),
        (.shortAxis, 2, 25), (.shortAxis, 3, 25),
      ])
    ).items
    #expect(items.map(\.view) == [.shortAxis, .shortAxis, .twoChamber, .fourChamber])
    #expect(items.map(\.series) == [6, 6, 3, 1])
    #expect(items.map(\.slice) == [0, 2, 0, 1])
  }

  @Test func wovenPicturesAreNoClip() {
    var mixed = study([(.shortAxis, 9, 40), (.shortAxis, 3, 20), (.fourChamber, 1, 40)])
    (mixed.series[0].ties, mixed.series[2].ties) = (180, 20)
    #expect(ClipChoice(mixed).items.map(\.series) == [1, 1])
  }
}
