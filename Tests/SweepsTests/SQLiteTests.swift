import CSQLite
import Foundation
import TestSupport
import Testing

@testable import Sweeps

/// The connection to a sweep's file. If this breaks, results are lost when a program is killed, or read otherwise than they
/// were written.
@Suite("SQLite")
struct SQLiteTests {
    private struct Stopped: Error {}

    private func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
        try TemporaryFolder.with([:]) { try body($0.path + "/a.sqlite") }
    }

    @Test("every value comes back as it was written; no number is none")
    func values() throws {
        let row: [SweepValue] = [
            .integer(.max), .integer(-1), .real(0.1), .real(-1e-300), .text(""), .text("Öl, \"x\" 'y'\n🚗"), .null,
        ]
        try withFile { path in
            let connection = try SQLiteConnection(path, isReadOnly: false, waitSeconds: 0)
            try connection.write { session in
                try session.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
                try session.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                try session.execute("INSERT INTO t (a) VALUES (?)", each: [[.real(.nan)], [.integer(7)]])
            }
            let reader = try SQLiteConnection(path, isReadOnly: true, waitSeconds: 0)
            let rows = try reader.read { try $0.rows("SELECT * FROM t ORDER BY rowid") }
            #expect(rows.count == 3 && rows[0] == row)
            #expect(rows[1][0] == .null && rows[2][0] == .integer(7))
            #expect(try reader.read { try $0.rows("SELECT a FROM t WHERE a = ?", [.integer(7)]) } == [[.integer(7)]])
        }
    }

    @Test("a transaction that is not finished leaves nothing")
    func transactions() throws {
        try withFile { path in
            let connection = try SQLiteConnection(path, isReadOnly: false, waitSeconds: 0)
            try connection.write { try $0.execute("CREATE TABLE t (a)") }
            #expect(throws: Stopped.self) {
                try connection.write { session in
                    try session.execute("INSERT INTO t VALUES (1)")
                    throw Stopped()
                }
            }
            #expect(throws: SQLiteConnection.Failure.self) {
                try connection.write { session in
                    try session.execute("INSERT INTO t VALUES (1)")
                    try session.execute("INSERT INTO nowhere VALUES (1)")
                }
            }
            #expect(try connection.read { try $0.rows("SELECT * FROM t") } == [])
            try connection.write { try $0.execute("INSERT INTO t VALUES (2)") }
            #expect(try connection.read { try $0.rows("SELECT * FROM t") } == [[.integer(2)]])
            #expect(try connection.read { try [$0.hasTable("t"), $0.hasTable("nowhere")] } == [true, false])
        }
    }

    @Test("two that write to one file take turns: the second is told that it is busy, and reads what was there")
    func busy() throws {
        try withFile { path in
            let first = try SQLiteConnection(path, isReadOnly: false, waitSeconds: 0)
            let second = try SQLiteConnection(path, isReadOnly: false, waitSeconds: 0)
            try first.write { try $0.execute("CREATE TABLE t (a)") }
            try first.write { session in
                try session.execute("INSERT INTO t VALUES (1)")
                let failure = #expect(throws: SQLiteConnection.Failure.self) {
                    try second.write { try $0.execute("INSERT INTO t VALUES (2)") }
                }
                #expect(failure?.code == SQLITE_BUSY)
                #expect(try second.read { try $0.rows("SELECT * FROM t") } == [])
            }
            try second.write { try $0.execute("INSERT INTO t VALUES (2)") }
            #expect(try first.read { try $0.rows("SELECT a FROM t ORDER BY a") } == [[.integer(1)], [.integer(2)]])
        }
    }

    @Test("a file that is missing, or no database, cannot be opened")
    func opening() throws {
        try withFile { path in
            let missing = #expect(throws: SQLiteConnection.Failure.self) {
                try SQLiteConnection(path, isReadOnly: true, waitSeconds: 0)
            }
            #expect(missing?.code == SQLITE_CANTOPEN)
            try String(repeating: "no database\n", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
            let other = #expect(throws: SQLiteConnection.Failure.self) {
                try SQLiteConnection(path, isReadOnly: false, waitSeconds: 0)
            }
            #expect(other?.code == SQLITE_NOTADB)
        }
    }
}
