import Foundation
import TestSupport
import Testing

/// The program as users and scripts meet it: exit codes, exact messages, and files that appear whole or not at all.
@Suite struct CommandLineTests {
    struct Run {
        var code: Int32
        var out: String
        var err: String
    }

    static let root = Repository.root

    private final class Here {}

    /// The binary stands in the folder of the test bundle.
    static let binary: URL = {
        let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        let folders = Bundle.allBundles.map(\.bundleURL) + [Bundle(for: Here.self).bundleURL, executable]
        return folders.map { $0.deletingLastPathComponent().appendingPathComponent("v2x") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? URL(fileURLWithPath: "v2x")
    }()

    static func v2x(_ arguments: [String], input: Data? = nil) throws -> Run {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        let files = try (0..<3).map { _ in
            let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try (input ?? Data()).write(to: url)
            return url
        }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Run(
            code: process.terminationStatus, out: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            err: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }

    static func scenario(_ name: String) -> String {
        root.appendingPathComponent("scenarios/cases/\(name)/scenario.yaml").path
    }
    static let night = scenario("001-night-on-dutch-prices")

    static func withFolder(_ body: (URL) throws -> Void) throws { try TemporaryFolder.with([:], body) }

    @Test("a schedule is made, verified, and the same to the byte the second time")
    func scheduleAndVerify() throws {
        let first = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "json"])
        let second = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "json"])
        #expect(first.code == 0 && first.err.isEmpty && first.out == second.out)
        let verified = try CommandLineTests.v2x(["verify", CommandLineTests.night, "-"], input: Data(first.out.utf8))
        #expect(verified.code == 0 && verified.out.hasPrefix("the result holds: "))
        let tampered = first.out.replacing("\"objective\" : 1.98", with: "\"objective\" : 1.90")
        let refused = try CommandLineTests.v2x(["verify", CommandLineTests.night, "-"], input: Data(tampered.utf8))
        #expect(refused.code == 1 && refused.err.contains("objective is 1.90"))
    }

    @Test("a scenario comes on standard input as well")
    func standardInput() throws {
        let text = try Data(
            contentsOf: URL(fileURLWithPath: CommandLineTests.scenario("018-no-ageing-earliest-of-ties")))
        let run = try CommandLineTests.v2x(["schedule", "-", "--format", "csv"], input: text)
        #expect(run.code == 0 && run.out.hasPrefix("time,import_price_eur_per_kwh,"))
    }

    @Test("a missing file is 66, a directory too; an empty and a binary one are 65: each with one sentence")
    func unreadable() throws {
        try CommandLineTests.withFolder { folder in
            let empty = folder.appendingPathComponent("empty.yaml")
            let binary = folder.appendingPathComponent("binary.yaml")
            try Data().write(to: empty)
            try Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2]).write(to: binary)
            for (path, code, says) in [
                (folder.path + "/none.yaml", Int32(66), "no such file"),
                (folder.path, 66, "is a directory, not a file"),
                (empty.path, 65, "is empty"), (binary.path, 65, "is not text (it holds a zero byte)"),
            ] {
                let run = try CommandLineTests.v2x(["schedule", path])
                #expect(run.code == code && run.out.isEmpty)
                #expect(run.err.hasPrefix("\(path): \(says)\n"))
            }
        }
    }

    @Test("a file of a gigabyte is refused unread")
    func gigabyte() throws {
        try CommandLineTests.withFolder { folder in
            let huge = folder.appendingPathComponent("huge.yaml")
            try Data().write(to: huge)
            try FileHandle(forWritingTo: huge).truncate(atOffset: 1 << 30)
            let run = try CommandLineTests.v2x(["check", huge.path])
            #expect(run.code == 65 && run.err.hasPrefix("\(huge.path): is larger than 64 MB (1024 MB)\n"))
        }
    }

    @Test("bad input is 65, with every finding and their count")
    func badInput() throws {
        try CommandLineTests.withFolder { folder in
            let file = folder.appendingPathComponent("s.yaml")
            try Data("name: x\nhorizon: { start: 2024-01-15, end: 2024-01-14, step: 1h }\n".utf8).write(to: file)
            let run = try CommandLineTests.v2x(["schedule", file.path])
            #expect(run.code == 65)
            #expect(
                run.err == """
                    \(file.path):1:1: tariff is missing (for example { import: 0.30 })
                    \(file.path):1:1: vehicles is missing (for example [{ id: ev1, ... }])
                    \(file.path):2:36: horizon.end: must be after start (2024-01-15 00:00), got 2024-01-14 00:00
                    v2x: 3 errors, no schedule made

                    """)
        }
    }

    @Test("an output that cannot be written is 73 before any work, and nothing is left behind")
    func unwritable() throws {
        try CommandLineTests.withFolder { folder in
            let nowhere = try CommandLineTests.v2x(
                ["schedule", CommandLineTests.night, "--output", folder.path + "/none/r.json"])
            #expect(nowhere.code == 73)
            #expect(nowhere.err == "\(folder.path)/none/r.json: there is no folder \(folder.path)/none to write to\n")
            let directory = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--output", folder.path])
            #expect(directory.code == 73)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test("where input is bad no output file appears")
    func noPartialOutput() throws {
        try CommandLineTests.withFolder { folder in
            let run = try CommandLineTests.v2x(["schedule", folder.path + "/none", "--output", folder.path + "/r.json"])
            #expect(run.code == 66 && !FileManager.default.fileExists(atPath: folder.path + "/r.json"))
        }
    }

    @Test("usage errors are 64")
    func usage() throws {
        #expect(try CommandLineTests.v2x(["schedule"]).code == 64)
        #expect(try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--format", "pdf"]).code == 64)
        #expect(try CommandLineTests.v2x(["schedule", CommandLineTests.night, "--colour"]).code == 64)
        #expect(try CommandLineTests.v2x(["--version"]).code == 0)
    }

    @Test("--strict makes a shortfall a failure, and the text explains it in words")
    func strict() throws {
        let path = CommandLineTests.scenario("006-unreachable-departure")
        let relaxed = try CommandLineTests.v2x(["schedule", path])
        #expect(relaxed.code == 0)
        let words = relaxed.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("25.73 kWh short of its 90.0 %. It reaches 47.1 %, the most that is possible."))
        let strict = try CommandLineTests.v2x(["schedule", path, "--strict"])
        #expect(strict.code == 1 && !strict.out.isEmpty && strict.err == "v2x: 1 target cannot be met\n")
    }

    @Test("no schedule is 1, with the limit, its time and the size in one sentence")
    func infeasible() throws {
        let text = """
            horizon: { start: 2024-01-15, end: 2024-01-16, step: 1h }
            tariff: { import: 0.3 }
            site: { import_limit_kw: 5, load_kw: { values: [3, 8], step: 12h } }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 40, soc_start: 0.5, ageing: none }
                charger: { charge_kw: 7 }
                plugged: []
            """
        let run = try CommandLineTests.v2x(["schedule", "-"], input: Data(text.utf8))
        #expect(run.code == 1 && run.out.isEmpty)
        #expect(
            run.err
                == "v2x: no schedule exists: site.import_limit_kw cannot hold at 2024-01-15 12:00: exceeded by at least 3 kW\n"
        )
    }

    @Test("diff is 0 for equals, 1 with the differences for others")
    func diff() throws {
        try CommandLineTests.withFolder { folder in
            let (a, b) = (folder.path + "/a.json", folder.path + "/b.json")
            _ = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "-f", "json", "-o", a])
            _ = try CommandLineTests.v2x(["schedule", CommandLineTests.night, "-f", "json", "-o", b, "--mode", "v1x"])
            #expect(try CommandLineTests.v2x(["diff", a, a]).code == 0)
            let run = try CommandLineTests.v2x([
                "diff", a, CommandLineTests.root.path + "/scenarios/cases/017-flat-tariff/expected.json",
            ])
            #expect(run.code == 1 && run.out.contains("objective: 1.987807 -> "))
        }
    }

    @Test("what is exported names its rows and columns in the field's words")
    func export() throws {
        let run = try CommandLineTests.v2x(["export", CommandLineTests.night, "--format", "lp"])
        #expect(run.code == 0 && run.out.contains("charge_kw[ev1,22]") && run.out.contains("Minimize"))
    }
}
