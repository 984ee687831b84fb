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

    /// Savings of one night, one input at a time.
    private static func tornado(_ folder: URL) throws -> (sweep: String, database: String) {
        let path = folder.appendingPathComponent("inputs.yaml").path
        try """
        name: inputs
        base: \(Command.root.path)/scenarios/sweeps/night.yaml
        question: compare
        combine: each
        axes:
          - { path: "vehicles[0].battery.capacity_kwh", name: capacity_kwh, values: [40, 80] }
          - cells: [nmc, lfp]
          - temperatures: [0, 35]
        """.write(toFile: path, atomically: true, encoding: .utf8)
        return (path, folder.appendingPathComponent("inputs.sqlite").path)
    }

    @Test("--format tornado says which input moves the answer most, at 80 columns; plot writes the same table")
    func tornadoTable() throws {
        try Command.withFolder { folder in
            let (sweep, database) = try SweepTests.tornado(folder)
            let saving = ["--value", "v2x_saving_against_immediate"]
            let run = try Command.v2x(["sweep", sweep, "--database", database, "--format", "tornado"] + saving)
            let lines = run.out.split(separator: "\n")
            #expect(run.code == 0 && lines.count == 6 && lines.allSatisfy { $0.count <= 80 })
            #expect(
                run.out.hasPrefix("inputs: what moves v2x saving against immediate, EUR\none input at a time; base: "))
            #expect(
                Set(lines.dropFirst(3).map { $0.split(separator: " ")[0] }) == [
                    "capacity_kwh", "cell", "temperature_c",
                ])
            let table = folder.appendingPathComponent("t.txt").path
            let plot = try Command.v2x(["plot", database, "--kind", "tornado", "--output", table] + saving)
            #expect(plot.code == 0)
            #expect(try String(contentsOfFile: table, encoding: .utf8) == run.out)
        }
    }

    private static let drawsPictures = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/rsvg-convert")
    }

    @Test(
        "pictures are PDF and PNG of the size that was asked for, the same bytes each time",
        .enabled(if: drawsPictures == true, "rsvg-convert is not installed"))
    func pictures() throws {
        try Command.withFolder { folder in
            let (sweep, database) = try SweepTests.tornado(folder)
            #expect(try Command.v2x(["sweep", sweep, "--database", database]).code == 0)
            func drawn(_ name: String, _ options: [String]) throws -> Data {
                let path = folder.appendingPathComponent(name).path
                let run = try Command.v2x(["plot", database, "--output", path] + options)
                #expect(run.code == 0, "\(run.err)")
                return try Data(contentsOf: URL(fileURLWithPath: path))
            }
            let pdf = ["--size", "160mm", "--font-size", "8pt", "--font", "serif", "--title", "What moves the saving"]
            #expect(try drawn("a.pdf", pdf).starts(with: Data("%PDF".utf8)))
            #expect(try drawn("a.pdf", pdf) == drawn("b.pdf", pdf))
            // Width and height stand behind a PNG's first chunk's name, 16 bytes in.
            let png = try drawn("a.png", ["--size", "400x300", "--dpi", "96"])
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(Array(png[16..<24]) == [0, 0, 1, 0x90, 0, 0, 1, 0x2C])
        }
    }

    @Test("a size, font size or output that no picture has is refused with what can be")
    func pictureUsage() throws {
        for (options, words) in [
            (["--size", "wide"], "--size must be a width or width x height, such as 160mm or 800x500, got wide"),
            (["--size", "50mm", "--font-size", "12pt"], "--size: the width must be 400 pixels at least"),
            (["--font-size", "0"], "--font-size must be a length of 4 to 100 pixels, such as 9pt, got 0"),
            (["--output", "a.jpg"], "a picture is written as .svg, .pdf or .png, not as .jpg"),
            (["--output", "a.txt"], "a table is written of a tornado only: --kind tornado"),
        ] {
            let run = try Command.v2x(["plot", "a.sqlite"] + options)
            #expect(run.code == 64 && run.err.contains(words), "\(run.err)")
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
