import Sensitivity
import Verification
import Accounting
import ArgumentParser
import Reports
import Scheduling

struct MarginalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marginal", abstract: "Marginal cost of V2X in each step, and its parts.")

    @OptionGroup var input: ScenarioArguments
    @OptionGroup var optimum: OptimumArguments

    func validate() throws { try optimum.refuseRules("it has no marginal cost") }

    func run() throws {
        let destination = try Destination(optimum.output)
        let named = try optimum.result.map { try ResultFile.read($0) }
        let setting = try input.load(of: named)
        let given = named ?? setting.result
        do {
            let planner = Planner(setting.scheduler(limits: setting.limits))
            let costs =
                try given.map { try planner.scheduler.marginalCosts(of: planner.solved($0)) }
                ?? planner.scheduler.marginalCosts(mode: optimum.mode)
            switch try optimum.chosenFormat() {
            case .json: try destination.write(JSONFormat.text(of: costs))
            case .text: try destination.write(MarginalTable.text(costs, scenario: setting.scenario))
            }
        } catch let failure as MarginalFailure {
            throw optimum.ending(of: failure, input, setting)
        }
    }
}
