import Cine
import Networks
import Tensor

/// What the encoder makes of a study: a unit vector a clip, or why there is none. Heads are fitted to these, and the
/// catalogue keeps them as bytes.
public struct StudyEmbedding: Hashable, Sendable {
  public struct Clip: Hashable, Sendable {
    public let view: View
    public let values: [Float]

    public init(view: View, values: [Float]) {
      (self.view, self.values) = (view, values)
    }
  }

  /// All of one width.
  public let clips: [Clip]
  /// Set where there are no clips.
  public let whyNot: WhyNot?

  public init(clips: [Clip], whyNot: WhyNot?) {
    (self.clips, self.whyNot) = (clips, whyNot)
  }

  /// Raised whenever the same pixels and weights come to give other vectors.
  static let revision = 1
  private static let format = "cinecor embedding 1"

  /// Safetensors: `clips` [count, width], views and the reason in its metadata.
  public var bytes: [UInt8] {
    var about = ["format": Self.format, "views": clips.map(\.view.rawValue).joined(separator: ",")]
    if let whyNot { (about["code"], about["text"]) = (whyNot.code, whyNot.text) }
    let rows = Tensor(shape: [clips.count, clips.first?.values.count ?? 0], values: clips.flatMap(\.values))
    return Safetensors.encode(["clips": rows], metadata: about)
  }

  /// Nil where it is damaged, of another version, or of another width than `width`.
  public init?(bytes: [UInt8], width: Int) {
    guard let file = try? Safetensors(bytes), file.metadata["format"] == Self.format, let rows = file.tensor("clips"),
      rows.shape.count == 2, rows.values.allSatisfy(\.isFinite)
    else { return nil }
    let names = (file.metadata["views"] ?? "").split(separator: ",")
    let views = names.compactMap { View(rawValue: String($0)) }
    guard views.count == names.count, views.count == rows.shape[0], views.isEmpty || rows.shape[1] == width else {
      return nil
    }
    clips = views.enumerated().map { i, view in
      Clip(view: view, values: Array(rows.values[i * width..<(i + 1) * width]))
    }
    whyNot = file.metadata["code"].map { WhyNot(code: $0, text: file.metadata["text"] ?? "") }
    if clips.isEmpty != (whyNot != nil) { return nil }
  }
}
