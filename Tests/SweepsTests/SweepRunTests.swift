import Scheduling
import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import TestSupport
import Testing

@testable import Accounting
@testable import Sweeps

/// The rows of a sweep: the same as single runs would give, however many threads, shards and interruptions.
@Suite struct SweepRunTests {
    static let text = """
        base: night.yaml
        axes:
          - days: [2024-01-15, 2024-03-30, 2024-05-04]
          - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, -1] }
          - modes: [v2x, v1x, deferred]
        """

    static func withFolder(_ body: (URL) throws -> Void) throws { try TemporaryFolder.with([:], body) }

    static func rows(_ folder: URL, _ plan: SweepPlan, threads: Int, shards: [String] = ["1/1"]) throws -> String {
        let path = folder.appendingPathComponent(UUID().uuidString).path
        for shard in shards {
            let run = SweepRun(plan, version: "test", threads: threads, shard: try #require(SweepRun.Shard(shard)))
            try run.run(into: SweepDatabase(path, for: plan, version: "test")) { _, _ in }
        }
        return try SweepExport(SweepDatabase(reading: path), showsSeconds: false).csv()
    }

    @Test("rows are the same to the last digit with one thread and with five, in one go and in shards")
    func threadsAndShards() throws {
        try SweepRunTests.withFolder { folder in
            let plan = try SweepFileTests.plan(SweepRunTests.text)
            let one = try SweepRunTests.rows(folder, plan, threads: 1)
            #expect(one.split(separator: "\n").count == 1 + 18)
            #expect(try SweepRunTests.rows(folder, plan, threads: 5) == one)
            #expect(try SweepRunTests.rows(folder, plan, threads: 2, shards: ["3/3", "1/3", "2/3"]) == one)
        }
    }

    @Test("a row says what a single run of its scenario says; a run that fails is a row with its error")
    func rowIsARun() throws {
        try SweepRunTests.withFolder { folder in
            let plan = try SweepFileTests.plan(SweepRunTests.text)
            let path = folder.appendingPathComponent("a.sqlite").path
            try SweepRun(plan, version: "test", threads: 2).run(
                into: SweepDatabase(path, for: plan, version: "test")
            ) { _, _ in }
            let database = try SweepDatabase(reading: path)
            var rows: [[SweepValue]] = []
            let wanted = ["day", "capacity_kwh", "mode", "status", "error", "objective", "cost_cycle", "true_cost"]
            try database.forEachRow(wanted) { rows.append($0) }

            // The same night, written out by hand.
            let night = try String(contentsOfFile: SweepFileTests.folder + "/night.yaml", encoding: .utf8)
            let scenario = try SweepWorker.loader.load(
                text: night.replacing("capacity_kwh: 60", with: "capacity_kwh: 40").replacing(
                    "2024-01-15", with: "2024-05-04"
                )
                .replacing("2024-01-16", with: "2024-05-05"), named: "night", directory: SweepFileTests.folder
            ).scenario
            let planner = Planner(
                .init(
                    scenario: scenario,
                    ageing: try scenario.vehicles.map { try .init(vehicle: $0, grid: scenario.grid) },
                    solver: DirectSolver()))
            guard case .schedule(let solved) = planner.schedule(.v2x), case .schedule(let usual) = planner.baseline()
            else {
                Issue.record("no schedule")
                return
            }
            let degradation = try #require(
                try planner.degradation(of: solved.schedule, against: usual.schedule)?["ev1"])
            let row = rows[2 * 6]
            #expect(row[0] == .text("2024-05-04") && row[1] == .real(40) && row[2] == .text("v2x"))
            #expect(row[3] == .text("optimal") && row[4] == .null)
            #expect(row[5] == .real(rounded(solved.objective)))
            #expect(row[6] == .real(rounded(solved.costs[2].amount)))
            #expect(row[7] == .real(degradation.trueCost))

            let failed = rows[3]
            #expect(failed[3] == .text("invalid") && failed[5] == .null)
            #expect(failed[4].text.hasSuffix("vehicles[0].battery.capacity_kwh: must be > 0 kWh, got -1"))
            #expect(try database.tally() == (18, 9))
        }
    }

    @Test("another sweep's database is not written into, and a file that is none is left alone")
    func foreignDatabase() throws {
        try SweepRunTests.withFolder { folder in
            let path = folder.appendingPathComponent("a.sqlite").path
            let one = try SweepFileTests.plan("base: night.yaml\naxes: [{ cells: [nmc] }]")
            let other = try SweepFileTests.plan("base: night.yaml\naxes: [{ cells: [lfp] }]")
            try SweepRun(one, version: "1", threads: 1).run(into: SweepDatabase(path, for: one, version: "1")) { _, _ in
            }
            #expect(
                throws: SweepDatabase.Problem.another(
                    "holds the results of another sweep, \"sweep.yaml\" (\(one.digest))")
            ) { try SweepDatabase(path, for: other, version: "1") }
            #expect(throws: SweepDatabase.Problem.another("was begun by version 1 of the program")) {
                try SweepDatabase(path, for: one, version: "2")
            }
            #expect(try SweepDatabase(path, for: other, version: "1", restarts: true).tally() == (0, 0))
            let text = folder.appendingPathComponent("b.sqlite").path
            try String(repeating: "not a database. ", count: 100).write(toFile: text, atomically: true, encoding: .utf8)
            #expect(throws: SweepDatabase.Problem.notASweep) { try SweepDatabase(text, for: one, version: "1") }
        }
    }

    @Test("a row's digest changes with what is in a file that it reads, not with where the file lies")
    func digest() throws {
        try SweepRunTests.withFolder { folder in
            func digest(_ name: String, price: Double) throws -> String {
                let place = folder.appendingPathComponent(name)
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                try "time,price\n2024-01-15T12:00,\(price)\n2024-01-15T13:00,0.2\n2024-01-15T14:00,0.3\n".write(
                    to: place.appendingPathComponent("p.csv"), atomically: true, encoding: .utf8)
                try """
                horizon: { start: 2024-01-15T12:00, end: 2024-01-15T14:00, step: 1h }
                tariff: { import: { file: p.csv } }
                vehicles:
                  - id: a
                    battery: { capacity_kwh: 60, soc_start: 0.5 }
                    charger: { charge_kw: 11 }
                    plugged: [{ from: 2024-01-15T12:00, to: 2024-01-15T14:00 }]
                """.write(to: place.appendingPathComponent("s.yaml"), atomically: true, encoding: .utf8)
                let sweep = ScenarioSource(
                    text: "base: s.yaml\naxes: [{ modes: [v1x] }]", named: "sweep", directory: place.path)
                let plan = try SweepFile.standard.load(sweep).plan
                let worker = try SweepWorker(plan, version: "1", files: SeriesFiles())
                return try #require(worker.record(0).digest)
            }
            let first = try digest("a", price: 0.1)
            #expect(try digest("b", price: 0.1) == first)
            #expect(try digest("c", price: 0.11) != first)
        }
    }
}
