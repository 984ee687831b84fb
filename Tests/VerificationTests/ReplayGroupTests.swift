import Accounting
import Verification
import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Verification

/// `v2x verify` and a car park's cables.
@Suite struct ReplayGroupTests {
    @Test("a group's limit that is crossed, either way, is named with group, step and excess")
    func crossed() throws {
        var scenario = ReplayTests.scenario
        var second = scenario.vehicles[0]
        second.id = "ev2"
        scenario.vehicles.append(second)
        // Enough for two, and nothing that holds the energy back.
        scenario.site.importLimitKW = [30, 30, 30, 30]
        for index in 0...1 { scenario.vehicles[index].battery.ageing = .none }
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        guard
            case .schedule(let solved) = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
                .schedule()
        else { throw AgeingError(message: "no schedule") }
        let result = ResultFile(solved, scenario: scenario)
        func problems(_ most: Double, _ least: Double) -> [String] {
            var limited = scenario
            limited.groups = [
                VehicleGroup(
                    id: "hall", members: [0, 1], importLimitKW: [20, 20, most, 20], exportLimitKW: [20, least, 20, 20])
            ]
            return Replay(scenario: limited, ageing: ageing, result: result).problems
        }
        let net = [1, 2].map { step in
            result.vehicles.reduce(0) { $0 + $1.chargeKW[step] - $1.dischargeKW[step] }
        }
        #expect(net[0] < -2 && net[1] > 2, "\(net)")
        #expect(problems(net[1], -net[0]) == [])
        #expect(
            problems(net[1] - 1, -net[0]) == [
                "group hall: step 2 (1970-01-01 02:00): takes \(text(net[1])) kW, 1 kW beyond its limit of \(text(net[1] - 1))"
            ])
        #expect(
            problems(net[1], -net[0] - 2) == [
                "group hall: step 1 (1970-01-01 01:00): gives \(text(-net[0])) kW, 2 kW beyond its limit of \(text(-net[0] - 2))"
            ])
    }
}
