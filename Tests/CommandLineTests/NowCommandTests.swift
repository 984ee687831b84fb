import Foundation
import Testing

/// `--now` at the terminal. What a user would lose: a scenario that plans itself anew each quarter, and can be tried out at any
/// time of day.
@Suite struct NowCommandTests {
    private static let text = """
        horizon: { start: now, end: prices, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { file: p.csv, unit: ct/kWh } }
        vehicles:
          - id: ev1
            battery: { capacity_kwh: 60, soc_start: 0.5, ageing: none }
            charger: { charge_kw: 5, charge_efficiency: 0.9 }
            plugged: [{ daily: ["17:00", "03:00"], departure_soc: 0.9 }]
        """

    private static func withScenario(_ body: (String, URL) throws -> Void) throws {
        try CommandLineTests.withFolder { folder in
            let prices =
                "time,price\n" + (10..<24).map { "2026-11-27T\($0):00+01:00,\($0)\n" }.joined()
            try prices.write(to: folder.appendingPathComponent("p.csv"), atomically: true, encoding: .utf8)
            let file = folder.appendingPathComponent("s.yaml")
            try text.write(to: file, atomically: true, encoding: .utf8)
            try body(file.path, folder)
        }
    }

    @Test("the plan begins with the running step, and holds at the end what the night cannot add")
    func schedule() throws {
        try Self.withScenario { file, _ in
            let run = try CommandLineTests.v2x(["schedule", file, "--now", "2026-11-27T18:03+01:00"])
            #expect(run.code == 0, "\(run.err)")
            #expect(run.out.contains("Fri 2026-11-27 18:00 to Sat 2026-11-28 00:00"))
            #expect(run.out.contains("after the horizon's end: 40.5"))
            #expect(run.err.contains("warning: horizon.end: ev1 has a target of 90 % at 2026-11-28 03:00"))
            #expect(run.out.contains("67.5 %"), "\(run.out)")
            for mode in ["immediate", "deferred", "v1x"] {
                let other = try CommandLineTests.v2x(
                    ["schedule", file, "--now", "2026-11-27T18:03+01:00", "--mode", mode, "--strict"])
                #expect(other.code == 0, "\(mode): \(other.err)")
            }
            // The last hours cost 18 to 23 ct: the dearest that is needed sets the price of the end, at 90 %.
            let explained = try CommandLineTests.v2x(["explain", file, "--now", "2026-11-27T18:03+01:00"])
            #expect(explained.out.contains("end of 67.5 % at Sat 28 Nov 00:00: 22.22 ct per kWh"), "\(explained.out)")
        }
    }

    @Test("a time without an offset is refused; old prices are exit 65")
    func refused() throws {
        try Self.withScenario { file, _ in
            let bare = try CommandLineTests.v2x(["check", file, "--now", "2026-11-27T18:03"])
            #expect(bare.code == 64 && bare.err.contains("--now must be a time with an offset"))
            let old = try CommandLineTests.v2x(["check", file, "--now", "2026-11-28T18:03+01:00"])
            #expect(old.code == 65 && old.err.contains("p.csv holds prices to 2026-11-28 00:00 only"))
        }
    }
}
