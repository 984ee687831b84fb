import Sensitivity
import Foundation
import Scenarios
import TestSupport
import Testing
import VehicleToAnything

@Suite struct QuestionTests {
    /// An embedding program would get no answer where the command has one.
    @Test(arguments: Question.allCases)
    func everyQuestionIsAnsweredAsJSON(question: Question) throws {
        let prepared = try PreparedScenario(ScenarioInput(text: oneNight))
        let answer = try question.json(of: prepared)
        let object = try #require(JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(object["scenario"] as? String == "a night")
    }

    /// A wrong value would be reported without its place.
    @Test func findingsCarryTheirPlace() throws {
        let text = oneNight.replacingOccurrences(of: "capacity_kwh: 60", with: "capacity_kwh: -60")
        let error = #expect(throws: InputError.self) { try PreparedScenario(ScenarioInput(text: text)) }
        guard case .invalid(let findings) = error else { return #expect(Bool(false), "no findings") }
        #expect(findings.first?.keyPath == "vehicles[0].battery.capacity_kwh")
        #expect(findings.first?.line == 6)
    }

    /// A service would read its host's files for whoever asks.
    @Test(arguments: [FileAccess.none, .folder("Sources")])
    func filesOutsideTheAccessAreRefused(access: FileAccess) throws {
        let text = oneNight.replacingOccurrences(of: "export: 0.15", with: "export: { file: /etc/hostname }")
        let error = #expect(throws: InputError.self) {
            try PreparedScenario(ScenarioInput(text: text, access: access))
        }
        #expect(error?.sentences.contains { $0.contains("read") } == true)
    }

    /// A cancelled question would be solved all the same.
    @Test func cancelledQuestionsAreNotSolved() throws {
        let prepared = try PreparedScenario(ScenarioInput(text: oneNight), solving: Solving { true })
        let error = #expect(throws: QuestionError.self) { try prepared.schedule() }
        guard case .cancelled = error else { return #expect(Bool(false), "not cancelled") }
    }

    /// A rule would be given marginal costs that it has not.
    @Test func rulesHaveNoMarginalCost() throws {
        let prepared = try PreparedScenario(ScenarioInput(text: oneNight))
        #expect(throws: QuestionError.self) { try prepared.marginalCosts(.immediate) }
    }
}
