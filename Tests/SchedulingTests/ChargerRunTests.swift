import Scenarios
import Scheduling
import Testing

/// Chargers that choose their phases, pay for starts, or run for a least time, on nights that are solved on paper.
@Suite struct ChargerRunTests {
    /// Four hours for a battery of 40 kWh that is to gain 8 kWh.
    private func solved(
        _ charger: Charger, _ prices: [Double] = [0.1, 0.1, 0.1, 0.1], change: (inout Scenario) -> Void = { _ in }
    ) throws -> SolvedSchedule {
        try SchedulingTests.solve(
            SchedulingTests.night(prices: prices, start: 0.25, end: 0.45, charger: charger, change: change))
    }

    private func charge(_ solved: SolvedSchedule) -> [Double] {
        solved.schedule.vehicles[0].chargeKW.map { ($0 * 1e6).rounded() / 1e6 }
    }

    /// From 1.5 to 4 kW on one phase, from 4.5 to 12 kW on three.
    private let oneOrThree: Charger = {
        var charger = Charger(chargeKW: 12, minChargeKW: 1.5)
        charger.fewerPhases = [[1]]
        return charger
    }()

    /// A charger that is taken for one on three phases would not charge at all behind a small connection.
    @Test("where three phases are too much for the connection, one phase charges")
    func connection() throws {
        let plan = try solved(oneOrThree) { $0.site.importLimitKW = [4.2, 4.2, 4.2, 4.2] }
        #expect(charge(plan) == [4, 4, 0, 0] && abs(plan.objective - 0.8) < 1e-9)
        var three = Charger(chargeKW: 12, minChargeKW: 4.5)
        three.fewerPhases = []
        let none = try solved(three) { $0.site.importLimitKW = [4.2, 4.2, 4.2, 4.2] }
        #expect(charge(none) == [0, 0, 0, 0])
    }

    /// 7.4 * 3 / 3 is more than 7.4 by rounding: an on/off charger then had no power at all, and a target was called short.
    @Test("an on/off charger keeps its one power", arguments: [2.2, 3.68, 7.4, 11.04, 22.1])
    func onOff(rated: Double) throws {
        let charger = Charger(chargeKW: rated, minChargeKW: rated)
        let plan = try SchedulingTests.solve(
            SchedulingTests.night(
                prices: [0.1, 0.3, 0.2, 0.4], start: 0.25, end: 0.25 + 1.9 * rated / 100, charger: charger
            ) { $0.vehicles[0].battery.capacityKWh = 100 })
        #expect(plan.schedule.shortfalls.isEmpty && plan.schedule.vehicles[0].chargeKW == [rated, 0, rated, 0])
    }

    /// What no choice of phases has, no plan may have.
    @Test("no power between one phase and three is planned")
    func gap() throws {
        // 4.2 kW of sun are free: on one phase 4 kW of them; three phases would need 0.3 kW from the grid.
        let plan = try solved(oneOrThree, [9, 9, 9, 9]) {
            $0.exportPricePerKWh = [0, 0, 0, 0]
            $0.site.pvKW = [4.2, 4.2, 0, 0]
        }
        #expect(charge(plan) == [4, 4, 0, 0] && abs(plan.objective) < 1e-9)
    }

    /// The fuse of one phase blew where power was spread over three in the plan alone.
    @Test("behind fuses of 3 kW a phase three phases carry 9 kW, one carries 3 kW")
    func fuses() throws {
        let plan = try solved(oneOrThree) { $0.site.phaseLimitKW = 2.5 }
        // One hour of full power leaves 0.5 kWh, which no phase charges by itself.
        #expect(charge(plan).allSatisfy { $0 == 0 || (1.5...7.5).contains($0) } && abs(plan.objective - 0.8) < 1e-9)
        // With 3 kW of load 1.5 kW a phase are left: on three phases 4.5 kW, on one 1.5.
        let loaded = try solved(oneOrThree) {
            $0.site.phaseLimitKW = 2.5
            $0.site.loadKW = [3, 3, 3, 3]
        }
        #expect(charge(loaded).allSatisfy { [0, 1.5, 4.5].contains($0) })
    }

    @Test("runs of two hours take the cheapest two hours in a row, or what the horizon's end cuts")
    func leastRun() throws {
        var charger = Charger(chargeKW: 4, minChargeKW: 4)
        #expect(charge(try solved(charger, [0.1, 0.3, 0.1, 0.3])) == [4, 0, 4, 0])
        charger.minRunSteps = 2
        let pair = try solved(charger, [0.1, 0.3, 0.1, 0.3])
        #expect(abs(pair.objective - 1.6) < 1e-9)
        // 0.35 and 0.1 for the pair at the start and the last hour, against 0.5 for the pair in the middle.
        let cut = try SchedulingTests.solve(
            SchedulingTests.night(
                prices: [0.4, 0.1, 0.4, 0.1], start: 0.25, end: 0.35, charger: charger))
        #expect(charge(cut) == [0, 0, 0, 4])
    }

    /// The sun of two hours was left to the grid, since the run would have gone on without it.
    @Test("a run goes on at 0 kW in steps in which nothing is left for it")
    func idleRun() throws {
        var charger = Charger(chargeKW: 4)
        charger.isFedByGrid = false
        charger.minRunSteps = 3
        let plan = try solved(charger, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) {
            $0.exportPricePerKWh = [0, 0, 0, 0, 0, 0]
            $0.site.loadKW = [1, 1, 0, 0, 1, 1]
            $0.site.pvKW = [0, 0, 2, 1, 0, 0]
        }
        #expect(charge(plan) == [0, 0, 2, 1, 0, 0])
        #expect(abs(plan.schedule.shortfalls.reduce(0) { $0 + $1.kwh } - 5) < 1e-6)
    }

    /// The vehicle's departure cuts no run: what begins too late for `min_run` is not begun.
    @Test("a run ends before the vehicle leaves")
    func departure() throws {
        var charger = Charger(chargeKW: 4, minChargeKW: 4)
        charger.minRunSteps = 2
        let plan = try SchedulingTests.solve(
            SchedulingTests.night(prices: [0.4, 0.3, 0.1, 0.4], start: 0.25, end: 0.25, charger: charger) {
                $0.vehicles[0].windows = [
                    PlugWindow(from: $0.grid.start, to: $0.grid.boundary(3), departureSoC: 0.35)
                ]
            })
        #expect(charge(plan) == [0, 4, 4, 0])
    }

    @Test("a start is worth what the cheaper hours save, and its cost is a line of its own")
    func switchCost() throws {
        func plan(_ cost: Double) throws -> SolvedSchedule {
            var charger = Charger(chargeKW: 4, minChargeKW: 4)
            charger.switchCost = cost
            return try solved(charger, [0.1, 0.3, 0.1, 0.3])
        }
        func line(_ plan: SolvedSchedule) -> Double { plan.costs.first { $0.name == "switching" }?.amount ?? .nan }
        // Apart: 0.80 and two starts. Together: 1.60 and one.
        let apart = try plan(0.5)
        #expect(charge(apart) == [4, 0, 4, 0] && abs(apart.objective - 1.8) < 1e-9 && abs(line(apart) - 1) < 1e-9)
        let together = try plan(1)
        #expect(abs(together.objective - 2.6) < 1e-9 && abs(line(together) - 1) < 1e-9)
    }

    @Test("turning from one phase to three is a start")
    func phaseSwitch() throws {
        var charger = oneOrThree
        charger.switchCost = 0.01
        let plan = try solved(charger, [0, 9, 9, 9]) {
            $0.exportPricePerKWh = [0, 0, 0, 0]
            $0.site.pvKW = [0, 2, 6, 0]
            $0.site.importLimitKW = [0, 9, 9, 9]
        }
        #expect(charge(plan) == [0, 2, 6, 0] && abs(plan.objective - 0.02) < 1e-9)
        let read = ChargerRunReading(
            charger, chargeKW: charge(plan), dischargeKW: [0, 0, 0, 0], pluggedShare: [1, 1, 1, 1])
        #expect(read?.starts == 2 && read?.modes.map { $0?.phases.count ?? 0 } == [0, 1, 3, 0])
    }
}
