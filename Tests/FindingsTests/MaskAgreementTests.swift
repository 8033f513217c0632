import Findings
import Testing

@Suite struct MaskAgreementTests {
  private static let (nx, ny, nz) = (9, 8, 5)
  private static let spacing = GridSpacing(column: 1.5, row: 2, slice: 8)

  private func grid(_ isSet: (Int, Int, Int) -> Bool, label: UInt8 = 2) -> LabelGrid {
    let labels = (0..<Self.nx * Self.ny * Self.nz).map { i -> UInt8 in
      isSet(i % Self.nx, i / Self.nx % Self.ny, i / (Self.nx * Self.ny)) ? label : 0
    }
    return LabelGrid(columns: Self.nx, rows: Self.ny, slices: Self.nz, labels: labels)
  }

  /// Every surface voxel against every other.
  private func naive(_ a: LabelGrid, _ b: LabelGrid) -> Double {
    func voxels(_ g: LabelGrid) -> [(Int, Int, Int)] {
      g.labels.indices.filter { g.labels[$0] == 2 }.map {
        ($0 % Self.nx, $0 / Self.nx % Self.ny, $0 / (Self.nx * Self.ny))
      }
    }
    func isSet(_ g: LabelGrid, _ c: Int, _ r: Int, _ s: Int) -> Bool {
      (0..<Self.nx).contains(c) && (0..<Self.ny).contains(r) && (0..<Self.nz).contains(s)
        && g.labels[(s * Self.ny + r) * Self.nx + c] == 2
    }
    func surface(_ g: LabelGrid) -> [(Int, Int, Int)] {
      voxels(g).filter { c, r, s in
        let near = [(c - 1, r, s), (c + 1, r, s), (c, r - 1, s), (c, r + 1, s), (c, r, s - 1), (c, r, s + 1)]
        return !near.allSatisfy { isSet(g, $0.0, $0.1, $0.2) }
      }
    }
    func furthest(_ a: [(Int, Int, Int)], _ b: [(Int, Int, Int)]) -> Double {
      a.map { p in
        b.map { q -> Double in
          let (x, y) = (Double(p.0 - q.0) * 1.5, Double(p.1 - q.1) * 2)
          let z = Double(p.2 - q.2) * 8
          return x * x + y * y + z * z
        }.min() ?? .infinity
      }.max() ?? 0
    }
    let (sa, sb) = (surface(a), surface(b))
    return max(furthest(sa, sb), furthest(sb, sa)).squareRoot()
  }

  @Test func distancesAreThoseOfEveryPair() throws {
    var state: UInt64 = 3
    func below(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % n
    }
    for n in 0..<60 {
      // Sparse points and full blocks.
      let rare = n % 2 == 0 ? 20 : 2
      let (a, b) = (grid { _, _, _ in below(rare) == 0 }, grid { c, _, _ in c < 4 || below(rare) == 0 })
      let made = try #require(MaskAgreement(2, a, b, Self.spacing))
      #expect(abs(try #require(made.hausdorff) - naive(a, b)) < 1e-9)
    }
  }

  @Test func aShiftIsItsLength() throws {
    func block(_ shift: Int) -> LabelGrid {
      grid { c, r, s in (2..<5).contains(c) && (2 + shift..<5 + shift).contains(r) && (1..<4).contains(s) }
    }
    let made = try #require(MaskAgreement(2, block(0), block(1), Self.spacing))
    #expect(abs(made.dice - 2.0 / 3) < 1e-12 && made.hausdorff == 2)
    let same = try #require(MaskAgreement(2, block(0), block(0), Self.spacing))
    #expect(same.dice == 1 && same.hausdorff == 0)
    #expect(MaskAgreement(2, block(0), block(0), nil)?.hausdorff == nil)
  }

  @Test func whatOneLacksHasNoDistance() {
    let (full, empty) = (grid { c, _, _ in c == 3 }, grid { _, _, _ in false })
    #expect(MaskAgreement(1, full, empty, Self.spacing) == nil)
    let made = MaskAgreement(2, full, empty, Self.spacing)
    #expect(made?.dice == 0 && made?.hausdorff == nil)
  }
}
