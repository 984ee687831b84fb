import Accounting
import ArgumentParser

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two results, with tolerances.")

    @Argument(help: "A result (JSON).", completion: .file(extensions: ["json"])) var left: String
    @Argument(help: "Another result (JSON).", completion: .file(extensions: ["json"])) var right: String
    @Option(help: "Money may differ by this much.") var abs = 1e-6
    @Option(help: "Money may differ by this share of the larger amount.") var rel = 1e-6
    @Option(help: "Power (kW) and energy (kWh) may differ by this much.") var schedule = 1e-6
    @Flag(help: "Compare money and shortfalls only: optima can have different schedules.") var moneyOnly = false

    func run() throws {
        let comparison = Comparison(
            try ResultFile.read(left), try ResultFile.read(right),
            tolerances: .init(absolute: abs, relative: rel, schedule: moneyOnly ? nil : schedule))
        for difference in comparison.differences {
            print("\(difference.what): \(difference.left) -> \(difference.right)")
        }
        if !comparison.differences.isEmpty { throw Ending.failed }
    }
}
