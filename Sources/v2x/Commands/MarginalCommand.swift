import Sensitivity
import Verification
import Accounting
import ArgumentParser
import Reports
import Scheduling

struct MarginalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marginal", abstract: "Marginal cost of V2X in each step, and its parts.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var input: ScenarioArguments
    @Option(name: .shortAndLong, help: "text or json.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "v2x: both ways; v1x: without discharging.") var mode = ScheduleMode.v2x
    @Option(
        help: "A result of schedule --format json, whose plan is used instead of a new one.",
        completion: .file(extensions: ["json"]))
    var result: String?

    func validate() throws {
        if mode == .immediate || mode == .deferred {
            throw ValidationError("\(mode.rawValue) is a rule: it has no marginal cost")
        }
    }

    func run() throws {
        let destination = try Destination(output)
        let named = try result.map { try ResultFile.read($0) }
        let setting = try input.load(of: named)
        let given = named ?? setting.result
        do {
            let planner = Planner(setting.scheduler(limits: setting.limits))
            let costs =
                try given.map { try planner.scheduler.marginalCosts(of: planner.solved($0)) }
                ?? planner.scheduler.marginalCosts(mode: mode)
            switch try OutputFormats.chosen(format, output: output, usual: .text) {
            case .json: try destination.write(JSONFormat.text(of: costs))
            case .text: try destination.write(MarginalTable.text(costs, scenario: setting.scenario))
            }
        } catch let failure as MarginalFailure {
            switch failure {
            case .noSchedule(let outcome): throw Ending.of(outcome, setting.scenario)
            case .solver(let words): throw Ending.say("v2x: \(words)", Ending.internalError)
            case .result(let words): throw Ending.say("\(result ?? input.scenario): \(words)", Ending.badInput)
            }
        }
    }
}
