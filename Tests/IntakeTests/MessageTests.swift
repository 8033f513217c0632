import Cine
import DicomFiles
import TestSupport
import Testing
import Volumes

@testable import Intake

/// What crosses between the processes: whole, or not believed.
@Suite struct MessageTests {
  static let geometry = Geometry(
    origin: Vector3(1, -2, 3.5), alongRow: Vector3(0, 1, 0), alongColumn: Vector3(0, 0, -1), rowSpacing: 1.25,
    columnSpacing: 1.5)

  static let traits: PictureTraits = {
    var t = PictureTraits()
    (t.complexComponent, t.rawDataType, t.echoNumber, t.echoTime) = ("PHASE", 1, 2, 4.6)
    (t.inversionTime, t.bValue, t.velocityDirection, t.coil) = (220, 500, "0\\0\\1", "C1")
    (t.acquisitionNumber, t.acquisitionDateTime) = (.max, "20260101101112.5+0100")
    return t
  }()

  static let header: DicomHeader = {
    var h = DicomHeader()
    h.path = "/a/b"
    (h.transferSyntax, h.sopClassUID, h.sopInstanceUID) = ("1.2.840.10008.1.2.1", "1.2", "1.3")
    (h.studyUID, h.seriesUID, h.patientName, h.patientID) = ("1.4", "1.5", "Müller^Zoë", "P\u{1B}1")
    (h.studyDate, h.studyDescription, h.seriesDescription) = ("20260101", "Herz", "SAX ❤️")
    (h.protocolName, h.modality, h.imageType, h.manufacturer) = ("cine", "MR", "ORIGINAL\\PRIMARY\\M", "X")
    (h.seriesNumber, h.instanceNumber, h.acquisitionDate, h.acquisitionTime) = (7, -1, "20260101", "101112.5")
    (h.sequenceName, h.traits, h.commaNumbers, h.unreadNumbers) = ("fl2d1", traits, [0x0018_1060], [0xFFFF_FFFF])
    (h.patientSex, h.patientAge, h.patientSize, h.patientWeight) = ("F", "045Y", 1.68, 62.5)
    (h.temporalPosition, h.sliceLocation, h.sliceThickness, h.triggerTime) = (3, -7.25, 8, 33.5)
    (h.nominalInterval, h.heartRate, h.cardiacImages, h.frameTime, h.repetitionTime) = (800, 75, 25, 32, 3.1)
    h.geometry = geometry
    (h.rows, h.columns, h.frames, h.samples, h.isPlanar, h.photometric) = (8, 6, 2, 3, true, "RGB")
    (h.bitsAllocated, h.bitsStored, h.highBit, h.signed, h.isFloat) = (32, 31, 30, true, true)
    (h.slope, h.intercept, h.windowCenter, h.windowWidth) = (2, -5, 100, 300)
    var frame = DicomFrame()
    (frame.geometry, frame.triggerTime, frame.nominalInterval, frame.temporalPosition) = (geometry, 1, 2, 3)
    (frame.stackID, frame.imageType, frame.slope, frame.intercept, frame.traits) = ("s", "t", 4, 5, traits)
    h.perFrame = [frame, DicomFrame()]
    return h
  }()

  static let volumes = VolumeContents(
    volumes: [
      Volume(
        series: Series(
          instanceUID: "1.3", number: 4, description: "SAX", view: .shortAxis, viewRule: .description, orderRule: "o",
          ties: 2,
          slices: [
            Slice(
              rows: 4, columns: 5, geometry: geometry, heartbeat: Milliseconds(800),
              phases: [
                Phase(time: Milliseconds(20), path: "/a/b", frame: 3), Phase(time: nil, path: "/a/b", frame: 0),
              ])
          ], notes: [SeriesNote("geometry_missing", "Geometry is missing.", isWarning: true)]),
        groups: ["patient_001", "SAX"], numbers: .labels, isPlaced: true)
    ], unread: [UnreadPart(name: "x/y", reason: "unsupported_filter", text: "is packed")])

  static let row: FileInspection = {
    var row = FileInspection(path: "/a/b")
    (row.transferSyntax, row.rows, row.columns, row.frames, row.samples) = ("1.2", 3, 4, 5, 1)
    (row.bitsAllocated, row.pixelSum) = (16, String(repeating: "a1", count: 32))
    return row
  }()

  static let contents = ArchiveContents(
    members: [
      .init(name: FilePath(bytes: [0xE9, 0x5C]), kind: .file, offset: 5, count: 7), .init(name: "", kind: .other),
      .init(name: "a/../b", kind: .link, target: "c"),
    ], problem: .encryptedArchive)

  static let all: [(answer: Answer, request: Request)] = [
    (.facts(.image(header)), .facts), (.facts(.volumes(volumes)), .facts), (.inspection(row), .inspect),
    (.pixels(Pixels(rows: 2, columns: 3, values: (0..<12).map(Float.init))), .frames(4..<6)),
    (.refused(Refusal(isSkipped: true, reason: "no_pixels", text: "holds no image")), .facts),
    (.refused(Refusal(isSkipped: false, reason: "truncated", text: "ends", study: "1.2")), .facts),
    (.ready(granted: 15), .facts), (.facts(.directory([["A", "ü"], ["B"]])), .facts),
    (.facts(.subject(SubjectInfo(height: 184, weight: nil))), .facts),
    (.facts(.archive), .inspect), (.contents(contents), .unpack(memory: -1, size: 9)),
  ]

  static func read(_ bytes: [UInt8], to request: Request) throws(WireError) -> Answer {
    try bytes.withUnsafeBufferPointer { (typed) throws(WireError) in
      let raw = UnsafeRawBufferPointer(typed)
      guard raw.count >= Answer.headSize else { throw .tooShort }
      let head = try Answer.head(UnsafeRawBufferPointer(rebasing: raw[..<Answer.headSize]), expected: request)
      guard raw.count == Answer.headSize + head.length else { throw .tooShort }
      let body = UnsafeRawBufferPointer(rebasing: raw[Answer.headSize...])
      return try Answer.body(body, head.kind, to: request, path: "/a/b")
    }
  }

  /// A property that is added to a header and not to its fields must not be lost in silence.
  @Test func theSampleHasNothingAsItWasMade() {
    let pairs = zip(Mirror(reflecting: Self.header).children, Mirror(reflecting: DicomHeader()).children)
    for (mine, made) in pairs { #expect("\(mine.value)" != "\(made.value)", "\(mine.label ?? "")") }
    let traits = zip(Mirror(reflecting: Self.traits).children, Mirror(reflecting: PictureTraits()).children)
    for (mine, made) in traits { #expect("\(mine.value)" != "\(made.value)", "\(mine.label ?? "")") }
    let frames = zip(Mirror(reflecting: Self.header.perFrame[0]).children, Mirror(reflecting: DicomFrame()).children)
    for (mine, made) in frames { #expect("\(mine.value)" != "\(made.value)", "\(mine.label ?? "")") }
  }

  @Test(arguments: all.indices) func everyAnswerComesWhole(_ i: Int) throws {
    let (answer, request) = Self.all[i]
    #expect(try Self.read(answer.bytes(sequence: 9), to: request) == answer)
  }

  @Test(arguments: [Request.facts, .frames(3..<70), .inspect, .check, .unpack(memory: -1, size: 2 << 30)])
  func everyQuestionComesWhole(_ request: Request) throws {
    let asked = Question(sequence: 77, request: request, memory: 1 << 40, seconds: 12, label: "/é/x")
    let bytes = asked.bytes
    var (read, length) = try #require(Question.head(Array(bytes[..<Question.size])))
    read.label = FilePath(bytes: bytes[Question.size...])
    #expect(length == 5 && read == asked)
  }

  @Test(arguments: all.indices) func noShorterOrLongerAnswerIsBelieved(_ i: Int) throws {
    let (answer, request) = Self.all[i]
    let bytes = answer.bytes(sequence: 9)
    for n in 0..<bytes.count - Answer.headSize {
      // The head says what is there, so that the fields themselves must notice.
      var short = Array(bytes[..<(Answer.headSize + n)])
      short[8...15] = ArraySlice(withUnsafeBytes(of: UInt64(n).littleEndian) { Array($0) })
      #expect(throws: WireError.self) { try Self.read(short, to: request) }
    }
    var long = bytes + [0]
    long[8...15] = ArraySlice(withUnsafeBytes(of: UInt64(long.count - Answer.headSize).littleEndian) { Array($0) })
    #expect(throws: WireError.self) { try Self.read(long, to: request) }
  }

  @Test func whatWasNotAskedForIsNotBelieved() {
    for (answer, request) in Self.all.prefix(4) {
      for other in [Request.facts, .frames(4..<6), .inspect] where other != request {
        #expect(throws: WireError.self) { try Self.read(answer.bytes(sequence: 0), to: other) }
      }
    }
  }

  @Test func whatNobodyCouldCountWithIsNotBelieved() {
    func refused(_ change: (inout DicomHeader) -> Void) -> Bool {
      var h = Self.header
      change(&h)
      return (try? Self.read(Answer.facts(.image(h)).bytes(sequence: 0), to: .facts)) == nil
    }
    #expect(!refused { _ in })
    #expect(refused { $0.rows = 0 })
    #expect(refused { ($0.rows, $0.columns) = (65_535, 65_535) })
    #expect(refused { $0.frames = 3 })
    #expect(refused { $0.bitsAllocated = 12 })
    #expect(refused { $0.commaNumbers = [-1] })
    #expect(refused { $0.unreadNumbers = [1 << 32] })
    #expect(refused { $0.geometry?.rowSpacing = 0 })
    #expect(refused { $0.geometry?.alongRow = Vector3(5, 0, 0) })
    let pixels = Answer.pixels(Pixels(rows: 1, columns: 2, values: [1, .infinity])).bytes(sequence: 0)
    #expect(throws: WireError.notFinite) { try Self.read(pixels, to: .frames(0..<1)) }
    for (rows, columns) in [(0, 4), (2, 65_536), (1, 5), (Int(UInt32.max), Int(UInt32.max))] {
      let p = Answer.pixels(Pixels(rows: rows, columns: columns, values: [1, 2, 3, 4])).bytes(sequence: 0)
      #expect(throws: WireError.outOfRange) { try Self.read(p, to: .frames(0..<1)) }
    }
    let odd = Refusal(isSkipped: false, reason: "a\u{1B}[2J", text: "")
    #expect(throws: WireError.outOfRange) { try Self.read(Answer.refused(odd).bytes(sequence: 0), to: .facts) }
  }

  /// 30,000 answers with some bytes changed: whatever is believed is sound, and nothing traps.
  @Test(arguments: all.indices) func changedAnswersAreSoundOrRefused(_ i: Int) throws {
    let (answer, request) = Self.all[i]
    let whole = answer.bytes(sequence: 9)
    var random = SeededBytes(UInt64(i + 1))
    var believed = 0
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      guard let read = try? Self.read(bytes, to: request) else { continue }
      believed += 1
      switch read {
      case .facts(.image(let h)): #expect(throws: Never.self) { try h.validate() }
      case .facts(.volumes(let c)):
        #expect(
          c.volumes.flatMap(\.series.slices).allSatisfy {
            (1...65_535).contains($0.rows) && $0.phases.allSatisfy { $0.frame >= 0 }
          })
      case .facts(.directory(let files)): #expect(files.joined().allSatisfy { !$0.isEmpty && !$0.contains("/") })
      case .pixels(let p): #expect(p.values.count == 2 * p.rows * p.columns && p.values.allSatisfy(\.isFinite))
      case .contents(let c):
        #expect(c.members.allSatisfy { $0.offset >= 0 && $0.count >= 0 && $0.offset + $0.count <= 2 << 30 })
      case .facts(.subject(let info)): #expect([info.height, info.weight].allSatisfy { $0?.isFinite ?? true })
      case .facts(.archive): break
      case .inspection(let row): #expect((row.pixelSum != nil) == (row.status == .ok))
      case .refused, .ready: break
      }
    }
    // Most bytes of text may be any.
    #expect(believed > 0)
  }
}
