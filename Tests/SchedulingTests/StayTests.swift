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
}
