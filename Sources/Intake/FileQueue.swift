import Cine

/// Files on their way through the readers, and where one turns out to be an archive, the files in it.
struct FileQueue {
  /// One file that is answered.
  struct Found {
    /// Where it stands: what is reported comes in this order, whatever the order of the answers.
    let place: Place
    let path: FilePath
    /// The archive that it lies in.
    let unpacked: Unpacked?
    let result: Result<Reply, Refusal>
  }

  struct Place: Hashable, Comparable {
    var file: Int
    /// Within its archive; -1 for the archive itself.
    var member = -1

    static func < (a: Place, b: Place) -> Bool { (a.file, a.member) < (b.file, b.member) }
  }

  let pool: WorkerPool
  let files: [FilePath]

  /// `each` gets every file once, with how many there are as far as is known, and returns false to stop. Archives come
  /// last, one after another.
  func ask(_ request: Request, each: (Found, _ total: Int) -> Bool) {
    var (archives, goesOn) = ([Int](), true)
    pool.ask(files.lazy.map { ($0, request) }) { i, result in
      if case .success(.facts(.archive)) = result {
        archives.append(i)
      } else {
        goesOn = each(Found(place: Place(file: i), path: files[i], unpacked: nil, result: result), files.count)
      }
      return goesOn
    }
    var total = files.count
    for i in archives.sorted() where goesOn {
      switch pool.unpacked(files[i]) {
      case .failure(let refusal):
        goesOn = each(Found(place: Place(file: i), path: files[i], unpacked: nil, result: .failure(refusal)), total)
      case .success(let unpacked): goesOn = ask(request, i, unpacked, &total, each)
      }
    }
  }

  private func ask(
    _ request: Request, _ file: Int, _ unpacked: Unpacked, _ total: inout Int, _ each: (Found, Int) -> Bool
  ) -> Bool {
    var goesOn = true
    func tell(_ member: Int, _ path: FilePath, _ result: Result<Reply, Refusal>) -> Bool {
      goesOn = each(
        Found(place: Place(file: file, member: member), path: path, unpacked: unpacked, result: result), total)
      return goesOn
    }
    // An archive of anything but images is one file that is none.
    let others = unpacked.others.contains { !$0.refusal.isSkipped } || !unpacked.files.isEmpty ? unpacked.others : []
    let count = others.count + unpacked.files.count
    total += count - (unpacked.problem == nil && count > 0 ? 1 : 0)
    if let problem = unpacked.problem ?? (count == 0 ? .notMedical : nil) {
      guard tell(-1, unpacked.archive, .failure(problem)) else { return false }
    }
    pool.ask(unpacked.files.lazy.map { ($0, request) }) { i, result in
      if case .success(.facts(.archive)) = result {
        return tell(i, unpacked.files[i], .failure(.notMedical))
      }
      return tell(i, unpacked.files[i], result)
    }
    for (i, other) in others.enumerated() where goesOn {
      _ = tell(unpacked.files.count + i, other.path, .failure(other.refusal))
    }
    return goesOn
  }
}
