import Foundation

/// What the service did, as Prometheus reads it.
final class Metrics: @unchecked Sendable {
    private struct Route: Hashable {
        var method: String
        var path: String
        var status: Int
    }

    private let lock = NSLock()
    private var counts: [Route: Int] = [:]
    /// By path: requests within each of `limits`, all of them, and their seconds.
    private var durations: [String: (within: [Int], count: Int, seconds: Double)] = [:]
    private static let limits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// - Parameter path: of a route that exists, so that callers cannot fill the memory.
    func add(method: String, path: String, status: Int, seconds: Double) {
        lock.withLock {
            counts[Route(method: method, path: path, status: status), default: 0] += 1
            var entry = durations[path] ?? (Array(repeating: 0, count: Metrics.limits.count), 0, 0)
            for (index, limit) in Metrics.limits.enumerated() where seconds <= limit { entry.within[index] += 1 }
            entry.count += 1
            entry.seconds += seconds
            durations[path] = entry
        }
    }

    /// The text format of Prometheus, version 0.0.4.
    func text(running: Int, waiting: Int) -> String {
        lock.withLock {
            var lines = [
                "# HELP v2x_requests_total Requests answered.", "# TYPE v2x_requests_total counter",
            ]
            let sorted = counts.sorted {
                ($0.key.path, $0.key.method, $0.key.status) < ($1.key.path, $1.key.method, $1.key.status)
            }
            for (route, count) in sorted {
                lines.append(
                    "v2x_requests_total{method=\"\(route.method)\",path=\"\(route.path)\",status=\"\(route.status)\"} \(count)"
                )
            }
            lines.append("# HELP v2x_request_seconds Time from the request to its answer.")
            lines.append("# TYPE v2x_request_seconds histogram")
            for (path, entry) in durations.sorted(by: { $0.key < $1.key }) {
                for (limit, count) in zip(Metrics.limits, entry.within) {
                    lines.append("v2x_request_seconds_bucket{path=\"\(path)\",le=\"\(limit)\"} \(count)")
                }
                lines.append("v2x_request_seconds_bucket{path=\"\(path)\",le=\"+Inf\"} \(entry.count)")
                lines.append("v2x_request_seconds_sum{path=\"\(path)\"} \(entry.seconds)")
                lines.append("v2x_request_seconds_count{path=\"\(path)\"} \(entry.count)")
            }
            for (name, help, value) in [
                ("v2x_requests_running", "Requests that are solved.", running),
                ("v2x_requests_waiting", "Requests that wait for a worker.", waiting),
            ] { lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"] }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
