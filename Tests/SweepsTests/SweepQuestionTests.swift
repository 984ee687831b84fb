import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Simulations
import Testing

@testable import Accounting
@testable import Sweeps

/// Sweeps that ask more than a schedule, and that vary one input at a time. What a user would lose: a study of savings, of the
/// worth of streams or of years, of which every row is what the command of that name says.
@Suite struct SweepQuestionTests {
    /// The database of a sweep that was run on two threads.
    private static func database(_ text: String, _ body: (SweepDatabase, SweepPlan) throws -> Void) throws {
        try SweepRunTests.withFolder { folder in
            let plan = try SweepFileTests.plan(text)
            let path = folder.appendingPathComponent("a.sqlite").path
            try SweepRun(plan, version: "test", threads: 2).run(
                into: SweepDatabase(path, for: plan, version: "test")
            ) { _, _ in }
            try body(SweepDatabase(reading: path), plan)
        }
    }

    private static func rows(_ database: SweepDatabase, _ columns: [String]) throws -> [[SweepValue]] {
        var rows: [[SweepValue]] = []
        try database.forEachRow(columns) { rows.append($0) }
        return rows
    }

    /// The scenario of one run of a plan, as the commands schedule it.
    private static func scheduler(_ plan: SweepPlan, run: Int) throws -> Scheduler {
        var document = try ScenarioDocument(plan.base)
        _ = try document.apply(plan.settings(of: run))
        let scenario = try SweepWorker.loader.load(document).scenario
        return Scheduler(
            scenario: scenario, ageing: try scenario.vehicles.map { try .init(vehicle: $0, grid: scenario.grid) },
            solver: DirectSolver())
    }

    @Test("question: compare has each mode's figures and what one saves against another, as compare says them")
    func compare() throws {
        let text = """
            base: night.yaml
            question: compare
            axes: [{ path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 80] }]
            """
        try SweepQuestionTests.database(text) { database, plan in
            let columns = [
                "status", "v2x_objective", "immediate_objective", "v2x_saving_against_immediate", "v1x_efc",
                "v2x_true_cost_against_deferred",
            ]
            let row = try #require(try SweepQuestionTests.rows(database, columns).last)
            let (modes, _) = try Planner(SweepQuestionTests.scheduler(plan, run: 1)).compare()
            let accounts = Dictionary(uniqueKeysWithValues: modes.map { ($0.mode, $0.account) })
            let (v2x, immediate) = (try #require(accounts[.v2x]), try #require(accounts[.immediate]))
            #expect(row[0] == .text("optimal"))
            #expect(row[1] == .real(v2x.objective) && row[2] == .real(immediate.objective))
            #expect(row[3] == .real(rounded(immediate.objective - v2x.objective)))
            #expect(row[4] == .real(try #require(accounts[.v1x]).efc))
            #expect(row[5] == .real(try #require(v2x.trueCostAgainst["deferred"])))
        }
    }

    @Test("question: value has the worth of each stream per vehicle and year; streams that a scenario has not are null")
    func value() throws {
        let text = """
            base: night.yaml
            question: value
            axes: [{ path: "vehicles[0].charger.discharge_kw", name: discharge_kw, values: [3.7] }]
            """
        try SweepQuestionTests.database(text) { database, plan in
            let columns = ["v2x_net", "v1x_first_arbitrage", "v2x_first_carbon", "uncontrolled_bill", "status"]
            let row = try #require(try SweepQuestionTests.rows(database, columns).first)
            let worth = try StreamWorth(SweepQuestionTests.scheduler(plan, run: 0))
            #expect(row[0] == .real(try #require(worth.modes["v2x"]).net))
            let arbitrage = try #require(worth.streams.first { $0.stream == "arbitrage" })
            #expect(row[1] == .real(try #require(arbitrage.worth["v1x"]).first))
            #expect(row[2] == .null)
            #expect(row[3] == .real(rounded(worth.uncontrolled.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value })))
            #expect(row[4] == .text("optimal"))
        }
    }

    @Test("question: simulate lives each scenario day by day, with the horizon and commitment that its section says")
    func simulate() throws {
        let text = """
            base: night.yaml
            question: simulate
            simulate: { horizon: 24h, commit: 12h }
            axes: [{ temperatures: { from: 10, to: 30, step: 20 } }]
            """
        try SweepQuestionTests.database(text) { database, plan in
            let columns = [
                "temperature_c", "v2x_total", "uncontrolled_total", "v2x_calendar_loss", "v2x_saving_against_v1x",
            ]
            let rows = try SweepQuestionTests.rows(database, columns)
            #expect(rows.map { $0[0] } == [.real(10), .real(30)])
            let simulation = try Simulation(
                SweepQuestionTests.scheduler(plan, run: 1),
                options: .init(horizonSeconds: 24 * 3600, commitSeconds: 12 * 3600))
            let (v2x, v1x) = (try #require(simulation.runs["v2x"]), try #require(simulation.runs["v1x"]))
            #expect(rows[1][1] == .real(v2x.total) && rows[1][4] == .real(rounded(v1x.total - v2x.total)))
            #expect(rows[1][2] == .real(try #require(simulation.runs["immediate"]).total))
            #expect(rows[1][3] == .real(v2x.calendarLoss))
            // Warm cells age faster.
            #expect(try #require(rows[0][3].number) < v2x.calendarLoss)
        }
    }

    @Test(
        "a run without an answer is a row with its reason, whatever is asked",
        arguments: ["compare", "value", "simulate"])
    func failure(question: String) throws {
        let text = """
            base: night.yaml
            question: \(question)
            axes: [{ path: site.import_limit_kw, name: limit, values: [0] }, { path: site.load_kw, name: load, values: [5] }]
            """
        try SweepQuestionTests.database(text) { database, _ in
            let row = try #require(try SweepQuestionTests.rows(database, ["status", "error"]).first)
            #expect(row[0] == .text("infeasible") && !row[1].text.isEmpty, "\(row)")
        }
    }

    @Test("mistakes in question and simulate are found with their place")
    func findings() {
        #expect(
            SweepFileTests.findings("base: night.yaml\nquestion: compear\naxes: [{ cells: [nmc] }]") == [
                "sweep.yaml:2:11: question: unknown question \"compear\"; did you mean compare? (schedule, compare, value, simulate)"
            ])
        #expect(
            SweepFileTests.findings("base: night.yaml\nquestion: value\naxes: [{ modes: all }]") == [
                "sweep.yaml:3:17: axes[0].modes: goes with question: schedule only: value has its own modes"
            ])
        #expect(
            SweepFileTests.findings("base: night.yaml\nsimulate: { perfect: true }\naxes: [{ cells: [nmc] }]") == [
                "sweep.yaml:2:11: simulate: goes with question: simulate"
            ])
    }

    @Test("the answers of one question are not mixed with those of another")
    func digest() throws {
        func plan(_ question: String) throws -> SweepPlan {
            try SweepFileTests.plan("base: night.yaml\n\(question)axes: [{ cells: [nmc] }]")
        }
        let plain = try plan("")
        // A database of before there were questions goes on.
        #expect(try plan("question: schedule\n").digest == plain.digest)
        #expect(try plan("question: compare\n").digest != plain.digest)
        #expect(
            try plan("question: simulate\n").digest != plan("question: simulate\nsimulate: { perfect: true }\n").digest)
    }

    @Test("combine: each is the base, then each value with all others as in the base")
    func each() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            combine: each
            axes:
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 60, 80] }
              - temperatures: [0]
              - cells: [nmc, lfp]
              - days: [2024-07-15]
            """)
        #expect(
            SweepFileTests.columns(plan) == [
                ["60", "base", "nmc", "2024-01-15"],
                // What the base says already is not run again.
                ["40", "base", "nmc", "2024-01-15"], ["80", "base", "nmc", "2024-01-15"],
                ["60", "0", "nmc", "2024-01-15"],
                ["60", "base", "lfp", "2024-01-15"],
                ["60", "base", "nmc", "2024-07-15"],
            ])
        #expect(plan.settings(of: 0).allSatisfy { $0.changes.isEmpty })
    }

    @Test("factors are of the base scenario's own numbers, each key its own")
    func factors() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            combine: each
            axes:
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, factors: [0.8, 1, 1.2] }
              - { path: ["vehicles[0].charger.charge_kw", "vehicles[0].charger.discharge_kw"], name: kw, factors: [0.5] }
            """)
        #expect(SweepFileTests.columns(plan) == [["60", "11"], ["48", "11"], ["72", "11"], ["60", "5.5"]])
        var document = try ScenarioDocument(plan.base)
        _ = try document.apply(plan.settings(of: 3))
        let charger = try SweepWorker.loader.load(document).scenario.vehicles[0].charger
        #expect(charger.chargeKW == 5.5 && charger.dischargeKW == 5)
        #expect(
            SweepFileTests.findings("base: night.yaml\naxes: [{ path: tariff.carbon, factors: [2] }]") == [
                "sweep.yaml:2:40: axes[0].factors: the base scenario has no number at tariff.carbon, or several"
            ])
    }

    @Test("what moves the result most stands first, with the result at the input's lowest and highest value")
    func effects() throws {
        let text = """
            base: night.yaml
            combine: each
            axes:
              - { path: "vehicles[0].battery.ageing.price_per_kwh", name: battery_price_per_kwh, values: [99, 101] }
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 80] }
              - cells: [lfp]
              - temperatures: [0, 30]
            """
        try SweepQuestionTests.database(text) { database, _ in
            let summary = try SweepSummary(database, value: nil)
            #expect(summary.value == "objective" && summary.unit == "EUR" && summary.variesOneAtATime)
            let objectives = try SweepQuestionTests.rows(database, ["objective"]).map { $0[0].number ?? .nan }
            let (middle, effects) = summary.effects()
            #expect(middle == objectives[0])
            let capacity = try #require(effects.first { $0.axis == "capacity_kwh" })
            #expect(
                capacity
                    == .init(
                        axis: "capacity_kwh", lowLabel: "40", low: objectives[3], highLabel: "80", high: objectives[4]))
            #expect(effects.map(\.axis).last == "battery_price_per_kwh")
            #expect(effects.map(\.span) == effects.map(\.span).sorted(by: >))
            // The base says no temperature: its run is no end of the bar.
            let temperature = try #require(effects.first { $0.axis == "temperature_c" })
            #expect(temperature.lowLabel == "0" && temperature.highLabel == "30")
            // Of names, those with the least and the greatest result; the base's counts.
            let cell = try #require(effects.first { $0.axis == "cell" })
            #expect(Set([cell.lowLabel, cell.highLabel]) == ["nmc", "lfp"] && cell.low <= cell.high)
        }
    }

    @Test("in a grid, effects are means over all other axes")
    func effectsOfAGrid() throws {
        let text = """
            base: night.yaml
            axes:
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 80] }
              - cells: [nmc, lfp]
            """
        try SweepQuestionTests.database(text) { database, _ in
            let objectives = try SweepQuestionTests.rows(database, ["objective"]).map { $0[0].number ?? .nan }
            let summary = try SweepSummary(database, value: "objective")
            let (middle, effects) = summary.effects()
            #expect(!summary.variesOneAtATime)
            #expect(abs(middle - objectives.reduce(0, +) / 4) < 1e-12)
            let capacity = try #require(effects.first { $0.axis == "capacity_kwh" })
            #expect(abs(capacity.low - (objectives[0] + objectives[1]) / 2) < 1e-12)
            #expect(abs(capacity.high - (objectives[2] + objectives[3]) / 2) < 1e-12)
        }
    }
}
