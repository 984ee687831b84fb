import Foundation
import Synchronization

/// A fixed set of threads that work in step: each job runs once on every thread, and the caller waits for all.
///
/// Threads of our own, not tasks: GLPK's problems belong to the thread that made them.
final class WorkerThreads: @unchecked Sendable {
    let count: Int
    private let begin: [DispatchSemaphore]
    private let end = DispatchSemaphore(value: 0)
    /// Written by the caller before `begin`, read by the workers after it.
    private var job: (@Sendable (Int) -> Void)?

    /// - Parameter atEnd: run on each thread before it ends.
    init(count: Int, atEnd: @escaping @Sendable (Int) -> Void) {
        self.count = count
        begin = (0..<count).map { _ in DispatchSemaphore(value: 0) }
        for index in 0..<count {
            let thread = Thread { [self] in
                while true {
                    begin[index].wait()
                    guard let job else { break }
                    job(index)
                    end.signal()
                }
                atEnd(index)
                end.signal()
            }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    /// Runs `work` on every thread, with the thread's number.
    func run(_ work: @escaping @Sendable (Int) -> Void) {
        job = work
        for semaphore in begin { semaphore.signal() }
        for _ in begin { end.wait() }
    }

    /// Ends the threads: to be called once, when nothing is left to do.
    func stop() {
        job = nil
        for semaphore in begin { semaphore.signal() }
        for _ in begin { end.wait() }
    }

    /// Runs `work` on each of `lanes`, each on a thread; nil: all on the caller's.
    static func forEach<Lane: Sendable>(
        _ lanes: [Lane], on workers: WorkerThreads?, _ work: @escaping @Sendable (Lane) -> Void
    ) {
        guard let workers else {
            for lane in lanes { work(lane) }
            return
        }
        let count = workers.count
        workers.run { thread in
            for lane in stride(from: thread, to: lanes.count, by: count) { work(lanes[lane]) }
        }
    }

    /// What `make` makes of 0 ..< count, each on a thread.
    static func map<Made: Sendable>(_ count: Int, _ make: @escaping @Sendable (Int) -> Made) -> [Made] {
        guard count > 1 else { return (0..<count).map(make) }
        let threads = WorkerThreads(count: count) { _ in }
        defer { threads.stop() }
        let made = Mutex<[Made?]>(Array(repeating: nil, count: count))
        threads.run { index in
            let one = make(index)
            made.withLock { $0[index] = one }
        }
        return made.withLock { $0.compactMap { $0 } }
    }
}
