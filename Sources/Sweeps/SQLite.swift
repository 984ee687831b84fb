import CSQLite
import Synchronization

/// A connection to an SQLite file. Threads may share it: one at a time uses it.
final class SQLiteConnection: Sendable {
    private let handle: Mutex<OpaquePointer?>

    /// What SQLite reports.
    struct Failure: Error {
        /// Its primary result code.
        var code: Int32
        var message: String

        init(_ code: Int32, _ handle: OpaquePointer?) {
            // The low byte: what follows it tells kinds of one error apart.
            self.code = code & 0xff
            message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        }
    }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file; it is made where it is missing and written to.
    ///   - isReadOnly: whether it is only read, and must be there.
    ///   - waitSeconds: how long another process's transaction is waited for.
    /// - Throws: `Failure`, also where the file is no SQLite database.
    init(_ path: String, isReadOnly: Bool, waitSeconds: Int) throws(Failure) {
        var opened: OpaquePointer?
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        var code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        if code == SQLITE_OK {
            sqlite3_busy_timeout(opened, Int32(waitSeconds * 1000))
            // Opening reads nothing: what the file is shows when it is asked.
            code = sqlite3_exec(opened, "SELECT * FROM sqlite_master LIMIT 1", nil, nil, nil)
        }
        guard code == SQLITE_OK else {
            let failure = Failure(code, opened)
            sqlite3_close_v2(opened)
            throw failure
        }
        handle = Mutex(opened)
    }

    deinit { _ = handle.withLock { sqlite3_close_v2($0) } }

    /// Runs `body` by itself: no transaction is open.
    func use<Result: Sendable>(_ body: (SQLiteSession) throws -> Result) throws -> Result {
        try handle.withLock { try body(SQLiteSession(handle: $0)) }
    }

    /// Runs `body` in a transaction that sees the file as it is at its start.
    func read<Result: Sendable>(_ body: (SQLiteSession) throws -> Result) throws -> Result {
        try transaction("BEGIN DEFERRED", body)
    }

    /// Runs `body` in a transaction that writes: all of it is done, or where it throws, nothing.
    func write<Result: Sendable>(_ body: (SQLiteSession) throws -> Result) throws -> Result {
        try transaction("BEGIN IMMEDIATE", body)
    }

    private func transaction<Result: Sendable>(
        _ begin: String, _ body: (SQLiteSession) throws -> Result
    ) throws -> Result {
        try use { session in
            try session.execute(begin)
            do {
                let result = try body(session)
                try session.execute("COMMIT")
                return result
            } catch {
                // SQLite may have rolled it back by itself: then there is nothing to undo.
                try? session.execute("ROLLBACK")
                throw error
            }
        }
    }
}

/// Statements on an open connection.
struct SQLiteSession {
    fileprivate let handle: OpaquePointer?

    typealias Failure = SQLiteConnection.Failure

    /// Runs a statement that has no rows.
    func execute(_ sql: String, _ arguments: [SweepValue] = []) throws { try execute(sql, each: [arguments]) }

    /// Runs a statement once for each list of arguments.
    func execute(_ sql: String, each lists: [[SweepValue]]) throws {
        try prepared(sql) { statement in
            for arguments in lists {
                try bind(arguments, to: statement)
                while try step(statement) {}
                sqlite3_reset(statement)
            }
        }
    }

    /// Calls `body` with each row of a query.
    func forEachRow(_ sql: String, _ arguments: [SweepValue] = [], _ body: ([SweepValue]) throws -> Void) throws {
        try prepared(sql) { statement in
            try bind(arguments, to: statement)
            let columns = 0..<sqlite3_column_count(statement)
            while try step(statement) { try body(columns.map { SQLiteSession.value(statement, $0) }) }
        }
    }

    /// The rows of a query.
    func rows(_ sql: String, _ arguments: [SweepValue] = []) throws -> [[SweepValue]] {
        var rows: [[SweepValue]] = []
        try forEachRow(sql, arguments) { rows.append($0) }
        return rows
    }

    /// Whether there is a table of this name.
    func hasTable(_ name: String) throws -> Bool {
        try !rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [.text(name)]).isEmpty
    }

    private func prepared(_ sql: String, _ body: (OpaquePointer?) throws -> Void) throws {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        guard code == SQLITE_OK else { throw Failure(code, handle) }
        try body(statement)
    }

    private func bind(_ arguments: [SweepValue], to statement: OpaquePointer?) throws {
        for (index, argument) in zip(Int32(1)..., arguments) {
            let code =
                switch argument {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let value): sqlite3_bind_int64(statement, index, Int64(value))
                case .real(let value): sqlite3_bind_double(statement, index, value)
                case .text(let text): csqlite_bind_text(statement, index, text, Int32(text.utf8.count))
                }
            guard code == SQLITE_OK else { throw Failure(code, handle) }
        }
    }

    /// Whether there is another row.
    private func step(_ statement: OpaquePointer?) throws -> Bool {
        let code = sqlite3_step(statement)
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw Failure(code, handle) }
        return code == SQLITE_ROW
    }

    private static func value(_ statement: OpaquePointer?, _ column: Int32) -> SweepValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, column)))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, column) else { return .null }
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        default: return .null
        }
    }
}
