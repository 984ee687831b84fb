import Ageing
import GLPKSolver
import ScenarioFiles
import Scenarios
import Testing

@testable import Scheduling

/// A schedule of a site in one-hour steps, each with its answer worked out by hand.
enum HourlySite {
    static func schedule(
        hours: Int, importPrice: String, exportPrice: String = "0", site: String, vehicles: String = "",
        mode: ScheduleMode = .v2x
    ) throws -> SolvedSchedule {
        let text = """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-\(15 + (12 + hours) / 24)T\((12 + hours) % 24):00, step: 1h, timezone: UTC }
            tariff: { import: \(importPrice), export: \(exportPrice) }
            site:
            \(site)
            \(vehicles.isEmpty ? "" : "vehicles:\n\(vehicles)")
            """
        let scenario = try ScenarioLoader().load(text: text, named: "site.yaml").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let scheduler = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
        if mode == .immediate || mode == .deferred {
            let found = try ChargingRule(mode, scenario: scenario).schedule().get()
            return SolvedSchedule(
                mode: mode, status: .feasible, schedule: found.schedule, costs: [], objective: 0, bound: 0,
                statistics: SolverStatistics(
                    name: "none", method: "rule", rows: 0, columns: 0, iterations: 0, seconds: 0))
        }
        guard case .schedule(let solved) = scheduler.schedule(mode: mode) else { throw NoSchedule() }
        return solved
    }
    struct NoSchedule: Error {}

    static func isNear(_ one: Double, _ two: Double) -> Bool { abs(one - two) < 1e-6 }
    static func isNear(_ one: [Double], _ two: [Double]) -> Bool {
        one.count == two.count && zip(one, two).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}

/// Lost, a house battery is planned as if it were a car: it counts as a vehicle, or feeds whom it may not.
@Suite("Stationary batteries and who may feed whom")
struct SiteBatteryTests {
    private static func battery(_ keys: String = "", charger: String = "", start: Double = 0.5) -> String {
        """
          batteries:
            - id: wall
              battery: { capacity_kwh: 10, soc_start: \(start), soc_end: 0, ageing: none }
              charger: { charge_kw: 5, discharge_kw: 5\(charger) }
              \(keys)
        """
    }
    private static let car = """
          - id: car
            battery: { capacity_kwh: 40, soc_start: 0.5, ageing: none }
            charger: { charge_kw: 10 }
            plugged: [{ from: 2024-01-15T12:00, to: 2024-01-15T14:00, departure_soc: 0.7 }]
        """

    @Test("a battery alone, without a vehicle, buys cheap and feeds the load")
    func alone() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "[0.1, 0.4]", site: "  load_kw: 4\n" + Self.battery())
        // 5 kWh are there: 4 feed the dear hour, 1 the cheap one.
        #expect(HourlySite.isNear(solved.objective, 3 * 0.1))
    }

    @Test("V1X forbids vehicles to discharge, and leaves the battery alone")
    func oneWay() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "[0.1, 0.4]", site: "  load_kw: 4\n" + Self.battery(), vehicles: Self.car, mode: .v1x
        )
        #expect(solved.schedule.vehicles[1].dischargeKW.reduce(0, +) > 4.9)
    }

    @Test("from_grid: false charges from what the sun gives beyond the load, and nothing else")
    func fromSunAlone() throws {
        let solved = try HourlySite.schedule(
            hours: 3, importPrice: "[0.05, 0.05, 0.4]",
            site: "  load_kw: 1\n  pv_kw: [0, 3, 0]\n  export_limit_kw: 0\n  pv_curtailable: true\n"
                + Self.battery(charger: ", from_grid: false", start: 0))
        #expect(HourlySite.isNear(solved.schedule.vehicles[0].chargeKW, [0, 1, 0]))
    }

    @Test("with curtailment and a negative price, the sun that is thrown away charges nobody")
    func curtailedSun() throws {
        // Importing earns 1 a kWh: the sun is thrown away, and then nothing may be charged from it. Charging all 3 kW of it
        // would leave the load to the grid all the same.
        let solved = try HourlySite.schedule(
            hours: 1, importPrice: "-1", exportPrice: "-1",
            site: "  load_kw: 1\n  pv_kw: 4\n  pv_curtailable: true\n" + Self.battery(charger: ", from_grid: false"))
        #expect(HourlySite.isNear(solved.objective, -1))
        #expect(HourlySite.isNear(solved.schedule.vehicles[0].chargeKW, [0]))
    }

    @Test("to_grid: false discharges into what the site takes, also where the grid pays more")
    func intoSiteAlone() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "0.3", exportPrice: "0.25",
            site: "  load_kw: [1, 2]\n  pv_kw: [3, 0]\n"
                + Self.battery(charger: ", to_grid: false"))
        // In the first hour the sun covers the load: nothing may be discharged.
        #expect(HourlySite.isNear(solved.schedule.vehicles[0].dischargeKW, [0, 2]))
    }

    @Test("feeds_vehicles: false leaves the car to the grid, and may feed load and grid")
    func notIntoTheCar() throws {
        let free = try HourlySite.schedule(
            hours: 2, importPrice: "0.3", site: "  load_kw: 1\n" + Self.battery(), vehicles: Self.car)
        let apart = try HourlySite.schedule(
            hours: 2, importPrice: "0.3", site: "  load_kw: 1\n" + Self.battery("feeds_vehicles: false"),
            vehicles: Self.car)
        // 8 kWh for the car and 2 for the house, of which the battery gives 5, or the house's 2.
        #expect(HourlySite.isNear(free.objective, 5 * 0.3))
        #expect(HourlySite.isNear(apart.objective, 8 * 0.3))
    }

    @Test("importing and exporting at once does not carry a battery's energy into the car by way of the meter")
    func notByTheMeter() throws {
        let apart = try HourlySite.schedule(
            hours: 2, importPrice: "0.3", exportPrice: "0.3", site: Self.battery("feeds_vehicles: false"),
            vehicles: Self.car)
        for step in 0..<2 {
            #expect(min(apart.schedule.importKW[step], apart.schedule.exportKW[step]) < 1e-9)
            #expect(apart.schedule.vehicles[1].dischargeKW[step] <= apart.schedule.exportKW[step] + 1e-7)
        }
    }

    @Test("its normal use is self-consumption: it takes surplus sun and gives it back to what is used")
    func selfConsumption() throws {
        let solved = try HourlySite.schedule(
            hours: 4, importPrice: "0.3", site: "  load_kw: [1, 1, 3, 9]\n  pv_kw: [3, 9, 0, 0]\n" + Self.battery(),
            mode: .immediate)
        let wall = solved.schedule.vehicles[0]
        #expect(HourlySite.isNear(wall.chargeKW, [2, 3, 0, 0]) && HourlySite.isNear(wall.dischargeKW, [0, 0, 3, 5]))
        #expect(HourlySite.isNear(solved.schedule.exportKW, [0, 5, 0, 0]))
    }
}

/// Lost, a heat pump, a washing machine or a pool pump runs at the wrong time, half, or twice.
@Suite("Flexible loads: energy by a deadline, runs, stores of heat")
struct FlexibleLoadTests {
    @Test("energy is taken in the cheapest steps of its time, at no less than its least power")
    func energyByDeadline() throws {
        let solved = try HourlySite.schedule(
            hours: 4, importPrice: "[0.1, 0.4, 0.2, 0.01]",
            site: """
                  loads:
                    - { id: pump, energy: { energy_kwh: 3.2, min_kw: 1.5, max_kw: 2, from: 2024-01-15T12:00, to: 2024-01-15T15:00 } }
                """)
        // 2 kW cost least, but the last 1.2 kWh cannot be taken: 1.7 and 1.5 kW cost 0.47.
        #expect(HourlySite.isNear(solved.schedule.loads[0].kW, [1.7, 0, 1.5, 0]))
        #expect(HourlySite.isNear(solved.objective, 0.47))
    }

    @Test("a run starts once, with its whole profile inside its time")
    func run() throws {
        let solved = try HourlySite.schedule(
            hours: 5, importPrice: "[0.3, 0.1, 0.5, 0.1, 0.05]",
            site: """
                  loads:
                    - { id: washer, run: { profile_kw: [2, 1], from: 2024-01-15T12:00, to: 2024-01-15T16:00 } }
                """)
        // Starts at 12, 13 and 14: 0.7, 0.7 and 1.1; the early one is preferred.
        #expect(HourlySite.isNear(solved.objective, 0.7))
        #expect(HourlySite.isNear(solved.schedule.loads[0].kW, [2, 1, 0, 0, 0]))
    }

    @Test("a run that its time has no room for is a shortfall of all its energy")
    func noRoom() throws {
        let solved = try HourlySite.schedule(
            hours: 3, importPrice: "0.3",
            site: """
                  loads:
                    - { id: washer, run: { profile_kw: [2, 1], from: 2024-01-15T12:30, to: 2024-01-15T14:00 } }
                """)
        let shortfall = try #require(solved.schedule.shortfalls.first)
        #expect(shortfall.kind == .load && shortfall.load == "washer" && HourlySite.isNear(shortfall.kwh, 3))
    }

    @Test("heat is made with the coefficient of performance of its step, kept at a loss, and never more than fits")
    func heat() throws {
        let solved = try HourlySite.schedule(
            hours: 3, importPrice: "[0.1, 0.3, 0.3]",
            site: """
                  loads:
                    - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 2, min_kwh: 2, loss_per_hour: 0.1, demand_kw: [0, 0, 2], cop: [3, 2, 2], max_kw: 1 } }
                """)
        // Full power in the cheap hour: 1.8 + 3 = 4.8; then 4.32, 3.888 less 2 is 1.888: 0.112 kWh of heat at 0.15.
        let heat = try #require(solved.schedule.loads[0].heatKWh)
        #expect(HourlySite.isNear(heat[1], 4.8) && HourlySite.isNear(heat[3], 2))
        #expect(HourlySite.isNear(solved.objective, 0.1 + 0.112 * 0.15))
    }

    @Test("over a long horizon heat is what its losses leave, in large and in small numbers")
    func longHorizon() throws {
        // 0.9 to the 70th power is below a thousandth: the columns' scale starts again.
        let solved = try HourlySite.schedule(
            hours: 80, importPrice: "0.3",
            site: """
                  loads:
                    - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 2, min_kwh: 2, loss_per_hour: 0.1, max_kw: 1 } }
                """)
        // Each hour a tenth of 2 kWh is lost.
        #expect(HourlySite.isNear(solved.objective, 80 * 0.2 * 0.3))
    }

    @Test("a store of heat that starts below its least is asked only for what full power reaches")
    func startsCold() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "0.3",
            site: """
                  loads:
                    - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 0, min_kwh: 1.5, max_kw: 1 } }
                """)
        #expect(solved.schedule.shortfalls.isEmpty)
        #expect(HourlySite.isNear(solved.schedule.loads[0].kW, [1, 0.5]))
    }

    @Test("where heat cannot be made fast enough the depth below the least is the shortfall")
    func tooCold() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "0.3",
            site: """
                  loads:
                    - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 2, min_kwh: 2, demand_kw: 2, max_kw: 1 } }
                """)
        #expect(solved.schedule.shortfalls.map(\.kind) == [.load])
        #expect(HourlySite.isNear(solved.schedule.shortfalls[0].kwh, 2))
    }

    @Test("which load falls short is the one that matters less")
    func priority() throws {
        let solved = try HourlySite.schedule(
            hours: 2, importPrice: "0.3",
            site: """
                  import_limit_kw: 1
                  loads:
                    - { id: first, energy: { energy_kwh: 2, max_kw: 2 } }
                    - { id: second, priority: 3, energy: { energy_kwh: 1.5, max_kw: 2 } }
                """)
        let missing = solved.schedule.shortfalls
        #expect(missing.map(\.load) == ["first"] && HourlySite.isNear(missing[0].kwh, 1.5))
    }

    @Test("where nobody plans them, loads run as soon as they may and a thermostat keeps the heat")
    func usual() throws {
        let solved = try HourlySite.schedule(
            hours: 4, importPrice: "[0.4, 0.1, 0.1, 0.1]",
            site: """
                  loads:
                    - { id: pump, energy: { energy_kwh: 3, max_kw: 2 } }
                    - { id: washer, run: { profile_kw: [2, 1], from: 2024-01-15T13:00, to: 2024-01-15T16:00 } }
                    - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 3, demand_kw: [1, 0, 4, 0], max_kw: 2 } }
                """, mode: .immediate)
        let loads = solved.schedule.loads
        #expect(HourlySite.isNear(loads[0].kW, [2, 1, 0, 0]))
        #expect(HourlySite.isNear(loads[1].kW, [0, 2, 1, 0]))
        #expect(HourlySite.isNear(loads[2].kW, [1, 0, 2, 2]))
        #expect(HourlySite.isNear(solved.schedule.importKW, [3, 3, 3, 2]))
    }
}
