import CZlib
import Foundation
import Plain
import Testing

@testable import Terminal

/// What a terminal that knows the protocol would keep and show.
struct KittyTerminal {
  struct Place: Hashable {
    let number: Int
    let slot: Int
  }

  /// Palette's places by picture, row-major, behind rows and columns.
  var pictures: [Int: (rows: Int, columns: Int, pixels: [UInt8])] = [:]
  var places: [Place: (rectangle: CellRectangle, height: Int)] = [:]
  private(set) var uploads = 0
  private var at = (row: 0, column: 0)
  private var pending: (number: Int, text: String)?

  /// The number of the uppermost picture there.
  func top(_ rectangle: CellRectangle) -> Int? {
    places.filter { $0.value.rectangle == rectangle }.max { $0.value.height < $1.value.height }?.key.number
  }

  mutating func take(_ bytes: [UInt8]) throws {
    var rest = Substring(String(decoding: bytes, as: UTF8.self))
    while !rest.isEmpty {
      guard rest.popFirst() == "\u{1B}", let kind = rest.popFirst() else {
        Issue.record("text came with the pictures")
        return
      }
      if kind == "[" {
        let end = try #require(rest.firstIndex(of: "H"))
        let numbers = rest[..<end].split(separator: ";").compactMap { Int($0) }
        at = (numbers[0] - 1, numbers[1] - 1)
        rest = rest[rest.index(after: end)...]
      } else {
        #expect(kind == "_" && rest.first == "G")
        let end = try #require(rest.range(of: "\u{1B}\\"))
        try graphics(rest[..<end.lowerBound].dropFirst())
        rest = rest[end.upperBound...]
      }
    }
    #expect(pending == nil)
  }

  private mutating func graphics(_ text: Substring) throws {
    let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    var keys: [String: String] = [:]
    for pair in parts[0].split(separator: ",") {
      let both = pair.split(separator: "=", maxSplits: 1)
      keys[String(both[0])] = String(both[1])
    }
    func number(_ key: String) throws -> Int { try #require(keys[key].flatMap { Int($0) }) }
    switch keys["a"] {
    case "p":
      let place = Place(number: try number("i"), slot: try number("p"))
      #expect(pictures[place.number] != nil && keys["C"] == "1")
      let size = (try number("r"), try number("c"))
      places[place] = (
        CellRectangle(row: at.row, column: at.column, rows: size.0, columns: size.1), try number("z")
      )
    case "d" where keys["d"] == "a": places = [:]
    case "d":
      #expect(keys["d"] == "I")
      let gone = try number("i")
      pictures[gone] = nil
      places = places.filter { $0.key.number != gone }
    default:
      let payload = String(try #require(parts.last))
      #expect(payload.utf8.count <= 4096)
      if keys["a"] == "t" {
        #expect(keys["f"] == "100" && keys["q"] == "1" && pending == nil)
        pending = (try number("i"), payload)
      } else {
        pending?.text += payload
      }
      if keys["m"] == "0", let whole = pending {
        pictures[whole.number] = try Self.png(try #require(Data(base64Encoded: whole.text)))
        uploads += 1
        pending = nil
      }
    }
  }

  private static func png(_ data: Data) throws -> (rows: Int, columns: Int, pixels: [UInt8]) {
    let bytes = Array(data)
    func big(_ i: Int) -> Int { bytes[i..<(i + 4)].reduce(0) { ($0 << 8) + Int($1) } }
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]))
    var at = 8
    var packed: [UInt8] = []
    var size = (rows: 0, columns: 0)
    while at < bytes.count {
      let (length, name) = (big(at), String(decoding: bytes[at + 4..<at + 8], as: UTF8.self))
      let body = Array(bytes[at + 4..<at + 8 + length])
      #expect(crc32(0, body, uInt(body.count)) == uLong(big(at + 8 + length)), "\(name)")
      if name == "IHDR" { size = (big(at + 12), big(at + 8)) }
      if name == "IDAT" { packed += body.dropFirst(4) }
      at += 12 + length
    }
    var lines = [UInt8](repeating: 0, count: size.rows * (size.columns + 1))
    var count = uLong(lines.count)
    #expect(uncompress(&lines, &count, packed, uLong(packed.count)) == Z_OK && Int(count) == lines.count)
    var pixels: [UInt8] = []
    let line = size.columns + 1
    for row in 0..<size.rows { pixels += lines[(row * line + 1)..<((row + 1) * line)] }
    return (size.rows, size.columns, pixels)
  }
}

@Suite struct KittyTests {
  static let setting = PictureSetting(cellWidth: 10, cellHeight: 20, colour: true)

  /// One frame of many: noise, with a line in one colour.
  static func picture(_ key: Int, _ place: CellRectangle, rows: Int = 90, columns: Int = 70) -> Picture {
    var dice = SplitMix(seed: UInt64(key))
    let pixels = (0..<rows * columns).map { _ in UInt8.random(in: 0...255, using: &dice) }
    return Picture(
      place: place, image: GreyImage(rows: rows, columns: columns, pixels: pixels),
      marks: (0..<columns).map { Mark(pixel: 5 * columns + $0, ink: .green) }, key: key)
  }

  @Test func picturesAreUploadedOnceAndPlacedByNumber() throws {
    var (encoder, terminal) = (KittyEncoder(), KittyTerminal())
    let place = CellRectangle(row: 2, column: 34, rows: 22, columns: 50)
    let frames = (0..<25).map { Self.picture($0, place) }
    for beat in 0..<4 {
      for frame in frames {
        let bytes = encoder.bytes(for: [frame], Self.setting)
        if beat > 0 { #expect(bytes.count + 4 <= 60, "\(String(decoding: bytes, as: UTF8.self))") }
        // Nothing is taken away while a heart beats.
        if beat > 0 || frame.key > 0 { #expect(!String(decoding: bytes, as: UTF8.self).contains("a=d")) }
        try terminal.take(bytes)
        let shown = try #require(terminal.top(place).flatMap { terminal.pictures[$0] })
        #expect(shown.rows == 90 && shown.columns == 70)
        #expect(shown.pixels == frame.tones(colour: true).map { IndexedPNG.index($0) })
        #expect(encoder.bytes(for: [frame], Self.setting).isEmpty)
      }
    }
    #expect(terminal.uploads == 25)
    // A popup takes it away, and it comes again without an upload.
    try terminal.take(encoder.bytes(for: [], Self.setting))
    #expect(terminal.places.isEmpty && terminal.pictures.count == 25)
    try terminal.take(encoder.bytes(for: [frames[3]], Self.setting))
    #expect(terminal.uploads == 25 && terminal.places.count == 1)
    try terminal.take(encoder.close())
    #expect(terminal.pictures.isEmpty && terminal.places.isEmpty)
  }

  @Test func twelvePanesTakeLittle() throws {
    var (encoder, terminal) = (KittyEncoder(), KittyTerminal())
    let panes = (0..<12).map { CellRectangle(row: 1 + $0 / 4 * 19, column: $0 % 4 * 50, rows: 18, columns: 48) }
    var second = 0
    for frame in 0..<60 {
      let pictures = panes.enumerated().map {
        Self.picture(100 * $0.offset + frame % 30, $0.element, rows: 9, columns: 7)
      }
      let bytes = encoder.bytes(for: pictures, Self.setting)
      try terminal.take(bytes)
      if frame >= 30 { second += bytes.count + 4 }
      let tops = panes.compactMap { terminal.top($0) }
      #expect(Set(tops).count == 12)
    }
    #expect(second <= 20_000, "\(second) bytes for twelve panes in one second of 30 frames")
  }

  @Test func whatIsOldIsGivenUpUnderABudget() throws {
    let place = CellRectangle(row: 0, column: 0, rows: 9, columns: 9)
    let size = 4 * 9 * 7
    var (encoder, terminal) = (KittyEncoder(budget: 10 * size), KittyTerminal())
    for round in 0..<3 {
      for key in 0..<14 {
        try terminal.take(encoder.bytes(for: [Self.picture(key, place, rows: 9, columns: 7)], Self.setting))
        #expect(terminal.pictures.count <= 10 && terminal.top(place) != nil, "round \(round)")
      }
    }
    // What is on the screen is kept, whatever it takes.
    let many = (0..<13).map {
      Self.picture(50 + $0, CellRectangle(row: $0, column: 20, rows: 1, columns: 1), rows: 9, columns: 7)
    }
    try terminal.take(encoder.bytes(for: many, Self.setting))
    #expect(many.allSatisfy { terminal.top($0.place) != nil })
  }

  /// A terminal may lose pictures, and says so when one is placed.
  @Test func whatTheTerminalLostIsUploadedAgain() throws {
    var (encoder, terminal) = (KittyEncoder(), KittyTerminal())
    let place = CellRectangle(row: 0, column: 0, rows: 9, columns: 9)
    let (a, b) = (Self.picture(1, place), Self.picture(2, place))
    for picture in [a, b, a] { try terminal.take(encoder.bytes(for: [picture], Self.setting)) }
    let lost = try #require(terminal.top(place))
    (terminal.pictures[lost], terminal.places) = (nil, [:])
    encoder.take(number: lost, isWell: false)
    #expect(encoder.failures == 1)
    try terminal.take(encoder.bytes(for: [a], Self.setting))
    #expect(terminal.uploads == 3 && terminal.top(place) != nil)
    encoder.take(number: 777, isWell: false)
    // The screen was cleared: placed anew, and nothing of before lies above.
    encoder.forget()
    try terminal.take(encoder.bytes(for: [b], Self.setting))
    #expect(terminal.uploads == 3 && terminal.places.count == 1)
  }

  /// z-indices run out some day.
  @Test func heightsBeginAnew() throws {
    var (encoder, terminal) = (KittyEncoder(), KittyTerminal())
    let place = CellRectangle(row: 0, column: 0, rows: 1, columns: 1)
    let frames = (0..<2).map { Self.picture($0, place, rows: 1, columns: 1) }
    for i in 0..<100_100 {
      let bytes = encoder.bytes(for: [frames[i % 2]], Self.setting)
      // Parsing every one would take a minute.
      if i > 99_900 || i < 2 { try terminal.take(bytes) }
    }
    #expect(terminal.places.allSatisfy { (1...99_999).contains($0.value.height) } && terminal.top(place) == 2)
  }

  @Test func base64() {
    for n in 0..<20 {
      let bytes = (0..<n).map { UInt8($0 * 37 & 255) }
      #expect(String(decoding: Base64.encode(bytes), as: UTF8.self) == Data(bytes).base64EncodedString())
    }
  }
}
