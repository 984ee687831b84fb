import CSQLite
import Foundation
import Scenarios

/// The results of a sweep in SQLite: a table `runs`, one row per run with its axes as columns, and a table `sweep` that
/// says whose they are. Written in transactions: whenever the program is killed, the file holds whole rows.
public struct SweepDatabase: Sendable {
    /// As the user named it.
    public let path: String
    private let connection: SQLiteConnection

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
        connection = try SweepDatabase.open(path, isReadOnly: true)
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
        connection = try SweepDatabase.open(path, isReadOnly: false)
        if restarts { try forget() }
        let (connection, columns) = (connection, SweepDatabase.columns(plan))
        let isNew = try SweepDatabase.wrapped {
            try connection.read { try !$0.hasTable("sweep") && !$0.hasTable("runs") }
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
            try connection.write { session in
                // Another process may have made them in the meantime: a shard of the same sweep.
                try session.execute("CREATE TABLE IF NOT EXISTS sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                try session.execute(
                    "CREATE TABLE IF NOT EXISTS axes (position INTEGER PRIMARY KEY, name TEXT NOT NULL)")
                try session.execute("CREATE TABLE IF NOT EXISTS runs (\(columns))")
                try session.execute(
                    "INSERT OR IGNORE INTO sweep VALUES (?, ?)", each: about.map { [.text($0.0), .text($0.1)] })
                try session.execute(
                    "INSERT OR IGNORE INTO axes VALUES (?, ?)",
                    each: plan.axisNames.enumerated().map { [.integer($0), .text($1)] })
            }
        }
    }

    private static func columns(_ plan: SweepPlan) -> String {
        // Axes have no declared type: numbers stay numbers and texts texts.
        (["run INTEGER PRIMARY KEY"] + plan.axisNames.map(quoted)
            + plan.question.kind.columns.map { "\(quoted($0.name)) \($0.type)" }).joined(separator: ", ")
    }

    static func quoted(_ name: String) -> String { "\"\(name.doublingQuotes)\"" }

    private static func open(_ path: String, isReadOnly: Bool) throws(Problem) -> SQLiteConnection {
        // Shards of a sweep may share a file.
        try wrapped { try SQLiteConnection(path, isReadOnly: isReadOnly, waitSeconds: 60) }
    }

    private static func wrapped<T>(_ body: () throws -> T) throws(Problem) -> T {
        do { return try body() } catch let error as SQLiteConnection.Failure {
            if error.code == SQLITE_NOTADB { throw .notASweep }
            if error.code == SQLITE_CANTOPEN { throw .notReadable("cannot be opened") }
            throw .sqlite(error.message)
        } catch let problem as Problem { throw problem } catch { throw .sqlite("\(error)") }
    }

    /// What the file says about itself.
    public func about() throws(Problem) -> About {
        try SweepDatabase.wrapped {
            try connection.read { session in
                guard try session.hasTable("sweep"), try session.hasTable("runs"), try session.hasTable("axes") else {
                    throw Problem.notASweep
                }
                var values: [String: String] = [:]
                for row in try session.rows("SELECT key, value FROM sweep") { values[row[0].text] = row[1].text }
                guard let name = values["name"], let currency = values["currency"], let digest = values["digest"],
                    let version = values["version"], let count = values["runs"].flatMap({ Int($0) })
                else { throw Problem.notASweep }
                // Files of before there were other questions do not say which.
                let question = values["question"].map { SweepQuestion.Kind(rawValue: $0) } ?? .schedule
                guard let question else { throw Problem.notASweep }
                return About(
                    name: name, currency: currency, digest: digest, version: version,
                    axes: try session.rows("SELECT name FROM axes ORDER BY position").map { $0[0].text },
                    oneAtATime: (values["one_at_a_time"] ?? "").split(separator: "\n").map(String.init),
                    question: question, count: count)
            }
        }
    }

    /// Numbers of the runs that are there.
    public func finished() throws(Problem) -> [Int] {
        try SweepDatabase.wrapped {
            try connection.read { session in
                try session.rows("SELECT run FROM runs").compactMap { SweepDatabase.count($0) }
            }
        }
    }

    /// How many runs are there, and how many of them have no schedule.
    public func tally() throws(Problem) -> (done: Int, failed: Int) {
        try SweepDatabase.wrapped {
            try connection.read { session in
                // COUNT(error) leaves out the runs without an error: there it is NULL.
                let counts = try session.rows("SELECT COUNT(*), COUNT(error) FROM runs")[0]
                return (SweepDatabase.count([counts[0]]) ?? 0, SweepDatabase.count([counts[1]]) ?? 0)
            }
        }
    }

    /// The whole number that a row of one column holds.
    private static func count(_ row: [SweepValue]) -> Int? {
        if case .integer(let value)? = row.first { return value }
        return nil
    }

    /// Writes rows in one transaction. A run that is there already (another shard's) stays.
    func add(_ records: [RunRecord]) throws(Problem) {
        guard !records.isEmpty else { return }
        let columns = try about().question.columns
        let rows = records.map { record in
            [.integer(record.run)] + record.settings.map(\.shown) + columns.map { $0.value(record) }
        }
        let marks = Array(repeating: "?", count: rows[0].count).joined(separator: ", ")
        try SweepDatabase.wrapped {
            try connection.write { try $0.execute("INSERT OR IGNORE INTO runs VALUES (\(marks))", each: rows) }
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
        let path = other.path
        try SweepDatabase.wrapped {
            try connection.use { session in
                try session.execute("ATTACH DATABASE ? AS shard", [.text(path)])
                defer { try? session.execute("DETACH DATABASE shard") }
                try session.execute("INSERT OR IGNORE INTO runs SELECT * FROM shard.runs")
            }
        }
    }

    /// Empties a sweep's file; another program's stays as it is.
    private func forget() throws(Problem) {
        let isEmpty = try SweepDatabase.wrapped { try connection.read { try !$0.hasTable("sweep") } }
        guard !isEmpty else { return }
        _ = try about()
        try SweepDatabase.wrapped {
            try connection.write { session in
                for table in ["runs", "axes", "sweep"] { try session.execute("DROP TABLE \(table)") }
            }
        }
    }

    /// Every row, in the order of the runs: one value per column of `columns`.
    public func forEachRow(_ columns: [String], _ body: ([SweepValue]) throws -> Void) throws(Problem) {
        let names = columns.map(SweepDatabase.quoted).joined(separator: ", ")
        try SweepDatabase.wrapped {
            try connection.read { session in
                try session.forEachRow("SELECT \(names) FROM runs ORDER BY run") { try body($0) }
            }
        }
    }
}
