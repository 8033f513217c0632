import Foundation
import TestSupport
import Testing

/// Every file that is named or found is read or named, and counts in the exit code: by every command alike.
@Suite struct SilentLossTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  static let commands = ["inspect", "qa", "triage"]

  func image(_ instance: Int) -> [UInt8] {
    DicomBytes.preamble
      + DicomBytes.image(before: DicomBytes.element(0x20, 0x13, "IS", Array("\(instance)".utf8)))
      + DicomBytes.pixels()
  }

  /// What a shell makes of some words: Foundation passes on no names but text.
  func shell(_ script: String) throws -> Run {
    try Run(["-c", script], home: URL(filePath: scratch.path), program: "/bin/sh")
  }

  private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/cinecor"

  @Test(arguments: commands) func namesNeedNotBeText(_ command: String) throws {
    let folder = scratch.path + "/in"
    for i in 10..<13 { _ = try scratch.write("in/\(i)", image(i)) }
    let latin = "\"$(printf '\(folder)/Schr\\366der')\""
    let made = try shell("mkdir \(latin) && mv \(folder)/1* \(latin)")
    #expect(made.status == 0)
    for path in [folder, latin, "\"$(printf '\(folder)/Schr\\366der/10')\""] {
      let run = try shell("\(Self.program) \(command) \(path) --json")
      #expect(run.status == 0 && run.output.contains("Schr\\\\xF6der"), "\(run.errors)")
    }
  }

  @Test(arguments: commands) func whatCannotBeReachedIsNamed(_ command: String) throws {
    _ = try scratch.write("in/10", image(10))
    for (link, target) in [("gone", "nothing"), ("self", "self"), ("annexed", "../.git/annex/objects/k/k/k")] {
      try FileManager.default.createSymbolicLink(atPath: scratch.path + "/in/" + link, withDestinationPath: target)
    }
    let run = try Run([command, scratch.path + "/in"], home: URL(filePath: scratch.path))
    #expect(run.status == 1)
    for word in ["/in/gone is a link to nothing", "/in/self is a link that", "/in/annexed has no content here"] {
      #expect(run.output.contains(word), "\(run.output)")
    }
  }

  /// Tests that run as root drop to nobody, whom permissions bind.
  @Test(arguments: commands) func whatMayNotBeOpenedIsNamed(_ command: String) throws {
    for name in ["in/10", "in/closed/11", "in/listed/12", "in/file"] { _ = try scratch.write(name, image(10)) }
    let drop = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
    let run = try shell(
      """
      cd \(scratch.path)/in; chmod 755 .. . ; chmod 644 10; chmod 0 closed file; chmod 744 listed; mkdir -m 777 ../state
      XDG_STATE_HOME=\(scratch.path)/state \(drop)\(Self.program) \(command) . ; code=$?; chmod 755 closed listed; exit $code
      """)
    #expect(run.status == 1, "\(run.errors)")
    for name in ["closed", "file", "listed/12"] {
      #expect(run.output.contains("./\(name) could not be opened: Permission denied"), "\(run.output)")
    }
    #expect(run.output.contains("1 study, ") && run.output.contains("3"), "\(run.output)")
  }

  /// UK Biobank ships a zip a person; a person who gives a folder of them gets studies or reasons, never "0 studies".
  @Test(arguments: commands) func archivesAreReadOrNamed(_ command: String) throws {
    let museum = URL(filePath: Museum.folder + "/archives")
    for name in ["whole.zip", "whole.dcm.gz", "notes_only.zip"] {
      _ = try scratch.write("good/" + name, try Data(contentsOf: museum.appending(path: name)))
    }
    let good = try Run([command, scratch.path + "/good"], home: URL(filePath: scratch.path))
    #expect(good.status == 0 && good.output.contains("good/whole.zip/scan"), "\(good.output)\(good.errors)")
    for name in ["encrypted.zip", "seven.7z", "nested.dcm.gz.gz", "cut.dcm.gz"] {
      let path = try scratch.write("bad/" + name, try Data(contentsOf: museum.appending(path: name)))
      let bad = try Run([command, path], home: URL(filePath: scratch.path))
      #expect(bad.status == 1 && bad.output.contains(path) && bad.output.contains("unpack it first"), "\(bad.output)")
    }
  }
}
