/// Where the service listens, and its limits.
public struct ServiceOptions: Sendable {
    /// An IPv4 address, or `localhost`.
    public var host = "127.0.0.1"
    /// 0: one that is free.
    public var port: UInt16 = 7050
    /// What callers must send as `Authorization: Bearer`; nil: nothing is asked for.
    public var token: String?
    /// The folder whose files scenarios may read; nil: none.
    public var root: String?
    /// The path of the service's own scenario: what requests without one are about, and what the page opens with. It and the
    /// files that it reads are read anew for each request, and never written.
    public var scenario: String?
    /// Larger bodies are refused (413).
    public var maxBodyBytes = 4 << 20
    /// Requests that are solved at the same time.
    public var workers = 2
    /// Requests that wait beyond those; more are refused (503).
    public var maxWaiting = 64
    /// For one request, its wait left out, s (504).
    public var timeLimitSeconds = 30.0
    /// How long requests that run are waited for at the end, s.
    public var graceSeconds = 10.0
    /// Vehicles times steps; larger scenarios are refused (413).
    public var maxVehicleSteps = 200_000

    /// The folder for jobs; nil: there are none.
    public var jobs: String?
    /// Jobs that are solved at the same time, and that wait.
    public var jobWorkers = 1
    public var maxJobsWaiting = 1000
    /// For one job, s.
    public var jobTimeLimitSeconds = 3600.0

    /// The defaults: this machine alone, port 7050.
    public init() {}

    /// Whether only this machine can call.
    public var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") }

    /// Why the service does not start like that, a sentence; nil where it does.
    public var problem: String? {
        if !isLoopback, (token ?? "").isEmpty {
            return "a token is needed to listen beyond 127.0.0.1: give --token or set V2X_TOKEN"
        }
        if workers < 1 || maxWaiting < 0 || maxBodyBytes < 1 { return "limits must be positive" }
        guard timeLimitSeconds > 0, graceSeconds >= 0 else { return "times must be positive" }
        return nil
    }
}
