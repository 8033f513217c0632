import Catalog
import Cine
import Findings
import Tensor
import Workup

/// The model packages that arguments name, or that are bundled.
enum Packages {
  /// The package that `--model` names, or the bundled one, in the precision that `--precision` names.
  static func model(_ arguments: Arguments) throws(Failure) -> ModelPackage {
    try model(arguments.value("--model"), try arguments.precision())
  }

  static func model(_ given: String?, _ precision: Precision = .float32) throws(Failure) -> ModelPackage {
    let path = try modelFolder(given)
    do throws(ModelPackageError) {
      return try ModelPackage(path: path, precision: precision)
    } catch {
      throw Failure(code: .modelUnavailable, text: "\(path): \(error.text)")
    }
  }

  static func modelFolder(_ given: String?) throws(Failure) -> String {
    guard let path = given ?? Places.assets.map({ $0 + "/model" }) else {
      throw Failure(code: .modelUnavailable, text: "no model here: name one with --model, or set CINECOR_ASSETS")
    }
    return path
  }

  static func contours(_ given: String?) throws(Failure) -> ContourPackage {
    guard let package = try contoursIfAny(given) else {
      throw Failure(
        code: .modelUnavailable,
        text: "no contour network is bundled: 'cinecor train --contours --out DIR' makes one; name it with --contours")
    }
    return package
  }

  /// The contour network that is named, or the bundled one; nil where there is none.
  static func contoursIfAny(_ given: String?) throws(Failure) -> ContourPackage? {
    let bundled = Places.assets.map { $0 + "/contours" }.flatMap { Files.isThere(FilePath($0)) ? $0 : nil }
    guard let path = given ?? bundled else { return nil }
    do throws(ModelPackageError) {
      return try ContourPackage(path: path)
    } catch {
      throw Failure(code: .modelUnavailable, text: "\(path): \(error.text)")
    }
  }

  /// What is normal: the table that `--limits` names, or the bundled one.
  static func limits(_ given: String?) throws(Failure) -> Limits {
    guard let path = given ?? Places.assets.map({ $0 + "/limits.csv" }) else {
      throw Failure(code: .modelUnavailable, text: "no table of limits here: set CINECOR_ASSETS")
    }
    guard let bytes = Files.contents(FilePath(path)) else {
      throw Failure(code: .modelUnavailable, text: "\(path) cannot be read")
    }
    do throws(LimitsError) {
      return try Limits(bytes)
    } catch {
      throw Failure(code: .modelUnavailable, text: "\(path): \(error.text)")
    }
  }

  /// Contours and what they measure; nil where there is no network.
  static func contourJob(_ arguments: Arguments) throws(Failure) -> ContourJob? {
    try contourJob(arguments.value("--contours"), limits: arguments.value("--limits"))
  }

  static func contourJob(_ contours: String?, limits: String?) throws(Failure) -> ContourJob? {
    guard let package = try contoursIfAny(contours) else { return nil }
    return ContourJob(package, try Self.limits(limits))
  }
}

extension Catalog {
  /// Results are kept below the state folder; where that cannot be, in memory. What the user should hear is said.
  static func ours(_ say: (String) -> Void = { Output.complain($0) }) -> Catalog {
    let catalog = Catalog.open(Places.catalog)
    for note in catalog.notes { say(note.text) }
    return catalog
  }
}

extension Engine {
  /// The engine of a batch command.
  convenience init(_ package: ModelPackage?, contours: ContourJob? = nil) {
    self.init(
      package, contours: contours, Catalog.ours(), Reading.clips, complaint: Complaint { Output.complain($0) })
  }
}
