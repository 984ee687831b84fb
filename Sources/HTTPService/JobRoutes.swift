import Foundation
import Scheduling
import VehicleToAnything

// The routes of jobs, where the service has a folder for them.
extension Routes {
    /// Each path with its methods, as the document tells them.
    static let jobMethods = [
        "/v1/jobs/{question}": ["POST"], "/v1/jobs/{id}": ["GET", "DELETE"], "/v1/jobs/{id}/answer": ["GET"],
        "/v1/jobs/{id}/events": ["GET"],
    ]

    /// The template of a job's path, and its part that varies; nil for other paths.
    static func jobPath(_ call: Call) -> (template: String, name: String)? {
        let parts = call.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0].isEmpty, parts[1] == "v1", parts[2] == "jobs", !parts[3].isEmpty else {
            return nil
        }
        switch parts.count {
        case 4: return (call.method == "POST" ? "/v1/jobs/{question}" : "/v1/jobs/{id}", parts[3])
        case 5 where parts[4] == "answer" || parts[4] == "events": return ("/v1/jobs/{id}/\(parts[4])", parts[3])
        default: return nil
        }
    }

    /// The reply to a call of a job's path.
    func jobReply(_ call: Call, _ path: (template: String, name: String)) -> Reply {
        guard let jobs else { return Problem(404, "there are no jobs here", detail: "start with --jobs DIR").reply }
        let methods = Routes.jobMethods[path.template] ?? []
        guard methods.contains(call.method) else {
            return Problem.wrongMethod(allowed: methods)
        }
        if call.method == "POST" { return added(call, path.name, jobs) }
        let missing = Problem(404, "there is no such job").reply
        if call.method == "DELETE" { return jobs.remove(path.name) ? Reply(204, text: "") : missing }
        guard let job = jobs.job(path.name) else { return missing }
        switch path.template {
        case "/v1/jobs/{id}": return Reply(json: job)
        case "/v1/jobs/{id}/events": return events(of: job.id, jobs)
        default:
            guard job.status == .done || job.status == .failed, let result = jobs.result(job.id) else {
                return Problem(409, "the job is not done", detail: "it is \(job.status.rawValue)").reply
            }
            var reply = Reply(text: "")
            reply.body = result
            // What failed says with which status.
            if job.status == .failed {
                let problem = try? JSONDecoder().decode(StatusOfProblem.self, from: result)
                (reply.status, reply.contentType) = (problem?.status ?? 500, "application/problem+json")
            }
            return reply
        }
    }

    private struct StatusOfProblem: Decodable { var status: Int }

    private func added(_ call: Call, _ name: String, _ jobs: JobStore) -> Reply {
        guard let question = Question(rawValue: name) else { return Problem(404, "there is no such question").reply }
        let mode = call.query["mode"] ?? ScheduleMode.v2x.rawValue
        guard ScheduleMode(rawValue: mode) != nil else { return Problem(400, "the mode is not known").reply }
        do {
            guard let job = try jobs.add(question, mode: mode, body: call.body) else {
                return Problem(503, "too many jobs wait").reply
            }
            var reply = Reply(202, json: job)
            reply.headers["Location"] = "/v1/jobs/\(job.id)"
            return reply
        } catch { return Problem(500, "the job cannot be written").reply }
    }

    /// Each change of the job as a server-sent event, until it is over.
    private func events(of id: String, _ jobs: JobStore) -> Reply {
        var reply = Reply(text: "", contentType: "text/event-stream")
        let isClosing = isClosing
        reply.stream = { write in
            var last: JobStore.Job?
            var quietMilliseconds = 0
            while !isClosing() {
                let job = jobs.job(id)
                if job != last {
                    guard let job, let data = try? JSONEncoder().encode(job) else { return }
                    let text = "event: \(job.status.rawValue)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
                    guard write(Data(text.utf8)), !job.isOver else { return }
                    (last, quietMilliseconds) = (job, 0)
                }
                usleep(100_000)
                quietMilliseconds += 100
                if quietMilliseconds >= 10_000 {
                    // So that proxies and callers that have gone are noticed.
                    guard write(Data(": still \(last?.status.rawValue ?? "there")\n\n".utf8)) else { return }
                    quietMilliseconds = 0
                }
            }
        }
        return reply
    }
}
