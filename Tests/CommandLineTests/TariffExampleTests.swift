import Foundation
import Testing

/// `scenarios/tariffs`: grid fees of four countries. What a user would lose: the tariff most asked for, with an example that
/// runs and prices that can be followed by hand.
@Suite struct TariffExampleTests {
    /// The import price of the step that begins at a time, money per kWh.
    private func price(_ name: String, at time: String) throws -> Double? {
        let path = CommandLineTests.root.appendingPathComponent("scenarios/tariffs/\(name).yaml").path
        let run = try CommandLineTests.v2x(["schedule", path, "--format", "json"])
        #expect(run.code == 0 && run.err.isEmpty, "\(run.err)")
        let result = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
        #expect(result?["status"] as? String == "optimal")
        let steps = result?["steps"] as? [String] ?? []
        let prices = (result?["prices"] as? [String: Any])?["import"] as? [Double] ?? []
        return steps.firstIndex { $0.hasPrefix(time) }.map { prices[$0] }
    }

    @Test(
        "spot with VAT plus the fee of the hour, the season and the day",
        arguments: [
            // 1.25 (0.95 + 0.90 + 0.12), 1.25 (0.55 + 0.10 + 0.12)
            ("denmark", "2026-01-12T17:00", 2.4625), ("denmark", "2026-01-13T00:00", 0.9625),
            // Wednesday 17:00: 1.20 + 0.45 + 0.09; Maundy Thursday: as on Sundays.
            ("norway", "2026-04-01T17:00", 1.74), ("norway", "2026-04-02T17:00", 1.59),
            // Monday 18:00: 1.40 + 0.75 + 0.55; Epiphany.
            ("sweden", "2026-01-05T18:00", 2.70), ("sweden", "2026-01-06T18:00", 2.25),
            // 1.19 (0.13 + 0.14 + 0.075), 1.19 (0.08 + 0.02 + 0.075)
            ("germany", "2026-01-12T17:00", 0.41055), ("germany", "2026-01-13T00:00", 0.20825),
        ])
    func prices(name: String, time: String, expected: Double) throws {
        let price = try #require(try price(name, at: time))
        #expect(abs(price - expected) < 1e-9)
    }
}
