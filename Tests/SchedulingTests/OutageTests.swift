import Ageing
import GLPKSolver
import ScenarioFiles
import Scenarios
import Testing

@testable import Scheduling

/// If this breaks: an island's plan does not add up, and a house that counts on its car sits in the dark.
@Suite("Outages")
struct OutageTests {
    private static func schedule(_ site: String, mode: ScheduleMode = .v2x) throws -> SolvedSchedule {
        let text = """
            horizon: { start: 2024-01-15T18:00, end: 2024-01-15T22:00, step: 1h, timezone: UTC }
            tariff: { import: 0.3, export: 0.1 }
            site: \(site)
            vehicles:
              - id: car
                battery: { capacity_kwh: 50, soc_min: 0.2, soc_start: 0.4, soc_end: 0, ageing: none }
                charger: { charge_kw: 11, discharge_kw: 5, charge_efficiency: 1, discharge_efficiency: 1 }
                plugged: [{ from: 2024-01-15T18:00, to: 2024-01-15T22:00 }]
            """
        let scenario = try ScenarioLoader().load(text: text, named: "island.yaml").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let scheduler = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule(mode: mode) else { throw NoSchedule() }
        return solved
    }
    private struct NoSchedule: Error {}

    @Test("the car feeds the load down to its floor, and what is missing is reported, to the kWh")
    func fedByTheCar() throws {
        // 10 kWh above the floor; 6 kW asked, 5 kW given: the whole outage asks 12 kWh and can have 10.
        let solved = try Self.schedule(
            "{ load_kw: 6, outages: [{ from: 2024-01-15T19:00, to: 2024-01-15T21:00 }] }")
        let schedule = solved.schedule
        #expect(schedule.importKW[1] == 0 && schedule.exportKW[1] == 0)
        #expect(abs(schedule.vehicles[0].dischargeKW[1] - 5) < 1e-7)
        #expect(abs(schedule.shortfalls.reduce(0) { $0 + $1.kwh } - 2) < 1e-6)
        #expect(schedule.shortfalls.allSatisfy { $0.kind == .outage && $0.vehicle == nil })
        for step in 1...2 {
            #expect(
                abs(schedule.unservedKW[step] + schedule.vehicles[0].dischargeKW[step] - 6) < 1e-6)
        }
    }

    @Test("an outage that ends within a step takes the step, and its sun may be thrown away")
    func wholeSteps() throws {
        let solved = try Self.schedule(
            "{ load_kw: 1, pv_kw: 30, outages: [{ from: 2024-01-15T19:30, to: 2024-01-15T20:15 }] }", mode: .v1x)
        let schedule = solved.schedule
        #expect(schedule.importKW[1] == 0 && schedule.importKW[2] == 0)
        #expect(schedule.exportKW[1] == 0 && schedule.exportKW[2] == 0)
        #expect(schedule.exportKW[3] > 0)
        #expect(schedule.curtailedKW[1] > 0 && schedule.shortfalls.isEmpty)
    }

    @Test("an outage whose ends are the wrong way round is found")
    func badOutage() throws {
        #expect(throws: InputError.self) {
            try Self.schedule("{ outages: [{ from: 2024-01-15T21:00, to: 2024-01-15T19:00 }] }")
        }
    }
}
