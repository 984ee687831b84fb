import Ageing
import GLPKSolver
import Scenarios
import Testing

@testable import Scheduling

/// If this breaks: a plan that is made again each quarter changes each time.
@Suite("Staying near the last plan")
struct StayTests {
    /// Eight hours, 20 kWh to charge at 10 kW, and a plan that charges in the last two.
    private static func power(_ prices: [Double], within: Double, minKW: Double = 0) throws -> (
        kw: [Double], cost: Double
    ) {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 8, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 50, socStart: 0.2, socEnd: 0.6, temperatureC: Array(repeating: 20, count: 8), ageing: .none)
        let vehicle = Vehicle(
            id: "ev1", battery: battery, charger: Charger(chargeKW: 10, minChargeKW: minKW),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        var habits = Habits()
        habits.stay = Habits.Stay(within: within, plannedKW: ["ev1": [0, 0, 0, 0, 0, 0, 10, 10]])
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices.map { _ in 0 },
            site: Site(unlimitedFor: 8), vehicles: [vehicle], habits: habits)
        let scheduler = Scheduler(
            scenario: scenario, ageing: [try AgeingPrices(vehicle: vehicle, grid: grid)], solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        return (solved.schedule.vehicles[0].chargeKW, solved.objective)
    }

    @Test("of equal plans the one before, also where chargers are on or off", arguments: [0.0, 4, 10])
    func equals(minKW: Double) throws {
        let kw = try Self.power(Array(repeating: 0.2, count: 8), within: 0, minKW: minKW).kw
        #expect(zip(kw, [0, 0, 0, 0, 0, 0, 10, 10]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("a dearer plan is kept as far as its budget goes: what moves is worth moving")
    func budget() throws {
        // Two cents less at night: moving all 20 kWh saves 40 cents.
        let prices = [0.18, 0.18, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]
        let free = try Self.power(prices, within: 0)
        #expect(abs(free.cost - 3.6) < 1e-6)
        let half = try Self.power(prices, within: 0.2)
        #expect(abs(half.kw[6] + half.kw[7] - 10) < 1e-5 && abs(half.cost - 3.8) < 1e-6)
        let kept = try Self.power(prices, within: 0.4)
        #expect(abs(kept.kw[6] + kept.kw[7] - 20) < 1e-5)
    }

    /// Two cars that are on or off, behind a fuse for one of them: the plan was made at other prices.
    @Test("on or off, no plan within the budget is nearer to the last one", arguments: 0..<10)
    func nearest(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (count, kw) = (24, 8.0)
        let within = [0, 0.05, 0.1, 0.3][Int(random.next() % 4)]
        // With few prices many plans cost the same.
        let prices = (0..<count).map { _ in 0.1 + 0.05 * Double(random.next() % (within > 0 ? 100 : 3)) / 20 }
        let planned = (0..<count).map { _ in Int(random.next() % 4) }
        let need = (0..<2).map { _ in 3 + Int(random.next() % 6) }
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 900, count: count, timeZone: "UTC")
        let vehicles = (0..<2).map { index in
            Vehicle(
                id: "ev\(index)",
                battery: Battery(
                    capacityKWh: 60, socStart: 0.2, socEnd: 0.2 + Double(need[index]) * kw / 4 / 60 - 1e-9,
                    temperatureC: Array(repeating: 20, count: count), ageing: .none),
                charger: Charger(chargeKW: kw, minChargeKW: kw),
                windows: [PlugWindow(from: grid.start, to: grid.end)])
        }
        var site = Site(unlimitedFor: count)
        site.importLimitKW = Array(repeating: 1.5 * kw, count: count)
        var habits = Habits()
        habits.stay = Habits.Stay(
            within: within,
            plannedKW: [
                "ev0": planned.map { $0 == 1 ? kw : 0 }, "ev1": planned.map { $0 == 2 ? kw : 0 },
            ])
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices.map { _ in 0 },
            site: site, vehicles: vehicles, habits: habits)
        let scheduler = Scheduler(
            scenario: scenario, ageing: try vehicles.map { try AgeingPrices(vehicle: $0, grid: grid) },
            solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        let found = solved.schedule.vehicles.map(\.chargeKW)
        let away = (0..<count).reduce(0.0) { sum, step in
            sum + abs(found[0][step] - (planned[step] == 1 ? kw : 0))
                + abs(found[1][step] - (planned[step] == 2 ? kw : 0))
        }
        let costs = Self.leastCosts(prices.map { $0 * kw / 4 }, planned, need)
        let least = try #require(costs.values.min())
        #expect(solved.objective <= least + within + 1e-6)
        let nearest = try #require(costs.filter { $0.value <= least + within + 1e-9 }.keys.min())
        #expect(abs(away - Double(nearest) * kw) < 1e-6, "\(away / kw) switches, \(nearest) are enough")
    }

    /// The least cost by the number of a car's quarters that are not as planned: all choices, a quarter at a time.
    private static func leastCosts(_ prices: [Double], _ planned: [Int], _ need: [Int]) -> [Int: Double] {
        struct State: Hashable { var first: Int, second: Int, switches: Int }
        var states = [State(first: 0, second: 0, switches: 0): 0.0]
        for (price, plan) in zip(prices, planned) {
            var next: [State: Double] = [:]
            for (state, cost) in states {
                for charged in 0...2 {
                    let wasCharged = plan == 3 ? 0 : plan
                    let switches = charged == wasCharged ? 0 : charged == 0 || wasCharged == 0 ? 1 : 2
                    let after = State(
                        first: state.first + (charged == 1 ? 1 : 0), second: state.second + (charged == 2 ? 1 : 0),
                        switches: state.switches + switches)
                    let total = cost + (charged == 0 ? 0 : price)
                    if total < next[after] ?? .infinity { next[after] = total }
                }
            }
            states = next
        }
        var least: [Int: Double] = [:]
        for (state, cost) in states where state.first >= need[0] && state.second >= need[1] {
            least[state.switches] = min(cost, least[state.switches] ?? .infinity)
        }
        return least
    }
}
