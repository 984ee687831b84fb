import Accounting
import ArgumentParser
import Reports
import VehicleToAnything

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "V2X, V1X and charging by rule side by side: cost lines, energy, losses, wear, true cost of V2X.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var input: ScenarioArguments
    @Option(name: .shortAndLong, help: "text or json.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    func run() throws {
        let destination = try Destination(output)
        let setting = try input.load()
        let (modes, without) = try Planner(setting.scheduler()).compare()
        for (mode, account) in modes where account.cutSteps != nil {
            Terminal.error("v2x: \(mode.rawValue) is cut to the site's limits in \(account.cutSteps ?? 0) steps")
        }
        for (mode, outcome) in without {
            let code = Ending.of(outcome, setting.scenario)
            Terminal.error("v2x: \(mode.rawValue) is left out")
            if modes.isEmpty { throw code }
        }
        switch try OutputFormats.chosen(format, output: output, usual: .text) {
        case .text: try destination.write(ComparisonTable.text(modes, scenario: setting.scenario))
        case .json:
            try destination.write(JSONFormat.text(of: ModesFile(modes, scenario: setting.scenario)))
        }
    }
}
