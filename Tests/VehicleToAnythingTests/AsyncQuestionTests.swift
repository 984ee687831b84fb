import Foundation
import LinearPrograms
import Synchronization
import Testing
import VehicleToAnything

/// If this breaks: a program in Swift's concurrency gets other answers than the command line, or waits for what it has
/// cancelled.
@Suite("Questions from a task")
struct AsyncQuestionTests {
    /// A week, an hour a step.
    private static let week = """
        name: a week
        horizon: { start: 2024-01-15, end: 2024-01-22, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { hours: [{ from: "23:00", to: "07:00", value: 0.1 }, { value: 0.3 }] }, export: 0.05 }
        vehicles:
          - id: ev1
            battery: { capacity_kwh: 60, soc_start: 0.5, ageing: none }
            charger: { charge_kw: 11, discharge_kw: 10 }
            plugged: [{ daily: ["18:00", "07:00"], departure_soc: 0.7 }]
        """

    private static func prepared() throws -> PreparedScenario {
        try PreparedScenario(ScenarioInput(text: week))
    }

    @Test("the schedule is the one that a thread gets")
    func sameSchedule() async throws {
        let prepared = try AsyncQuestionTests.prepared()
        let fromThread = try { () throws in try prepared.schedule() }()
        let fromTask = try await prepared.schedule()
        #expect(fromTask == fromThread)
    }

    @Test("why there is no schedule is thrown as it is on a thread")
    func sameError() async throws {
        let overloaded = AsyncQuestionTests.week + "\nsite: { load_kw: 50, import_limit_kw: 1 }"
        let prepared = try PreparedScenario(ScenarioInput(text: overloaded))
        await #expect(throws: QuestionError.self) { try await prepared.schedule() }
    }

    @Test("a task that is cancelled before its question solves nothing")
    func cancelledBefore() async throws {
        let prepared = try AsyncQuestionTests.prepared()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await prepared.schedule()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("a task that is cancelled on the way ends there, by CancellationError")
    func cancelledOnTheWay() async throws {
        let prepared = try AsyncQuestionTests.prepared()
        let days = Mutex(0)
        let (begun, cancelled) = (AsyncStream<Void>.makeStream(), DispatchSemaphore(value: 0))
        let task = Task {
            try await prepared.simulate { _ in
                days.withLock { $0 += 1 }
                begun.continuation.yield()
                // No day goes on before the task is cancelled.
                cancelled.wait()
                cancelled.signal()
            }
        }
        for await _ in begun.stream { break }
        task.cancel()
        cancelled.signal()
        await #expect(throws: CancellationError.self) { try await task.value }
        // Of 7 days in three modes: V2X and V1X end in the day at hand; uncontrolled charging has no solver to stop.
        #expect(days.withLock { $0 } <= 9)
    }

    @Test("a solver that looks at the clock sees a cancellation")
    func limitsAreCancelled() {
        var limits = SolveLimits(seconds: 1000)
        #expect(!limits.isPast)
        limits.isCancelled = { true }
        #expect(limits.isPast)
        #expect(limits.remainingSeconds == 0)
        #expect(SolveLimits(iterations: 5).within(limits).isPast)
    }
}
