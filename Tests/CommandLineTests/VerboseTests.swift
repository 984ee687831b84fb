import Foundation
import Testing

/// `--verbose` as users meet it. Lost, whoever asks why a solve takes so long is told nothing.
@Suite struct VerboseTests {
    private typealias Command = CommandLineTests

    @Test("the direct solver shows its own log, a decomposition a line a round; the schedule is the same without")
    func logs() throws {
        try Command.withFolder { folder in
            let file = folder.appendingPathComponent("fleet.yaml").path
            try """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
            tariff: { import: { hours: [{ from: "22:00", to: "06:00", value: 0.12 }, { value: 0.30 }] } }
            site: { import_limit_kw: 40 }
            vehicles: { count: 15, defaults: { battery: { ageing: none } } }
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let direct = try Command.v2x(["schedule", file, "--solver", "direct", "--format", "json", "--verbose"])
            #expect(direct.code == 0 && direct.err.contains("obj ="), "\(direct.err)")
            let rounds = try Command.v2x(["schedule", file, "--solver", "decomposition", "--format", "json", "-v"])
            let lines = rounds.err.split(separator: "\n")
            #expect(rounds.code == 0 && lines.count >= 2, "\(rounds.err)")
            #expect(
                lines.allSatisfy { $0.hasPrefix("round ") && $0.contains(", bound ") && $0.hasSuffix(" s") },
                "\(rounds.err)")
            let silent = try Command.v2x(["schedule", file, "--solver", "decomposition", "--format", "json"])
            #expect(silent.err == "" && silent.out == rounds.out)
        }
    }
}
