import Foundation
import Testing

@testable import Cine

/// Names of files are bytes: none is lost, and no two look alike.
@Suite struct FilePathTests {
  static let latin = FilePath(bytes: Array("/a/Schr".utf8) + [0xF6] + Array("der".utf8))

  @Test(arguments: ["", "/a/b", "김/Nguyễn", "a\\b", "C:\\x", "\\xg1", "\\xe9", "é"])
  func textIsShownAsItIs(_ text: String) {
    #expect(FilePath(text).text == text && "\(FilePath(text))" == text)
  }

  @Test func whatIsNoTextIsShownAsBytes() {
    #expect(Self.latin.text == "/a/Schr\\xF6der")
    // Broken off, overlong, a surrogate, and a lone continuation.
    #expect(FilePath(bytes: [0xE9]).text == "\\xE9")
    #expect(FilePath(bytes: [0xC0, 0xAF]).text == "\\xC0\\xAF")
    #expect(FilePath(bytes: [0xED, 0xA0, 0x80, 0x41]).text == "\\xED\\xA0\\x80A")
    #expect(FilePath(bytes: [0xC3, 0xA9, 0x80]).text == "é\\x80")
  }

  @Test func noTwoNamesLookAlike() {
    #expect(FilePath("\\xE9").text == "\\x5CxE9" && FilePath(bytes: [0xE9]).text == "\\xE9")
    // Composed and decomposed are two files.
    #expect(FilePath("\u{E9}") != FilePath("e\u{301}"))
  }

  /// Every name comes back from its text: so the text is no other's.
  @Test func everyNameComesBackFromItsText() throws {
    let pieces: [[UInt8]] = [
      [0x5C], [0x78], Array("\\xE9".utf8), [0xE9], [0xC3], Array("é".utf8), Array("E9".utf8), [0x2F], [0xF0, 0x9F],
    ]
    for a in pieces {
      for b in pieces {
        for c in pieces {
          let path = FilePath(bytes: a + b + c)
          let data = try JSONEncoder().encode([path])
          #expect(try JSONDecoder().decode([FilePath].self, from: data) == [path], "\(path)")
        }
      }
    }
  }

  @Test func partsAreFound() {
    #expect(Self.latin.name == FilePath(bytes: Array("Schr".utf8) + [0xF6] + Array("der".utf8)))
    #expect(FilePath("/a//").trimmed == "/a" && FilePath("//").trimmed == "/" && FilePath("a").trimmed == "a")
    #expect(FilePath("a").appending("b".utf8) == "a/b" && FilePath("/").appending("b".utf8) == "/b")
    #expect(FilePath("").appending("b".utf8) == "b")
    #expect(FilePath.folder(of: ["/a/b/1", "/a/bc/2"]) == "/a" && FilePath.folder(of: ["/1"]) == "/")
    #expect(FilePath.folder(of: ["1", "a/2"]) == "." && FilePath.folder(of: [Self.latin]) == "/a")
  }

  @Test func aFolderHoldsWhatIsBelowIt() {
    let folder: FilePath = "/a/b"
    #expect(folder.contains("/a/b") && folder.contains("/a/b/c/d") && FilePath("/").contains("/a"))
    #expect(!folder.contains("/a/bc") && !folder.contains("/a"))
  }

  @Test func theSystemGetsTheBytes() {
    let bytes = Self.latin.withCString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    #expect(bytes == Self.latin.bytes)
  }
}

/// Files in archives.
@Suite struct MemberPathTests {
  let member = FilePath(in: "/a/b.zip", member: Array("c/d.hdr".utf8))

  @Test func aMemberLooksLikeAFileOfAFolder() {
    #expect(member.text == "/a/b.zip/c/d.hdr" && member.archive == "/a/b.zip" && member.name == "d.hdr")
    #expect(member != "/a/b.zip/c/d.hdr" && FilePath("/a/b.zip/c/d.hdr").archive == nil)
    #expect(FilePath.folder(of: [member]) == "/a/b.zip/c")
    #expect(FilePath("/a/b.zip").contains(member))
    let only = FilePath(in: "/a/d.dcm.gz", member: nil)
    #expect(only.text == "/a/d.dcm.gz" && only.archive == "/a/d.dcm.gz" && FilePath.folder(of: [only]) == "/a")
  }

  @Test func itsNeighbourIsInTheSameArchive() {
    #expect(member.replacing(suffix: ".hdr", by: ".img") == FilePath(in: "/a/b.zip", member: Array("c/d.img".utf8)))
    #expect(member.replacing(suffix: ".nii", by: ".img") == nil)
    #expect(FilePath("x.hdr").replacing(suffix: ".hdr", by: ".img") == "x.img")
  }

  @Test func itComesBackAsItself() throws {
    for path in [member, FilePath(in: "/a/d.dcm.gz", member: nil), "/a/b.zip/c/d.hdr"] {
      let data = try JSONEncoder().encode([path])
      #expect(try JSONDecoder().decode([FilePath].self, from: data) == [path])
    }
  }
}
