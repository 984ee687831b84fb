import Accounting
import Verification
import Ageing
import Foundation
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import Testing

@testable import Verification

/// `v2x verify` on batteries, flexible loads and rules of who feeds whom. Without these checks a plan that no boiler can follow
/// passes.
@Suite("Replay of batteries, flexible loads and flow rules")
struct ReplaySiteAssetTests {
    private static let text = """
        horizon: { start: 2024-01-15T12:00, end: 2024-01-15T18:00, step: 1h, timezone: UTC }
        tariff: { import: [0.1, 0.4, 0.2, 0.3, 0.3, 0.5], export: 0.05 }
        site:
          load_kw: 1
          pv_kw: [0, 4, 4, 0, 0, 0]
          batteries:
            - id: wall
              feeds_vehicles: false
              battery: { capacity_kwh: 10, soc_start: 0.2, soc_end: 0, ageing: none }
              charger: { charge_kw: 3, discharge_kw: 3, from_grid: false, to_grid: false }
          loads:
            - { id: pump, energy: { energy_kwh: 2, min_kw: 0.5, max_kw: 1, from: 2024-01-15T13:00, to: 2024-01-15T17:00 } }
            - { id: washer, run: { profile_kw: [2, 1], to: 2024-01-15T16:00 } }
            - { id: boiler, heat: { capacity_kwh: 6, start_kwh: 3, min_kwh: 2, loss_per_hour: 0.05, demand_kw: 1, cop: 2, max_kw: 2 } }
        vehicles:
          - id: car
            battery: { capacity_kwh: 40, soc_start: 0.5, ageing: none }
            charger: { charge_kw: 7, discharge_kw: 7 }
            plugged: [{ from: 2024-01-15T12:00, to: 2024-01-15T18:00, departure_soc: 0.6 }]
        """

    private static func solved() throws -> (scenario: Scenario, ageing: [AgeingPrices], result: ResultFile) {
        let scenario = try ScenarioLoader().load(text: text, named: "site.yaml").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        guard
            case .schedule(let solved) = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
                .schedule()
        else { throw AgeingError(message: "no schedule") }
        return (scenario, ageing, ResultFile(solved, scenario: scenario))
    }

    private static func problems(_ change: (inout ResultFile) -> Void) throws -> [String] {
        let (scenario, ageing, result) = try solved()
        var changed = result
        change(&changed)
        return Replay(scenario: scenario, ageing: ageing, result: changed).problems
    }

    @Test("an optimum verifies, and the JSON that is written reads back as it was")
    func right() throws {
        let (_, _, result) = try Self.solved()
        #expect(try Self.problems { _ in } == [])
        let data = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(ResultFile.self, from: data) == result)
        let keys = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((keys["vehicles"] as? [Any])?.count == 1 && (keys["batteries"] as? [Any])?.count == 1)
        #expect((keys["loads"] as? [Any])?.count == 3)
    }

    @Test(
        "a load that takes too much, too little, at the wrong time, or nothing is found",
        arguments: [
            ("pump", [1.5, 0.5, 0, 0, 0, 0]), ("pump", [0, 0.3, 0.7, 1, 0, 0]), ("pump", [1, 1, 0, 0, 0, 0]),
            ("pump", [0, 0, 0, 0, 0, 0]), ("washer", [2, 2, 0, 0, 0, 0]), ("washer", [0, 0, 0, 2, 1, 0]),
            ("washer", [0, 0, 0, 0, 0, 0]), ("boiler", [2.5, 1, 1, 1, 1, 1]), ("boiler", [0, 0, 0, 0, 0, 0]),
        ])
    func wrong(load: String, kW: [Double]) throws {
        let problems = try Self.problems { result in
            guard let index = result.loads?.firstIndex(where: { $0.id == load }) else { return }
            // The meter follows, so that the balance is right.
            for step in kW.indices {
                let net =
                    result.site.importKW[step] - result.site.exportKW[step] + kW[step]
                    - (result.loads?[index].kW[step] ?? 0)
                result.site.importKW[step] = max(0, net)
                result.site.exportKW[step] = max(0, -net)
            }
            result.loads?[index].kW = kW
        }
        #expect(problems.contains { $0.contains(load) || $0.hasPrefix("load") }, "\(problems)")
    }

    /// A fuse would blow while the dishwasher runs.
    @Test("flexible loads count on the phases")
    func fuse() throws {
        let text = """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-15T14:00, step: 1h, timezone: UTC }
            tariff: { import: 0.3, export: 0.05 }
            site:
              phase_limit_a: 16
              loads: [{ id: dishwasher, run: { profile_kw: [6], to: 2024-01-15T14:00 } }]
            vehicles:
              - id: car
                battery: { capacity_kwh: 40, soc_start: 0.5, ageing: none }
                charger: { charge_kw: 3.68, phases: [1], charge_efficiency: 1 }
                plugged: [{ from: 2024-01-15T12:00, to: 2024-01-15T14:00, departure_soc: 0.634 }]
            """
        let scenario = try ScenarioLoader().load(text: text, named: "fuse.yaml").scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        guard
            case .schedule(let solved) = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
                .schedule()
        else { throw AgeingError(message: "no schedule") }
        var result = ResultFile(solved, scenario: scenario)
        #expect(Replay(scenario: scenario, ageing: ageing, result: result, streams: []).problems == [])
        let step = try #require(result.loads?[0].kW.firstIndex { $0 > 0 })
        #expect(result.vehicles[0].chargeKW[step] < 1.7, "the dishwasher has 2 of the 3.68 kW of each phase")
        result.vehicles[0].chargeKW[step] = 3.68
        let problems = Replay(scenario: scenario, ageing: ageing, result: result, streams: []).problems
        #expect(problems.contains { $0.contains("phase 1 carries 5.68 kW") })
    }

    @Test("a battery that charges from the grid, feeds it, or feeds the car is found")
    func rules() throws {
        func moved(_ step: Int, charge: Double, discharge: Double) throws -> [String] {
            try Self.problems { result in
                let old = result.vehicles[1].chargeKW[step] - result.vehicles[1].dischargeKW[step]
                result.vehicles[1].chargeKW[step] = charge
                result.vehicles[1].dischargeKW[step] = discharge
                let net = result.site.importKW[step] - result.site.exportKW[step] + charge - discharge - old
                result.site.importKW[step] = max(0, net)
                result.site.exportKW[step] = max(0, -net)
            }
        }
        #expect(try moved(0, charge: 2, discharge: 0).contains { $0.hasPrefix("from_grid: false: step 0") })
        #expect(
            try moved(2, charge: 0, discharge: 3).contains {
                $0.hasPrefix("feeds_vehicles: false: step 2") || $0.hasPrefix("to_grid: false: step 2")
            })
    }
}
