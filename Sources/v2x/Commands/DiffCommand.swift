import Verification
import Accounting
import ArgumentParser

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two results, with tolerances.")

    @Argument(help: "A result (JSON); - is standard input.", completion: .file(extensions: ["json"])) var left: String
    @Argument(help: "Another result (JSON).", completion: .file(extensions: ["json"])) var right: String
    @Option(help: "Money may differ by this much.") var abs = 1e-6
    @Option(help: "Money may differ by this share of the larger amount.") var rel = 1e-6
    @Option(help: "Power (kW) and energy (kWh) may differ by this much.") var schedule = 1e-6
    @Flag(help: "Compare money and the sum of the shortfalls only: optima can have different schedules.")
    var moneyOnly = false

    func validate() throws {
        if left == "-", right == "-" { throw ValidationError("only one of the two results can be standard input") }
        for (name, value) in [("abs", abs), ("rel", rel), ("schedule", schedule)] where !(value >= 0) {
            throw ValidationError("--\(name) must be >= 0, got \(value)")
        }
    }

    func run() throws {
        let comparison = Comparison(
            try ResultFile.read(left), try ResultFile.read(right),
            tolerances: .init(absolute: abs, relative: rel, schedule: moneyOnly ? nil : schedule))
        let lines = comparison.differences.map { "\($0.what): \($0.left) -> \($0.right)\n" }
        try Destination.standardOutput.write(lines.joined())
        if !lines.isEmpty {
            throw Ending.say("v2x: \(lines.count) \(lines.count == 1 ? "difference" : "differences")", Ending.failed)
        }
    }
}
