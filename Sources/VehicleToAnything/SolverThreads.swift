import Foundation

/// The library's own threads for solving, as many as there are cores, and the queue before them.
///
/// Not the caller's threads: the solver needs a deep stack, and keeps memory for each thread that it ever ran on.
package final class SolverThreads: @unchecked Sendable {
    /// The only ones.
    package static let shared = SolverThreads(count: ProcessInfo.processInfo.activeProcessorCount)

    private let condition = NSCondition()
    private var waiting: [@Sendable () -> Void] = []

    private init(count: Int) {
        for _ in 0..<max(1, count) { SolverThreads.start { [self] in live() } }
    }

    /// A thread with a stack that is deep enough to solve on.
    package static func start(_ work: @escaping @Sendable () -> Void) {
        let thread = Thread { work() }
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Has `work` done, after what was given before.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        condition.lock()
        waiting.append(work)
        condition.signal()
        condition.unlock()
    }

    private func live() {
        while true {
            condition.lock()
            while waiting.isEmpty { condition.wait() }
            let work = waiting.removeFirst()
            condition.unlock()
            work()
        }
    }
}
