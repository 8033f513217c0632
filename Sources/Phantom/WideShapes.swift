extension Anatomy {
  /// The same heart with a shape wider than life: what contours must hold on. Thick walls around small cavities that
  /// nearly close, large ventricles that hardly move, a large right ventricle beside a squeezed left one, fine trabeculae
  /// and broad papillary muscles that fill the cavity in systole. Volumes are solved anew.
  mutating func widen(_ r: inout Random) {
    let kind = r.unit()
    if kind < 0.4 {
      wall = r.uniform(8.5, 17)
      septalExtra = r.chance(0.4) ? r.uniform(2, 12) : r.uniform(0, 2)
      apicalExtra = r.chance(0.25) ? r.uniform(3, 12) : 0
      leftIndex = r.uniform(38, 85)
      targetLVEF = r.uniform(52, 88)
      slenderness *= r.uniform(0.95, 1.2)
    } else if kind < 0.75 {
      wall = r.uniform(5, 11)
      leftIndex = r.uniform(85, 210)
      targetLVEF = r.uniform(8, 50)
      slenderness *= r.uniform(0.8, 1.05)
      descent *= r.uniform(0.35, 1)
    }
    if r.chance(0.35) {
      rightIndex = r.uniform(95, 220)
      rightSqueeze *= r.uniform(0.35, 1)
      rightAtriumIndex *= r.uniform(1, 2)
      flatSystole = r.uniform(0, 1)
      flatDiastole = flatSystole * r.uniform(0, 0.9)
      insertion += r.uniform(0, 0.25)
      if r.chance(0.5) { leftIndex *= r.uniform(0.6, 1) }
    }
    angular = r.uniform(0, 0.9)
    oval = r.uniform(0, 0.14)
    leftAtriumIndex *= r.uniform(0.8, 1.7)
    if r.chance(0.65) {
      rim = r.uniform(0.8, 4.5)
      rimFilling = r.uniform(0.3, 0.75)
    }
    for i in columns.indices.prefix(2) where r.chance(0.4) {
      columns[i].isFused = true
      columns[i].size *= r.uniform(1, 1.7)
    }
    solve()
  }
}
