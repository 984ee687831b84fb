import Foundation
import Scenarios
import Testing

@testable import HomeLoop

@Suite struct PlanTriggerTests {
    private func at(_ seconds: Int) -> Instant { Instant(epochSeconds: 1_768_500_000 + seconds) }
    private func charge(_ share: Double) -> PlanTrigger.Inputs {
        PlanTrigger.Inputs(state: ["ev1": .stateOfCharge(share)])
    }

    /// The setpoint would be that of a step that is over.
    @Test func aStepThatBeginsIsPlanned() {
        var trigger = PlanTrigger()
        #expect(trigger.reason(at: at(0), charge(0.5)) == .first)
        trigger.planned(charge(0.5), until: at(900))
        #expect(trigger.reason(at: at(899), charge(0.5)) == nil)
        #expect(trigger.reason(at: at(900), charge(0.5)) == .step)
    }

    /// The plan would stand still with its inputs changed, or be made anew for each watt-hour.
    @Test func anInputThatChangesIsPlanned() {
        var trigger = PlanTrigger()
        trigger.planned(charge(0.5), until: at(900))
        #expect(trigger.reason(at: at(1), charge(0.505)) == nil)
        #expect(trigger.reason(at: at(1), charge(0.52)) == .state("ev1"))
        let other = PlanTrigger.Inputs(state: ["ev1": .stateOfCharge(0.5), "tariff.export": .text("0.1")])
        #expect(trigger.reason(at: at(1), other) == .state("tariff.export"))
    }

    /// An edited scenario would be planned a quarter of an hour later.
    @Test func aFileThatChangesIsPlanned() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("v2x-stamp-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        func inputs() -> PlanTrigger.Inputs { PlanTrigger.Inputs(files: [file.path: FileStamp(path: file.path)]) }
        try Data("one".utf8).write(to: file)
        var trigger = PlanTrigger()
        trigger.planned(inputs(), until: at(900))
        #expect(trigger.reason(at: at(1), inputs()) == nil)
        try Data("three".utf8).write(to: file)
        #expect(trigger.reason(at: at(1), inputs()) == .file(file.path))
        try FileManager.default.removeItem(at: file)
        #expect(trigger.reason(at: at(1), inputs()) == .file(file.path))
    }

    /// Prices that come late would wait for the next change; a broken scenario would be tried each second.
    @Test func whatFailedIsTriedAgainAfterAWhile() {
        var trigger = PlanTrigger()
        trigger.failed(charge(0.5), at: at(0))
        #expect(trigger.reason(at: at(59), charge(0.5)) == nil)
        #expect(trigger.reason(at: at(60), charge(0.5)) == .again)
        #expect(trigger.reason(at: at(1), charge(0.6)) == .state("ev1"))
    }

    /// A silent broker would be taken for one that is there.
    @Test func aBrokerThatDoesNotAnswerIsGivenUp() {
        var keepAlive = KeepAlive(seconds: 30, now: 0)
        #expect(keepAlive.step(at: 29) == .nothing)
        keepAlive.sent(at: 29)
        #expect(keepAlive.step(at: 58) == .nothing)
        #expect(keepAlive.step(at: 59) == .ping)
        #expect(keepAlive.step(at: 60) == .nothing)
        keepAlive.answered()
        #expect(keepAlive.step(at: 89) == .ping)
        #expect(keepAlive.step(at: 119) == .lost)
    }
}
