import Dispatch
import Foundation
import ScenarioFiles
import Scenarios

/// Runs what of a sweep is not done yet, on several threads, into its database.
public struct SweepRun: Sendable {
    public let plan: SweepPlan
    /// The program's, for the rows.
    public var version: String
    public var threads: Int
    /// Which runs are this process' to do.
    public var shard: Shard

    /// Every n-th run of a sweep, 1 ... n.
    public struct Shard: Sendable, Equatable {
        public var number: Int
        public var count: Int

        /// Of `3/8`; nil where it is no such thing.
        public init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let number = parts[0], let count = parts[1], count >= 1,
                (1...count).contains(number)
            else { return nil }
            (self.number, self.count) = (number, count)
        }

        /// All runs.
        public static let whole = Shard(whole: ())
        private init(whole: Void) { (number, count) = (1, 1) }

        /// Spread evenly: neighbours are alike, and take as long.
        public func contains(_ run: Int) -> Bool { run % count == number - 1 }
    }

    public init(_ plan: SweepPlan, version: String, threads: Int, shard: Shard = .whole) {
        self.plan = plan
        self.version = version
        self.threads = threads
        self.shard = shard
    }

    /// How many of the shard's runs there are, and how many of them are in the database.
    public func progress(in database: SweepDatabase) throws -> (count: Int, done: Int) {
        let count = (plan.count - shard.number) / shard.count + 1
        return (max(0, count), try database.finished().count { shard.contains($0) })
    }

    /// Runs the rest. Rows are written in batches as they come; killed at any moment, the next call goes on from there.
    ///
    /// - Parameters:
    ///   - database: where the rows go.
    ///   - onProgress: called with the runs that are done and the runs of the shard, from any thread.
    /// - Throws: a database's error.
    public func run(into database: SweepDatabase, onProgress: @escaping @Sendable (Int, Int) -> Void) throws {
        let finished = Set(try database.finished())
        let (count, done) = try progress(in: database)
        guard done < count else { return }
        let state = State(next: shard.number - 1, done: done)
        let files = SeriesFiles()
        let workers = min(threads, count - done)
        // The slices of work are taken one by one, so it does not matter how many threads there really are.
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            do {
                let worker = try SweepWorker(plan, version: version, files: files)
                while let run = state.take(until: plan.count, every: shard.count, besides: finished) {
                    if let batch = state.hand(in: worker.record(run)) { try database.add(batch) }
                    onProgress(state.done, count)
                }
            } catch {
                state.fail(error)
            }
        }
        try database.add(state.rest())
        if let failure = state.failure { throw failure }
    }

    /// The columns of `rows`: the run, its axes, and what was found; all but the timing.
    public var columns: [String] {
        ["run"] + plan.axisNames + plan.question.kind.columns.map(\.name).filter { $0 != ResultColumn.timing }
    }

    /// Runs all of the shard, and keeps nothing.
    ///
    /// - Parameters:
    ///   - isCancelled: asked before each run, from any thread: true ends it.
    ///   - onRow: told the values of `columns` as each run ends, from the thread that made it.
    /// - Throws: `InputError` where the base is not YAML.
    public func rows(
        isCancelled: @escaping @Sendable () -> Bool, onRow: @escaping @Sendable ([SweepValue]) -> Void
    ) throws {
        let state = State(next: shard.number - 1, done: 0)
        let files = SeriesFiles()
        let columns = plan.question.kind.columns.filter { $0.name != ResultColumn.timing }
        DispatchQueue.concurrentPerform(iterations: min(threads, plan.count)) { _ in
            do {
                let worker = try SweepWorker(plan, version: version, files: files)
                while !isCancelled(), let run = state.take(until: plan.count, every: shard.count, besides: []) {
                    let record = worker.record(run)
                    onRow([.integer(run)] + record.settings.map(\.shown) + columns.map { $0.value(record) })
                }
            } catch {
                state.fail(error)
            }
        }
        if let failure = state.failure { throw failure }
    }

    /// What the threads share.
    private final class State: @unchecked Sendable {
        private let lock = NSLock()
        private var next: Int
        private var finishedCount: Int
        private var batch: [RunRecord] = []
        private var written = ContinuousClock.now
        private var firstFailure: (any Error)?

        /// A batch is written when it is this old, or this long: little is lost to a kill, and little time to the disk.
        private static let mostSeconds = Duration.milliseconds(250)
        private static let mostRows = 500

        init(next: Int, done: Int) {
            self.next = next
            finishedCount = done
        }

        var done: Int { lock.withLock { finishedCount } }
        var failure: (any Error)? { lock.withLock { firstFailure } }

        /// The next run that nobody has; nil where there is none, or where writing has failed.
        func take(until end: Int, every step: Int, besides finished: Set<Int>) -> Int? {
            lock.withLock {
                while next < end, finished.contains(next) { next += step }
                guard next < end, firstFailure == nil else { return nil }
                defer { next += step }
                return next
            }
        }

        /// Keeps `record`; gives back what is to be written now.
        func hand(in record: RunRecord) -> [RunRecord]? {
            lock.withLock {
                batch.append(record)
                finishedCount += 1
                let now = ContinuousClock.now
                guard batch.count >= State.mostRows || now - written >= State.mostSeconds else { return nil }
                written = now
                defer { batch = [] }
                return batch
            }
        }

        func rest() -> [RunRecord] { lock.withLock { batch } }
        func fail(_ error: any Error) { lock.withLock { firstFailure = firstFailure ?? error } }
    }
}
