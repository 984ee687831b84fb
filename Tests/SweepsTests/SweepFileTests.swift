import Ageing
import Foundation
import ScenarioFiles
import Scenarios
import TestSupport
import Testing

@testable import Sweeps

/// What a sweep's file means: which runs there are, and where its mistakes are.
@Suite struct SweepFileTests {
    static let folder = Repository.folder("scenarios/sweeps").path

    static func plan(_ text: String) throws -> SweepPlan {
        try SweepFile.standard.load(ScenarioSource(text: text, named: "sweep.yaml", directory: folder)).plan
    }

    static func columns(_ plan: SweepPlan) -> [[String]] {
        (0..<plan.count).map { plan.settings(of: $0).map(\.shown.text) }
    }

    static func findings(_ text: String) -> [String] {
        do {
            _ = try plan(text)
            return []
        } catch InputError.invalid(let findings) { return findings.map(\.description) } catch { return ["\(error)"] }
    }

    @Test("a grid is every value with every other, the last axis fastest: rows keep their numbers")
    func grid() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            axes:
              - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 60] }
              - { path: "vehicles[0].charger.discharge_kw", name: discharge_kw, range: { from: 0, to: 0.3, step: 0.1 } }
            """)
        #expect(plan.axisNames == ["capacity_kwh", "discharge_kw"])
        #expect(
            SweepFileTests.columns(plan) == [
                ["40", "0"], ["40", "0.1"], ["40", "0.2"], ["40", "0.3"],
                ["60", "0"], ["60", "0.1"], ["60", "0.2"], ["60", "0.3"],
            ])
    }

    @Test("zipped axes go together; inside a grid they are one axis of it")
    func zip() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            axes:
              - modes: [v2x, immediate]
              - combine: zip
                axes:
                  - { path: "vehicles[*].charger.charge_kw", name: charge_kw, values: [3.7, 11] }
                  - { path: [tariff.import.scale, tariff.export.scale], name: scale, range: { from: 1, to: 1.2, count: 2 } }
            """)
        #expect(
            SweepFileTests.columns(plan) == [
                ["v2x", "3.7", "1"], ["v2x", "11", "1.2"], ["immediate", "3.7", "1"], ["immediate", "11", "1.2"],
            ])
    }

    @Test("a Latin hypercube uses each tenth of each axis once, and its seed decides which with which")
    func latinHypercube() throws {
        func sample(_ seed: Int) throws -> [[Double]] {
            let plan = try SweepFileTests.plan(
                """
                base: night.yaml
                combine: latin
                samples: 10
                seed: \(seed)
                axes:
                  - { path: "vehicles[0].battery.capacity_kwh", range: { from: 40, to: 50 } }
                  - { path: "vehicles[0].battery.soc_start", random: { from: 0, to: 1 } }
                  - { path: "vehicles[0].battery.soc_min", values: [0, 0.1, 0.2, 0.3, 0.4] }
                """)
            return (0..<plan.count).map { plan.settings(of: $0).map { $0.shown.number ?? .nan } }
        }
        let rows = try sample(1)
        #expect(rows.map { Int($0[0] - 40) }.sorted() == Array(0..<10))
        #expect(rows.map { Int($0[1] * 10) }.sorted() == Array(0..<10))
        #expect(rows.map { $0[2] }.sorted() == [0, 0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4])
        #expect(try rows == sample(1))
        #expect(try rows != sample(2))
    }

    @Test("a random sample has the mean and spread that were asked for, and the same numbers next year")
    func randomSample() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            axes: [{ path: "vehicles[0].plugged[0].trip_kwh", random: { mean: 12, sd: 3, count: 4000, seed: 5 } }]
            """)
        let values = (0..<plan.count).compactMap { plan.settings(of: $0)[0].shown.number }
        let mean = values.reduce(0, +) / 4000
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999).squareRoot()
        // Three standard errors.
        #expect(abs(mean - 12) < 3 * 3 / 4000.0.squareRoot())
        #expect(abs(deviation - 3) < 3 * 3 / 8000.0.squareRoot())
        // The reference numbers of SplitMix64 with seed 1234567 (Vigna's C, as Java's SplittableRandom gives them).
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
        #expect(abs(Spread.normal(mean: 0, standardDeviation: 1).quantile(0.975) - 1.959963984540054) < 1e-12)
    }

    @Test("the days of a price file are those on which the whole horizon fits; every time moves with them")
    func days() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            axes: [{ days: { file: ../prices/nl-2024-year.csv, every: 10 } }]
            """)
        // The horizon reaches into the next day, so the year's last day does not fit.
        #expect(plan.count == 37)
        #expect(plan.settings(of: 36)[0].shown.text == "2024-12-26")
        var document = try ScenarioDocument(plan.base)
        _ = try document.apply(plan.settings(of: 36))
        let scenario = try SweepWorker.loader.load(document).scenario
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(clock.dateTime(scenario.grid.start) == "2024-12-26 12:00")
        #expect(clock.dateTime(scenario.vehicles[0].windows[0].to) == "2024-12-27 07:25")
    }

    @Test("cells: all is every cell that is built in; files is what a pattern finds beside the scenario")
    func cellsAndFiles() throws {
        let plan = try SweepFileTests.plan(
            """
            base: night.yaml
            axes:
              - cells: all
              - { path: tariff.import.file, name: prices, files: "../prices/nl-2024-0*.csv" }
            """)
        let rows = SweepFileTests.columns(plan)
        #expect(Set(rows.map { $0[0] }).count == CellRegistry.names.count)
        #expect(
            rows.prefix(3).map { $0[1] } == [
                "../prices/nl-2024-01-15.csv", "../prices/nl-2024-03-30.csv", "../prices/nl-2024-05-04.csv",
            ])
    }

    @Test("a slip in the file is found before ten thousand runs fail of it, with its place")
    func mistakes() {
        #expect(
            SweepFileTests.findings(
                """
                base: night.yaml
                axes:
                  - { path: "vehicles[0].battery.capcity_kwh", values: [40] }
                  - { path: "vehicles[3].battery.capacity_kwh", values: [40] }
                """) == [
                    "sweep.yaml:3:13: axes[0].path: vehicles[0].battery.capcity_kwh: unknown key; did you mean capacity_kwh?",
                    "sweep.yaml:4:13: axes[1].path: vehicles has 1 item, not this one",
                ])
        #expect(
            SweepFileTests.findings(
                """
                base: night.yaml
                combine: zip
                axes:
                  - { cells: [nmc, lpf] }
                  - { modes: [v2x], values: [1] }
                  - { path: a.b, name: status, range: { from: 2, to: 1, step: 1 } }
                """) == [
                    "sweep.yaml:4:20: axes[0].cells[1]: unknown cell \"lpf\"; did you mean lfp? (\(CellRegistry.names.sorted().joined(separator: ", ")))",
                    "sweep.yaml:5:5: axes[1]: must have one of values, range, factors, random, files, days, cells, temperatures, modes",
                    "sweep.yaml:6:24: axes[2].name: \"status\" is already a column of the results: set another name",
                    "sweep.yaml:6:39: axes[2].range: to must be >= from (2), got 1",
                ])
        #expect(
            SweepFileTests.findings(
                """
                base: night.yaml
                combine: zip
                axes: [{ cells: [nmc, lfp] }, { modes: [v2x] }]
                sampels: 3
                """) == [
                    "sweep.yaml:3:7: axes: are zipped, so all must have as many values, got [1, 2]",
                    "sweep.yaml:4:1: sampels: unknown key; did you mean samples?",
                ])
    }
}
