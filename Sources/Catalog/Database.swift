import CSQLite
import Glibc

/// What SQLite said, by its primary result code.
struct DatabaseError: Error, Hashable {
  let code: Int32
  let message: String

  /// The file is damaged, or no database at all.
  var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
}

/// One connection. SQLite's own mutex makes single statements safe from any thread.
final class Database: @unchecked Sendable {
  private let handle: OpaquePointer

  enum Value {
    case text(String)
    case int(Int64)
    case blob([UInt8])
  }

  /// Waits up to ten seconds for other processes, writes through to the disk before a statement is acknowledged.
  init(path: String) throws(DatabaseError) {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw DatabaseError(code: code & 0xFF, message: message)
    }
    handle = opened
    sqlite3_busy_timeout(handle, 10_000)
    _ = try rows("PRAGMA journal_mode = WAL")
    try run("PRAGMA synchronous = FULL")
  }

  deinit { sqlite3_close_v2(handle) }

  func run(_ sql: String, _ values: [Value] = []) throws(DatabaseError) { _ = try rows(sql, values) }

  /// Every row's columns as text; nil for NULL.
  func rows(_ sql: String, _ values: [Value] = []) throws(DatabaseError) -> [[String?]] {
    try query(sql, values) { row in
      (0..<sqlite3_column_count(row)).map { column in
        guard let text = sqlite3_column_text(row, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(row, column)))
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }

  /// Every row's first column as bytes; none for NULL.
  func blobs(_ sql: String, _ values: [Value] = []) throws(DatabaseError) -> [[UInt8]] {
    try query(sql, values) { row in
      let start = sqlite3_column_blob(row, 0)
      return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, 0))))
    }
  }

  private func query<Row>(
    _ sql: String, _ values: [Value], _ read: (OpaquePointer?) -> Row
  ) throws(DatabaseError) -> [Row] {
    var prepared: OpaquePointer?
    try check(sqlite3_prepare_v2(handle, sql, -1, &prepared, nil))
    defer { sqlite3_finalize(prepared) }
    for (i, value) in values.enumerated() {
      switch value {
      case .text(let s):
        try check(sqlite3_bind_text(prepared, Int32(i + 1), s, Int32(s.utf8.count), cinecor_sqlite_transient()))
      case .int(let x): try check(sqlite3_bind_int64(prepared, Int32(i + 1), x))
      case .blob(let bytes):
        // No bytes have no place in memory, and would be taken for NULL.
        let code = bytes.withUnsafeBytes { b in
          b.isEmpty
            ? sqlite3_bind_zeroblob(prepared, Int32(i + 1), 0)
            : sqlite3_bind_blob64(
              prepared, Int32(i + 1), b.baseAddress, UInt64(b.count), cinecor_sqlite_transient())
        }
        try check(code)
      }
    }
    var rows: [Row] = []
    while true {
      let code = sqlite3_step(prepared)
      if code == SQLITE_DONE { return rows }
      guard code == SQLITE_ROW else { throw error(code) }
      rows.append(read(prepared))
    }
  }

  /// All or nothing; the write lock is taken at the start, so that two processes cannot both find work to do.
  func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
    try run("BEGIN IMMEDIATE")
    do throws(DatabaseError) {
      try body()
      try run("COMMIT")
    } catch {
      try? run("ROLLBACK")
      throw error
    }
  }

  private func check(_ code: Int32) throws(DatabaseError) {
    if code != SQLITE_OK { throw error(code) }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(code: code & 0xFF, message: String(cString: sqlite3_errmsg(handle)))
  }
}
