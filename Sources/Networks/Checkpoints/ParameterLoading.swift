import Tensor

extension Parameters {
  /// Fills every weight of a layout from a file, or says all that is missing or misshapen at once.
  public init(_ layout: ParameterLayout, from file: some TensorFile) throws(CheckpointError) {
    self = try Self.load(layout, from: file).parameters
  }

  /// The same, with what the file holds beside: tensors that this layout has no use for are named, not hidden.
  public static func load(
    _ layout: ParameterLayout, from file: some TensorFile
  ) throws(CheckpointError) -> (parameters: Parameters, report: LoadReport) {
    var parameters = Parameters(zeros: layout)
    var report = LoadReport()
    for e in layout.entries {
      guard let shape = file.shape(of: e.name) else {
        report.missing.append(e.name)
        continue
      }
      guard shape == e.shape, let tensor = file.tensor(e.name) else {
        report.misshapen.append("\(e.name) is \(shape), not \(e.shape)")
        continue
      }
      parameters.values.replaceSubrange(e.offset..<e.offset + e.count, with: tensor.values)
    }
    report.unused = Set(file.names).subtracting(layout.entries.map(\.name)).sorted()
    guard report.fits else { throw .mismatch(report) }
    return (parameters, report)
  }

  /// Every weight by its name, as files hold them.
  public var tensors: [String: Tensor] {
    var all: [String: Tensor] = [:]
    for e in layout.entries {
      all[e.name] = Tensor(shape: e.shape, values: Array(values[e.offset..<e.offset + e.count]))
    }
    return all
  }
}
