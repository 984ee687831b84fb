import Foundation
import Scenarios
import Testing

@testable import ScenarioFiles

/// Fleets drawn from distributions. Lost, two runs of one scenario are two fleets, or the fleet is not the one described.
@Suite struct FleetDrawTests {
    private func fleet(_ form: String, days: Int = 1) throws -> Scenario {
        try ScenarioText.load(
            """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-\(15 + days)T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff: { import: 0.25 }
            vehicles: { \(form), defaults: { battery: { ageing: none }, charger: { charge_efficiency: 0.9 } } }
            """)
    }

    @Test("the first vehicles are the same whatever the count, the days of one the same whatever the horizon")
    func prefix() throws {
        let few = try fleet("count: 5, seed: 3")
        let many = try fleet("count: 40, seed: 3")
        #expect(few.vehicles == Array(many.vehicles.prefix(5)))
        #expect(few.vehicles.map(\.id) == ["ev1", "ev2", "ev3", "ev4", "ev5"])
        let week = try fleet("count: 5, seed: 3", days: 7)
        for (short, long) in zip(few.vehicles, week.vehicles) {
            #expect(short.windows.map(\.from) == Array(long.windows.prefix(short.windows.count).map(\.from)))
        }
        #expect(try fleet("count: 5, seed: 4").vehicles != few.vehicles)
    }

    @Test("times, energies and batteries are spread as the scenario says: means, limits and shares of two thousand")
    func spread() throws {
        let scenario = try fleet(
            """
            count: 2000, seed: 1, arrival: { mean: "18:00", sd: 1h, min: "17:00", max: "20:00" },
            departure: { min: "07:00", max: "09:00" }, energy_kwh: { choice: [[5, 3], [10, 1]] },
            batteries: [{ capacity_kwh: 40, weight: 1 }, { capacity_kwh: 80, soc_max: 0.9, weight: 3 }],
            chargers: [{ charge_kw: 11 }]
            """)
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        let arrivals = scenario.vehicles.compactMap { $0.windows.first }.map { clock.wallTime(at: $0.from).secondOfDay }
        #expect(arrivals.count == 2000 && arrivals.allSatisfy { (17 * 3600...20 * 3600).contains($0) })
        // The mean of a normal curve cut one deviation below and two above its middle lies 0.23 deviations above it.
        let mean = Double(arrivals.reduce(0, +)) / 2000 / 3600
        #expect(abs(mean - 18.2296) < 0.05, "\(mean)")
        let departures = scenario.vehicles.compactMap { $0.windows.first }.map { clock.wallTime(at: $0.to).secondOfDay }
        #expect(departures.allSatisfy { (7 * 3600...9 * 3600).contains($0) })
        #expect(abs(Double(departures.reduce(0, +)) / 2000 / 3600 - 8) < 0.05)
        let large = scenario.vehicles.filter { $0.battery.capacityKWh == 80 }
        #expect(abs(Double(large.count) / 2000 - 0.75) < 0.03 && large.allSatisfy { $0.battery.socMax == 0.9 })
        // The efficiency is the defaults', and 5 kWh at the meter are 4.5 in the cells.
        let needs = scenario.vehicles.map {
            (((0.8 - $0.battery.socStart) * $0.battery.capacityKWh) * 100).rounded() / 100
        }
        #expect(Set(needs) == [4.5, 9])
        #expect(abs(Double(needs.count { $0 == 4.5 }) / 2000 - 0.75) < 0.03)
    }

    @Test("cars come on the days that are given, as often as is given")
    func days() throws {
        // 2024-01-15 is a Monday.
        let weekend = try fleet("count: 10, days: [sat]", days: 7)
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(weekend.vehicles.allSatisfy { $0.windows.count == 1 })
        #expect(weekend.vehicles.allSatisfy { clock.wallTime(at: $0.windows[0].from).weekday == .sat })
        let some = try fleet("count: 500, plug_in_share: 0.43", days: 7)
        let mean = Double(some.vehicles.reduce(0) { $0 + $1.windows.count }) / 500 / 7
        #expect(abs(mean - 0.43) < 0.03, "\(mean)")
    }

    @Test("drawn by the defaults, cars stay more than twelve hours and need 7.4 kWh a day on average")
    func defaults() throws {
        let scenario = try fleet("count: 2000")
        let windows = scenario.vehicles.flatMap(\.windows)
        let hours = windows.map { Double($0.to.epochSeconds - $0.from.epochSeconds) / 3600 }
        #expect(abs(hours.reduce(0, +) / Double(hours.count) - 13.5) < 0.2)
        let needs = scenario.vehicles.map { (0.8 - $0.battery.socStart) * $0.battery.capacityKWh / 0.9 }
        #expect(abs(needs.reduce(0, +) / 2000 - 7.45) < 0.2, "\(needs.reduce(0, +) / 2000)")
        #expect(Set(scenario.vehicles.map(\.battery.capacityKWh)) == [40, 52, 60, 77])
        #expect(Set(scenario.vehicles.map(\.charger.chargeKW)) == [11, 7.4])
    }

    @Test("the normal curve's inverse is that of the tables: 84.13 % lie below one deviation above the mean")
    func inverse() {
        let normal = Distribution.normal(mean: 10, deviation: 2, within: -90...110)
        #expect(abs(normal.value(at: 0.841344746) - 12) < 1e-6 && abs(normal.value(at: 0.5) - 10) < 1e-6)
        #expect(abs(normal.value(at: 0.025) - (10 - 2 * 1.959963985)) < 1e-6)
        let measured = Distribution(choices: [(3, 1), (5, 2), (8, 1)])
        #expect([0.2, 0.26, 0.74, 0.76].map { measured.value(at: $0) } == [3, 5, 5, 8])
    }

    @Test(
        "a distribution that says nothing, or too much, is an error at its place",
        arguments: [
            (
                "arrival: { sd: 1h }",
                "vehicles.arrival: must be one value, or have mean and sd, min and max, values, or choice"
            ),
            (
                "arrival: { mean: \"25:00\" }",
                "vehicles.arrival.mean: must be a time of day such as \"18:00\", got \"25:00\""
            ),
            ("energy_kwh: { min: 9, max: 3 }", "vehicles.energy_kwh.max: must be >= min"),
            (
                "energy_kwh: { choice: [[3, 0]] }",
                "vehicles.energy_kwh.choice: must hold at least one pair [value, weight] with a weight above 0"
            ),
            ("energy_kwh: -4", "vehicles.energy_kwh: must be >= 0 kWh, got -4"),
            ("batteries: [{ capacity: 4 }]", "vehicles.batteries[0].capacity: unknown key; did you mean capacity_kwh?"),
            ("count: 2.5", "vehicles.count: must be a whole number up to 1000000, got 2.5"),
        ])
    func slips(form: String, says: String) throws {
        let count = form.hasPrefix("count") ? "" : "count: 3, "
        let found = ScenarioText.findings(
            """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h }
            tariff: { import: 0.25 }
            vehicles: { \(count)\(form) }
            """)
        #expect(found.contains { $0.hasSuffix(": " + says) }, "\(found)")
    }
}
