import Verification
import Accounting
import ArgumentParser
import Dispatch
import Foundation
import Reports

struct RegressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regress",
        abstract: "Runs every case folder again and compares with its expected.json: what moved, and which is better.",
        discussion: """
            A case folder holds scenario.yaml (or .yml, .json) and the expected.json that was recorded for it, in DIR or \
            anywhere below. Each is scheduled again, both results are replayed from the scenario alone, and compared. \
            Another schedule at the same cost does not count as a change. Exit 1 where something changed.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "A folder of case folders.", completion: .directory) var directory: String
    @Option(
        parsing: .upToNextOption,
        help: "Rewrites expected.json of these cases, by their path below DIR (. for DIR itself), or of `all`.")
    var accept: [String] = []
    @Option(name: .shortAndLong, help: "text or json.") var format = Format.text
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "Writes JUnit XML there too, for CI systems.", completion: .file()) var junit: String?
    @Option(help: "Money may differ by this much.") var abs = 1e-6
    @Option(help: "Money may differ by this share of the larger amount.") var rel = 1e-6
    @Option(help: "Power (kW) and energy (kWh) may differ by this much.") var schedule = 1e-6
    @Flag(help: "Lists the cases that are as recorded too.") var all = false

    func validate() throws {
        for (name, value) in [("abs", abs), ("rel", rel), ("schedule", schedule)] where !(value >= 0) {
            throw ValidationError("--\(name) must be >= 0, got \(value)")
        }
    }

    func run() throws {
        let destination = try Destination(output)
        let report = try junit.map { try Destination($0) }
        let names = try caseNames()
        let accepted = accept == ["all"] ? Set(names) : Set(accept)
        if let unknown = accept.first(where: { $0 != "all" && !names.contains($0) }) {
            throw Ending.say("\(directory): there is no case \(unknown)", Ending.noInput)
        }
        let cases = run(names)
        for found in cases where accepted.contains(found.name) {
            guard let result = found.result, found.verdict != .invalid else {
                Terminal.error("v2x: \(found.name) has no schedule that could be accepted")
                continue
            }
            try Destination(path(found.name) + "/" + RegressionCase.resultName).write(JSONFormat.text(of: result))
        }
        try report?.write(RegressionTable.junit(cases, suite: directory))
        switch format {
        case .text: try destination.write(RegressionTable.text(cases, showsAll: all))
        case .json: try destination.write(JSONFormat.text(of: ["cases": cases]))
        }
        let left = cases.filter { found in
            found.verdict.isChange
                && !(accepted.contains(found.name) && found.result != nil && found.verdict != .invalid)
        }
        if !left.isEmpty { throw Ending.failed }
    }

    private func path(_ name: String) -> String { name == "." ? directory : "\(directory)/\(name)" }

    private func caseNames() throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), isFolder.boolValue else {
            throw Ending.say("\(directory): no such folder", Ending.noInput)
        }
        let names = RegressionCase.folders(in: directory)
        // A run that looks at nothing must not pass.
        if names.isEmpty { throw Ending.say("\(directory): holds no case (scenario.yaml)", Ending.badInput) }
        return names
    }

    /// On all cores, in the order of the names.
    private func run(_ names: [String]) -> [RegressionCase] {
        let bar = ProgressBar("regress")
        let found = Found(count: names.count)
        let tolerances = Comparison.Tolerances(absolute: abs, relative: rel, schedule: schedule)
        DispatchQueue.concurrentPerform(iterations: names.count) { index in
            let done = found.keep(
                RegressionCase(folder: path(names[index]), name: names[index], tolerances: tolerances), index)
            bar.show(Double(done) / Double(names.count))
        }
        bar.end()
        return found.cases
    }

    private final class Found: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [RegressionCase?]
        init(count: Int) { kept = Array(repeating: nil, count: count) }
        var cases: [RegressionCase] { kept.compactMap { $0 } }
        /// How many are done.
        func keep(_ found: RegressionCase, _ index: Int) -> Int {
            lock.withLock {
                kept[index] = found
                return kept.count { $0 != nil }
            }
        }
    }
}
