import Foundation
import GRDB
import Scenarios

/// The results of a sweep in SQLite: a table `runs`, one row per run with its axes as columns, and a table `sweep` that
/// says whose they are. Written in transactions: whenever the program is killed, the file holds whole rows.
public struct SweepDatabase: Sendable {
    /// As the user named it.
    public let path: String
    private let queue: DatabaseQueue

    /// Why a file cannot be used.
    public enum Problem: Error, Equatable {
        case notReadable(String)
        case notASweep
        /// It holds another sweep, or one of another program version; the sentence says which.
        case another(String)
        case sqlite(String)

        /// For the user.
        public var message: String {
            switch self {
            case .notReadable(let words): words
            case .notASweep: "is not a sweep's database"
            case .another(let words): words
            case .sqlite(let words): "cannot be used (\(words))"
            }
        }
    }

    /// What the file says about itself.
    public struct About: Sendable, Equatable {
        public var name: String
        public var currency: String
        public var digest: String
        public var version: String
        public var axes: [String]
        /// Those of them that vary one at a time, run 0 being the base.
        public var oneAtATime: [String]
        /// What each run was asked.
        public var question: SweepQuestion.Kind
        /// Runs that the sweep has, done or not.
        public var count: Int
    }

    /// Opens a sweep's file to read it.
    ///
    /// - Throws: `Problem`.
    public init(reading path: String) throws(Problem) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { throw .notReadable("no such file") }
        queue = try SweepDatabase.open(path, isReadOnly: true)
        _ = try about()
    }

    /// Opens the file of `plan` to go on, or makes it.
    ///
    /// - Parameters:
    ///   - path: the file; it is made where it is missing.
    ///   - plan: the sweep whose results it holds.
    ///   - version: of the program, written beside the results.
    ///   - restarts: whether the results of a sweep's file are deleted, whichever sweep's they are.
    /// - Throws: `Problem`; `another` where the file holds another sweep's results.
    public init(
        _ path: String, for plan: SweepPlan, version: String, restarts: Bool = false
    ) throws(Problem) {
        self.path = path
        queue = try SweepDatabase.open(path, isReadOnly: false)
        if restarts { try forget() }
        let (queue, columns) = (queue, SweepDatabase.columns(plan))
        let isNew = try SweepDatabase.wrapped {
            try queue.read { try !$0.tableExists("sweep") && !$0.tableExists("runs") }
        }
        guard isNew else {
            let found = try about()
            if found.digest != plan.digest {
                throw .another("holds the results of another sweep, \"\(found.name)\" (\(found.digest))")
            }
            if found.version != version { throw .another("was begun by version \(found.version) of the program") }
            return
        }
        let about = [
            ("name", plan.name), ("currency", plan.currency), ("digest", plan.digest), ("version", version),
            ("runs", "\(plan.count)"), ("question", plan.question.kind.rawValue),
            ("one_at_a_time", plan.oneAtATime.joined(separator: "\n")),
        ]
        try SweepDatabase.wrapped {
            try queue.write { db in
                // Another process may have made them in the meantime: a shard of the same sweep.
                try db.execute(sql: "CREATE TABLE IF NOT EXISTS sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                try db.execute(
                    sql: "CREATE TABLE IF NOT EXISTS axes (position INTEGER PRIMARY KEY, name TEXT NOT NULL)")
                try db.execute(sql: "CREATE TABLE IF NOT EXISTS runs (\(columns))")
                for (key, value) in about {
                    try db.execute(sql: "INSERT OR IGNORE INTO sweep VALUES (?, ?)", arguments: [key, value])
                }
                for (position, name) in plan.axisNames.enumerated() {
                    try db.execute(sql: "INSERT OR IGNORE INTO axes VALUES (?, ?)", arguments: [position, name])
                }
            }
        }
    }

    private static func columns(_ plan: SweepPlan) -> String {
        // Axes have no declared type: numbers stay numbers and texts texts.
        (["run INTEGER PRIMARY KEY"] + plan.axisNames.map(quoted)
            + plan.question.kind.columns.map { "\(quoted($0.name)) \($0.type)" }).joined(separator: ", ")
    }

    static func quoted(_ name: String) -> String { "\"\(name.doublingQuotes)\"" }

    private static func open(_ path: String, isReadOnly: Bool) throws(Problem) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        // Shards of a sweep may share a file.
        configuration.busyMode = .timeout(60)
        return try wrapped { try DatabaseQueue(path: path, configuration: configuration) }
    }

    private static func wrapped<T>(_ body: () throws -> T) throws(Problem) -> T {
        do { return try body() } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_NOTADB { throw .notASweep }
            if error.resultCode == .SQLITE_CANTOPEN { throw .notReadable("cannot be opened") }
            throw .sqlite(error.message ?? "error \(error.resultCode.rawValue)")
        } catch let problem as Problem { throw problem } catch { throw .sqlite("\(error)") }
    }

    /// What the file says about itself.
    public func about() throws(Problem) -> About {
        let queue = queue
        return try SweepDatabase.wrapped {
            try queue.read { db in
                guard try db.tableExists("sweep"), try db.tableExists("runs"), try db.tableExists("axes") else {
                    throw Problem.notASweep
                }
                var values: [String: String] = [:]
                for row in try Row.fetchAll(db, sql: "SELECT key, value FROM sweep") {
                    values[row["key"]] = row["value"]
                }
                guard let name = values["name"], let currency = values["currency"], let digest = values["digest"],
                    let version = values["version"], let count = values["runs"].flatMap({ Int($0) })
                else { throw Problem.notASweep }
                // Files of before there were other questions do not say which.
                let question = values["question"].map { SweepQuestion.Kind(rawValue: $0) } ?? .schedule
                guard let question else { throw Problem.notASweep }
                return About(
                    name: name, currency: currency, digest: digest, version: version,
                    axes: try String.fetchAll(db, sql: "SELECT name FROM axes ORDER BY position"),
                    oneAtATime: (values["one_at_a_time"] ?? "").split(separator: "\n").map(String.init),
                    question: question, count: count)
            }
        }
    }

    /// Numbers of the runs that are there.
    public func finished() throws(Problem) -> [Int] {
        let queue = queue
        return try SweepDatabase.wrapped { try queue.read { try Int.fetchAll($0, sql: "SELECT run FROM runs") } }
    }

    /// How many runs are there, and how many of them have no schedule.
    public func tally() throws(Problem) -> (done: Int, failed: Int) {
        let queue = queue
        return try SweepDatabase.wrapped {
            try queue.read { db in
                (
                    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM runs") ?? 0,
                    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM runs WHERE error IS NOT NULL") ?? 0
                )
            }
        }
    }

    /// Writes rows in one transaction. A run that is there already (another shard's) stays.
    func add(_ records: [RunRecord]) throws(Problem) {
        guard !records.isEmpty else { return }
        let queue = queue
        let columns = try about().question.columns
        try SweepDatabase.wrapped {
            try queue.write { db in
                let count = 1 + records[0].settings.count + columns.count
                let marks = Array(repeating: "?", count: count).joined(separator: ", ")
                let statement = try db.cachedStatement(sql: "INSERT OR IGNORE INTO runs VALUES (\(marks))")
                for record in records {
                    let cells =
                        [.integer(record.run)] + record.settings.map(\.shown)
                        + columns.map { $0.value(record) }
                    try statement.execute(arguments: StatementArguments(cells.map(\.databaseValue)))
                }
            }
        }
    }

    /// Takes over the rows of another file of the same sweep.
    ///
    /// - Throws: `Problem`; `another` where it holds something else.
    public func gather(_ other: SweepDatabase) throws(Problem) {
        let (mine, theirs) = (try about(), try other.about())
        if mine.digest != theirs.digest || mine.version != theirs.version {
            throw .another("holds the results of another sweep or version, \"\(theirs.name)\" (\(theirs.digest))")
        }
        let (queue, path) = (queue, other.path)
        try SweepDatabase.wrapped {
            try queue.inDatabase { db in
                try db.execute(sql: "ATTACH DATABASE ? AS shard", arguments: [path])
                defer { try? db.execute(sql: "DETACH DATABASE shard") }
                try db.execute(sql: "INSERT OR IGNORE INTO runs SELECT * FROM shard.runs")
            }
        }
    }

    /// Empties a sweep's file; another program's stays as it is.
    private func forget() throws(Problem) {
        let queue = queue
        let isEmpty = try SweepDatabase.wrapped { try queue.read { try !$0.tableExists("sweep") } }
        guard !isEmpty else { return }
        _ = try about()
        try SweepDatabase.wrapped {
            try queue.write { db in
                for table in ["runs", "axes", "sweep"] { try db.execute(sql: "DROP TABLE \(table)") }
            }
        }
    }

    /// Every row, in the order of the runs: one value per column of `columns`.
    public func forEachRow(_ columns: [String], _ body: ([SweepValue]) throws -> Void) throws(Problem) {
        let queue = queue
        let names = columns.map(SweepDatabase.quoted).joined(separator: ", ")
        try SweepDatabase.wrapped {
            try queue.read { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT \(names) FROM runs ORDER BY run")
                while let row = try rows.next() {
                    try body((0..<row.count).map { SweepValue(row[$0] as DatabaseValue) })
                }
            }
        }
    }
}

extension SweepValue {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let text): text.databaseValue
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null, .blob: self = .null
        case .int64(let value): self = .integer(Int(value))
        case .double(let value): self = .real(value)
        case .string(let text): self = .text(text)
        }
    }
}
