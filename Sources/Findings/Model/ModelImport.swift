import Networks
import Preparation
import Tensor

/// A model package out of a checkpoint that others trained: the encoder, a text tower where there is one, and no heads.
public struct ModelImport: Sendable {
  /// The published encoders by the names they are known under.
  public static let architectures: [String: MViTConfiguration] = [
    "mvit_b_16x4": .mvitB16x4, "mvit_b_32x3": .mvitB32x3,
  ]

  /// What a network takes from a file.
  public struct Source: Sendable {
    public let name: String
    public let file: Checkpoint

    public init(path: String) throws(CheckpointError) {
      name = path.split(separator: "/").last.map(String.init) ?? path
      file = try Checkpoint(path: path)
    }
  }

  public struct Text: Sendable {
    public let source: Source
    /// A piece a line.
    public let vocabulary: [String]
    public let pooling: TextPooling

    public init(source: Source, vocabulary: [String], pooling: TextPooling) {
      self.source = source
      self.vocabulary = vocabulary
      self.pooling = pooling
    }
  }

  public let manifest: ModelManifest
  public let contents: ModelContents
  /// What the files had and lacked, a line each.
  public let report: [String]

  private static let positions = ["spatial", "temporal"].map { "video_encoder.cls_positional_encoding.pos_embed_\($0)" }

  /// `positions` is another file for the position tables, which the authors' own loader passes over; `publishedOrder` as
  /// in `PublishedRecipe`.
  public init(
    architecture: String, video: MViTConfiguration, weights: Source, positions: Source?, text: Text?,
    publishedOrder: Bool = false
  ) throws(ModelPackageError) {
    var layout = ParameterLayout()
    var configuration: BERTConfiguration?
    let textFile = text?.source.file.fittedToText()
    do throws(ConfigurationError) {
      _ = try VideoEncoder(video, into: &layout)
      if let text, let textFile {
        let c = try BERTConfiguration(textFile, pooling: text.pooling, projection: video.projection)
        guard c.vocabulary == text.vocabulary.count else {
          throw .impossible("\(c.vocabulary) word vectors, but \(text.vocabulary.count) words in the vocabulary")
        }
        _ = try TextEncoder(c, into: &layout)
        configuration = c
      }
    } catch {
      throw .contradiction(error.text)
    }
    let own = layout.entries.filter { !$0.name.hasPrefix("text_") }
    let files = Files(
      video: weights.file.fitted(to: own.map { ($0.name, $0.shape) }),
      positions: positions?.file.fitted(to: Self.positions.map { ($0, nil) }), text: textFile)
    let loaded: (parameters: Parameters, report: LoadReport)
    do throws(CheckpointError) {
      loaded = try Parameters.load(layout, from: files)
    } catch .mismatch(let found)
      where positions == nil && found.misshapen.isEmpty && Set(found.missing).isSubset(of: Set(Self.positions))
    {
      throw .contradiction(
        "\(weights.name) has no position tables (\(found.missing.joined(separator: ", "))); name a file that has them "
          + "with --positions")
    } catch .mismatch(var found) {
      let parts = [weights.file.partNote, text?.source.file.partNote ?? ""].filter { !$0.isEmpty }
      if !parts.isEmpty {
        found.note = "\(parts.joined(separator: ", ")): name their index (….index.json), which leads to all of them"
      }
      throw .weights(.mismatch(found))
    } catch {
      throw .weights(error)
    }
    var recipe = PublishedRecipe()
    (recipe.frames, recipe.pixels) = (video.temporalSize, video.spatialSize)
    recipe.shortSide = recipe.pixels * 264 / 224
    if publishedOrder { recipe.publishedOrder = true }
    let known = "\(weights.name), imported; this program does not know what it was trained on"
    manifest = ModelManifest(
      name: architecture, version: "imported", video: video, text: configuration, recipe: .published(recipe),
      conditions: [], lvef: nil,
      training: .init(
        trainedOn: known, synthetic: false,
        statement: "Weights that others trained. It has no heads: no findings and no LVEF, until some are fitted."),
      licence: "that of the imported weights")
    var made = ModelContents(weights: loaded.parameters.tensors)
    made.half = false
    made.vocabulary = text?.vocabulary ?? []
    contents = made
    report = Self.lines(layout, loaded.report, weights, positions, text)
  }

  private static func lines(
    _ layout: ParameterLayout, _ found: LoadReport, _ weights: Source, _ positions: Source?, _ text: Text?
  ) -> [String] {
    var lines = ["weights    \(weights.name), \(weights.file.format): \(layout.entries.count) tensors used"]
    lines.append("positions  from \(positions?.name ?? weights.name)")
    if !found.unused.isEmpty {
      let some = found.unused.prefix(8).joined(separator: ", ")
      lines.append("unused     \(found.unused.count) tensors: \(some)\(found.unused.count > 8 ? ", …" : "")")
    }
    if !weights.file.others.isEmpty { lines.append("beside     \(weights.file.others.joined(separator: ", "))") }
    if let text {
      lines.append("text       \(text.source.name), \(text.vocabulary.count) words")
    } else {
      lines.append("text       none: no sentences and no search")
    }
    return lines + ["heads      none: no findings and no LVEF"]
  }

  /// The files together, each asked for its own part.
  private struct Files: TensorFile {
    let video: Checkpoint
    let positions: Checkpoint?
    let text: Checkpoint?

    private func place(_ name: String) -> (file: Checkpoint, name: String)? {
      if name.hasPrefix("text_") {
        guard let text else { return nil }
        return text.textName(name).map { (text, $0) }
      }
      if ModelImport.positions.contains(name), let positions { return (positions, name) }
      return (video, name)
    }

    /// Those of the encoder's own file, and the text tower's names as its network knows them.
    var names: [String] { video.names }
    func shape(of name: String) -> [Int]? { place(name).flatMap { $0.file.shape(of: $0.name) } }
    func tensor(_ name: String) -> Tensor? { place(name).flatMap { $0.file.tensor($0.name) } }
  }
}

extension Checkpoint {
  /// As a text tower's network sees it, whatever lies in front of the names.
  func fittedToText() -> Checkpoint {
    let table = "embeddings.word_embeddings.weight"
    return fitted(to: ["text_encoder.\(table)", "bert.\(table)", table, "text_proj.weight"].map { ($0, nil) })
  }

  /// The file's own name of a text tower's tensor: as it is, as BERT alone has it, or as BERT with a task on top has it.
  func textName(_ name: String) -> String? {
    let rest = name.hasPrefix("text_encoder.") ? name.dropFirst("text_encoder.".count) : name[...]
    return [name, String(rest), "bert.\(rest)"].first { shape(of: $0) != nil }
  }
}

extension BERTConfiguration {
  /// A tower's shape as its tensors show it. The number of heads leaves no trace in them: it is 12 for the widths 384 and
  /// 768, as published, and one for every 64 of other widths.
  init(_ file: Checkpoint, pooling: TextPooling, projection: Int) throws(ConfigurationError) {
    self.init()
    func shape(_ name: String) -> [Int]? { file.textName("text_encoder.\(name)").flatMap { file.shape(of: $0) } }
    guard let words = shape("embeddings.word_embeddings.weight"), words.count == 2,
      let places = shape("embeddings.position_embeddings.weight"), places.count == 2,
      let inner = shape("encoder.layer.0.intermediate.dense.weight"), inner.count == 2
    else { throw .impossible("the text weights hold no BERT") }
    guard file.textName("text_proj.weight") != nil else {
      throw .impossible("the text weights have no text_proj, without which sentences and clips share no space")
    }
    (vocabulary, width, positions, hidden) = (words[0], words[1], places[0], inner[0])
    layers = (0..<256).first { shape("encoder.layer.\($0).intermediate.dense.weight") == nil } ?? 256
    heads = width == 384 || width == 768 ? 12 : max(width / 64, 1)
    self.pooling = pooling
    self.projection = projection
  }
}
