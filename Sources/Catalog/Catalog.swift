import CSQLite
import Cine
import FoundationEssentials
import Glibc

/// What was found out about studies, kept by what is in them and by the model that said it, so that a second opening
/// shows it at once. What `store` has returned from is on the disk, whatever ends the program then. Several processes
/// may share a file.
public final class Catalog: Sendable {
  private let database: Database?
  /// Something happened at opening that the user should hear of.
  public let notes: [CatalogNote]

  private init(_ database: Database?, notes: [CatalogNote]) {
    self.database = database
    self.notes = notes
  }

  /// A step a version of the schema; `PRAGMA user_version` counts those taken. Steps are never changed, only added.
  static let steps: [[String]] = [
    [
      """
      CREATE TABLE results (content TEXT NOT NULL, model TEXT NOT NULL, analysis TEXT NOT NULL, stored INTEGER NOT NULL,
        PRIMARY KEY (content, model)) WITHOUT ROWID
      """,
      "CREATE TABLE readings (id INTEGER PRIMARY KEY, study TEXT NOT NULL, opened INTEGER NOT NULL)",
    ],
    ["ALTER TABLE readings ADD COLUMN model TEXT NOT NULL DEFAULT ''"],
    ["CREATE TABLE contents (files TEXT PRIMARY KEY, content TEXT NOT NULL, stored INTEGER NOT NULL) WITHOUT ROWID"],
    [
      // With rowids: blobs may be large.
      """
      CREATE TABLE blobs (content TEXT NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL, blob BLOB NOT NULL,
        stored INTEGER NOT NULL, PRIMARY KEY (content, model, kind))
      """,
      """
      INSERT INTO blobs (content, model, kind, blob, stored)
        SELECT content, model, 'findings', CAST(analysis AS BLOB), stored FROM results
      """,
      "DROP TABLE results",
    ],
    [
      """
      CREATE TABLE flags (study TEXT PRIMARY KEY, read INTEGER NOT NULL DEFAULT 0, marked INTEGER NOT NULL DEFAULT 0)
        WITHOUT ROWID
      """
    ],
  ]

  /// Opens or makes the file, readable by its owner only, in a folder that is made likewise. Never fails: a damaged file
  /// is moved aside, and where none can be had results last as long as the program. `notes` says so.
  public static func open(_ path: String) -> Catalog {
    if let code = makeFolder(of: path) { return inMemory([.notKept(reason(code))]) }
    do throws(DatabaseError) {
      return try openChecked(path, [])
    } catch {
      guard error.isDamage else { return inMemory([.notKept(error.message)]) }
    }
    // One process at a time: the second would otherwise move away the good file that the first has just made.
    let lock = Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(lock) }
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { return inMemory([.notKept(reason(errno))]) }
    do throws(DatabaseError) {
      return try openChecked(path, [])
    } catch {
      guard error.isDamage else { return inMemory([.notKept(error.message)]) }
    }
    guard let aside = moveAside(path) else { return inMemory([.notKept(reason(errno))]) }
    do throws(DatabaseError) {
      return try openChecked(path, [.damagedMovedAside(aside)])
    } catch {
      return inMemory([.damagedMovedAside(aside), .notKept(error.message)])
    }
  }

  private static func openChecked(_ path: String, _ notes: [CatalogNote]) throws(DatabaseError) -> Catalog {
    // SQLite gives its journals the permissions of the file.
    let made = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if made >= 0 { close(made) } else { chmod(path, 0o600) }
    let database = try Database(path: path)
    guard try database.rows("PRAGMA quick_check(1)").first?.first == "ok" else {
      throw DatabaseError(code: SQLITE_CORRUPT, message: "it is damaged")
    }
    guard try version(database) <= steps.count else { return inMemory(notes + [.newer]) }
    try database.transaction { () throws(DatabaseError) in
      // Asked again under the lock: another process may have taken the steps meanwhile.
      let taken = try version(database)
      guard taken < steps.count else { return }
      for step in steps[max(taken, 0)...].joined() { try database.run(step) }
      try database.run("PRAGMA user_version = \(steps.count)")
    }
    return Catalog(database, notes: notes)
  }

  private static func version(_ database: Database) throws(DatabaseError) -> Int {
    Int(try database.rows("PRAGMA user_version").first?.first.flatMap { $0 } ?? "0") ?? 0
  }

  /// Results that last as long as the value.
  public static func inMemory() -> Catalog { inMemory([]) }

  private static func inMemory(_ notes: [CatalogNote]) -> Catalog {
    let database = try? Database(path: ":memory:")
    for step in steps.joined() { try? database?.run(step) }
    return Catalog(database, notes: notes)
  }

  /// What this model made of this content; nil where it was never asked.
  public func blob(kind: ResultKind, content: String, model: String) -> [UInt8]? {
    let sql = "SELECT blob FROM blobs WHERE content = ? AND model = ? AND kind = ?"
    return (try? database?.blobs(sql, [.text(content), .text(model), .text(kind.rawValue)]))?.first
  }

  /// On the disk when it returns; a later answer takes the place of an earlier one.
  public func store(kind: ResultKind, blob: [UInt8], content: String, model: String) throws(CatalogError) {
    try write(
      "INSERT OR REPLACE INTO blobs (content, model, kind, blob, stored) VALUES (?, ?, ?, ?, ?)",
      [.text(content), .text(model), .text(kind.rawValue), .blob(blob), .int(Self.now)])
  }

  /// A value that was stored as such; nil where there is none, or it cannot be read any more.
  public func value<Value: Decodable>(
    _ type: Value.Type = Value.self, kind: ResultKind, content: String, model: String
  ) -> Value? {
    blob(kind: kind, content: content, model: model).flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
  }

  /// As JSON with sorted keys.
  public func store(
    _ value: some Encodable, kind: ResultKind, content: String, model: String
  ) throws(CatalogError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(value) else { throw .noNumber }
    try store(kind: kind, blob: [UInt8](json), content: content, model: model)
  }

  /// The content that some files had when they were last read; nil where they were not, or are others now.
  public func content(files: String) -> String? {
    let rows = try? database?.rows("SELECT content FROM contents WHERE files = ?", [.text(files)])
    return rows?.first?.first.flatMap { $0 }
  }

  /// Keeps which content files have, by their key. Fails where the catalogue cannot be written.
  public func store(content: String, files: String) throws(CatalogError) {
    try write(
      "INSERT OR REPLACE INTO contents (files, content, stored) VALUES (?, ?, ?)",
      [.text(files), .text(content), .int(Self.now)])
  }

  /// Notes that a study was looked at: by its hash and never by a name, when, and with which model's results beside it
  /// (empty for none).
  public func logReading(study: String, model: String) throws(CatalogError) {
    try write(
      "INSERT INTO readings (study, opened, model) VALUES (?, ?, ?)", [.text(study), .int(Self.now), .text(model)])
  }

  public struct Reading: Hashable, Sendable {
    public let study: String
    /// Seconds since 1970.
    public let opened: Int
    public let model: String
  }

  /// The reading log, latest first.
  public func readings(limit: Int = 100) -> [Reading] {
    let rows = try? database?.rows(
      "SELECT study, opened, model FROM readings ORDER BY id DESC LIMIT ?", [.int(Int64(limit))])
    return (rows ?? []).compactMap { row in
      guard let study = row[0], let opened = row[1].flatMap({ Int($0) }) else { return nil }
      return Reading(study: study, opened: opened, model: row[2] ?? "")
    }
  }

  /// What a reader did with a study, by its hash; nothing where it is not known.
  public func flags(study: String) -> StudyFlags {
    let row = try? database?.rows("SELECT read, marked FROM flags WHERE study = ?", [.text(study)]).first
    return StudyFlags(read: row?.first == "1", marked: row?.last == "1")
  }

  /// The study was looked at.
  public func setRead(study: String) throws(CatalogError) {
    try write(
      "INSERT INTO flags (study, read) VALUES (?, 1) ON CONFLICT (study) DO UPDATE SET read = 1", [.text(study)])
  }

  /// Fails where the catalogue cannot be written.
  public func setMarked(_ marked: Bool, study: String) throws(CatalogError) {
    try write(
      "INSERT INTO flags (study, marked) VALUES (?1, ?2) ON CONFLICT (study) DO UPDATE SET marked = ?2",
      [.text(study), .int(marked ? 1 : 0)])
  }

  private func write(_ sql: String, _ values: [Database.Value]) throws(CatalogError) {
    guard let database else { throw .notStored("there is no memory for it") }
    do throws(DatabaseError) {
      try database.run(sql, values)
    } catch {
      throw .notStored(error.message)
    }
  }

  private static var now: Int64 { Int64(time(nil)) }
  private static func reason(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }

  /// Makes the folders above a file where they are missing; the error number where that fails.
  private static func makeFolder(of path: String) -> Int32? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
    var folder = path.hasPrefix("/") ? "" : "."
    for part in parts {
      folder += "/" + part
      if mkdir(folder, 0o700) != 0, errno != EEXIST { return errno }
    }
    return nil
  }

  /// Renames a damaged file and its journal; nil where that fails.
  private static func moveAside(_ path: String) -> String? {
    var aside = "\(path).damaged-\(now)"
    var count = 1
    while access(aside, F_OK) == 0 {
      count += 1
      aside = "\(path).damaged-\(now)-\(count)"
    }
    guard rename(path, aside) == 0 else { return nil }
    rename(path + "-wal", aside + "-wal")
    unlink(path + "-shm")
    return aside
  }
}

/// What is kept of a study; the raw value is kept with it.
public enum ResultKind: String, Hashable, Sendable, CaseIterable {
  /// `Analysis`
  case findings
  /// `Measured`
  case measured
  /// What an encoder makes of the clips, as the room that makes it writes it.
  case embedding
  /// Label maps, as the room that draws them writes them.
  case contours
  /// What somebody measured by hand; of no model.
  case measures
  /// What a reader took it for; of no model.
  case impression
}

/// What the user should hear of.
public enum CatalogNote: Hashable, Sendable {
  /// The file was damaged; it lies under this name now, and an empty one is in its place.
  case damagedMovedAside(String)
  /// A later version of the program made the file: it is left alone.
  case newer
  case notKept(String)

  public var text: String {
    switch self {
    case .damagedMovedAside(let path):
      "The catalogue of results was damaged. It was moved to \(path), and results will be worked out anew."
    case .newer: "The catalogue of results was made by a later version of cinecor: results of this run are not kept."
    case .notKept(let why): "Results of this run are not kept: \(why)."
    }
  }
}

/// Why a result was not kept. The result itself is unharmed.
public enum CatalogError: Error, Hashable, Sendable {
  case notStored(String)
  /// It holds something that is not a number.
  case noNumber

  public var text: String {
    switch self {
    case .notStored(let why): "results and readings cannot be kept: \(why)"
    case .noNumber: "the result holds something that is not a number"
    }
  }
}
