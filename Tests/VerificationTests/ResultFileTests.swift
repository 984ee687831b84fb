import Accounting
import Verification
import Foundation
import Scheduling
import Testing

@testable import Verification

/// Results that others wrote, and what `diff` says of two.
@Suite struct ResultFileTests {
    private let honest = ReplayTargetTests.honest

    @Test("mode and solver, services and degradation may be missing; numbers of the schedule may not")
    func optionalParts() throws {
        let encoded = try JSONEncoder().encode(honest)
        #expect(try JSONDecoder().decode(ResultFile.self, from: encoded) == honest)
        var object = try #require(JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        object["mode"] = nil
        object["solver"] = nil
        let bare = try JSONSerialization.data(withJSONObject: object)
        #expect(try JSONDecoder().decode(ResultFile.self, from: bare) == honest)
        object["bound"] = nil
        let boundless = try JSONSerialization.data(withJSONObject: object)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ResultFile.self, from: boundless) }
    }

    @Test("nine decimals, and never minus zero")
    func rounding() {
        #expect(rounded(10.999999999999998) == 11 && rounded(-1e-12).sign == .plus)
        #expect(rounded(0.1 + 0.2) == 0.3 && rounded(1.2345678904) == 1.23456789)
    }

    @Test("diff names each thing that moved, a missing shortfall as 0 and an array by its worst step")
    func differences() {
        var other = honest
        other.mode = "v1x"
        other.shortfalls = []
        other.shortfallKWh = 0
        other.costs["carbon"] = 0.5
        other.vehicles[0].chargeKW = [2.5, 3.25, 0, 0]
        other.services = ["carbon": [ServiceSeries(levelKW: 3)]]
        let lines = Comparison(honest, other).differences.map { "\($0.what): \($0.left) -> \($0.right)" }
        #expect(
            lines == [
                "mode: v2x -> v1x", "costs.carbon: absent -> 0.5", "shortfall_kwh: 2 -> 0",
                "shortfalls[ev1 departure 1970-01-01T02:00:00+00:00]: 2 -> 0",
                "vehicles[ev1].charge_kw[0] and 1 more: 3 -> 2.5", "services.carbon: 0 entries -> 1 entries",
            ])
    }

    @Test("tolerances: absolute or relative money, whichever allows more; schedules on their own")
    func tolerances() {
        var other = honest
        other.objective = 1.21
        other.vehicles[0].chargeKW[0] = 2.9
        func names(_ tolerances: Comparison.Tolerances) -> [String] {
            Comparison(honest, other, tolerances: tolerances).differences.map(\.what)
        }
        #expect(names(.init()) == ["objective", "vehicles[ev1].charge_kw[0]"])
        #expect(names(.init(absolute: 0.02)) == ["vehicles[ev1].charge_kw[0]"])
        #expect(names(.init(relative: 0.01)) == ["vehicles[ev1].charge_kw[0]"])
        #expect(names(.init(schedule: 0.2)) == ["objective"])
        #expect(names(.init(schedule: nil)) == ["objective"])
    }
}
