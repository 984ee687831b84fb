import Scenarios
import Scheduling
import Testing

/// Normal use, worked out on paper: every true cost is measured from here.
@Suite struct ChargingRuleTests {
    private func schedule(_ mode: ScheduleMode, _ scenario: Scenario) throws -> Schedule {
        try ChargingRule(mode, scenario: scenario).schedule().get().schedule
    }

    private func night(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        SchedulingTests.night(
            prices: [0.1, 0.1, 0.1, 0.1], start: 0.25, end: 0.75, charger: Charger(chargeKW: 8), change: change)
    }

    @Test("immediate: full power on arrival, the last step only as much as fits, up to soc_max")
    func immediate() throws {
        #expect(try schedule(.immediate, night()).vehicles[0].chargeKW == [8, 8, 8, 6])
        #expect(try schedule(.immediate, night { $0.baseline.soc = 0.5 }).vehicles[0].chargeKW == [8, 2, 0, 0])
    }

    @Test("deferred: full power in the last hours, the first of them in part")
    func deferred() throws {
        #expect(try schedule(.deferred, night()).vehicles[0].chargeKW == [0, 4, 8, 8])
    }

    /// A car that came home in the middle of a step left a little short of its target, every day.
    @Test("deferred: what a trip still takes in the step of the arrival is charged too")
    func arrivalWithinAStep() throws {
        let scenario = night {
            let start = $0.grid.start
            func at(_ minutes: Int) -> Instant { start.adding(seconds: minutes * 60) }
            $0.vehicles[0].battery.socStart = 0.5
            $0.vehicles[0].battery.socEnd = 0.5
            $0.vehicles[0].windows = [
                PlugWindow(from: start, to: at(45), tripKWh: 6),
                PlugWindow(from: at(90), to: at(240), departureSoC: 0.6),
            ]
        }
        let plan = try schedule(.deferred, scenario)
        #expect(plan.shortfalls.isEmpty)
        #expect(abs((plan.vehicles[0].energyKWh.last ?? 0) - 24) < 1e-9)
    }

    @Test("two cars behind a connection for one share it in proportion, and nothing exceeds it")
    func shared() throws {
        let scenario = night {
            var other = $0.vehicles[0]
            other.id = "ev2"
            $0.vehicles.append(other)
            $0.site.importLimitKW = [10, 10, 10, 10]
        }
        let plan = try schedule(.immediate, scenario)
        #expect(plan.importKW[0] == 10 && plan.vehicles[0].chargeKW[0] == 5 && plan.vehicles[1].chargeKW[0] == 5)
    }

    @Test("a part-load curve is inverted: what goes in is what was wanted")
    func curve() throws {
        var scenario = night { $0.baseline.soc = 0.275 }
        scenario.vehicles[0].charger.chargeEfficiency = .curve([
            .init(acKW: 4, efficiency: 0.5), .init(acKW: 8, efficiency: 0.75),
        ])
        // 1 kWh into the cells: 2 kW at an efficiency of one half.
        #expect(try schedule(.immediate, scenario).vehicles[0].chargeKW == [2, 0, 0, 0])
        #expect(try schedule(.immediate, scenario).vehicles[0].energyKWh[1] == 11)
    }

    @Test("targets that the rule misses are shortfalls of the rule")
    func shortfalls() throws {
        let plan = try schedule(.immediate, night { $0.baseline.soc = 0.5 })
        #expect(plan.shortfalls.map(\.kind) == [.end] && plan.shortfalls[0].kwh == 10)
    }
}
