import ArgumentParser
import Reports
import ScenarioFiles
import Scenarios
import Simulations

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "A long horizon lived day by day: V2X, V1X and uncontrolled, with batteries that age meanwhile.",
        discussion: """
            Each day is planned with what is known then, and carried out; charge, age and capacity of the batteries carry \
            over to the next. The scenario's section forecast (import: series, persistence: 24h, or noise: {sd, correlation, \
            seed}) makes plans on other prices than those that are paid; a vehicle's entry actual (a list of windows, or \
            {arrival_sd: 30min, departure_sd: 15min, seed: 1}) makes it come and leave at other times than planned; \
            the plan is then made again. The CSV holds one row per day and mode.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv, json, svg }

    @OptionGroup var input: ScenarioArguments
    @Option(help: "How far a plan sees.") var horizon: String?
    @Option(help: "How much of a plan is carried out before the next is made.") var commit: String?
    @Flag(help: "Perfect foresight: nine days are seen and a week of them carried out, at the real prices and times.")
    var perfect = false
    @Option(name: .shortAndLong, help: "text, csv (day by day), json or svg.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    func validate() throws { _ = try options() }

    private func options() throws -> RollingRun.Options {
        func seconds(_ text: String?, _ name: String) throws -> Int? {
            guard let text else { return nil }
            guard let seconds = DurationText.seconds(text), seconds > 0 else {
                throw ValidationError("--\(name) must be a length of time such as 24h, got \(text)")
            }
            return seconds
        }
        let options = RollingRun.Options(
            horizonSeconds: try seconds(horizon, "horizon"), commitSeconds: try seconds(commit, "commit"),
            isInformed: perfect)
        if options.horizonSeconds < options.commitSeconds {
            throw ValidationError("--horizon must be at least --commit")
        }
        return options
    }

    func run() throws {
        let destination = try Destination(output)
        let setting = try input.load()
        setting.warnOfRatesWithoutPeriod()
        let bar = ProgressBar("simulate")
        let options = try options()
        let simulation: Simulation
        do throws(RollingRun.Failure) {
            simulation = try Simulation(setting.scheduler(threads: 1), options: options) { bar.show($0) }
        } catch {
            bar.end()
            switch error {
            case .ageing(let problem): throw Ending.say(problem.message, Ending.badInput)
            case .plan(let at, let mode, let outcome):
                let clock = WallClock(timeZone: setting.scenario.grid.timeZone) ?? .utc
                Terminal.error("v2x: no \(mode.rawValue) plan at \(clock.dayDateTime(at))")
                throw Ending.of(outcome, setting.scenario)
            }
        }
        bar.end()
        switch try OutputFormats.chosen(format, output: output, usual: .text) {
        case .text: try destination.write(SimulationTable.text(simulation))
        case .csv: try destination.write(SimulationTable.csv(simulation))
        case .json: try destination.write(JSONFormat.text(of: simulation))
        case .svg: try destination.write(SimulationPicture.svg(simulation))
        }
    }
}
