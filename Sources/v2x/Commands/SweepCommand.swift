import Accounting
import ArgumentParser
import Foundation
import Scenarios
import Sweeps

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Many scenarios: a base and axes, run on all cores into an SQLite database, one row per run.",
        discussion: """
            The file's key question says what each run answers: schedule (default), compare, value or simulate. With \
            combine: each one axis varies at a time, and tornado shows which moves the answer most. \
            Started again, it continues where it stopped, for whatever reason. A run that fails is a row with its error. The \
            rows are the same to the last digit whatever the number of threads; only the column `seconds` is not, so \
            exports leave it out.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case sqlite, csv, json, tornado }

    @Argument(help: "A sweep (YAML or JSON).", completion: .file(extensions: ["yaml", "yml", "json"]))
    var sweep: String
    @Option(
        name: .shortAndLong,
        help:
            "sqlite; csv and json write the rows out too, once all are there; tornado a table of what each axis moves.")
    var format = Format.sqlite
    @Option(
        name: .shortAndLong, help: "Where to write it; with csv, json and tornado - (the default) is standard output.",
        completion: .file())
    var output: String?
    @Option(
        help: "The database; by default the sweep's name with .sqlite, in the current folder.", completion: .file())
    var database: String?
    @Option(help: "How many runs at a time; by default one a core.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "k/n: only every n-th run, beginning with the k-th.") var shard: String?
    @Option(parsing: .upToNextOption, help: "Databases of shards to put together; nothing is run.", completion: .file())
    var gather: [String] = []
    @Option(help: "Of a tornado: the column that is moved; by default the one that the question is about.")
    var value: String?
    @Flag(help: "Counts the runs, and runs none.") var dryRun = false
    @Flag(help: "Forgets what the database holds.") var restart = false
    @Flag(help: "Writes the column seconds out too (then no two exports are the same).") var timings = false

    func validate() throws {
        if threads < 1 || threads > 4096 { throw ValidationError("--threads must lie in 1...4096, got \(threads)") }
        if let shard, SweepRun.Shard(shard) == nil {
            throw ValidationError("--shard must be k/n with 1 <= k <= n, such as 3/8, got \(shard)")
        }
        if format == .sqlite, output != nil, database != nil {
            throw ValidationError("--output is the database already: --database goes with --format csv and json")
        }
        if value != nil, format != .tornado { throw ValidationError("--value goes with --format tornado") }
        if sweep == "-", database == nil, output == nil || format != .sqlite {
            throw ValidationError("a sweep on standard input has no name for its database: say --database")
        }
    }

    private var databasePath: String {
        if let database { return database }
        if format == .sqlite, let output { return output }
        let name = sweep.split(separator: "/").last.map(String.init) ?? "sweep"
        let stem = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? String(name[..<$0]) : nil } ?? name
        return stem + ".sqlite"
    }

    func run() throws {
        try OpenFiles.require()
        let destination = format == .sqlite ? nil : try Destination(output ?? "-")
        let plan = try loadedPlan()
        let run = SweepRun(
            plan, version: ProgramVersion.text, threads: threads, shard: shard.flatMap { .init($0) } ?? .whole)
        if dryRun {
            try Destination.standardOutput.write(try counted(run))
            return
        }
        do {
            let found = try SweepDatabase(databasePath, for: plan, version: run.version, restarts: restart)
            if gather.isEmpty { try work(run, found) } else { try gathered(into: found) }
            let tally = try found.tally()
            if tally.failed > 0 {
                Terminal.error("v2x: \(tally.failed) of \(tally.done) runs have no schedule: see the column error")
            }
            switch format {
            case .sqlite: break
            case .csv: try destination?.write(SweepExport(found, showsSeconds: timings).csv())
            case .json: try destination?.write(SweepExport(found, showsSeconds: timings).json())
            case .tornado:
                try destination?.write(SweepTornado.table(SweepSummary(found, value: value), of: databasePath))
            }
            if !gather.isEmpty, tally.done < plan.count {
                throw Ending.say(
                    "v2x: \(plan.count - tally.done) of \(plan.count) runs are missing: without --gather they are run",
                    Ending.failed)
            }
        } catch let problem as SweepDatabase.Problem { throw ending(problem, databasePath) }
    }

    private func loadedPlan() throws -> SweepPlan {
        do {
            let loaded = try SweepFile.standard.load(path: sweep)
            for warning in loaded.warnings { Terminal.error(warning.description) }
            return loaded.plan
        } catch { throw Ending.of(error, consequence: "nothing is run") }
    }

    private func work(_ run: SweepRun, _ found: SweepDatabase) throws {
        let before = try run.progress(in: found)
        let bar = ProgressBar("sweep", done: Double(before.done) / Double(max(1, before.count)))
        let start = ContinuousClock.now
        try run.run(into: found) { done, count in
            bar.show(Double(done) / Double(count), done: done, of: count, unit: "runs")
        }
        bar.end()
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        let fresh = before.count - before.done
        let known = before.done > 0 ? ", \(before.done) were there" : ""
        let speed = fresh > 0 ? " in \(tenths(seconds)) s, \(tenths(Double(fresh) / max(seconds, 0.001))) a second" : ""
        Terminal.error("\(databasePath): \(fresh) \(fresh == 1 ? "run" : "runs")\(speed)\(known)")
    }

    private func gathered(into found: SweepDatabase) throws {
        for path in gather {
            do { try found.gather(SweepDatabase(reading: path)) } catch { throw ending(error, path) }
        }
        let tally = try found.tally()
        Terminal.error("\(databasePath): \(tally.done) runs from \(gather.count) databases")
    }

    /// What would be run.
    private func counted(_ run: SweepRun) throws -> String {
        var text = ""
        for (names, count) in run.plan.sizes { text += "\(count) x \(names.joined(separator: ", "))\n" }
        text += "\(run.plan.count) runs"
        if let shard { text += ", \((run.plan.count - run.shard.number) / run.shard.count + 1) in shard \(shard)" }
        if FileManager.default.fileExists(atPath: databasePath) {
            do {
                let found = try SweepDatabase(reading: databasePath)
                guard try found.about().digest == run.plan.digest else {
                    return text + "; \(databasePath) holds another sweep\n"
                }
                text += ", \(try run.progress(in: found).done) of them in \(databasePath)"
            } catch let problem as SweepDatabase.Problem { throw ending(problem, databasePath) }
        }
        return text + "\n"
    }

    private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private func ending(_ problem: SweepDatabase.Problem, _ path: String) -> ExitCode {
        switch problem {
        case .another(let words):
            return Ending.say("\(path): \(words): name another file, or say --restart", Ending.badInput)
        case .notASweep: return Ending.say("\(path): \(problem.message)", Ending.badInput)
        case .notReadable:
            let isGathered = gather.contains(path)
            return Ending.say("\(path): \(problem.message)", isGathered ? Ending.noInput : Ending.notWritable)
        case .sqlite: return Ending.say("\(path): \(problem.message)", Ending.notWritable)
        }
    }
}
