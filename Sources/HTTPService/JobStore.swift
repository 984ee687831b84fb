import Foundation
import Scheduling
import VehicleToAnything

/// Long work: each job is files in a folder, written before its caller hears of it, so that a crash loses none.
///
/// `ID.request` holds the scenario, `ID.json` the state, `ID.answer` the answer or the problem. They stay until the job is
/// deleted.
final class JobStore: @unchecked Sendable {
    /// Where a job is.
    struct Job: Codable, Sendable, Equatable {
        enum Status: String, Codable, Sendable { case queued, running, done, failed, cancelled }
        var id: String
        var question: String
        var mode: String
        var status: Status
        /// 0...1; known of value and simulate.
        var progress: Double

        var isOver: Bool { status != .queued && status != .running }
    }

    private let folder: URL
    private let pool: WorkerPool
    private let answer: @Sendable (Call, @escaping @Sendable (Double) -> Void, @escaping @Sendable () -> Bool) -> Reply
    private let lock = NSLock()
    private var jobs: [String: Job] = [:]

    /// Takes up the jobs in `folder` that are not over.
    ///
    /// - Parameter answer: solves a call; it is told where progress goes, and asks whether it is cancelled.
    /// - Throws: where the folder cannot be made or read.
    init(
        folder: String, workers: Int, maxWaiting: Int,
        answer:
            @escaping @Sendable (Call, @escaping @Sendable (Double) -> Void, @escaping @Sendable () -> Bool) -> Reply
    ) throws {
        self.folder = URL(fileURLWithPath: folder, isDirectory: true)
        self.answer = answer
        pool = WorkerPool(workers: workers, maxWaiting: maxWaiting)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        let files = try FileManager.default.contentsOfDirectory(at: self.folder, includingPropertiesForKeys: nil)
        for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "json" {
            guard let data = try? Data(contentsOf: file), var job = try? JSONDecoder().decode(Job.self, from: data)
            else { continue }
            let isOver = job.isOver
            if !isOver { (job.status, job.progress) = (.queued, 0) }
            // Before it is started: a worker passes over a job that it does not find.
            lock.withLock { jobs[job.id] = job }
            // What was taken before is taken again, however many wait.
            if !isOver { _ = start(job, evenIfFull: true) }
        }
    }

    /// A new job: on the disk before this returns.
    ///
    /// - Returns: nil where too many wait.
    /// - Throws: where it cannot be written.
    func add(_ question: Question, mode: String, body: Data) throws -> Job? {
        let job = Job(
            id: UUID().uuidString.lowercased(), question: question.rawValue, mode: mode, status: .queued, progress: 0)
        try body.write(to: file(job.id, "request"), options: .atomic)
        try write(job)
        lock.withLock { jobs[job.id] = job }
        guard start(job, evenIfFull: false) else {
            _ = remove(job.id)
            return nil
        }
        return job
    }

    func job(_ id: String) -> Job? { lock.withLock { jobs[id] } }

    /// The answer of a job that is done, or the problem of one that failed.
    func result(_ id: String) -> Data? { try? Data(contentsOf: file(id, "answer")) }

    /// Cancels a job that is not over, and deletes one that is; false where there is none.
    func remove(_ id: String) -> Bool {
        guard let job = job(id) else { return false }
        if job.isOver || job.status == .queued {
            lock.withLock { jobs[id] = nil }
            for kind in ["json", "request", "answer"] { try? FileManager.default.removeItem(at: file(id, kind)) }
        } else {
            update(id) { $0.status = .cancelled }
        }
        return true
    }

    /// Jobs that run go on at the next start.
    func stop() { pool.stop(dropsWaiting: true) }

    private func start(_ job: Job, evenIfFull: Bool) -> Bool {
        pool.submit(evenIfFull: evenIfFull) { [self] in live(job.id) }
    }

    private func live(_ id: String) {
        guard let job = job(id), job.status == .queued, let body = try? Data(contentsOf: file(id, "request")) else {
            return
        }
        update(id) { $0.status = .running }
        var call = Call(method: "POST", path: "/v1/\(job.question)", body: body)
        call.query["mode"] = job.mode
        let reply = answer(
            call, { [self] share in update(id, writes: false) { $0.progress = max($0.progress, share) } },
            { [self] in self.job(id)?.status != .running })
        // Stopped with the service: it runs again at the next start.
        guard reply.status != 503, self.job(id)?.status == .running else { return }
        try? reply.body.write(to: file(id, "answer"), options: .atomic)
        update(id) {
            $0.status = reply.status == 200 ? .done : .failed
            $0.progress = 1
        }
    }

    private func update(_ id: String, writes: Bool = true, _ change: (inout Job) -> Void) {
        lock.withLock {
            guard var job = jobs[id] else { return }
            change(&job)
            jobs[id] = job
            if writes { try? write(job) }
        }
    }

    private func write(_ job: Job) throws {
        try JSONEncoder().encode(job).write(to: file(job.id, "json"), options: .atomic)
    }

    private func file(_ id: String, _ kind: String) -> URL { folder.appendingPathComponent("\(id).\(kind)") }
}
