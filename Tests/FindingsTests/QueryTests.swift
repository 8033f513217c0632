import Findings
import TestSupport
import Testing

/// Sentences that the bundled model can rank by, and those that it cannot.
@Suite struct QueryTests {
  static let package = try? ModelPackage(path: SharedFolder.checkout + "/Assets/model")

  @Test(arguments: [
    "The left ventricle is severely dilated.", "severely reduced ejection fraction", "LVEF 25 %", "EDV 250 ml",
    "hypertrophic cardiomyopathy", "large pericardial effusion with swinging heart", "HCM with SAM", "ARVC",
    "mass in the left atrium", "D-shaped septum", "MITRAL REGURGITATION!", "normal heart",
  ])
  func whatReportsSayHasMeaning(_ text: String) throws {
    let package = try #require(Self.package)
    let query = try #require(package.query(text))
    #expect(query.hasMeaning && query.refusal == nil, "\(query)")
  }

  @Test(arguments: [
    "xqzt", "asdf qwer yxcv", "purple monkey dishwasher", "My cat sleeps on the warm windowsill.", "42", "!!!", "",
    "   ",
    "the the the", "it is what it is", "lorem ipsum dolor sit amet", "the left lane is closed", "le chat noir",
  ])
  func nonsenseHasNone(_ text: String) throws {
    let package = try #require(Self.package)
    let query = try #require(package.query(text))
    #expect(!query.hasMeaning && query.refusal?.hasPrefix("Nothing is near") == true, "\(query)")
  }

  /// Every sentence of its own reports passes.
  @Test func theRuleCostsNoSentenceOfItsReports() throws {
    let package = try #require(Self.package)
    #expect(package.reports.sentences.count > 1000)
    for sentence in package.reports.sentences { #expect(package.query(sentence)?.hasMeaning == true, "\(sentence)") }
  }
}
