import Accounting
import Verification
import Ageing
import Scenarios
import Scheduling
import Testing

@testable import Verification

/// Targets that gave way: what a result admits must be what happened. No solver here: schedules are written by hand.
@Suite struct ReplayTargetTests {
    static let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 4, timeZone: "UTC")

    /// 3 kW for two hours cannot bring 10 kWh to 18; then a trip of 2 kWh, and two hours plugged in again.
    static let scenario: Scenario = {
        func hour(_ hours: Int) -> Instant { grid.start.adding(seconds: hours * 3600) }
        return Scenario(
            name: "hand", currency: "EUR", grid: grid, importPricePerKWh: [0.2, 0.2, 0.2, 0.2],
            exportPricePerKWh: [0, 0, 0, 0], site: Site(unlimitedFor: 4),
            vehicles: [
                Vehicle(
                    id: "ev1",
                    battery: Battery(
                        capacityKWh: 20, socMin: 0.1, socStart: 0.5, socEnd: 0.5, temperatureC: [20, 20, 20, 20],
                        ageing: .none),
                    charger: Charger(chargeKW: 3),
                    windows: [
                        PlugWindow(from: hour(0), to: hour(2), departureSoC: 0.9, tripKWh: 2),
                        PlugWindow(from: hour(3), to: hour(6)),
                    ])
            ])
    }()

    static let honest = ResultFile(
        scenario: "hand", status: .optimal, currency: "EUR", objective: 1.2, bound: 1.2, gap: 0, shortfallKWh: 2,
        costs: ["energy": 1.2],
        shortfalls: [
            .init(vehicle: "ev1", kind: .departure, at: "1970-01-01T02:00:00+00:00", kwh: 2, reachableSoC: 0.8)
        ],
        stepHours: 1, steps: (0..<4).map { "1970-01-01T0\($0):00:00+00:00" },
        site: .init(importKW: [3, 3, 0, 0], exportKW: [0, 0, 0, 0], curtailedKW: [0, 0, 0, 0]),
        vehicles: [
            .init(
                id: "ev1", chargeKW: [3, 3, 0, 0], dischargeKW: [0, 0, 0, 0], energyKWh: [10, 13, 16, 14, 14],
                soc: [0.5, 0.65, 0.8, 0.7, 0.7])
        ],
        services: nil, degradation: nil, solver: .unknown, mode: "v2x")

    private func problems(
        _ streams: [any ValueStream] = [], _ change: (inout ResultFile) -> Void = { _ in }
    ) throws -> [String] {
        var result = ReplayTargetTests.honest
        change(&result)
        let scenario = ReplayTargetTests.scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Replay(scenario: scenario, ageing: ageing, result: result, streams: streams).problems
    }

    @Test("a shortfall that is admitted holds") func admitted() throws { #expect(try problems() == []) }

    @Test("one that is hidden, understated, or put on another target is named")
    func shortfalls() throws {
        let words = "ev1: leaves at 1970-01-01 02:00 with 16 kWh of the 18 wanted: 2 kWh short, the result says"
        let hidden = try problems {
            $0.shortfalls = []
            $0.shortfallKWh = 0
        }
        #expect(hidden == ["\(words) 0"])
        let understated = try problems { $0.shortfalls[0].kwh = 1.5 }
        #expect(understated == ["\(words) 1.5", "shortfall_kwh is 2, the shortfalls sum to 1.5"])
        let elsewhere = try problems { $0.shortfalls[0].kind = .end }
        #expect(
            elsewhere == ["\(words) 0", "ev1: the end shortfall at 1970-01-01T02:00:00+00:00 fits no target"]
        )
        #expect(try problems { $0.shortfallKWh = 3 } == ["shortfall_kwh is 3, the shortfalls sum to 2"])
    }

    @Test("what could have been reached is at least what was, and no more than full power leads to")
    func reach() throws {
        let range = "it must lie between 0.8 (reached) and 0.8 (full power since the start)"
        for soc in [0.7, 0.95] {
            let problems = try problems { $0.shortfalls[0].reachableSoC = soc }
            #expect(problems.count == 1 && problems[0].hasSuffix("reachable_soc is \(soc), \(range)"), "\(problems)")
        }
    }

    @Test("a mode that discharges nowhere is held to it")
    func mode() throws {
        #expect(try problems { $0.mode = "v1x" } == [])
        #expect(try problems { $0.mode = "v3x" } == ["mode is v3x, not one of v2x, v1x, immediate, deferred"])
    }

    @Test("a rule may stop in mid-step and fill up to its own target; an optimum may not")
    func rules() throws {
        var scenario = ReplayTargetTests.scenario
        scenario.vehicles[0].charger.minChargeKW = 2
        scenario.vehicles[0].battery.socMax = 0.75
        func problems(_ mode: String, baseline: Double?) throws -> [String] {
            scenario.baseline.soc = baseline
            var result = ReplayTargetTests.honest
            result.mode = mode
            result.status = .feasible
            result.vehicles[0].chargeKW[3] = 0.5
            result.vehicles[0].energyKWh[4] = 14.5
            result.vehicles[0].soc[4] = 0.725
            result.site.importKW[3] = 0.5
            result.costs["energy"] = 1.3
            (result.objective, result.bound) = (1.3, 1.3)
            let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
            return Replay(scenario: scenario, ageing: ageing, result: result).problems
        }
        // 16 kWh are 80 %: above soc_max, below the departure's 90 %.
        #expect(try problems("immediate", baseline: nil) == [])
        let low = "ev1: step 3 (1970-01-01 03:00): charging 0.5 kW is below the least of 2 kW"
        let high = "ev1: boundary 2 (1970-01-01 02:00): stored energy 16 kWh exceeds soc_max (15 kWh) by 1"
        #expect(try problems("v2x", baseline: nil).filter { !$0.contains("reachable_soc") } == [low, high])
        let words = try problems("immediate", baseline: 0.75)
        #expect(words.contains(high) && !words.contains(low))
    }

    @Test("a cost line that nobody settles cannot be checked; one that somebody settles is")
    func streams() throws {
        func withCarbon(_ result: inout ResultFile) {
            result.costs["carbon"] = 0.6
            result.objective = 1.8
            result.bound = 1.8
        }
        #expect(
            try problems([], withCarbon) == ["costs: carbon cannot be checked: the scenario has no such cost"])
        #expect(try problems([ToyCarbon()], withCarbon) == [])
        #expect(try problems([ToyCarbon()]) == ["costs: carbon is missing (0.6)"])
    }

    /// A tenth a kW imported.
    private struct ToyCarbon: ValueStream {
        let key = "carbon"
        func constrain(_ model: inout SchedulingModel) {}
        func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] { [] }
        func settle(_ schedule: Schedule, in scenario: Scenario) -> Double { schedule.importKW.reduce(0, +) * 0.1 }
    }

    @Test("steps of another horizon are named by the first that differs")
    func steps() throws {
        let problems = try problems { $0.steps[2] = "1970-01-01T02:30:00+00:00" }
        #expect(
            problems == [
                "steps are not those of the scenario's horizon: steps[2] is 1970-01-01T02:30:00+00:00, "
                    + "not 1970-01-01T02:00:00+00:00"
            ])
    }
}
