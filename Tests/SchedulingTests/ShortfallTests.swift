import Ageing
import GLPKSolver
import Scenarios
import Testing

@testable import Scheduling

/// If this breaks: one car is left empty for another, and its owner is told the wrong reason.
@Suite("Targets that cannot all be met")
struct ShortfallTests {
    /// Eight hours behind a fuse; every car has 40 kWh, is at 20 % and wants 80 % (24 kWh).
    private static func scheduler(importKW: Double, _ cars: [(priority: Double, hours: Int)]) throws -> Scheduler {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 8, timeZone: "UTC")
        var site = Site(unlimitedFor: 8)
        site.importLimitKW = Array(repeating: importKW, count: 8)
        let vehicles = cars.enumerated().map { index, car in
            var vehicle = Vehicle(
                id: "ev\(index + 1)",
                battery: Battery(
                    capacityKWh: 40, socStart: 0.2, socEnd: 0, temperatureC: Array(repeating: 20, count: 8),
                    ageing: .none),
                charger: Charger(chargeKW: 8),
                windows: [PlugWindow(from: grid.start, to: grid.boundary(car.hours), departureSoC: 0.8)])
            vehicle.priority = car.priority
            return vehicle
        }
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: Array(repeating: 0.2, count: 8),
            exportPricePerKWh: Array(repeating: 0.1, count: 8), site: site, vehicles: vehicles)
        return Scheduler(
            scenario: scenario,
            ageing: try vehicles.map { try AgeingPrices(vehicle: $0, grid: grid) }, solver: DirectSolver())
    }

    private static func shortfalls(_ scheduler: Scheduler) throws -> [String: Shortfall] {
        guard case .schedule(let solved) = scheduler.schedule() else { return [:] }
        #expect(solved.status == .optimal)
        return Dictionary(uniqueKeysWithValues: solved.schedule.shortfalls.map { ($0.vehicle ?? "", $0) })
    }

    @Test("cars of equal priority share what is missing, as far as the sum allows")
    func equal() throws {
        let found = try Self.shortfalls(Self.scheduler(importKW: 4, [(1, 8), (1, 8)]))
        // 32 kWh for 48: 8 missing each.
        for id in ["ev1", "ev2"] { #expect(abs((found[id]?.kwh ?? 0) - 8) < 1e-6) }
        // One that leaves after two hours can have 8 kWh at most: the sum comes first, and the other gets the rest.
        let early = try Self.shortfalls(Self.scheduler(importKW: 4, [(1, 2), (1, 8)]))
        #expect(abs((early["ev1"]?.kwh ?? 0) - 16) < 1e-6 && early["ev2"] == nil)
    }

    @Test("sixty cars share as two do")
    func many() throws {
        let found = try Self.shortfalls(Self.scheduler(importKW: 120, Array(repeating: (1, 8), count: 60)))
        #expect(found.count == 60)
        #expect(found.values.allSatisfy { abs($0.kwh - 8) < 1e-4 })
    }

    @Test("each of many cars is told how far it alone could have come", arguments: [0.0, 8])
    func manyReaches(dischargeKW: Double) throws {
        var scheduler = try Self.scheduler(importKW: 120, Array(repeating: (1, 8), count: 60))
        for index in 0..<60 { scheduler.scenario.vehicles[index].charger.dischargeKW = dischargeKW }
        // Every third leaves after two hours: with 16 kWh, never 24.
        for index in stride(from: 0, to: 60, by: 3) {
            scheduler.scenario.vehicles[index].windows[0].to = scheduler.scenario.grid.boundary(2)
        }
        let found = try Self.shortfalls(scheduler)
        #expect(found.count >= 40)
        for (number, vehicle) in scheduler.scenario.vehicles.enumerated() {
            guard let shortfall = found[vehicle.id] else { continue }
            #expect(abs((shortfall.reachableSoC ?? 0) - (number % 3 == 0 ? 0.6 : 0.8)) < 1e-6)
        }
    }

    @Test("cars that must charge for a trip leave another one less, or enough")
    func reachBesidesTrips() throws {
        // ev2 drives 16 kWh after six hours, and has 8: it needs 8 of the 6 p kWh that come until then.
        func reach(_ importKW: Double) throws -> Double? {
            var scheduler = try Self.scheduler(importKW: importKW, [(1, 6), (1, 6)])
            scheduler.scenario.vehicles[1].windows[0].tripKWh = 16
            return try Self.shortfalls(scheduler)["ev1"]?.reachableSoC
        }
        #expect(abs(try #require(try reach(3)) - (8 + 10) / 40) < 1e-6)
        #expect(abs(try #require(try reach(6)) - 0.8) < 1e-6)
    }

    @Test("behind a fuse that is too small, what another car gives counts")
    func reachWithHelp() throws {
        // 2 kW for four hours, and 4 kWh that ev2 can give: 12 of the 24 kWh.
        var scheduler = try Self.scheduler(importKW: 2, [(1, 4), (1, 4)])
        scheduler.scenario.vehicles[1].charger.dischargeKW = 1
        let soc = try #require(try Self.shortfalls(scheduler)["ev1"]?.reachableSoC)
        #expect(abs(soc - (8 + 12) / 40) < 1e-6)
        // Of many such cars too many would be asked together.
        var many = try Self.scheduler(importKW: 2, Array(repeating: (1, 4), count: 60))
        for index in 0..<60 { many.scenario.vehicles[index].charger.dischargeKW = 1 }
        #expect(try Self.shortfalls(many).values.allSatisfy { $0.reachableSoC == nil })
    }

    @Test("a car of a higher priority is served first")
    func priority() throws {
        let found = try Self.shortfalls(Self.scheduler(importKW: 4, [(1, 8), (2, 8)]))
        #expect(found["ev2"] == nil && abs((found["ev1"]?.kwh ?? 0) - 16) < 1e-6)
        // What it could have had alone is reported, and what it has.
        #expect(abs((found["ev1"]?.reachedSoC ?? 0) - 0.4) < 1e-6)
        #expect(abs((found["ev1"]?.reachableSoC ?? 0) - 0.8) < 1e-6)
    }

    @Test("a car that is alone could have come no further than it did")
    func alone() throws {
        let found = try Self.shortfalls(Self.scheduler(importKW: 2, [(1, 8)]))
        #expect(abs((found["ev1"]?.reachableSoC ?? 0) - 0.6) < 1e-6)
        #expect(abs((found["ev1"]?.reachedSoC ?? 0) - 0.6) < 1e-6)
    }
}
