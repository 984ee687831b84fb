import Accounting
import Ageing
import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

@testable import Simulations

/// If this breaks: a year's figures come from plans that nobody could have made or followed.
@Suite("Simulations")
struct SimulationTests {
    static func scheduler(
        ageing: String = "none", days: Int = 3, vehicle: String = "", extra: String = "", windows: String? = nil
    ) throws -> Scheduler {
        let text = """
            horizon: { start: 2024-03-29T12:00, end: 2024-0\(days < 3 ? "3-3\(days + 29 - 30)" : "4-0\(days - 2)")T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff:
              import: { hours: [{ from: "17:00", to: "22:00", value: 0.40 }, { from: "01:00", to: "06:00", value: 0.08 }, { value: 0.22 }] }
              export: { hours: [{ from: "17:00", to: "22:00", value: 0.30 }, { value: 0.05 }] }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_min: 0.1, soc_start: 0.5, ageing: \(ageing) }
                charger: { charge_kw: 7.4, discharge_kw: 7.4, charge_efficiency: 0.93, discharge_efficiency: 0.93 }
                plugged: \(windows ?? "[{ daily: [\"17:00\", \"07:00\"], departure_soc: 0.7, trip_kwh: 6 }]")
                \(vehicle)
            \(extra)
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
        let prices = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        return Scheduler(
            scenario: scenario, ageing: prices, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
    }

    @Test("loads go on from day to day: what was pumped counts, a run that began goes on, and heat is kept")
    func loadsGoOn() throws {
        // Spans that cross noon, where a day ends.
        let scheduler = try Self.scheduler(
            extra: """
                site:
                  loads:
                    - { id: pump, energy: { energy_kwh: 5, min_kw: 0.5, max_kw: 1, daily: ["08:00", "16:00"] } }
                    - { id: washer, run: { profile_kw: [2, 1, 1], daily: ["11:00", "14:00"] } }
                    - { id: boiler, heat: { capacity_kwh: 8, start_kwh: 4, min_kwh: 2, loss_per_hour: 0.02, demand_kw: 0.5, max_kw: 2 } }
                """)
        let lived = try RollingRun(scheduler, mode: .v2x)
        // Of the spans that began before the horizon what falls inside is wanted: half of the pumping, and no washing.
        #expect(lived.days.allSatisfy { $0.shortfallKWh < 1e-6 })
    }

    @Test("a load that only discharging can serve leaves V1X out of the simulation, with the reason")
    func withoutV1X() throws {
        let site = """
            site: { import_limit_kw: 5, load_kw: { hours: [{ from: "19:00", to: "20:00", value: 7 }, { value: 1 }] } }
            forecast: { persistence: 24h }
            """
        let simulation = try Simulation(Self.scheduler(extra: site))
        #expect(Set(simulation.runs.keys) == ["v2x", "immediate"])
        #expect(Set(simulation.daily.map(\.mode)) == ["v2x", "immediate"])
        #expect(simulation.valueOfPerfectInformation.map { Array($0.keys) } == ["v2x"])
        #expect(simulation.withoutSchedule?["v1x"]?.contains("site.import_limit_kw cannot hold") == true)
    }

    private static let day = RollingRun.Options(horizonSeconds: 86_400, commitSeconds: 86_400)

    @Test("where nothing is uncertain and nothing ages, lived days are the day-ahead run's, with a ratchet in between")
    func equalsDayAheadRun() throws {
        let scheduler = try Self.scheduler(
            extra: "services: { demand_charge: { rate_per_kw: 0.3, peak_so_far_kw: 1 } }")
        for mode in [ScheduleMode.v2x, .v1x, .immediate] {
            let lived = try RollingRun(scheduler, mode: mode, options: Self.day)
            let planned = try DayAheadRun(scheduler, mode: mode, days: scheduler.scenario.days)
            // What was owed at the start is charged with the first day in both.
            for (name, amount) in planned.costs {
                #expect(abs(lived.days.reduce(0) { $0 + ($1.costs[name] ?? 0) } - amount) < 1e-6, "\(mode) \(name)")
            }
            #expect(zip(lived.energyKWh[0], planned.energyKWh[0]).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    @Test("every kWh is accounted for: what is charged goes into trips, the grid, losses or the battery")
    func energyBalance() throws {
        let scheduler = try Self.scheduler(
            vehicle: "actual: { arrival_sd: 90min, departure_sd: 60min, seed: 4 }")
        let run = try RollingRun(scheduler, mode: .v2x)
        var real = scheduler.scenario.vehicles[0]
        real.windows = try #require(real.actualWindows)
        #expect(real.windows != scheduler.scenario.vehicles[0].windows)
        let trips = PlugTimeline(vehicle: real, grid: scheduler.scenario.grid).tripKWh.reduce(0, +)
        let charged = run.days.reduce(0) { $0 + $1.chargedKWh },
            discharged = run.days.reduce(0) { $0 + $1.dischargedKWh }
        let path = run.energyKWh[0]
        #expect(abs(path[0] + charged * 0.93 - discharged / 0.93 - trips - (path.last ?? 0)) < 1e-6)
        #expect(run.days.contains { $0.plans > 1 })
    }

    @Test("a car that comes two hours late is not charged while it is away, and the plan is made again")
    func lateArrival() throws {
        let windows = "[{ from: 2024-03-29T17:00, to: 2024-03-30T07:00, departure_soc: 0.7, trip_kwh: 6 }]"
        let late = try Self.scheduler(
            days: 1, vehicle: "actual: [{ from: 2024-03-29T19:00, to: 2024-03-30T07:00 }]", windows: windows)
        // Immediate charging would begin at 17:00.
        let run = try RollingRun(late, mode: .immediate)
        let path = run.energyKWh[0]
        #expect(path[5] == 30 && path[6] == 30 && path[7] == 30 && path[8] > 30)
        #expect(run.days[0].plans >= 3)
        #expect(run.days[0].shortfallKWh == 0)
        // An informed plan needs no second one, and costs no more.
        var informed = RollingRun.Options()
        informed.isInformed = true
        let v2x = try RollingRun(late, mode: .v2x)
        let knew = try RollingRun(late, mode: .v2x, options: informed)
        #expect(knew.days[0].plans == 1)
        #expect(knew.days[0].total <= v2x.days[0].total + 1e-9)
    }

    @Test("a car that leaves before it is charged is reported short by just what it lacks")
    func earlyDeparture() throws {
        let windows = "[{ from: 2024-03-29T17:00, to: 2024-03-30T07:00, departure_soc: 0.9, trip_kwh: 6 }]"
        let early = try Self.scheduler(
            days: 1, vehicle: "actual: [{ from: 2024-03-29T17:00, to: 2024-03-30T03:00 }]", windows: windows)
        let run = try RollingRun(early, mode: .v1x)
        let boundary = 15  // 03:00
        let there = run.energyKWh[0][boundary]
        #expect(there < 54)
        #expect(abs(run.days[0].shortfallKWh - (54 - there)) < 1e-6)
    }

    @Test("plans on forecasts are paid at real prices, and cannot beat those that knew them")
    func forecasts() throws {
        let wrong = "forecast: { import: { hours: [{ from: \"01:00\", to: \"06:00\", value: 0.9 }, { value: 0.1 }] } }"
        for forecast in [wrong, "forecast: { noise: { sd: 0.2, correlation: 0.5, seed: 3 } }"] {
            let scheduler = try Self.scheduler(days: 1, extra: forecast)
            let simulation = try Simulation(scheduler, options: Self.day)
            let value = try #require(simulation.valueOfPerfectInformation)
            #expect((value["v2x"] ?? -1) > 1 && (value["v1x"] ?? -1) >= 0, "\(forecast) \(value)")
        }
        // The same prices every day: from the second day on, persistence is perfect.
        let same = try Simulation(try Self.scheduler(extra: "forecast: { persistence: 24h }"), options: Self.day)
        #expect(abs(same.valueOfPerfectInformation?["v2x"] ?? 1) < 1e-6)
        #expect(try Simulation(try Self.scheduler(), options: Self.day).valueOfPerfectInformation == nil)
    }

    @Test("persistence looks at nothing that is later than the plan")
    func persistence() throws {
        var scenario = try Self.scheduler().scenario
        scenario.importPricePerKWh = (0..<scenario.grid.count).map { Double($0) }
        let seen = Forecast.persistence(seconds: 86_400).prices(at: 24, over: 30..<60, of: scenario)
        #expect(seen.importPricePerKWh.allSatisfy { $0 < 24 })
        // By the clock: on Sunday there is no 02:00, and 03:00 stands for Saturday's.
        #expect(
            Array(seen.importPricePerKWh.prefix(17)) == ((6...13).map { Double($0) } + (15...23).map { Double($0) }))
    }

    @Test("an error of a forecast belongs to its hour, whichever plan looks at it")
    func noiseIsOfTheHour() throws {
        let scenario = try Self.scheduler().scenario
        let noise = Forecast.noise(standardDeviation: 0.1, correlation: 0.8, seed: 9)
        let (one, two) = (
            noise.prices(at: 0, over: 0..<40, of: scenario), noise.prices(at: 24, over: 30..<50, of: scenario)
        )
        #expect(Array(one.importPricePerKWh[30..<40]) == Array(two.importPricePerKWh[0..<10]))
    }

    @Test("capacity fades by the cell's law over the whole path, and tomorrow's plan has the faded battery")
    func fading() throws {
        let scheduler = try Self.scheduler(ageing: "{ cell: nmc }", days: 5)
        let run = try RollingRun(scheduler, mode: .v2x)
        let life = run.lives[0]
        #expect(life.capacityKWh < 60 && abs(life.capacityKWh - 60 * (1 - life.loss)) < 1e-9)
        #expect(zip(run.days, run.days.dropFirst()).allSatisfy { $0.capacityLoss < $1.capacityLoss })
    }

    @Test("a life day by day is the life of the whole path, by the same laws")
    func dayByDay() throws {
        let cell = try #require(CellRegistry.named("nmc"))
        var life = try BatteryLife(
            vehicle: try Self.scheduler(ageing: "{ cell: nmc }").scenario.vehicles[0], stepHours: 1)
        let day = [0.8, 0.8, 0.5, 0.3, 0.3, 0.3, 0.6, 0.9, 0.8]
        for _ in 0..<300 {
            try life.live(
                energyKWh: day.map { $0 * life.capacityKWh }, temperatureC: Array(repeating: 20, count: day.count - 1))
        }
        life.end()
        let whole = LifeSimulation(cell, trace: life.trace, years: life.trace.days / 365)
        #expect(abs(whole.calendarLoss - life.calendarLoss) < 5e-3 * whole.calendarLoss)
        #expect(abs(whole.cycleLoss - life.cycleLoss) < 0.02 * whole.cycleLoss)
        #expect(abs(whole.equivalentFullCycles - life.equivalentFullCycles) < 0.01 * life.equivalentFullCycles)
    }

    @Test("years to the end of life are those of the power law, for a battery that rests")
    func yearsToEndOfLife() throws {
        let vehicle = try Self.scheduler(ageing: "{ cell: nca }").scenario.vehicles[0]
        var life = try BatteryLife(vehicle: vehicle, stepHours: 1)
        for _ in 0..<30 {
            try life.live(
                energyKWh: Array(repeating: life.capacityKWh / 2, count: 25),
                temperatureC: Array(repeating: 20, count: 24))
        }
        let cell = try #require(CellRegistry.named("nca"))
        let rate = cell.calendarRate(soc: 0.5, temperatureK: 293.15)
        #expect(abs(life.calendarLoss - rate * pow(30, cell.calendarExponent)) < 0.03 * life.calendarLoss)
        let expected = pow(0.2 / rate, 1 / cell.calendarExponent) / 365
        let years = try #require(life.yearsToEndOfLife)
        #expect(abs(years - expected) < 0.02 * expected)
        // One that is five years old has the rest of them left, and loses less in a day than a new one.
        var aged = vehicle
        aged.battery.ageing = .cell(CellAgeing(cell: "nca", ageDays: 5 * 365, efcPerYear: 0))
        var old = try BatteryLife(vehicle: aged, stepHours: 1)
        try old.live(energyKWh: Array(repeating: 30, count: 25), temperatureC: Array(repeating: 20, count: 24))
        #expect(old.calendarLoss < rate / 10)
        #expect(abs(try #require(old.yearsToEndOfLife) - (expected - 5)) < 0.05 * expected)
    }

    @Test("a rainflow count that comes piece by piece is the count of the whole")
    func streamedRainflow() {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<50 {
            let path = (0..<200).map { _ in (generator.share() * 20).rounded() / 20 }
            var counter = RainflowCounter()
            var cycles: [Rainflow.Cycle] = []
            for value in path { cycles += counter.add(value) }
            #expect(cycles + counter.rest == Rainflow.cycles(of: path))
        }
    }

    @Test("the same simulation twice gives the same bytes, whatever thread took what")
    func deterministic() throws {
        let scheduler = try Self.scheduler(
            ageing: "{ cell: lfp }", vehicle: "actual: { arrival_sd: 1h, seed: 2 }",
            extra: "forecast: { noise: { sd: 0.05 } }")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(try Simulation(scheduler)) == encoder.encode(try Simulation(scheduler)))
    }

    @Test("wrong forecasts and windows are findings, in words")
    func findings() throws {
        func finding(vehicle: String = "", extra: String = "") -> String {
            do {
                _ = try Self.scheduler(vehicle: vehicle, extra: extra)
                return "none"
            } catch let error as InputError { return error.sentences.first ?? "" } catch { return "\(error)" }
        }
        #expect(
            finding(extra: "forecast: { persistence: 24h, noise: { sd: 1 } }").hasSuffix(
                "forecast: must hold one of import (and export), persistence, noise"))
        #expect(
            finding(extra: "forecast: { persistence: 5min }").hasSuffix(
                "forecast.persistence: must be a step or longer"))
        #expect(
            finding(vehicle: "actual: [{ from: 2024-03-29T18:00, to: 2024-03-29T19:00 }]").contains(
                "must hold a window for each of the"))
        #expect(
            finding(vehicle: "actual: { seed: 3 }").hasSuffix(
                "vehicles[0].actual: must be a list of windows, or hold arrival_sd or departure_sd"))
    }
}
