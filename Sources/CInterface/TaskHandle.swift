import Foundation
import Synchronization
import VehicleToAnything

/// A question that is being answered on one of the library's threads.
final class TaskHandle: @unchecked Sendable {
    private let condition = NSCondition()
    /// Under `condition`.
    private var answer: Result<String, Failure>?
    private let flag = Atomic(false)
    private let share = Mutex(0.0)

    init(_ scenario: ScenarioHandle, _ question: String, options: String?) {
        let asking: Asking
        do throws(Failure) { asking = try Asking(question, options: options) } catch {
            finish(.failure(error))
            return
        }
        SolverThreads.shared.submit { [self] in
            do throws(Failure) {
                finish(
                    .success(
                        try asking.answer(about: scenario.prepared, isCancelled: { [self] in isCancelled }) {
                            [self] in progressed($0)
                        }))
            } catch { finish(.failure(error)) }
        }
    }

    /// One that has failed before it began.
    init(_ failure: Failure) { finish(.failure(failure)) }

    private var isCancelled: Bool { flag.load(ordering: .relaxed) }

    private func progressed(_ done: Double) { share.withLock { $0 = max($0, min(1, done)) } }

    private func finish(_ result: Result<String, Failure>) {
        // Before the answer: who has waited for it sees the whole share.
        progressed(1)
        condition.lock()
        answer = result
        condition.broadcast()
        condition.unlock()
    }

    /// The share that is done, 0...1.
    var progress: Double { share.withLock { $0 } }

    func cancel() { flag.store(true, ordering: .relaxed) }

    /// Whether the answer is there, waiting for it so many seconds.
    func wait(_ seconds: Double) -> Bool {
        let end = Date(timeIntervalSinceNow: min(max(0, seconds), 1e9))
        condition.lock()
        defer { condition.unlock() }
        while answer == nil {
            guard seconds > 0, condition.wait(until: end) else { break }
        }
        return answer != nil
    }

    /// The answer; waits for it.
    func result() -> Result<String, Failure> {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let answer { return answer }
            condition.wait()
        }
    }
}
