import Foundation
import Testing

/// `v2x sweep` as users and job schedulers meet it.
@Suite struct SweepTests {
    private typealias Command = CommandLineTests

    private static let sweep = CommandLineTests.root.appendingPathComponent(
        "scenarios/sweeps/battery-price-and-power.yaml"
    )
    .path

    private static func smallSweep(_ folder: URL) throws -> String {
        let path = folder.appendingPathComponent("small.yaml").path
        try """
        base: \(Command.root.path)/scenarios/sweeps/night.yaml
        axes:
          - days: { from: 2024-02-01, to: 2024-03-21 }
          - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, range: { from: 40, to: 76, step: 2 } }
        """.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("--dry-run counts without running, and makes no file")
    func dryRun() throws {
        try Command.withFolder { folder in
            let database = folder.appendingPathComponent("a.sqlite").path
            let run = try Command.v2x([
                "sweep", SweepTests.sweep, "--dry-run", "--shard", "2/4", "--database", database,
            ])
            #expect(run.code == 0 && run.err.isEmpty)
            #expect(
                run.out == """
                    7 x battery_price_per_kwh
                    5 x discharge_kw
                    3 x cell
                    41 x day
                    4305 runs, 1076 in shard 2/4

                    """)
            #expect(!FileManager.default.fileExists(atPath: database))
        }
    }

    @Test("killed at any moment and started again, a sweep ends with the rows of one that was never disturbed")
    func killed() throws {
        try Command.withFolder { folder in
            let sweep = try SweepTests.smallSweep(folder)
            let whole = folder.appendingPathComponent("whole.sqlite").path
            let undisturbed = try Command.v2x(["sweep", sweep, "--database", whole, "--format", "csv"])
            #expect(undisturbed.code == 0 && undisturbed.out.split(separator: "\n").count == 951)

            let killed = folder.appendingPathComponent("killed.sqlite").path
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<5 {
                let process = Process()
                process.executableURL = Command.binary
                process.arguments = ["sweep", sweep, "--output", killed]
                process.standardError = FileHandle.nullDevice
                try process.run()
                usleep(.random(in: 1_000...700_000, using: &generator))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let ended = try Command.v2x(["sweep", sweep, "--database", killed, "--format", "csv"])
            #expect(ended.code == 0 && ended.out == undisturbed.out)
        }
    }

    @Test("shards on several machines are put together again; what is missing is reported, with exit 1")
    func shards() throws {
        try Command.withFolder { folder in
            func file(_ name: String) -> String { folder.appendingPathComponent(name).path }
            let sweep = try SweepTests.smallSweep(folder)
            for shard in 1...2 {
                #expect(
                    try Command.v2x(["sweep", sweep, "--shard", "\(shard)/3", "-o", file("\(shard).sqlite")]).code == 0)
            }
            let shards = ["--gather", file("1.sqlite"), file("2.sqlite")]
            let part = try Command.v2x(["sweep", sweep, "-o", file("all.sqlite")] + shards)
            #expect(part.code == 1)
            #expect(part.err.hasSuffix("v2x: 316 of 950 runs are missing: without --gather they are run\n"))
            let rest = try Command.v2x(["sweep", sweep, "--database", file("all.sqlite"), "--format", "csv"])
            let whole = try Command.v2x(["sweep", sweep, "--database", file("whole.sqlite"), "--format", "csv"])
            #expect(rest.code == 0 && rest.out == whole.out)
        }
    }

    @Test("usage that cannot be meant is refused with what can")
    func usage() throws {
        let shard = try Command.v2x(["sweep", SweepTests.sweep, "--shard", "4/3"])
        #expect(shard.code == 64 && shard.err.contains("--shard must be k/n with 1 <= k <= n, such as 3/8, got 4/3"))
        let missing = try Command.v2x(["sweep", "nowhere.yaml"])
        #expect(missing.code == 66 && missing.err == "nowhere.yaml: no such file\n")
    }
}
