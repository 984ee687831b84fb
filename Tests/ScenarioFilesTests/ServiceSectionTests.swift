import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// A section such as a value stream has.
private struct Toll: ServiceSection {
    static let key = "toll"
    static let schema = Schema.map([Schema.required("rate", .number(.any), "Money.")])
    struct Terms: Sendable, Equatable {
        var rate: Double
        var gate: [Double]
        var during: Range<Instant>
    }

    static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let rate = reader.number("rate_per_kw", .nonNegative, unit: "\(value.currency)/kW", example: "0.35")
        let gate = reader.series("gate_kw", .power, .nonNegative, example: "5")
        guard let during = reader.timeRange(), let rate, let gate else { return nil }
        return Terms(rate: rate, gate: gate, during: during)
    }
}

/// If this breaks: a plan counts on a revenue whose section was never read.
@Suite("Sections of services")
struct ServiceSectionTests {
    private let loader = ScenarioLoader(sections: [Toll.self])

    @Test("a section is decoded by whoever claims its key")
    func decoded() throws {
        let read = try Sample(tail: "services: { toll: { rate_per_kw: 2, gate_kw: 5, to: 2024-01-15T02:00 } }").load(
            loader)
        let start = moment("2024-01-14T23:00:00Z")
        #expect(
            read.scenario.services["toll"] as? Toll.Terms
                == Toll.Terms(rate: 2, gate: [5, 5, 5, 5], during: start..<start.adding(seconds: 7200)))
    }

    @Test("its findings are located as all others are")
    func located() throws {
        let sample = Sample(
            tail:
                "services:\n  toll: { rate_per_kw: -2, gate_kw: [5], from: 2024-01-15T02:00, to: 2024-01-15T01:00, gat: 1 }"
        )
        #expect(
            try sample.findings(loader) == [
                "s.yaml:11:24: services.toll.rate_per_kw: must be >= 0 EUR/kW, got -2",
                "s.yaml:11:37: services.toll.gate_kw: must have one value per step (4), got 1",
                "s.yaml:11:70: services.toll.to: must be after from (2024-01-15 02:00), got 2024-01-15 01:00",
                "s.yaml:11:88: services.toll.gat: unknown key; did you mean gate_kw?",
            ])
    }

    @Test("a key that no section claims is unknown, with the nearest key that one claims")
    func unclaimed() throws {
        #expect(
            try Sample(tail: "services: { tol: {}, carbon: {} }").messages(loader) == [
                "services.tol: unknown key; did you mean toll?",
                "services.carbon: unknown key",
            ])
    }

    @Test("an empty section of services is none")
    func empty() throws {
        #expect(try Sample(tail: "services: {}").scenario().services.isEmpty)
        #expect(try Sample(tail: "services:").scenario().services.isEmpty)
    }
}
