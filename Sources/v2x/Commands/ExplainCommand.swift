import Sensitivity
import Verification
import Accounting
import ArgumentParser
import Reports
import Scenarios
import Scheduling

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Why the car charges, discharges or waits, and what each target and limit costs.",
        discussion: """
            Each step stands between two prices: what a kWh more out of the car costs the rest of the plan, and what a kWh \
            more into it saves there. Beyond them the plan of the step switches.
            """)

    @OptionGroup var input: ScenarioArguments
    @Option(help: "One step alone: the one that holds this time, such as 17:40 or 2024-01-15T17:40.")
    var at: String?
    @OptionGroup var optimum: OptimumArguments

    func validate() throws { try optimum.refuseRules("there is nothing to explain") }

    func run() throws {
        let destination = try Destination(optimum.output)
        let named = try optimum.result.map { try ResultFile.read($0) }
        let setting = try input.load(of: named)
        let given = named ?? setting.result
        let step = try at.map { try ExplainCommand.step($0, setting.scenario.grid) }
        do {
            let planner = Planner(setting.scheduler(limits: setting.limits))
            let explanation =
                try given.map { try planner.scheduler.explanation(of: planner.solved($0)) }
                ?? planner.scheduler.explanation(mode: optimum.mode)
            switch try optimum.chosenFormat() {
            case .json:
                var file = ExplanationFile(explanation, scenario: setting.scenario)
                if let step {
                    file.explanation.steps.removeAll { $0.index != step }
                    file.actions.removeAll { !($0.step..<$0.step + $0.count).contains(step) }
                }
                try destination.write(JSONFormat.text(of: file))
            case .text:
                let text = ExplanationText(explanation, scenario: setting.scenario)
                try destination.write(step.map(text.step) ?? text.overview)
            }
        } catch let failure as MarginalFailure {
            throw optimum.ending(of: failure, input, setting)
        }
    }

    /// The step that `text` names: a moment, or a time of day (its first within the horizon).
    private static func step(_ text: String, _ grid: TimeGrid) throws -> Int {
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        if text.count <= 5 {
            let days = Set([grid.start, grid.end].map { clock.wallTime(at: $0).date })
            let padded = text.count == 4 ? "0\(text)" : text
            for day in days.sorted() {
                if let step = clock.instant("\(day)T\(padded)").flatMap(grid.step) { return step }
            }
        } else if let step = clock.instant(text).flatMap(grid.step) {
            return step
        }
        throw ValidationError(
            "--at must be a time within the horizon, \(clock.dateTime(grid.start)) to \(clock.dateTime(grid.end)), "
                + "got \(text)")
    }
}
