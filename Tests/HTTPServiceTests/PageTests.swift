import Foundation
import TestSupport
import Testing

@testable import HTTPService

private let night = """
    name: a night
    horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }
    tariff: { import: { file: prices.csv, unit: EUR/kWh }, export: 0.15 }
    vehicles:
      - id: ev1
        battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }
        charger: { charge_kw: 11, charge_efficiency: 0.95 }
        plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]
    """
/// Each hour of the horizon.
private let prices =
    "start,price\n"
    + (0..<12).map { hour in
        "2024-01-\(hour < 7 ? 15 : 16)T\(String(format: "%02d", (hour + 17) % 24)):00Z,0.\(hour + 10)\n"
    }.joined()

@Suite struct PageTests {
    /// A folder with a scenario, its prices, and a file that the scenario does not use.
    private func withFolder(_ test: (URL) throws -> Void) throws {
        try TemporaryFolder.with(["night.yaml": night, "prices.csv": prices, "secret.csv": prices], test)
    }

    private func reply(
        _ path: String, _ body: some Encodable, scenario: String? = nil, method: String = "POST"
    ) throws -> Reply {
        var options = ServiceOptions()
        options.scenario = scenario
        let pool = WorkerPool(workers: 1, maxWaiting: 1)
        defer { pool.stop() }
        let routes = Routes(options: options, pool: pool, metrics: Metrics(), isStopping: { false })
        return routes.reply(to: Call(method: method, path: path, body: try JSONEncoder().encode(body)))
    }

    private struct Request: Encodable {
        var scenario: String?
        var set: [String]?
        var files: [String: String]?
    }

    private func text(_ reply: Reply) -> String { String(decoding: reply.body, as: UTF8.self) }

    /// A page that runs what others write into it would show a stranger's plan, or send one away.
    @Test(arguments: ["/", "/page.css", "/page.js", "/chart.js"])
    func everyPartRunsOnlyThePagesOwnFiles(path: String) throws {
        let reply = try reply(path, Request(), method: "GET")
        #expect(reply.status == 200)
        #expect(!reply.body.isEmpty)
        let policy = try #require(reply.headers["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(policy.contains("require-trusted-types-for 'script'"))
    }

    /// The page would stay empty where the network is.
    @Test func noPartNamesAnotherHost() {
        for (path, file) in PageFiles.all {
            let text = String(decoding: file.bytes, as: UTF8.self)
            let addresses = text.split(whereSeparator: { "\"'() \n".contains($0) }).filter { $0.contains("://") }
            // The namespace of SVG is a name, not an address.
            #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(path)")
            #expect(!text.contains("innerHTML"), "\(path)")
        }
    }

    /// A scenario that reads files could not be asked about without a folder on the service's side.
    @Test func filesComeWithTheScenario() throws {
        let given = Request(scenario: night, files: ["prices.csv": prices])
        #expect(try reply("/v1/schedule", given).status == 200)
        let without = try reply("/v1/schedule", Request(scenario: night))
        #expect(without.status == 422)
        #expect(text(without).contains("files are not read here"))
    }

    /// A slider would need to write YAML.
    @Test func changesAreThoseOfTheCommandLine() throws {
        let files = ["prices.csv": prices]
        func floor(_ changes: [String]) throws -> String {
            text(try reply("/v1/check", Request(scenario: night, set: changes, files: files)))
        }
        #expect(try floor(["vehicles[0].battery.soc_min=0.25"]).contains(#""soc_min":0.25"#))
        #expect(try floor(["vehicles[7].battery.soc_min=0.25"]).contains("vehicles has 1 item"))
        #expect(try floor(["soc_min"]).contains("must be key=value"))
    }

    /// The page would not know what a slider may change.
    @Test func anOutlineNamesTheKeysThatCanBeChanged() throws {
        let answer = text(try reply("/v1/check", Request(scenario: night, files: ["prices.csv": prices])))
        #expect(answer.contains(#""target":"vehicles[0].plugged[*].departure_soc""#))
        #expect(answer.contains(#""floor":"vehicles[0].battery.soc_min""#))
        // Its ageing is switched off: there is no price of wear.
        #expect(!answer.contains(#""wear""#))
    }

    /// Whoever can call the service would read any file of its host by changing its scenario.
    @Test func theOwnScenarioReadsItsOwnFilesAlone() throws {
        try withFolder { folder in
            let own = folder.appendingPathComponent("night.yaml").path
            #expect(try reply("/v1/schedule", Request(), scenario: own).status == 200)
            let changed = Request(set: ["vehicles[0].battery.soc_min=0.3"])
            #expect(try reply("/v1/schedule", changed, scenario: own).status == 200)
            let other = Request(set: ["tariff.import={file: secret.csv, unit: EUR/kWh}"])
            let refused = try reply("/v1/schedule", other, scenario: own)
            #expect(refused.status == 422)
            #expect(text(refused).contains("is not one of the scenario's own files"))
            let carried = Request(set: other.set, files: ["secret.csv": prices])
            #expect(try reply("/v1/schedule", carried, scenario: own).status == 200)
            #expect(try reply("/v1/scenario", Request(), scenario: own, method: "GET").body == Data(night.utf8))
        }
    }

    /// It would look like a scenario that is wrong.
    @Test func withoutAnyScenarioTheReplySaysSo() throws {
        let reply = try reply("/v1/schedule", Request(set: []))
        #expect(reply.status == 422)
        #expect(text(reply).contains("there is no scenario"))
        #expect(try self.reply("/v1/scenario", Request(), method: "GET").status == 404)
    }
}
