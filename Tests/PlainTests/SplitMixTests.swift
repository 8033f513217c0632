import Plain
import Testing

@Suite struct SplitMixTests {
  /// The first draws of seed 1234567 as the reference in C gives them (prng.di.unimi.it/splitmix64.c).
  @Test func drawsAreThoseOfTheReference() {
    var draws = SplitMix(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in draws.next() } == expected)
  }

  @Test func drawsGoOnFromTheirState() {
    var one = SplitMix(seed: 9, name: "a")
    _ = one.next()
    var other = SplitMix(seed: one.state)
    #expect((0..<9).map { _ in one.next() } == (0..<9).map { _ in other.next() })
    #expect(SplitMix(seed: 9, name: "b") != SplitMix(seed: 9, name: "a"))
  }

  @Test func unitsAndPlacesStayInTheirRange() {
    var draws = SplitMix(seed: 0, step: -3, place: 2)
    var seen: Set<Int> = []
    for _ in 0..<2000 {
      #expect((0..<1).contains(draws.unit()) && (0..<1).contains(draws.unitFloat()))
      #expect((-2..<3).contains(draws.uniform(-2, 3)))
      seen.insert(draws.below(7))
    }
    #expect(seen == Set(0..<7))
    var list = Array(0..<50)
    draws.shuffle(&list)
    #expect(list != Array(0..<50) && list.sorted() == Array(0..<50))
  }

  /// Test vectors of the hash's authors.
  @Test(arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)])
  func hashesAreThoseOfTheReference(_ text: String, _ hash: UInt64) { #expect(FNV1a.hash(text) == hash) }

  @Test func theClockGoesOn() {
    let start = Monotonic.now()
    while Monotonic.now() == start {}
    #expect(Monotonic.now() - start < 10 && Monotonic.now() > start)
  }
}
