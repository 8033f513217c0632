import Testing

@testable import Contours

@Suite struct MaskTests {
  private func mask(_ rows: [String]) -> Mask {
    Mask(size: rows.count, inside: rows.joined().map { $0 == "#" })
  }

  @Test func piecesAreLargestFirstAndTouchBySides() {
    let pieces = mask(["#....", "..##.", "..##.", ".....", "#.#.."]).pieces
    #expect(pieces.map(\.count) == [4, 1, 1, 1])
    #expect(pieces[1].inside[0])
  }

  @Test func fillingClosesWhatIsEnclosed() {
    #expect(mask(["#####", "#...#", "#.#.#", "#...#", "#####"]).filled.count == 25)
    // Open to the outside: nothing is enclosed.
    let open = mask(["##.##", "#...#", "#...#", "#...#", "#####"])
    #expect(open.filled == open)
  }

  @Test func hullIsConvexAndHoldsAll() {
    #expect(mask(["#....", ".....", ".....", ".....", "....#"]).hull.count == 5)
    let square = mask(["#...#", ".....", ".....", ".....", "#...#"]).hull
    #expect(square.count == 25)
    let disc = mask(["..#..", ".###.", "#####", ".###.", "..#.."])
    #expect(disc.hull == disc)
    // A notch in its side is taken in.
    #expect(mask(["#####", "#####", "##...", "#####", "#####"]).hull.count == 25)
  }

  @Test func smallAndEmpty() {
    #expect(Mask(empty: 4).hull.isEmpty && Mask(empty: 4).filled.isEmpty && Mask(empty: 4).middle == nil)
    #expect(mask(["#...", "....", "....", "...."]).hull.count == 1)
    #expect(mask(["#.", ".#"]).middle?.row == 0.5)
  }
}
