import Foundation
import Synchronization
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@testable import HTTPService

private let night = """
    name: a night
    horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }
    tariff: { import: 0.3, export: 0.15 }
    vehicles:
      - id: ev1
        battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }
        charger: { charge_kw: 11, charge_efficiency: 0.95 }
        plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]
    """

/// A service on a free port, for one test.
private func withService(
    _ given: ServiceOptions = ServiceOptions(), _ test: (URL) async throws -> Void
) async throws {
    var options = given
    options.port = 0
    let service = try Service(options, log: ServiceLog { _ in })
    Thread.detachNewThread { service.run() }
    defer { service.stop() }
    let url = try #require(URL(string: "http://127.0.0.1:\(service.port)"))
    try await test(url)
}

private func call(
    _ url: URL, _ path: String, _ method: String = "POST", body: String? = nil, token: String? = nil
) async throws -> (status: Int, type: String, text: String, headers: HTTPURLResponse) {
    var request = URLRequest(url: try #require(URL(string: path, relativeTo: url)))
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = try #require(response as? HTTPURLResponse)
    return (
        http.statusCode, http.value(forHTTPHeaderField: "Content-Type") ?? "", String(decoding: data, as: UTF8.self),
        http
    )
}

/// That the answer has the status `wanted`.
private func expect(
    _ wanted: Int, _ url: URL, _ path: String, _ method: String = "POST", body: String? = nil, token: String? = nil,
    at place: SourceLocation = #_sourceLocation
) async throws {
    let status = try await call(url, path, method, body: body, token: token).status
    #expect(status == wanted, sourceLocation: place)
}

@Suite struct ServiceTests {
    /// A scenario that the command solves would have no answer here.
    @Test(arguments: ["schedule", "compare", "marginal", "offer", "value", "explain", "simulate", "check"])
    func questionsAreAnswered(route: String) async throws {
        try await withService { url in
            let reply = try await call(url, "/v1/\(route)", body: night)
            #expect(reply.status == 200)
            #expect(reply.type == "application/json")
        }
    }

    /// evcc would find no optimizer.
    @Test func evccIsAnswered() async throws {
        let body = """
            { "batteries": [{ "s_min": 0, "s_max": 10000, "s_initial": 5000, "c_min": 0, "c_max": 5000, "d_max": 0,
              "p_a": 0.0001 }],
              "time_series": { "dt": [3600], "gt": [1000], "ft": [0], "p_N": [0.0003], "p_E": [0.0001] } }
            """
        try await withService { url in
            let reply = try await call(url, "/optimize/charge-schedule", body: body)
            #expect(reply.status == 200)
            #expect(reply.text.contains(#""status":"Optimal""#))
            try await expect(200, url, "/optimize/health", "GET")
            try await expect(400, url, "/optimize/charge-schedule", body: "{}")
        }
    }

    /// A caller would not know which key is wrong, nor where.
    @Test func findingsComeWithTheirPlace() async throws {
        try await withService { url in
            let wrong = night.replacingOccurrences(of: "capacity_kwh: 60", with: "capacity_kwh: -60")
            let reply = try await call(url, "/v1/schedule", body: wrong)
            #expect(reply.status == 422)
            #expect(reply.type == "application/problem+json")
            #expect(reply.text.contains(#""key":"vehicles[0].battery.capacity_kwh""#))
            #expect(reply.text.contains(#""line":6"#))
        }
    }

    /// Whoever can call would read the host's files.
    @Test func filesAreNotReadWithoutARoot() async throws {
        try await withService { url in
            let scenario = night.replacingOccurrences(of: "export: 0.15", with: "export: { file: Package.swift }")
            let reply = try await call(url, "/v1/schedule", body: scenario)
            #expect(reply.status == 422)
            #expect(reply.text.contains("files are not read here"))
        }
    }

    /// A large body would fill the memory.
    @Test func bodiesThatAreTooLargeAreRefused() async throws {
        var options = ServiceOptions()
        options.maxBodyBytes = 1000
        try await withService(options) { url in
            let large = String(repeating: "#", count: 20_000)
            try await expect(413, url, "/v1/schedule", body: large)
        }
    }

    /// A scenario that takes hours would hold a worker.
    @Test func scenariosThatAreTooLargeAreRefused() async throws {
        var options = ServiceOptions()
        options.maxVehicleSteps = 3
        try await withService(options) { url in
            try await expect(413, url, "/v1/schedule", body: night)
        }
    }

    /// Requests would pile up until the memory is full.
    @Test func aFullQueueIsRefused() {
        let pool = WorkerPool(workers: 1, maxWaiting: 0)
        let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            _ = pool.run {
                entered.signal()
                release.wait()
                return 1
            }
        }
        entered.wait()
        let routes = Routes(options: ServiceOptions(), pool: pool, metrics: Metrics(), isStopping: { false })
        let reply = routes.reply(to: Call(method: "POST", path: "/v1/schedule", body: Data(night.utf8)))
        #expect(reply.status == 503)
        #expect(reply.headers["Retry-After"] != nil)
        release.signal()
        pool.stop()
    }

    /// Anyone in the network could call.
    @Test func callersWithoutTheTokenAreRefused() async throws {
        var options = ServiceOptions()
        options.token = "secret"
        try await withService(options) { url in
            try await expect(401, url, "/v1/schedule", body: night)
            try await expect(401, url, "/metrics", "GET", token: "secre")
            try await expect(200, url, "/v1/health", "GET")
            try await expect(200, url, "/v1/schedule", body: night, token: "secret")
        }
    }

    /// The service would listen beyond the machine without a token.
    @Test func listeningBeyondTheMachineNeedsAToken() {
        var options = ServiceOptions()
        options.host = "0.0.0.0"
        #expect(throws: Service.Failure.self) { try Service(options) }
    }

    /// Slips in the path or method would be answered with a plan, or with nothing.
    @Test func unknownRoutesMethodsAndModesAreRefused() async throws {
        try await withService { url in
            try await expect(404, url, "/v1/nothing")
            let wrongMethod = try await call(url, "/v1/schedule", "GET")
            #expect(wrongMethod.status == 405)
            #expect(wrongMethod.headers.value(forHTTPHeaderField: "Allow") == "POST")
            try await expect(400, url, "/v1/schedule?mode=best", body: night)
            try await expect(422, url, "/v1/marginal?mode=immediate", body: night)
        }
    }

    /// A caller that keeps its connection would read one answer twice, or the next one in its place.
    @Test func wrongMethodsAreAnsweredOnceAndTheConnectionStays() async throws {
        try await withService { url in
            let port = try #require(url.port.flatMap(UInt16.init(exactly:)))
            let put = "PUT /v1/schedule HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
            let head = "HEAD /v1/schedule HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let get = "GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let answers = try Socket.answers(to: put + head + get, port: port).components(separatedBy: "HTTP/1.1 ")
            #expect(answers.dropFirst().map { $0.prefix(3) } == ["405", "405", "200"])
            #expect(answers[1].contains("Allow: POST\r\n") && answers[1].hasSuffix("}"))
            #expect(answers[2].hasSuffix("\r\n\r\n"))
        }
    }

    /// A search that the time limit ended would look like a scenario that has no schedule.
    @Test func theTimeLimitHasAStatusOfItsOwn() {
        let words = "60 s were not enough"
        #expect(Problem(.noSchedule(.limitReached(words), sentence: words)).status == 504)
    }

    /// Monitoring would see nothing.
    @Test func metricsCountRequests() async throws {
        try await withService { url in
            _ = try await call(url, "/v1/schedule", body: night)
            let reply = try await call(url, "/metrics", "GET")
            #expect(reply.text.contains(#"v2x_requests_total{method="POST",path="/v1/schedule",status="200"} 1"#))
            #expect(reply.type.hasPrefix("text/plain"))
        }
    }

    /// Routes would be missing from the document that clients are made of.
    @Test func theDocumentHoldsEveryRoute() async throws {
        try await withService { url in
            let reply = try await call(url, "/v1/openapi.json", "GET")
            let document = try #require(
                JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any])
            let paths = try #require(document["paths"] as? [String: Any])
            #expect(Set(paths.keys) == Set(Routes.methods.keys).union(Routes.jobMethods.keys))
        }
    }
}

extension Socket {
    /// All that a service on this machine answers to `text` until it closes the connection.
    fileprivate static func answers(to text: String, port: UInt16) throws -> String {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        _ = inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        #if canImport(Darwin)
            let kind = SOCK_STREAM
        #else
            let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let made = Socket(descriptor: socket(AF_INET, kind, 0))
        defer { made.close() }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected, made.write(Data(text.utf8)) else { throw Failure.last }
        var bytes: [UInt8] = []
        while let more = made.read(most: 1 << 16, within: 10), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}
