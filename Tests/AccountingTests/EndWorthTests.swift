import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Accounting

/// If this breaks: a full battery looks like money lost, and an empty one like money saved.
@Suite("Worth of energy at the end")
struct EndWorthTests {
    private static func scheduler(_ scenario: Scenario) throws -> Scheduler {
        Scheduler(
            scenario: scenario,
            ageing: try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) },
            streams: [], solver: DirectSolver())
    }

    /// Six hours at 0.20, 0.30 sold at the end, a 50 kWh battery at 40 % that is asked to end there.
    private static func scenario(endValue: Double? = nil) -> Scenario {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 6, timeZone: "UTC")
        var battery = Battery(
            capacityKWh: 50, socStart: 0.4, temperatureC: Array(repeating: 20, count: 6), ageing: .none)
        battery.endValuePerKWh = endValue
        let vehicle = Vehicle(
            id: "a", battery: battery,
            charger: Charger(
                chargeKW: 10, dischargeKW: 10, chargeEfficiency: .constant(0.9), dischargeEfficiency: .constant(0.9)),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        return Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: Array(repeating: 0.2, count: 6),
            exportPricePerKWh: Array(repeating: 0.1, count: 6), site: Site(unlimitedFor: 6), vehicles: [vehicle])
    }

    @Test("what a rule charges beyond the optimum's end is worth what charging it costs")
    func closedForm() throws {
        let accounts = try Planner(Self.scheduler(Self.scenario())).compare().modes
        let v2x = try #require(accounts.first { $0.mode == .v2x }?.account)
        let immediate = try #require(accounts.first { $0.mode == .immediate }?.account)
        #expect(v2x.costs["stored"] == 0)
        #expect(abs(v2x.endKWh - 20) < 1e-6 && abs(immediate.endKWh - 50) < 1e-6)
        // 30 kWh more in the cells cost 30 / 0.9 kWh at 0.20, and are worth as much: nothing was saved by either.
        let stored = try #require(immediate.costs["stored"])
        #expect(abs(stored + 30 / 0.9 * 0.2) < 1e-6)
        #expect(abs(immediate.objective - v2x.objective) < 1e-6)
    }

    @Test("a battery that nothing can fill or empty at the end is worth its mean price, and compares all the same")
    func empty() throws {
        var scenario = Self.scenario()
        // Away throughout, and empty: not a kWh more, and none less.
        scenario.vehicles[0].battery.socStart = 0
        scenario.vehicles[0].battery.socEnd = 0
        scenario.vehicles[0].windows = []
        let accounts = try Planner(Self.scheduler(scenario)).compare().modes
        #expect(accounts.allSatisfy { $0.account.costs["stored"] == 0 })
    }

    @Test("an end value is counted once: a plan's total stays its own objective")
    func endValue() throws {
        let scheduler = try Self.scheduler(Self.scenario(endValue: 0.05))
        let planner = Planner(scheduler)
        let accounts = try planner.compare().modes
        for mode in [ScheduleMode.v2x, .immediate] {
            let account = try #require(accounts.first { $0.mode == mode }?.account)
            guard case .schedule(let solved) = planner.schedule(mode) else { continue }
            #expect(abs(account.objective - solved.objective) < 1e-6)
        }
        let immediate = try #require(accounts.first { $0.mode == .immediate }?.account.costs["stored"])
        #expect(abs(immediate + 30 * 0.05) < 1e-6)
    }
}
