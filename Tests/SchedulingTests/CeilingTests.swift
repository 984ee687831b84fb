import Ageing
import GLPKSolver
import Scenarios
import Testing

@testable import Scheduling

/// If this breaks: one arrival above it lifts it for days, and the battery stays full.
@Suite("Ceiling of the state of charge")
struct CeilingTests {
    /// Cheap nights and dear evenings for two days: a battery that may be is filled each night.
    private static func schedule(
        start: Double, max socMax: Double = 0.8, series: [Double]? = nil, dischargeKW: Double = 10, graceHours: Int = 12
    ) throws -> (schedule: Schedule, capacity: Double) {
        let grid = TimeGrid(start: Instant(epochSeconds: 18 * 3600), stepSeconds: 3600, count: 38, timeZone: "UTC")
        let prices = (0..<38).map { step in (18 + step) % 24 < 6 ? 0.1 : 0.3 }
        var battery = Battery(
            capacityKWh: 40, socMax: socMax, socStart: start, socEnd: 0.5,
            temperatureC: Array(repeating: 20, count: 38),
            ageing: .none)
        battery.socMaxSeries = series
        battery.socMaxGraceSeconds = graceHours * 3600
        let vehicle = Vehicle(
            id: "ev1", battery: battery, charger: Charger(chargeKW: 8, dischargeKW: dischargeKW),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices,
            exportPricePerKWh: prices.map { $0 - 0.02 },
            site: Site(unlimitedFor: 38), vehicles: [vehicle])
        let scheduler = Scheduler(
            scenario: scenario, ageing: [try AgeingPrices(vehicle: vehicle, grid: grid)], solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        return (solved.schedule, 40)
    }

    @Test("an arrival above it stands for the time of grace, and the ceiling holds after it")
    func grace() throws {
        let schedule = try Self.schedule(start: 0.9).schedule
        let soc = schedule.vehicles[0].energyKWh.map { $0 / 40 }
        #expect(schedule.shortfalls.isEmpty)
        #expect(soc[...12].allSatisfy { $0 <= 0.9 + 1e-9 })
        #expect(soc[13...].allSatisfy { $0 <= 0.8 + 1e-9 })
        #expect((soc[13...].max() ?? 0) > 0.8 - 1e-6)
    }

    @Test("what cannot be got rid of in time is a shortfall of its own kind, as small as can be")
    func excess() throws {
        let schedule = try Self.schedule(start: 1, dischargeKW: 1, graceHours: 2).schedule
        // After three hours at 1 kW the battery still holds 5 kWh more than its 32.
        let excess = try #require(schedule.shortfalls.first)
        #expect(excess.kind == .ceiling && abs(excess.kwh - 5) < 1e-6)
    }

    @Test("a car that only charges stays where it arrived, and never rises above that")
    func oneWay() throws {
        let schedule = try Self.schedule(start: 0.9, dischargeKW: 0).schedule
        #expect(schedule.shortfalls.isEmpty)
        #expect(schedule.vehicles[0].energyKWh.allSatisfy { abs($0 - 36) < 1e-9 })
    }

    @Test("a ceiling by time holds in each of its steps: 80 % every day, 100 % before a trip")
    func byTime() throws {
        let series = (0..<38).map { $0 < 24 ? 0.8 : 1.0 }
        let soc = try Self.schedule(start: 0.5, max: 1, series: series).schedule.vehicles[0].energyKWh.map { $0 / 40 }
        #expect(soc[..<24].allSatisfy { $0 <= 0.8 + 1e-9 })
        #expect((soc[24...].max() ?? 0) > 1 - 1e-6)
    }
}
