import Cine

/// What every pixel of a phantom's pictures is, on the grid of a full scan: what drawn contours are measured by.
public struct PhantomLabels: Sendable {
  private let model: PhantomModel
  private let renderer: Renderer
  private let planes: [Scan.Plane]

  /// `request` made the study.
  public init(_ request: PhantomRequest) {
    model = PhantomModel(request)
    renderer = model.renderer()
    planes = renderer.scan.planes.filter { $0.view == .shortAxis }
  }

  /// [rows, columns] of a slice of the short-axis stack, in its order, at a phase.
  public func labels(slice: Int, phase: Int) -> [HeartLabels] {
    var r = model.random(100 + UInt64(planes[slice].index))
    return renderer.labels(planes[slice], phase: phase, breath: Renderer.breath(&r)).map(\.labels)
  }
}
