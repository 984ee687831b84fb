import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

/// Schedules that can be worked out on paper.
@Suite struct SchedulingTests {
    /// A night of hourly steps from midnight, one vehicle plugged in throughout.
    static func night(
        prices: [Double], export: [Double]? = nil, capacity: Double = 40, start: Double = 0.5, end: Double = 0.5,
        charger: Charger = Charger(
            chargeKW: 10, dischargeKW: 10, chargeEfficiency: .constant(0.9), dischargeEfficiency: .constant(0.9)),
        ageing: AgeingSpecification = .none, change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: prices.count, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: capacity, socStart: start, socEnd: end, temperatureC: Array(repeating: 20, count: grid.count),
            ageing: ageing)
        let vehicle = Vehicle(
            id: "ev1", battery: battery, charger: charger, windows: [PlugWindow(from: grid.start, to: grid.end)])
        var scenario = Scenario(
            name: "night", currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: export ?? prices,
            site: Site(unlimitedFor: grid.count), vehicles: [vehicle])
        change(&scenario)
        return scenario
    }

    static func scheduler(_ scenario: Scenario) throws -> Scheduler {
        Scheduler(
            scenario: scenario,
            ageing: try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) },
            solver: DirectSolver())
    }

    static func solve(_ scenario: Scenario, mode: ScheduleMode = .v2x) throws -> SolvedSchedule {
        let outcome = try scheduler(scenario).schedule(mode: mode)
        guard case .schedule(let solved) = outcome else {
            Issue.record("no schedule: \(outcome)")
            throw AgeingError(message: "no schedule")
        }
        return solved
    }

    @Test("buying at 0.1 to sell at 0.3 through 81 %: nine hours' worth of arithmetic, to the cent")
    func arbitrage() throws {
        let solved = try SchedulingTests.solve(SchedulingTests.night(prices: [0.1, 0.3]))
        // 10 kW for an hour puts 9 kWh in; 8.1 kWh come out on the AC side.
        #expect(abs(solved.objective - (1 - 2.43)) < 1e-9)
        #expect(solved.schedule.vehicles[0].chargeKW == [10, 0])
        #expect(abs(solved.schedule.vehicles[0].dischargeKW[1] - 8.1) < 1e-9)
    }

    @Test("a spread that does not pay for losses and wear is left alone")
    func wearForbids() throws {
        let ageing = AgeingSpecification.functions(calendar: [], cycle: [CycleCostSegment(depth: 1, costPerKWh: 0.2)])
        let solved = try SchedulingTests.solve(SchedulingTests.night(prices: [0.1, 0.3], ageing: ageing))
        // 1 kWh out of the cells earns 0.27 and costs 0.1 / 0.9 + 0.2.
        #expect(solved.objective == 0 && solved.schedule.vehicles[0].chargeKW == [0, 0])
    }

    @Test("V1X only shifts charging: no power ever leaves the car")
    func v1x() throws {
        let scenario = SchedulingTests.night(prices: [0.1, 0.5, 0.2], end: 0.7)
        let solved = try SchedulingTests.solve(scenario, mode: .v1x)
        #expect(solved.schedule.vehicles[0].dischargeKW == [0, 0, 0])
        #expect(abs(solved.objective - 8 / 0.9 * 0.1) < 1e-9)
    }

    @Test("at a negative price the car never charges and discharges at once, though burning energy would pay")
    func exclusiveAtNegativePrices() throws {
        let scenario = SchedulingTests.night(prices: [-0.5, -0.5, -0.5], capacity: 20, start: 0.9, end: 0.9)
        let solved = try SchedulingTests.solve(scenario)
        let vehicle = solved.schedule.vehicles[0]
        for step in 0..<3 { #expect(min(vehicle.chargeKW[step], vehicle.dischargeKW[step]) == 0) }
        // Selling at -0.5 costs money: it is done only to make room for buying at -0.5 through losses.
        #expect(solved.status == .optimal && solved.objective < -1)
    }

    @Test("an export premium is no money pump: import and export exclude each other")
    func exportPremium() throws {
        let scenario = SchedulingTests.night(prices: [0.1, 0.1], export: [0.3, 0.3]) { $0.site.loadKW = [2, 2] }
        let solved = try SchedulingTests.solve(scenario)
        for step in 0..<2 { #expect(min(solved.schedule.importKW[step], solved.schedule.exportKW[step]) == 0) }
    }

    @Test("minimum power: nothing, or at least that")
    func minimumPower() throws {
        var charger = Charger(chargeKW: 10, chargeEfficiency: .constant(1))
        charger.minChargeKW = 6
        let scenario = SchedulingTests.night(prices: [0.1, 0.2, 0.3], end: 0.7, charger: charger)
        let solved = try SchedulingTests.solve(scenario)
        #expect(solved.schedule.vehicles[0].chargeKW == [8, 0, 0])
        let two = try SchedulingTests.solve(SchedulingTests.night(prices: [0.1, 0.2, 0.3], end: 0.8, charger: charger))
        // 12 kWh: 6 + 6 beats 10 + 2, which the charger cannot do.
        #expect(two.schedule.vehicles[0].chargeKW == [6, 6, 0])
        #expect(abs(two.objective - 1.8) < 1e-9)
    }

    @Test("a part-load curve is followed exactly, not its hull")
    func partLoadCurve() throws {
        let charger = Charger(
            chargeKW: 10, chargeEfficiency: .curve([.init(acKW: 5, efficiency: 0.5), .init(acKW: 10, efficiency: 0.9)]))
        let solved = try SchedulingTests.solve(
            SchedulingTests.night(prices: [0.2], start: 0.5, end: 0.6, charger: charger))
        // 4 kWh: 2.5 kWh at 5 kW, then 6.5 kWh over the next 5 kW: 5 + 1.5 / 6.5 * 5 kW.
        let expected = 5 + 1.5 / 6.5 * 5
        #expect(abs(solved.schedule.vehicles[0].chargeKW[0] - expected) < 1e-7)
    }

    @Test("a target out of reach gives way by the least, and the result says by how much and how far it gets")
    func shortfall() throws {
        let scenario = SchedulingTests.night(prices: [0.1, 0.1], start: 0.1, end: 0.9)
        let solved = try SchedulingTests.solve(scenario)
        let shortfall = try #require(solved.schedule.shortfalls.first)
        #expect(shortfall.kind == .end && abs(shortfall.kwh - (36 - 4 - 18)) < 1e-6)
        #expect(abs((shortfall.reachableSoC ?? 0) - 0.55) < 1e-6)
    }

    @Test("a trip that the battery cannot hold is infeasible, and the error names trip, time and kWh")
    func impossibleTrip() throws {
        let scenario = SchedulingTests.night(prices: [0.1, 0.1, 0.1, 0.1], capacity: 20, start: 0.5) {
            let start = $0.grid.start
            $0.vehicles[0].windows = [
                PlugWindow(from: start, to: start.adding(seconds: 3600), departureSoC: nil, tripKWh: 30)
            ]
        }
        guard case .infeasible(let why) = try SchedulingTests.scheduler(scenario).schedule() else {
            Issue.record("30 kWh do not come out of 19")
            return
        }
        #expect(why.limit == "vehicles[ev1].trip_kwh" && why.at == Instant(epochSeconds: 3600))
        #expect(abs(why.amount - 11) < 1e-6 && why.unit == "kWh")
    }

    @Test("a load above the connection is infeasible, and the error names the first hour and the kW")
    func loadAboveTheConnection() throws {
        let scenario = SchedulingTests.night(prices: [0.1, 0.1, 0.1]) {
            $0.vehicles[0].charger.dischargeKW = 0
            $0.site.loadKW = [1, 9, 9]
            $0.site.importLimitKW = [5, 5, 5]
        }
        guard case .infeasible(let why) = try SchedulingTests.scheduler(scenario).schedule() else {
            Issue.record("9 kW do not come through 5")
            return
        }
        #expect(
            why.limit == "site.import_limit_kw" && why.at == Instant(epochSeconds: 3600) && abs(why.amount - 4) < 1e-6)
    }

    @Test("ties go to the least throughput, then to the earliest charging: goldens need one answer")
    func ties() throws {
        let solved = try SchedulingTests.solve(
            SchedulingTests.night(prices: [0.2, 0.2, 0.2], export: [0, 0, 0], end: 0.725))
        #expect(solved.schedule.vehicles[0].chargeKW == [10, 0, 0])
    }

    @Test("time has a price: with a calendar cost the car charges late, at no other gain")
    func calendarCostChargesLate() throws {
        let calendar = [CalendarCostPoint(soc: 0, costPerHour: 0), CalendarCostPoint(soc: 1, costPerHour: 0.1)]
        let solved = try SchedulingTests.solve(
            SchedulingTests.night(
                prices: [0.2, 0.2, 0.2], export: [0, 0, 0], end: 0.725,
                ageing: .functions(calendar: calendar, cycle: [])))
        #expect(solved.schedule.vehicles[0].chargeKW == [0, 0, 10])
        // Three hours at 50 %, the last one rising to 72.5 %.
        let expected = 0.1 * (0.5 + 0.5 + 0.6125)
        #expect(abs((solved.costs.first { $0.name == "calendar" }?.amount ?? 0) - expected) < 1e-9)
    }

    @Test("depth has a price: the second half of a deep discharge costs more than it earns")
    func depthSegments() throws {
        let cycle = [CycleCostSegment(depth: 0.5, costPerKWh: 0.05), CycleCostSegment(depth: 1, costPerKWh: 0.5)]
        var charger = Charger(chargeKW: 40, dischargeKW: 40)
        charger.chargeEfficiency = .constant(1)
        let solved = try SchedulingTests.solve(
            SchedulingTests.night(
                prices: [0.4, 0.1], start: 1, end: 1, charger: charger, ageing: .functions(calendar: [], cycle: cycle)))
        // 20 kWh at 0.05 earn 0.3 each; the next ones at 0.5 would not.
        #expect(abs(solved.schedule.vehicles[0].dischargeKW[0] - 20) < 1e-9)
        #expect(abs(solved.objective - (20 * 0.05 - 20 * 0.3)) < 1e-9)
    }

    @Test("cost lines sum to the objective")
    func linesSum() throws {
        let solved = try SchedulingTests.solve(SchedulingTests.night(prices: [0.1, 0.3, -0.1, 0.4]))
        #expect(abs(solved.costs.reduce(0) { $0 + $1.amount } - solved.objective) < 1e-9)
    }

    @Test("the same scenario twice gives the same schedule to the last bit")
    func deterministic() throws {
        let scenario = SchedulingTests.night(prices: [0.3, 0.1, 0.2, 0.4, 0.2, 0.1])
        #expect(try SchedulingTests.solve(scenario).schedule == SchedulingTests.solve(scenario).schedule)
    }
}
