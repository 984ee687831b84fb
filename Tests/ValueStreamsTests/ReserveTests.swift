import Verification
import Accounting
import Ageing
import GLPKSolver
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import Testing

@testable import ValueStreams

/// Reserve is called only as far as it is sold.
@Suite struct ReserveTests {
    struct Example: Sendable, CustomStringConvertible {
        var description: String
        var capacityKWh = 10.0
        var endSoC = 0.0
        var tariff: String
        var product: String
        var objective: Double
        var soldKW: Double
    }

    private static let dear = "{ import: [1, 1], export: [0.5, 0.5] }"
    static let examples = [
        Example(
            description: "down, unpaid and dear when called", tariff: dear,
            product: "{ direction: down, price: 0, duration: 1h, activation: 0.5, activation_price: 1 }", objective: 0,
            soldKW: 0),
        Example(
            description: "symmetric, whose calls lose more than it is paid", tariff: dear,
            product: "{ direction: symmetric, price: 0.01, duration: 1h, activation: 0.5 }", objective: 0, soldKW: 0),
        Example(
            description: "up, unpaid and dear when called, beside energy that is paid for taking it", capacityKWh: 2,
            endSoC: 1, tariff: "{ import: [-0.3, -0.3], export: [-0.3, -0.3] }",
            product: "{ direction: up, price: 0, duration: 15min, activation: 0.5, activation_price: -1 }",
            objective: -0.6, soldKW: 0),
        // An empty battery can promise power for no time at all.
        Example(
            description: "up, for no time", tariff: dear, product: "{ direction: up, price: 0.01, duration: 0min }",
            objective: -0.08, soldKW: 4),
        Example(
            description: "up, for no time and called", tariff: dear,
            product: "{ direction: up, price: 0.01, duration: 0, activation: 0.5 }", objective: 0, soldKW: 0),
    ]

    // A user would see energy flow into or out of the car that nobody bought, sold or called.
    @Test("what is not sold moves no energy", arguments: examples)
    func unsold(example: Example) throws {
        let text = """
            currency: USD
            horizon: { start: 2024-01-01T00:00, end: 2024-01-01T02:00, step: 1h, timezone: UTC }
            tariff: \(example.tariff)
            vehicles:
              - id: es
                battery: { capacity_kwh: \(example.capacityKWh), soc_start: 0, soc_end: \(example.endSoC), ageing: none }
                charger: { charge_kw: 4, discharge_kw: 4 }
                plugged: [{ from: 2024-01-01T00:00, to: 2024-01-01T02:00 }]
            services:
              reserve: [\(example.product)]
            """
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections).load(text: text, named: "s.yaml").scenario
        let solved = try StreamContractTests.solved(scenario)
        #expect(abs(solved.objective - example.objective) < 1e-9)
        let sold = try #require(solved.schedule.services["reserve"]?.first?.kw)
        #expect(sold.allSatisfy { abs($0 - example.soldKW) < 1e-9 })
        let replay = Replay(
            scenario: scenario,
            ageing: try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) },
            result: ResultFile(solved, scenario: scenario), streams: StreamRegistry.streams(of: scenario))
        #expect(replay.problems == [])
    }

    // A user could be handed a result in which the car stands ready, and is called, for more than is sold.
    @Test("shares that hold more than is sold are a finding of verify")
    func heldBeyondSold() throws {
        let scenario = try StreamContractTests.scenario(
            "  reserve: [{ direction: down, price: 0.02, duration: 1h, max_kw: 2 }]")
        var schedule = try StreamContractTests.solved(scenario).schedule
        let stream = try #require(StreamRegistry.streams(of: scenario).first)
        let step = try #require(schedule.services["reserve"]?[0].kw?.firstIndex { $0 > 1 })
        schedule.services["reserve"]?[0].shares?[0].heldKW[step] += 0.5
        #expect(
            stream.problems(of: schedule, in: scenario).contains {
                $0.contains("kW down are sold, the vehicles hold")
            })
    }
}
