import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct ExportTests {
  /// The study's own pixel at a place of the picture's pixel, where nothing is drawn over it.
  private func grey(_ picture: FramePicture, _ row: Int, _ column: Int) -> [UInt8] {
    let (_, columns, rgb) = picture.drawn()
    return Array(rgb[3 * (row * columns + column)..<3 * (row * columns + column) + 3])
  }

  @Test func keysAskAndWrite() throws {
    var m = Sample.measuredModel()
    let hash = try #require(m.current?.study.hash)
    for (key, kind) in [("p", 0), ("c", 1), ("r", 2), ("m", 3), ("i", 4), ("a", 5)] {
      #expect(m.update(.key(.character("x"))).isEmpty && m.page == .export)
      let effects = m.update(.key(.character(Character(key))))
      #expect(effects.count == 1 && m.page == nil && m.said?.text == "writing…")
      guard case .export(let export) = try #require(effects.first) else {
        Issue.record("no export")
        continue
      }
      switch export {
      case .picture(_, let of): #expect(kind == 0 && of == hash)
      case .cine(let cine, let of):
        #expect(kind == 5 && of == hash && cine.frames.count == 20 && cine.times == Array(repeating: 40, count: 20))
      case .worklist(let rows): #expect(kind == 1 && rows.count == 3)
      case .measures(let rows): #expect(kind == 3 && rows.count == 1)
      case .impressions(let rows): #expect(kind == 4 && rows.count == 1)
      case .report(let report): #expect(kind == 2 && report.hash == hash && report.picture != nil)
      }
    }
    // What became of it stands in the last line, the notice beside it.
    _ = m.update(.said("wrote cinecor-0123456789ab-picture.png", isWarning: false))
    func line() -> String { draw(m, rows: 24, columns: 80, mode: .half, cell: (10, 20)).0.snapshot }
    #expect(line().contains("wrote cinecor-0123456789ab-picture.png") && line().contains("not for diagnosis"))
    _ = m.update(.said("not written: No space left on device", isWarning: true))
    #expect(line().contains("⚠ not written: No space left on device"))
    // On this page the keys are its own, and other ones do nothing.
    for key in [Key.character("x"), .character("j"), .character("S"), .character("d")] { _ = m.update(.key(key)) }
    #expect(m.page == .export && m.selectedUID == "1" && !m.entries[0].flags.marked && m.said == nil)
    _ = m.update(.key(.escape))
    #expect(m.page == nil)
  }

  @Test func withoutAPictureThatIsSaid() {
    var m = ViewerModel(source: "", modelNote: "")
    for key in ["p", "r"] {
      _ = m.update(.key(.character("x")))
      #expect(m.update(.key(.character(Character(key)))).isEmpty && m.said?.isWarning == true)
    }
  }

  /// Twice the picture's own pixels, whatever the terminal shows, and contours in their colours.
  @Test func theFrameAtTwiceItsResolution() throws {
    var m = Sample.measuredModel()
    m.view.framing.field = nil
    m.view.layers.remove(.overlays)
    let picture = try #require(FramePicture(m))
    let (rows, columns, rgb) = picture.drawn()
    let band = TinyText.band(columns: 128)
    #expect(columns == 128 && rows == 128 + band.rows && rgb.count == rows * columns * 3)
    // Cavity, muscle and what is around them.
    let colours = [(60, 72), (60, 72 + 2 * 11), (10, 10)].map { grey(picture, $0.0, $0.1) }
    for c in colours { #expect(c[0] == c[1] && c[1] == c[2]) }
    #expect(colours[0][0] > colours[2][0] && colours[2][0] > colours[1][0])
    func inks(_ picture: FramePicture) -> Set<[UInt8]> {
      let all = picture.drawn().rgb
      return Set(
        stride(from: 0, to: all.count, by: 3).map { Array(all[$0..<$0 + 3]) }.filter {
          $0[0] != $0[1] || $0[1] != $0[2]
        })
    }
    #expect(inks(picture) == [[255, 95, 0], [0, 215, 255], [255, 255, 95]])
    _ = m.update(.key(.character("o")))
    #expect(inks(try #require(FramePicture(m))).isEmpty)
    // The frame on the screen: another one is another picture.
    let first = try #require(FramePicture(m)).drawn().rgb
    _ = m.update(.key(.character("d")))
    #expect(try #require(FramePicture(m)).drawn().rgb != first)
    // As it is on the screen: closer, and inverted.
    m.view.framing.field = 96
    #expect(try #require(FramePicture(m)).drawn().columns == 64)
    let before = grey(try #require(FramePicture(m)), 3, 3)
    _ = m.update(.key(.character("i")))
    #expect(Int(grey(try #require(FramePicture(m)), 3, 3)[0]) == 255 - Int(before[0]))
  }

  /// Pixels of 3 × 1.5 mm: the finer side is doubled, and a circle stays one.
  @Test func pixelsThatAreNotSquare() throws {
    var m = Sample.model()
    let clip = Sample.clip()
    var geometry = Sample.geometry(0)
    geometry.columnSpacing = 1.5
    let odd = CineClip(
      frames: clip.frames, rows: 64, columns: 64, pixels: clip.pixels, geometry: geometry, times: clip.times,
      heartbeat: 800)
    _ = m.update(.clip(.init(study: "1", series: 0, slice: 2), odd, MotionMap(odd)))
    m.view.framing.field = nil
    let (rows, columns, _) = try #require(FramePicture(m)).drawn()
    #expect(columns == 128 && rows == 256 + TinyText.band(columns: 128).rows)
  }

  @Test(arguments: [1, 20, 64, 144, 200, 1000]) func theNoticeIsInThePicture(_ columns: Int) {
    let band = TinyText.band(columns: columns)
    #expect(band.pixels.count == band.rows * columns)
    #expect(columns < 4 || band.pixels.contains(255))
  }

  @Test func theTable() {
    var m = FilterTests.model()
    _ = m.update(.flags(["0": StudyFlags(read: true, marked: true)]))
    let rows = m.table
    #expect(rows.count == 9 && rows.allSatisfy { $0.count == rows[0].count })
    #expect(rows[1][1...] == ["anon-0", "/data/0", "done", "green", "24", "19", "29", "why"] + rows[1][9...])
    #expect(rows[1][9].contains("Left ventricular dilation") && rows[1].suffix(2) == ["yes", "yes"])
    // No number where there is none, also not the learned one.
    _ = m.update(.status(study: "3", .done(Sample.analysis)))
    let none = m.table.first { $0[1] == "anon-3" }
    #expect(none?[4...7] == ["none", "", "", ""])
    #expect(rows.contains { $0[3] == "failed: a file ends too early" } && rows[8][3].hasPrefix("unreadable: "))
    // What is filtered away is not written.
    FilterTests.type("/lvef<30", into: &m)
    #expect(m.table.count == 2)
  }

  /// With names hidden nothing of the patient leaves: no name, no folder, no UID, no date.
  @Test func hiddenNamesAreNotWritten() throws {
    var m = FilterTests.model()
    m.entries[0].study.ownID = "0"
    m.entries[0].study.instanceUID = "1.2.840.99"
    m.entries[0].study.description = "cine of Doe"
    _ = m.update(.status(study: "4", .failed(WhyNot(code: "x", text: "ends too early", path: "/data/Doe^J/1.dcm"))))
    let clip = Sample.clip()
    _ = m.update(.clip(.init(study: "0", series: 0, slice: 2), clip, MotionMap(clip)))
    func written() throws -> String {
      var all = ""
      for key in ["c", "r"] {
        _ = m.update(.key(.character("x")))
        all += "\(try #require(m.update(.key(.character(Character(key)))).first))"
      }
      return all
    }
    let words = ["anon-0", "/data", "Doe", "1.2.840.99", "Phantom^", "2026"]
    let open = try written()
    #expect(words.dropLast(2).allSatisfy { open.contains($0) })
    _ = m.update(.key(.character("P")))
    let hidden = try written()
    for word in words { #expect(!hidden.contains(word), "\(word)") }
    #expect(hidden.contains(m.entries[0].pseudonym) && hidden.contains("ends too early"))
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var m = FilterTests.model()
    m.exportFolder = "/home/reader/out"
    _ = m.update(.key(.character("x")))
    try SnapshotTests().check("export", m, columns, rows)
  }
}
