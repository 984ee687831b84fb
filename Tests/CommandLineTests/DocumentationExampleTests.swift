import Sensitivity
import Foundation
import Testing

/// Code in the README and the documentation. What a user would lose: an example that can be copied and runs.
@Suite("Examples of the documentation")
struct DocumentationExampleTests {
    /// A fenced block.
    struct Block: Sendable, CustomTestStringConvertible {
        var page: String
        var language: String
        var text: String
        var testDescription: String { "\(page): \(text.prefix(40))" }
    }

    private static let pages: [String] = {
        let sources = FileManager.default.enumerator(
            atPath: CommandLineTests.root.appendingPathComponent("Sources").path)
        let articles = (sources?.compactMap { $0 as? String } ?? []).filter {
            $0.contains(".docc/") && $0.hasSuffix(".md")
        }
        return ["README.md", ".github/CONTRIBUTING.md", "scenarios/sweeps/README.md"]
            + articles.sorted().map { "Sources/" + $0 }
    }()

    private static func blocks(_ page: String) -> [Block] {
        let url = CommandLineTests.root.appendingPathComponent(page)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return text.matches(of: /(?s)\n```([a-z]*)\n(.*?)\n```/).map {
            Block(page: page, language: String($0.1), text: String($0.2))
        }
    }

    private static let all = pages.flatMap { blocks($0) }
    /// Blocks that are whole scenarios.
    private static let scenarios = all.filter {
        $0.language == "yaml" && $0.text.contains("horizon:") && $0.text.contains("vehicles:")
    }
    /// Lines of shell that call the program, with the page on which they stand.
    private static let commands = all.filter { $0.language == "sh" }.flatMap { block in
        block.text.split(separator: "\n").filter { $0.hasPrefix("v2x ") || $0.hasPrefix("scripts/v2x ") }.map {
            Block(page: block.page, language: "sh", text: String($0))
        }
    }

    @Test("a scenario loads without findings", arguments: scenarios)
    func loads(block: Block) throws {
        let run = try CommandLineTests.v2x(["check", "-"], input: Data(block.text.utf8))
        #expect(run.code == 0 && run.err.isEmpty, "\(block.page): \(run.err)")
    }

    @Test("there are examples") func some() {
        #expect(Self.scenarios.count >= 4 && Self.commands.count >= 15)
    }

    @Test("a command line has an existing command, options and files", arguments: commands)
    func exists(block: Block) throws {
        var words = block.text.prefix { $0 != "#" && $0 != "|" && $0 != ">" }.split(separator: " ").map(String.init)
            .dropFirst()
        guard let command = words.popFirst(), !command.hasPrefix("--") else { return }
        let help = try CommandLineTests.v2x(["help", command])
        #expect(help.code == 0, "\(block.page): \(block.text)")
        for option in words where option.hasPrefix("-") && option != "-" {
            #expect(help.out.contains(option), "\(block.page): \(block.text): no option \(option)")
        }
        for file in words where file.hasPrefix("scenarios/") {
            let url = CommandLineTests.root.appendingPathComponent(file)
            #expect(FileManager.default.fileExists(atPath: url.path), "\(block.page): \(file)")
        }
    }

    /// Pages with command lines, each with its lines in order.
    private static let walks = Dictionary(grouping: commands, by: \.page).sorted { $0.key < $1.key }.map(\.value)

    /// A page's command lines are run in order in an empty folder; sweeps and years take too long here, and a shell's own syntax is left out.
    @Test("the command lines of a page run", arguments: walks)
    func run(walk: [Block]) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("scenarios"),
            withDestinationURL: CommandLineTests.root.appendingPathComponent("scenarios"))
        let left = [" sweep ", " simulate ", " serve ", ".sqlite", ">", "|", "--generate-completion-script"]
        for block in walk where !left.contains(where: { block.text.contains($0) }) {
            let process = Process()
            process.executableURL = CommandLineTests.binary
            process.arguments = block.text.prefix { $0 != "#" }.split(separator: " ").dropFirst().map(String.init)
            process.currentDirectoryURL = folder
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(block.page): \(block.text)")
        }
    }

    @Test("the worked example of the marginal cost has the program's figures") func workedExample() throws {
        let path = "Sources/Scheduling/Scheduling.docc/MarginalCost.md"
        let page = try String(contentsOf: CommandLineTests.root.appendingPathComponent(path), encoding: .utf8)
        let scenario = CommandLineTests.root.appendingPathComponent("scenarios/first-night/scenario.yaml").path
        let marginal = try CommandLineTests.v2x(["marginal", scenario]).out.split(separator: "\n")
        let rows = page.matches(of: /\n\| (\d\d:00) \| (.*) \|/)
        #expect(rows.count == 4)
        for row in rows {
            // from, to, price, deliver, electricity, efficiency, cycle, calendar, other, absorb
            let line = try #require(marginal.first { $0.hasPrefix("  " + row.1) })
            let words = line.split(separator: " ").map(String.init)
            let shown = Array(words[2...7]) + [words[9]]
            #expect(row.2.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } == shown)
        }
        let compare = try CommandLineTests.v2x(["compare", scenario]).out.split(separator: "\n")
        for row in page.matches(of: /\n\| (immediate|deferred|V1X) \| (-?[0-9.]+) \| (-?[0-9.]+) \|/) {
            let lines = compare.filter { $0.hasPrefix("  against \(row.1)") }
            #expect(lines.count == 2 && lines[0].contains(row.2) && lines[1].contains(row.3))
        }
    }

    @Test("the citation names the program's version") func version() throws {
        let citation = try String(
            contentsOf: CommandLineTests.root.appendingPathComponent("CITATION.cff"), encoding: .utf8)
        let version = try CommandLineTests.v2x(["--version"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(citation.contains("\nversion: \(version)\n"), "\(version)")
    }

    @Test("the page of commands lists every command, and no other") func commandTable() throws {
        let page = try String(
            contentsOf: CommandLineTests.root.appendingPathComponent("Sources/Reports/Reports.docc/Commands.md"),
            encoding: .utf8)
        let listed = page.matches(of: /\n\| `v2x ([a-z]+)` \|/).map { String($0.1) }
        let help = try CommandLineTests.v2x(["--help"]).out
        let known =
            help.split(separator: "SUBCOMMANDS:").last?.matches(of: #/\n  ([a-z]+) /#).map { String($0.1) } ?? []
        #expect(known.count > 10 && listed.sorted() == known.sorted())
    }

    @Test("the README shows the scenario that it names and what the program prints") func readme() throws {
        let blocks = Self.blocks("README.md")
        let url = CommandLineTests.root.appendingPathComponent("scenarios/first-night/scenario.yaml")
        let scenario = try #require(blocks.first { $0.language == "yaml" })
        #expect(try scenario.text + "\n" == String(contentsOf: url, encoding: .utf8))
        let run = try CommandLineTests.v2x(["schedule", url.path])
        let shown = try #require(blocks.first { $0.language.isEmpty })
        #expect(run.out.trimmingCharacters(in: .whitespacesAndNewlines) == shown.text)
    }
}
