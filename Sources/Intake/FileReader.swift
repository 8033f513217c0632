import Cine
import DicomFiles
import Volumes

/// Parses one open file, whatever it is. Runs in the worker, where nothing can be reached but the descriptor.
/// This is the one place that knows the formats: each is tried in turn, and says "not mine" before anything else.
public enum FileReader {
  /// What every format's libraries must have loaded before the worker locks itself up.
  public static func prepare() {
    DicomLibrary.prepare()
    VolumeFile.prepare()
    ArchiveReader.prepare()
  }

  /// `descriptor` stays the caller's; `label` is the file's name, and nothing is opened by it; `partner` is the image of
  /// a NIfTI pair.
  public static func facts(descriptor: Int32, label: FilePath, partner: Int32? = nil) throws(Refusal) -> Facts {
    try read { () throws(DicomError) in
      do throws(DicomError) {
        let header = try DicomHeader.read(descriptor: descriptor, path: label)
        // Siemens puts all slices of a volume into one picture; as a cine it would be nonsense.
        if header.isMosaic { throw .mosaic }
        return .image(header)
      } catch .noPixels {
        guard let directory = DicomDirectory(descriptor: descriptor) else { throw .noPixels }
        return .directory(directory.files)
      }
    } orVolume: { () throws(VolumeError) in
      .volumes(try VolumeFile.contents(descriptor: descriptor, partner: partner))
    } orElse: { () throws(Refusal) in
      try isArchive(descriptor) ? .archive : SubjectInfo(descriptor: descriptor).map { .subject($0) }
    }
  }

  /// Rescaled pixels of some frames (from 0). `volumes` keeps what it unpacked for the next question.
  public static func frames(
    _ range: Range<Int>, descriptor: Int32, label: FilePath, partner: Int32? = nil, _ volumes: inout VolumeReader
  ) throws(Refusal) -> Pixels {
    try read { () throws(DicomError) in
      let file = try DicomFile(descriptor: descriptor, path: label)
      return Pixels(rows: file.header.rows, columns: file.header.columns, values: try file.values(frames: range))
    } orVolume: { () throws(VolumeError) in
      let made = try volumes.frames(range, descriptor: descriptor, partner: partner)
      // Tools write what lies outside of the picture as no number.
      return Pixels(rows: made.rows, columns: made.columns, values: made.pixels.map { $0.isFinite ? $0 : 0 })
    } orElse: { () throws(Refusal) in
      nil
    }
  }

  /// Of a file that is no image. Throws where it stands for one that is not here, or holds some that cannot be reached.
  static func isArchive(_ descriptor: Int32) throws(Refusal) -> Bool {
    if let pointer = ContentPointer.refusal(descriptor: descriptor) { throw pointer }
    let kind = ArchiveKind.of(descriptor: descriptor)
    if case .other(let what) = kind { throw .unsupportedArchive(what) }
    return kind != nil
  }

  private static func read<T>(
    _ dicom: () throws(DicomError) -> T, orVolume volume: () throws(VolumeError) -> T,
    orElse other: () throws(Refusal) -> T?
  ) throws(Refusal) -> T {
    do throws(DicomError) {
      return try dicom()
    } catch {
      guard error == .notDicom else { throw Refusal(error) }
    }
    do throws(VolumeError) {
      return try volume()
    } catch {
      if error == .notVolume, let found = try other() { return found }
      throw Refusal(error)
    }
  }

  static func answer(
    _ request: Request, descriptor: Int32, label: FilePath, partner: Int32?, _ volumes: inout VolumeReader
  ) -> Answer {
    // The memory of one file is not there for the next.
    volumes.turn(to: descriptor, partner: partner)
    do throws(Refusal) {
      switch request {
      case .facts: return .facts(try facts(descriptor: descriptor, label: label, partner: partner))
      case .frames(let range):
        return .pixels(try frames(range, descriptor: descriptor, label: label, partner: partner, &volumes))
      case .inspect, .check:
        let row = inspect(descriptor: descriptor, label: label, partner: partner, hashes: request == .inspect)
        if row.status == .notMedical, try isArchive(descriptor) { return .facts(.archive) }
        return .inspection(row)
      case .unpack(_, let size):
        guard let partner else { throw .changed }
        return .contents(try ArchiveReader.unpack(descriptor: descriptor, memory: partner, size: size))
      }
    } catch {
      var refusal = error
      // Whose file it is can often be told though its pixels cannot.
      if !error.isSkipped {
        refusal.study = (try? DicomFile(unchecked: descriptor, path: label))?.header.studyUID ?? ""
      }
      return .refused(refusal)
    }
  }
}

extension Refusal {
  init(_ error: DicomError) { self.init(isSkipped: error.isSkipped, reason: error.code, text: error.text) }
  init(_ error: VolumeError) { self.init(isSkipped: error.isSkipped, reason: error.code, text: error.text) }
}
