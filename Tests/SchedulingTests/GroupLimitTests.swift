import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

/// A car park's cables, in nights whose best plan is known without a computer.
@Suite struct GroupLimitTests {
    /// Two cars of 40 kWh at 10 kW and 90 %, four hours; `groups` by limits of both, of the first, of the second.
    private func park(
        prices: [Double], start: [Double] = [0.5, 0.5], end: [Double] = [0.5, 0.5], import most: Double = .infinity,
        export least: Double = .infinity, change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        SchedulingTests.night(prices: prices) { scenario in
            var second = scenario.vehicles[0]
            second.id = "ev2"
            scenario.vehicles.append(second)
            for index in 0...1 {
                scenario.vehicles[index].battery.socStart = start[index]
                scenario.vehicles[index].battery.socEnd = end[index]
            }
            let count = prices.count
            scenario.groups = [
                VehicleGroup(
                    id: "hall", members: [0, 1], importLimitKW: Array(repeating: most, count: count),
                    exportLimitKW: Array(repeating: least, count: count))
            ]
            change(&scenario)
        }
    }

    private func oneWay(_ scenario: inout Scenario) {
        for index in scenario.vehicles.indices { scenario.vehicles[index].charger.dischargeKW = 0 }
    }

    private func net(_ solved: SolvedSchedule) -> [Double] {
        let cars = solved.schedule.vehicles
        return cars[0].chargeKW.indices.map { step in
            cars.reduce(0) { $0 + (($1.chargeKW[step] - $1.dischargeKW[step]) * 1e6).rounded() / 1e6 }
        }
    }

    @Test("what two cars may take together is kept, and what is missing then is bought when it is dearer")
    func importLimit() throws {
        // 18 kWh are 20 at the meter, for both 40: 10 an hour for four hours.
        let solved = try SchedulingTests.solve(
            park(prices: [0.1, 0.2, 0.3, 0.4], end: [0.95, 0.95], import: 10, change: oneWay))
        #expect(net(solved) == [10, 10, 10, 10] && abs(solved.objective - 10) < 1e-6)
        let free = try SchedulingTests.solve(park(prices: [0.1, 0.2, 0.3, 0.4], end: [0.95, 0.95], change: oneWay))
        #expect(net(free) == [20, 20, 0, 0])
    }

    @Test("what they may give together is kept, and the limit is the net: one car may feed the other")
    func exportLimit() throws {
        let solved = try SchedulingTests.solve(
            park(prices: [0.5, 0.1], start: [0.9, 0.9], end: [0.3, 0.3], export: 6))
        #expect(net(solved)[0] == -6)
        // Nothing comes in: the first car's 9 kWh go to the second, through both chargers.
        let shared = try SchedulingTests.solve(
            park(prices: [0.1, 0.1], start: [0.9, 0.5], end: [0.5, 0.7], import: 0, export: 0))
        #expect(shared.schedule.shortfalls.isEmpty)
        #expect(net(shared) == [0, 0] && shared.schedule.vehicles[1].chargeKW.reduce(0, +) > 8)
    }

    @Test(
        "a car's energy drives another one's trip; where a cable starves a trip, the answer says what is missing of it")
    func trip() throws {
        func starved(_ second: Double) -> Scenario {
            park(prices: [0.1, 0.1, 0.1, 0.1], start: [0.1, second], end: [0, 0], import: 3) {
                $0.vehicles[0].windows = [PlugWindow(from: $0.grid.start, to: $0.grid.boundary(2), tripKWh: 20)]
            }
        }
        _ = try SchedulingTests.solve(starved(0.5))
        // 4 kWh, and two hours of 3 kW through 90 %.
        let alone = starved(0)
        #expect(
            try SchedulingTests.scheduler(alone).schedule().words(in: alone.grid)
                == "no schedule exists: vehicles[ev1].trip_kwh cannot hold at 1970-01-01 02:00: exceeded by at least 10.6 kWh"
        )
    }

    @Test("charging by rule shares a group's cable in proportion, parts before the whole")
    func rule() throws {
        let scenario = park(prices: [0.1, 0.1, 0.1, 0.1], start: [0.1, 0.1], import: 12) {
            $0.groups.append(
                VehicleGroup(
                    id: "row", parent: 0, members: [0], importLimitKW: Array(repeating: 5, count: 4),
                    exportLimitKW: Array(repeating: .infinity, count: 4)))
        }
        let plan = try ChargingRule(.immediate, scenario: scenario).schedule().get().schedule
        #expect(plan.vehicles.map { $0.chargeKW[0] } == [4, 8])
    }
}
