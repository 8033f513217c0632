import Cine
import Testing

@testable import Phantom

@Suite struct GeometryTests {
  @Test(arguments: 0..<12) func planesCutTheHeartAsNamed(seed: UInt64) throws {
    let renderer = PhantomModel(PhantomRequest(seed: seed, scan: .full)).renderer()
    let scan = renderer.scan
    let stack = scan.planes.filter { $0.view == .shortAxis }
    let first = try #require(stack.first)
    let positions = stack.map(\.geometry.positionAlongNormal)
    for (a, b) in zip(positions, positions.dropFirst()) { #expect(abs(b - a - scan.spacing) < 1e-6) }
    #expect((6...10).contains(scan.thickness) && scan.spacing >= scan.thickness)
    for plane in scan.planes {
      let g = plane.geometry
      #expect(abs(g.alongRow.length - 1) < 1e-9 && abs(g.alongColumn.length - 1) < 1e-9)
      #expect(abs(g.alongRow.dot(g.alongColumn)) < 1e-9)
      if plane.view == .shortAxis {
        #expect(g.normal.dot(first.geometry.normal) > 0.999_999)
        #expect(abs(g.normal.dot(scan.axis)) > 0.97)
      } else {
        // The long axis lies in the plane, within what a careful technician misses by.
        #expect(abs(g.normal.dot(scan.axis)) < 0.2)
        let apex = scan.origin + renderer.anatomy.length * scan.axis
        for point in [scan.origin, apex] { #expect(abs((point - g.origin).dot(g.normal)) < 14) }
      }
      // The heart is in the picture.
      let at = g.pixel(of: scan.middle)
      #expect(
        at.row > 20 && at.column > 20 && at.row < Double(plane.rows - 20) && at.column < Double(plane.columns - 20))
    }
    // The stack covers the ventricle from above the valve to beyond the apex.
    let depths = stack.map { scan.heart($0.geometry.origin - scan.origin) }.map(\.x)
    #expect((depths.max() ?? 0) - (depths.min() ?? 0) > Float(renderer.anatomy.length))
  }

  @Test func viewsShowTheirChambers() throws {
    for seed in UInt64(0)..<6 {
      let renderer = PhantomModel(PhantomRequest(seed: seed, conditions: [], scan: .training)).renderer()
      func area(_ view: View, _ tissue: Tissue) throws -> Double {
        let plane = try #require(renderer.scan.planes.first { $0.view == view })
        let pixel = plane.geometry.rowSpacing * plane.geometry.columnSpacing
        return Double(renderer.labels(plane, phase: 0).filter { $0 == tissue }.count) * pixel
      }
      for tissue in [Tissue.leftBlood, .rightBlood, .leftAtrium, .rightAtrium] {
        #expect(try area(.fourChamber, tissue) > 500)
      }
      #expect(try area(.twoChamber, .leftBlood) > 1500)
      #expect(try area(.twoChamber, .leftAtrium) > 400)
      #expect(try area(.twoChamber, .rightAtrium) < 200)
      #expect(try area(.threeChamber, .aorta) > 400)
      #expect(try area(.threeChamber, .leftAtrium) > 400)
    }
  }
}
