import Accounting
import Ageing
import Foundation
import GLPKSolver
import Scenarios
import Scheduling
import Testing
import ValueStreams

/// Every case folder against its expected result: a program that finds another optimum than last year's says so.
@Suite struct GoldenTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scenarios/cases")

    static let cases: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()

    private func result(_ name: String) throws -> (Scenario, [AgeingPrices], ResultFile) {
        let path = GoldenTests.root.appendingPathComponent(name).appendingPathComponent("scenario.yaml").path
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections).load(path: path).scenario
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        let outcome = Scheduler(
            scenario: scenario, ageing: ageing, streams: StreamRegistry.streams(of: scenario), solver: DirectSolver()
        ).schedule()
        guard case .schedule(let solved) = outcome else {
            Issue.record("\(name): \(outcome)")
            throw AgeingError(message: "no schedule")
        }
        return (scenario, ageing, ResultFile(solved, scenario: scenario))
    }

    @Test("there are the fifteen cases and more that the README shows") func enough() {
        #expect(GoldenTests.cases.count >= 15)
    }

    @Test(arguments: cases) func moneyIsAsRecorded(name: String) throws {
        let (scenario, ageing, result) = try result(name)
        let file = GoldenTests.root.appendingPathComponent(name).appendingPathComponent("expected.json")
        let expected = try JSONDecoder().decode(ResultFile.self, from: Data(contentsOf: file))
        let streams = StreamRegistry.streams(of: scenario)
        // Optima can differ in their schedules on another machine; their cost cannot.
        let comparison = Comparison(
            expected, result, tolerances: .init(absolute: 1e-6, relative: 1e-6, schedule: nil))
        #expect(comparison.differences.filter { !$0.what.hasPrefix("costs.") } == [])
        #expect(Replay(scenario: scenario, ageing: ageing, result: result, streams: streams).problems == [])
        #expect(Replay(scenario: scenario, ageing: ageing, result: expected, streams: streams).problems == [])
    }
}
