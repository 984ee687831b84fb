import Ageing
import Scenarios
import Testing

@testable import Scheduling

/// The calendar cost of a path is the trapezoid rule, and the optimum is the least of it over every path.
@Suite struct CalendarCostTests {
    private static let hump = [
        CalendarCostPoint(soc: 0, costPerHour: 0.02), CalendarCostPoint(soc: 0.25, costPerHour: 0.21),
        CalendarCostPoint(soc: 0.5, costPerHour: 0.12), CalendarCostPoint(soc: 0.75, costPerHour: 0.4),
        CalendarCostPoint(soc: 1, costPerHour: 0.43),
    ]

    private static func cost(_ points: [CalendarCostPoint], _ soc: Double) -> Double {
        let right = points.firstIndex { $0.soc >= soc } ?? points.count - 1
        guard right > 0 else { return points[0].costPerHour }
        let (a, b) = (points[right - 1], points[right])
        return a.costPerHour + (b.costPerHour - a.costPerHour) * (soc - a.soc) / (b.soc - a.soc)
    }

    // A user would be told a cost of ageing that the schedule's own path of charge does not have.
    @Test("one cost per boundary: half a step at the ends, a step between, and both temperatures where they meet")
    func boundaries() throws {
        let cold = CalendarCostTests.hump
        let warm = cold.map { CalendarCostPoint(soc: $0.soc, costPerHour: 3 * $0.costPerHour + 0.1) }
        let scenario = SchedulingTests.night(prices: [0.2, 0.2, 0.2])
        let prices = AgeingPrices(calendarFunctions: [cold, warm], calendarFunctionOfStep: [0, 0, 1], cycle: [])
        let model = SchedulingModel(scenario: scenario, ageing: [prices], streams: [])
        let costs = model.calendarCosts(vehicle: 0)
        #expect(costs.count == 4)
        for soc in [0, 0.1, 0.25, 0.6, 1] {
            let (low, high) = (CalendarCostTests.cost(cold, soc), CalendarCostTests.cost(warm, soc))
            for (cost, expected) in zip(costs, [low / 2, low, (low + high) / 2, high / 2]) {
                #expect(abs(cost(40 * soc) - expected) < 1e-12)
            }
        }
    }

    // A user would get a dearer schedule than the best one where the cost of ageing is not convex.
    @Test("the optimum is the least over every path, on a curve that is not convex", arguments: 0..<6)
    func minOverPaths(number: Int) throws {
        // Ten kilowatts both ways, knots every ten kilowatt hours: some optimum moves in whole hours of full power.
        let prices = [[0.2, 0.2, 0.2, 0.2], [0.21, 0.2, 0.23, 0.2], [0.2, 0.22, 0.2, 0.21]][number / 2]
        let end = [0.5, 1][number % 2]
        let charger = Charger(chargeKW: 10, dischargeKW: 10)
        let solved = try SchedulingTests.solve(
            SchedulingTests.night(
                prices: prices, end: end, charger: charger,
                ageing: .functions(calendar: CalendarCostTests.hump, cycle: [])))

        func cheapest(_ step: Int, _ energy: Double) -> Double {
            guard step < prices.count else { return energy >= 40 * end ? 0 : .infinity }
            return [-10.0, 0, 10].filter { (0...40).contains(energy + $0) }.map { move in
                let ends = [energy, energy + move].map { CalendarCostTests.cost(CalendarCostTests.hump, $0 / 40) }
                return prices[step] * move + (ends[0] + ends[1]) / 2 + cheapest(step + 1, energy + move)
            }.min() ?? .infinity
        }
        #expect(abs(solved.objective - cheapest(0, 20)) < 1e-9)
    }

    // A user would not be charged for the hours in which the car is away.
    @Test("hours away are counted, with the trip drawn along the way")
    func away() throws {
        let scenario = SchedulingTests.night(
            prices: [0.2, 0.2, 0.2, 0.2], charger: Charger(chargeKW: 10),
            ageing: .functions(calendar: CalendarCostTests.hump, cycle: [])
        ) { scenario in
            let grid = scenario.grid
            scenario.vehicles[0].windows = [
                PlugWindow(from: grid.start, to: grid.start.adding(seconds: 3600), departureSoC: 0.75, tripKWh: 24)
            ]
        }
        let solved = try SchedulingTests.solve(scenario)
        #expect(solved.schedule.vehicles[0].energyKWh == [20, 30, 22, 14, 6])
        let path = [0.5, 0.75, 0.55, 0.35, 0.15].map { CalendarCostTests.cost(CalendarCostTests.hump, $0) }
        let calendar = try #require(solved.costs.first { $0.name == "calendar" }).amount
        #expect(abs(calendar - (path.reduce(0, +) - (path[0] + path[4]) / 2)) < 1e-9)
    }
}
