import Verification
import Accounting
import Ageing
import Foundation
import GLPKSolver
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import TestSupport
import Testing

@testable import ValueStreams

/// What every stream owes: without a price it changes nothing, what it settles is what was optimised, and what it promised
/// and cannot keep is found.
@Suite struct StreamContractTests {
    /// A night with one vehicle, 12 hours, and `services` in it.
    static func scenario(_ services: String) throws -> Scenario {
        let text = """
            currency: EUR
            horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: UTC }
            tariff:
              import: [0.3, 0.34, 0.28, 0.25, 0.2, 0.14, 0.1, 0.09, 0.1, 0.12, 0.18, 0.26]
              export: [0.2, 0.24, 0.18, 0.15, 0.1, 0.04, 0.02, 0.02, 0.02, 0.02, 0.08, 0.16]
            site: { load_kw: 1.5, import_limit_kw: 14 }
            vehicles:
              - id: car
                battery: { capacity_kwh: 60, soc_min: 0.1, soc_start: 0.5, ageing: { cycle_cost: 0.02 } }
                charger: { charge_kw: 11, discharge_kw: 8, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
                plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.8 }]
            services:
            \(services)
            """
        do {
            return try ScenarioLoader(sections: StreamRegistry.sections).load(text: text, named: "s.yaml").scenario
        } catch {
            if case .invalid(let findings) = error { throw Wrong(words: findings.map(\.description)) }
            throw error
        }
    }

    struct Wrong: Error, Equatable { var words: [String] }

    static func solved(_ scenario: Scenario) throws -> SolvedSchedule {
        let scheduler = Scheduler(
            scenario: scenario,
            ageing: try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) },
            streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw Wrong(words: ["no schedule"]) }
        return solved
    }

    /// A rule that went beyond the feeder's limit gave a plan that `verify` rejects.
    @Test("charging by a rule keeps the feeder's hard limit", arguments: [ScheduleMode.immediate, .deferred])
    func ruleKeepsFeederLimit(mode: ScheduleMode) throws {
        let scenario = try StreamContractTests.scenario(
            "  network_deferral: { feeder_load_kw: 40, rate_per_kw: 1, limit_kw: 46 }")
        let streams = StreamRegistry.streams(of: scenario)
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let scheduler = Scheduler(scenario: scenario, ageing: ageing, streams: streams, solver: DirectSolver())
        guard case .schedule(let solved) = Planner(scheduler).schedule(mode) else {
            throw Wrong(words: ["no schedule"])
        }
        #expect(abs((solved.schedule.importKW.max() ?? 0) - 6) < 1e-9)
        let result = ResultFile(solved, scenario: scenario)
        #expect(Replay(scenario: scenario, ageing: ageing, result: result, streams: streams).problems == [])
    }

    static let neutral = [
        "  demand_charge: { rate_per_kw: 0 }",
        "  network_deferral: { feeder_load_kw: 40, rate_per_kw: 0 }",
        "  resource_adequacy: { payment_per_kw: 0, max_kw: 3, events: [{ from: 2024-01-15T19:00, to: 2024-01-15T20:00 }] }",
        "  reserve: [{ direction: symmetric, price: 0, duration: 30min, block: 4h }]",
        "  backup: { critical_load_kw: 0, duration: 2h }",
        "  carbon: { intensity_g_per_kwh: 0, price_per_tonne: 90 }",
        "  tiered_tariff: { blocks: [{ up_to_kwh: 10, surcharge: 0 }, { surcharge: 0 }] }",
        "  net_metering: { value_per_kwh: 0 }",
    ]

    @Test("a stream without a price is as good as absent", arguments: neutral)
    func neutralChangesNothing(section: String) throws {
        let without = try StreamContractTests.solved(StreamContractTests.scenario("  {}"))
        let with = try StreamContractTests.solved(StreamContractTests.scenario(section))
        #expect(abs(with.objective - without.objective) < 1e-7)
    }

    static let priced = [
        "  demand_charge: { rate_per_kw: 0.4 }",
        "  network_deferral: { feeder_load_kw: 40, rate_per_kw: 0.3 }",
        "  resource_adequacy: { payment_per_kw: 0.6, max_kw: 12, events: [{ daily: [\"19:00\", \"21:00\"] }] }",
        "  reserve: [{ direction: up, price: 0.02, duration: 1h, block: 4h, activation: 0.1, activation_price: 0.2 }]",
        "  reserve: [{ direction: down, price: 0.02, duration: 1h, min_kw: 2, step_kw: 1 }]",
        "  backup: { critical_load_kw: 3, duration: 6h }",
        "  carbon: { intensity_g_per_kwh: 300, price_per_tonne: 90 }",
        "  tiered_tariff: { blocks: [{ up_to_kwh: 25, surcharge: 0 }, { surcharge: 0.2 }] }",
        "  tiered_tariff: { imported_so_far_kwh: 2, blocks: [{ up_to_kwh: 25, surcharge: 0.2 }, { surcharge: 0 }] }",
        "  net_metering: { value_per_kwh: 0.1 }",
    ]

    @Test("each stream has an example without a price and one with a price") func examples() {
        let keys = Set(StreamRegistry.sections.map { $0.key })
        for examples in [StreamContractTests.neutral, StreamContractTests.priced] {
            let named = examples.map { String($0.drop { $0 == " " }.prefix { $0 != ":" }) }
            #expect(Set(named) == keys)
        }
    }

    @Test("what a stream settles from plain kW is its cost line, and its own check passes", arguments: priced)
    func settles(section: String) throws {
        let scenario = try StreamContractTests.scenario(section)
        let solved = try StreamContractTests.solved(scenario)
        for stream in StreamRegistry.streams(of: scenario) {
            let line = try #require(solved.costs.first { $0.name == stream.key })
            #expect(abs(stream.settle(solved.schedule, in: scenario) - line.amount) < 1e-7)
            #expect(stream.problems(of: solved.schedule, in: scenario) == [])
        }
    }

    @Test("a reserve that the battery cannot sustain, and one that changes within its block, are named")
    func unsustainableReserve() throws {
        let scenario = try StreamContractTests.scenario(
            "  reserve: [{ direction: up, price: 0.02, duration: 4h, block: 4h }]")
        var schedule = try StreamContractTests.solved(scenario).schedule
        let stream = try #require(StreamRegistry.streams(of: scenario).first)
        schedule.services["reserve"]?[0].kw?[1] += 5
        let words = stream.problems(of: schedule, in: scenario)
        #expect(words.contains { $0.contains("the amount changes within its block") })
        #expect(words.contains { $0.contains("kW up are sold, the vehicles hold") })
        schedule.services["reserve"]?[0].shares = nil
        #expect(stream.problems(of: schedule, in: scenario).contains { $0.contains("the vehicles can sustain") })
    }

    @Test("a capacity commitment that is missed in one step is named with the step")
    func missedCommitment() throws {
        let scenario = try StreamContractTests.scenario(StreamContractTests.priced[2])
        var schedule = try StreamContractTests.solved(scenario).schedule
        let stream = try #require(StreamRegistry.streams(of: scenario).first)
        schedule.importKW[1] += 12
        #expect(
            stream.problems(of: schedule, in: scenario).contains {
                $0.hasPrefix("resource_adequacy: step 1 (") && $0.contains("are spared of the")
            })
    }

    @Test("a backup that falls short is a shortfall of the site, at its boundary")
    func backupShortfall() throws {
        let scenario = try StreamContractTests.scenario("  backup: { critical_load_kw: 12, duration: 6h }")
        let solved = try StreamContractTests.solved(scenario)
        let stream = try #require(StreamRegistry.streams(of: scenario).first)
        let own = stream.shortfalls(of: solved.schedule, in: scenario)
        #expect(!own.isEmpty && own.allSatisfy { $0.kind == .backup && $0.vehicle == nil })
        let (found, reported) = (own.map(\.kwh).reduce(0, +), solved.schedule.shortfalls.map(\.kwh).reduce(0, +))
        #expect(abs(found - reported) < 1e-5)
    }

    @Test("a bad section is located and says what is wrong")
    func badSection() {
        #expect(throws: Wrong(words: ["s.yaml:13:33: services.demand_charge.rate_per_kw: must be >= 0 EUR/kW, got -1"]))
        {
            try StreamContractTests.scenario("  demand_charge: { rate_per_kw: -1 }")
        }
    }

    @Test("a stream of somebody else's needs a type and a line in the loader, nothing more")
    func toyStream() throws {
        var scenario = try StreamContractTests.scenario("  {}")
        scenario.services["toy"] = Toy()
        let solved = try StreamContractTests.solved(scenario)
        let bought = solved.schedule.importKW.reduce(0, +)
        let line = try #require(solved.costs.first { $0.name == "toy" })
        #expect(abs(line.amount - 0.01 * bought) < 1e-7)
    }

    /// A cent for each kW imported.
    private struct Toy: ValueStream {
        let key = "toy"
        func constrain(_ model: inout SchedulingModel) {
            let line = model.program.costLine(key)
            for flow in model.site.importKW { model.program.addCost(line, flow, times: 0.01) }
        }
        func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }
        func settle(_ schedule: Schedule, in scenario: Scenario) -> Double { 0.01 * schedule.importKW.reduce(0, +) }
    }

    @Test("folder and registry agree")
    func registry() throws {
        let folder = Repository.folder("Sources/ValueStreams")
        let helpers: Set = [
            "StreamRegistry.swift", "StreamText.swift", "EventTimes.swift", "ReserveCheck.swift", "BilledPeak.swift",
        ]
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".swift") && !helpers.contains($0)
        }
        #expect(files.count == StreamRegistry.sections.count)
    }
}
