import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct OutlineTests {
  private let crop = PictureRenderer.Crop(row: 10, column: 20, rows: 40, columns: 40)

  /// A circle lies where the image shows it, at every scale and wherever the image is cut.
  @Test(arguments: [40, 80, 200, 400]) func circlesLieOnThePicture(_ side: Int) {
    let outlines = Sample.outlines()[0].filter { $0.structure == .leftEndocardium }
    let marks = OutlineRaster.marks(outlines, Projection(crop, rows: side, columns: side), pitch: 1)
    #expect(marks.count >= side)
    let scale = Double(side) / 40
    for mark in marks {
      // Middle of the pixel on the picture.
      let row = crop.row + (Double(mark.pixel / side) + 0.5) / scale - 0.5
      let column = crop.column + (Double(mark.pixel % side) + 0.5) / scale - 0.5
      let r = ((row - 30) * (row - 30) + (column - 36) * (column - 36)).squareRoot()
      #expect(abs(r - 12) < 1.6 / scale + 0.1)
      #expect(mark.ink == .orange)
    }
  }

  /// What lies outside of the crop is not drawn, and lines that are coarse leave the wall to be seen.
  @Test func cutAndThinned() {
    let all = Sample.outlines()[0]
    let near = PictureRenderer.Crop(row: 28, column: 34, rows: 4, columns: 4)
    #expect(OutlineRaster.marks(all, Projection(near, rows: 50, columns: 50), pitch: 0.2).isEmpty)
    let (fine, coarse) = (
      OutlineRaster.marks(all, Projection(crop, rows: 40, columns: 40), pitch: 2),
      OutlineRaster.marks(all, Projection(crop, rows: 40, columns: 40), pitch: 4)
    )
    #expect(coarse.count > fine.count / 3 && coarse.count < fine.count * 2 / 3)
    let odd = [
      Outline(.leftEndocardium, points: [SIMD2(.nan, 0), SIMD2(.infinity, 1e30)]), Outline(.leftAtrium, points: []),
    ]
    #expect(OutlineRaster.marks(odd, Projection(crop, rows: 40, columns: 40), pitch: 1).isEmpty)
  }

  private func picture(_ m: ViewerModel, _ memory: PictureMemory = PictureMemory()) -> Picture? {
    draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20), memory: memory).1
  }

  @Test func threeColoursThatGoWithTheKey() throws {
    var m = Sample.measuredModel()
    m.view.layers.remove(.overlays)
    #expect(Set(try #require(picture(m)).marks.map(\.ink)) == [.orange, .blue, .yellow])
    let drawn = picture(m)?.key
    _ = m.update(.key(.character("o")))
    #expect(try #require(picture(m)).marks.isEmpty && picture(m)?.key != drawn)
    _ = m.update(.key(.character("o")))
    // The last frame has none, nor has a slice without contours.
    _ = m.update(.key(.character("d")))
    _ = m.update(.key(.left))
    #expect(m.phase == 19 && picture(m)?.marks.isEmpty == true)
    m.contours = [:]
    _ = m.update(.key(.character("s")))
    #expect(picture(m)?.marks.isEmpty == true)
  }

  @Test func montageHasThemOnEverySlice() throws {
    var m = Sample.measuredModel()
    m.contours[.init(study: "1", series: 0, slice: 4)] = nil
    _ = m.update(.key(.character("v")))
    let shown = try #require(picture(m))
    func lines(_ picture: Picture) -> Int { picture.marks.filter { $0.ink != .green }.count }
    let columns = Set(shown.marks.map { $0.pixel % shown.image.columns })
    #expect(shown.marks.allSatisfy { shown.image.pixels.indices.contains($0.pixel) } && columns.count > 20)
    _ = m.update(.contours(.init(study: "1", series: 0, slice: 4), Sample.outlines()))
    #expect(lines(try #require(picture(m))) == lines(shown) * 5 / 4)
  }

  /// While a heart beats each of its frames is scaled and lined once.
  @Test func everyFrameIsMadeOnce() {
    var m = Sample.measuredModel()
    m.view.layers.remove(.overlays)
    let memory = PictureMemory()
    _ = m.update(.key(.character(" ")))
    var keys = Set<Int>()
    for i in 0..<400 {
      _ = m.update(.tick(Double(i) * 0.01))
      if let shown = picture(m, memory) {
        keys.insert(shown.key)
        #expect(shown == picture(m))
      }
    }
    #expect(memory.made == 20 && keys.count == 20)
    // New contours are seen.
    _ = m.update(.contours(.init(study: "1", series: 0, slice: 2), ClipOutlines(frames: [])))
    #expect(picture(m, memory)?.marks.isEmpty == true)
  }

  @Test func contoursOfManyStudiesAreNotKept() {
    var m = Sample.model()
    for i in 1...40 { _ = m.update(.contours(.init(study: "\(i)", series: 0, slice: 0), Sample.outlines())) }
    #expect(Set(m.contours.keys.map(\.study)) == Set(["1"] + (18...40).map(String.init)))
  }
}
