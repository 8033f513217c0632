import Cine

/// What a drawn stack shows of itself: whether its contours are those of one ventricle that beats. All without knowing
/// the truth.
public struct StackSigns: Hashable, Sendable {
  /// Slices with a cavity at end-diastole.
  public let slices: Int
  /// Share of the border of all cavities that is muscle, at the worse of both ends of the beat.
  public let ring: Double
  /// Muscle at end-systole over that at end-diastole: it is conserved.
  public let muscle: Double
  /// Half of the way between the least and the largest LVEF of all looks, points; nil where one of them found none.
  public let spread: Double?
  /// The same of the end-diastolic volume, as a share of it.
  public let volumeSpread: Double?
  /// Cavity that lies at end-systole where none is at end-diastole, as a share of the end-systolic one: contours that
  /// wander.
  public let outside: Double
  /// Largest change of area between neighbouring slices that the next one takes back, as a share of the largest area,
  /// at the worse of both ends: a slice that does not belong to its stack.
  public let jump: Double
  /// Way of the volume over the beat beyond once down and once up, as a share of the stroke volume; 0 for two moments.
  public let unrest: Double

  init(_ stack: [DrawnClip], _ volumes: StackVolumes, _ others: OtherViews) {
    let (ed, es) = (stack.squares(at: volumes.endDiastole), stack.squares(at: volumes.endSystole))
    let size = stack.first?.size ?? 0
    func ring(_ squares: [[UInt8]]) -> Double {
      var (sum, weight) = (0.0, 0.0)
      for square in squares {
        let cavity = Mask(square, .leftVentricle, size: size)
        guard !cavity.isEmpty else { continue }
        let n = Double(cavity.count).squareRoot()
        sum += n * StackTracking.ring(cavity, Mask(square, .leftMuscle, size: size))
        weight += n
      }
      return weight > 0 ? sum / weight : 0
    }
    func areas(_ squares: [[UInt8]]) -> [Double] {
      squares.map { Double($0.count { $0 == HeartLabel.leftVentricle.rawValue }) }
    }
    let (before, after) = (areas(ed), areas(es))
    slices = before.count { $0 > 0 }
    self.ring = min(ring(ed), ring(es))
    muscle = volumes.muscle[volumes.endSystole] / max(volumes.muscle[volumes.endDiastole], 1e-9)
    spread = others.spread(.lvef, volumes)
    volumeSpread = others.spread(.leftEDV, volumes)
    let wandered = zip(ed, es).reduce(0) { sum, pair in
      sum
        + zip(pair.0, pair.1).count {
          [HeartLabel.rest.rawValue, HeartLabel.rightVentricle.rawValue].contains($0)
            && $1 == HeartLabel.leftVentricle.rawValue
        }
    }
    outside = Double(wandered) / max(after.reduce(0, +), 1)
    func jump(_ areas: [Double]) -> Double {
      var most = 0.0
      for k in areas.indices.dropFirst().dropLast() where areas[k] > 0 && areas[k - 1] > 0 && areas[k + 1] > 0 {
        let (a, b) = (areas[k] - areas[k - 1], areas[k] - areas[k + 1])
        if a * b > 0 { most = max(most, min(abs(a), abs(b))) }
      }
      return most / max(before.max() ?? 1, 1)
    }
    self.jump = max(jump(before), jump(after))
    let way = volumes.left.indices.reduce(0.0) { sum, t in
      sum + abs(volumes.left[t] - volumes.left[(t + 1) % volumes.left.count])
    }
    unrest = stack.moments > 2 ? max(0, way / max(2 * volumes.strokeVolume, 1e-9) - 1) : 0
  }
}
