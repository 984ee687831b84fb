import Foundation
import TestSupport
import Testing
import VehicleToAnything

@testable import HTTPService

@Suite struct JobTests {
    /// A folder of its own for one test.
    private func withFolder(_ test: (String) throws -> Void) throws {
        try TemporaryFolder.with { try test($0.path) }
    }

    private func store(_ folder: String, _ answer: @escaping @Sendable (Call) -> Reply) throws -> JobStore {
        try JobStore(folder: folder, workers: 1, maxWaiting: 10) { call, _, _ in answer(call) }
    }

    /// Waits for the end of a job, so many looks at most: a job that is lost fails the test, and does not hang all of them.
    private func wait(_ store: JobStore, _ id: String) {
        for _ in 0..<30_000 {
            if store.job(id)?.isOver ?? true { return }
            usleep(1000)
        }
        Issue.record("the job does not end: \(String(describing: store.job(id)))")
    }

    /// The caller would never see the answer.
    @Test func aJobKeepsItsAnswer() throws {
        try withFolder { folder in
            let store = try store(folder) { Reply(text: "answer to \(String(decoding: $0.body, as: UTF8.self))") }
            let job = try #require(try store.add(.schedule, mode: "v2x", body: Data("this".utf8)))
            wait(store, job.id)
            #expect(store.job(job.id)?.status == .done)
            #expect(store.result(job.id) == Data("answer to this".utf8))
            #expect(store.remove(job.id))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    /// A crash would lose work that was answered 202.
    @Test func jobsThatWereNotOverRunAtTheNextStart() throws {
        try withFolder { folder in
            let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            // The first service hangs in one job and never comes to the other: as if it were killed there.
            let first = try store(folder) { _ in
                entered.signal()
                release.wait()
                return Problem(503, "the service is stopping").reply
            }
            let ids = try (0..<2).map { _ in try #require(try first.add(.value, mode: "v2x", body: Data())).id }
            entered.wait()
            let second = try store(folder) { _ in Reply(text: "done") }
            for id in ids {
                wait(second, id)
                #expect(second.job(id)?.status == .done)
            }
            first.stop()
            release.signal()
        }
    }

    /// If this breaks, cancelled jobs keep the others waiting.
    @Test func aRunningJobIsCancelled() throws {
        try withFolder { folder in
            let entered = DispatchSemaphore(value: 0)
            let store = try JobStore(folder: folder, workers: 1, maxWaiting: 10) { _, _, isCancelled in
                entered.signal()
                for _ in 0..<30_000 where !isCancelled() { usleep(1000) }
                return Reply(text: "too late")
            }
            let job = try #require(try store.add(.simulate, mode: "v2x", body: Data()))
            entered.wait()
            #expect(store.remove(job.id))
            #expect(store.job(job.id)?.status == .cancelled)
            #expect(store.result(job.id) == nil)
        }
    }

    /// A caller that follows a job would not hear of its end.
    @Test func eventsEndWithTheJob() throws {
        try withFolder { folder in
            let store = try store(folder) { _ in Reply(text: "done") }
            var routes = Routes(
                options: ServiceOptions(), pool: WorkerPool(workers: 1, maxWaiting: 1), metrics: Metrics(),
                isStopping: { false })
            routes.jobs = store
            let added = routes.reply(to: Call(method: "POST", path: "/v1/jobs/compare"))
            #expect(added.status == 202)
            let place = try #require(added.headers["Location"])
            let events = routes.reply(to: Call(method: "GET", path: "\(place)/events"))
            var text = ""
            events.stream? {
                text += String(decoding: $0, as: UTF8.self)
                return true
            }
            #expect(text.contains("event: done\ndata: {"))
            #expect(routes.reply(to: Call(method: "GET", path: "\(place)/answer")).body == Data("done".utf8))
            #expect(routes.reply(to: Call(method: "DELETE", path: place)).status == 204)
            #expect(routes.reply(to: Call(method: "GET", path: place)).status == 404)
        }
    }
}
