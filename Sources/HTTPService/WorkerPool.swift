import Foundation
import Synchronization

/// A fixed number of threads that do blocking work, and a queue of limited length before them.
///
/// Threads of its own, not those of Swift's concurrency: a solve blocks, needs a deep stack, and the solver keeps memory for
/// each thread that it ever ran on.
final class WorkerPool: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [@Sendable () -> Void] = []
    private var running = 0
    private var isStopped = false
    private let workers: Int
    private let maxWaiting: Int

    init(workers: Int, maxWaiting: Int) {
        (self.workers, self.maxWaiting) = (workers, maxWaiting)
        for _ in 0..<workers {
            let thread = Thread { [self] in live() }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    /// Requests that are solved, and that wait.
    var load: (running: Int, waiting: Int) {
        condition.withLock { (running, waiting.count) }
    }

    /// Does `work` on one of the threads, and waits for it.
    ///
    /// - Returns: nil where too many wait already, or the pool is stopped.
    func run<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) -> Answer? {
        let box = Box<Answer>()
        return submit { box.finish(work()) } ? box.wait() : nil
    }

    /// Has `work` done on one of the threads, and does not wait for it.
    ///
    /// - Returns: false where too many wait already, or the pool is stopped.
    func submit(evenIfFull: Bool = false, _ work: @escaping @Sendable () -> Void) -> Bool {
        condition.withLock {
            guard !isStopped, evenIfFull || running + waiting.count < workers + maxWaiting else { return false }
            waiting.append(work)
            condition.signal()
            return true
        }
    }

    /// Where an answer is put, and waited for.
    private final class Box<Answer: Sendable>: Sendable {
        private let answer = Mutex<Answer?>(nil)
        private let done = DispatchSemaphore(value: 0)

        func finish(_ value: Answer) {
            answer.withLock { $0 = value }
            done.signal()
        }

        func wait() -> Answer? {
            done.wait()
            return answer.withLock { $0 }
        }
    }

    /// Takes no more work; what waits is still done, unless it is dropped.
    func stop(dropsWaiting: Bool = false) {
        condition.withLock {
            isStopped = true
            if dropsWaiting { waiting = [] }
            condition.broadcast()
        }
    }

    private func live() {
        while let work = next() {
            work()
            condition.withLock { running -= 1 }
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while waiting.isEmpty {
                if isStopped { return nil }
                condition.wait()
            }
            running += 1
            return waiting.removeFirst()
        }
    }
}

extension NSCondition {
    fileprivate func withLock<Value>(_ body: () -> Value) -> Value {
        lock()
        defer { unlock() }
        return body()
    }
}
