import Cine
import FoundationEssentials
import Glibc
import Networks
import Plain
import Tensor

/// A model on disk: a folder with a manifest, weights, vocabulary, an indexed report corpus and what is known of the
/// hearts it was trained on. Loading checks every size and hash before anything is used.
public struct ModelPackage: Sendable {
  public let manifest: ModelManifest
  /// SHA-256 of the manifest, which holds those of all other files: one name for the whole package.
  public let sha256: String
  public let network: ModelNetwork
  public let tokenizer: WordPiece?
  public let reports: ReportIndex
  public let familiarity: Familiarity?
  private let encoderIdentity = EncoderIdentity()

  static let manifestFile = "manifest.json"
  static let weightsFile = "weights.safetensors"
  static let vocabularyFile = "vocab.txt"
  static let reportsFile = "reports.jsonl"
  static let sentencesFile = "sentences.safetensors"
  static let familiarityFile = "familiarity.safetensors"
  static let largestManifest = 4 << 20
  static let largestFile = 1 << 30

  /// `precision` is that of its networks' products.
  public init(path folder: String, precision: Precision = .float32) throws(ModelPackageError) {
    let bytes = try Self.manifest(in: folder)
    manifest = try Self.decode(bytes)
    sha256 = SHA256.hex(of: bytes)
    var files: [String: [UInt8]] = [:]
    for file in manifest.files { files[file.name] = try Self.verified(file, in: folder) }
    guard let weights = files[Self.weightsFile] else { throw .contradiction("it lists no \(Self.weightsFile)") }
    network = try ModelNetwork(manifest, weights: Self.tensors(weights), precision: precision)
    if manifest.text != nil {
      guard let text = files[Self.vocabularyFile],
        let pieces = WordPiece(vocabulary: String(decoding: text, as: UTF8.self))
      else { throw .contradiction("its text tower has no usable \(Self.vocabularyFile)") }
      tokenizer = pieces
    } else {
      tokenizer = nil
    }
    let width = manifest.video.projection
    if let lines = files[Self.reportsFile], let rows = files[Self.sentencesFile] {
      reports = try ReportIndex(jsonLines: lines, embeddings: Self.tensors(rows), width: width)
    } else {
      reports = ReportIndex(sentences: [], embeddings: [])
    }
    familiarity =
      if let bytes = files[Self.familiarityFile] { try Familiarity(Self.tensors(bytes), width: width) } else { nil }
  }

  /// The manifest's bytes.
  static func manifest(in folder: String) throws(ModelPackageError) -> [UInt8] {
    do throws(FileBytes.Failure) {
      return try FileBytes.read(folder + "/" + manifestFile, limit: largestManifest)
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { throw .missing(path: folder) }
      throw .unreadable(file: manifestFile, reason: error.reason)
    }
  }

  private static func decode(_ bytes: [UInt8]) throws(ModelPackageError) -> ModelManifest {
    struct Schema: Decodable { var schema: Int }
    let manifest: ModelManifest
    do {
      let schema = try JSONDecoder().decode(Schema.self, from: Data(bytes)).schema
      guard schema <= ModelManifest.currentSchema else { throw ModelPackageError.newerSchema(schema) }
      manifest = try JSONDecoder().decode(ModelManifest.self, from: Data(bytes))
    } catch let error as ModelPackageError {
      throw error
    } catch let DecodingError.keyNotFound(key, context) {
      let path = (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
      throw .manifest("\(path) is missing")
    } catch let DecodingError.typeMismatch(_, context) {
      throw .manifest("\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of the wrong kind")
    } catch {
      throw .manifest("it is no JSON")
    }
    if let why = manifest.contradiction { throw .contradiction(why) }
    return manifest
  }

  static func verified(_ file: ModelManifest.File, in folder: String) throws(ModelPackageError) -> [UInt8] {
    guard !file.name.isEmpty, !file.name.contains("/"), !file.name.hasPrefix(".") else {
      throw .contradiction("it lists a file outside of its folder")
    }
    let bytes: [UInt8]
    do throws(FileBytes.Failure) {
      bytes = try FileBytes.read(folder + "/" + file.name, limit: largestFile)
    } catch {
      throw .unreadable(file: file.name, reason: error.reason)
    }
    guard bytes.count == file.bytes else {
      throw .wrongSize(file: file.name, expected: file.bytes, found: bytes.count)
    }
    guard SHA256.hex(of: bytes) == file.sha256 else { throw .wrongHash(file: file.name) }
    return bytes
  }

  static func tensors(_ bytes: [UInt8]) throws(ModelPackageError) -> Safetensors {
    do throws(CheckpointError) {
      return try Safetensors(bytes)
    } catch {
      throw .weights(error)
    }
  }

  public var precision: Precision { network.precision }

  /// Under what results are kept: another package, precision or way of analysing gives others.
  public var resultKey: String {
    "\(sha256) \(Analyser.revision)" + (precision == .float32 ? "" : " \(precision.rawValue)")
  }

  /// Under what embeddings are kept: what the encoder's weights, its shape and the preparation are. Packages that differ
  /// in heads, text tower or words of the manifest share them.
  public var embeddingKey: String {
    "\(encoderIdentity.hex(of: self)) \(StudyEmbedding.revision)"
      + (precision == .float32 ? "" : " \(precision.rawValue)")
  }

  /// The package whose encoder this is: itself, or the one over which its heads were fitted.
  public var encoder: ModelManifest.Fit.Encoder {
    manifest.training.fit?.encoder
      ?? .init(
        name: manifest.name, version: manifest.version, sha256: sha256, trainedOn: manifest.training.trainedOn)
  }

  /// A sentence → unit embedding in the shared space; nil without a text tower.
  public func embed(sentence: String) -> [Float]? {
    guard let tokenizer, let text = manifest.text else { return nil }
    return network.embed(sentence: tokenizer.encode(sentence, limit: text.positions))
  }
}

/// What goes into a package, beside its manifest.
public struct ModelContents: Sendable {
  /// Under the checkpoints' own names: `video_encoder.*`, `video_proj.*`, `text_encoder.*`, `text_proj.*`,
  /// `heads.lvef.*`, `heads.CONDITION.*`.
  public var weights: [String: Tensor]
  /// Store weights in half precision.
  public var half = true
  /// A piece a line; needed where the manifest has a text tower.
  public var vocabulary: [String] = []
  public var reports = ReportIndex(sentences: [], embeddings: [])
  public var familiarity: Familiarity?

  public init(weights: [String: Tensor]) { self.weights = weights }

  /// All of a package that is not its heads, each weight in its own precision. `folder` is the one that `package` was
  /// loaded from.
  public init(towersOf package: ModelPackage, in folder: String) throws(ModelPackageError) {
    var files: [String: [UInt8]] = [:]
    let taken = [ModelPackage.weightsFile, ModelPackage.vocabularyFile]
    for file in package.manifest.files where taken.contains(file.name) {
      files[file.name] = try ModelPackage.verified(file, in: folder)
    }
    let stored = try ModelPackage.tensors(files[ModelPackage.weightsFile] ?? [])
    var weights: [String: Tensor] = [:]
    for name in stored.names where !name.hasPrefix("heads.") { weights[name] = stored.tensor(name) }
    self.weights = weights
    half = stored.entries.values.allSatisfy { $0.type == "F16" }
    vocabulary = String(decoding: files[ModelPackage.vocabularyFile] ?? [], as: UTF8.self).split(separator: "\n")
      .map(String.init)
    (reports, familiarity) = (package.reports, package.familiarity)
  }

  /// Writes the folder, made where it is missing, and loads it again. The manifest comes last and its list of files is
  /// filled in here; the same contents give the same bytes.
  public func write(_ manifest: ModelManifest, to folder: String) throws(ModelPackageError) -> ModelPackage {
    var files: [(name: String, bytes: [UInt8])] = [
      (ModelPackage.weightsFile, Safetensors.encode(weights, half: half))
    ]
    if manifest.text != nil {
      files.append((ModelPackage.vocabularyFile, Array((vocabulary.joined(separator: "\n") + "\n").utf8)))
    }
    if !reports.sentences.isEmpty {
      files.append((ModelPackage.reportsFile, reports.jsonLines))
      files.append((ModelPackage.sentencesFile, Safetensors.encode(reports.tensors, half: true)))
    }
    if let familiarity {
      files.append((ModelPackage.familiarityFile, Safetensors.encode(familiarity.tensors)))
    }
    var complete = manifest
    complete.files = files.map { .init(name: $0.name, bytes: $0.bytes.count, sha256: SHA256.hex(of: $0.bytes)) }
    try Self.write(files, manifest: complete, to: folder)
    return try ModelPackage(path: folder)
  }

  /// Another manifest over the same files.
  public static func rewrite(_ manifest: ModelManifest, in folder: String) throws(ModelPackageError) {
    try write([], manifest: manifest, to: folder)
  }

  /// Files into a folder, made where it is missing; the manifest comes last.
  static func write(
    _ files: [(name: String, bytes: [UInt8])], manifest: some Encodable, to folder: String
  ) throws(ModelPackageError) {
    var files = files
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      files.append((ModelPackage.manifestFile, [UInt8](try encoder.encode(manifest)) + [UInt8(ascii: "\n")]))
    } catch {
      throw .contradiction("its manifest holds what JSON cannot")
    }
    if mkdir(folder, 0o755) != 0, errno != EEXIST {
      throw .notWritten(file: folder, reason: String(cString: strerror(errno)))
    }
    for file in files {
      do throws(FileBytes.Failure) {
        try FileBytes.write(folder + "/" + file.name, file.bytes)
      } catch {
        throw .notWritten(file: file.name, reason: error.reason)
      }
    }
  }
}
