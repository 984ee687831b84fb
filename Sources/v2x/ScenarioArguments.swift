import Ageing
import ArgumentParser
import GLPKSolver
import Scenarios
import Scheduling
import ValueStreams

/// The scenario that most commands begin with.
struct ScenarioArguments: ParsableArguments {
    @Argument(
        help: "A scenario (YAML or JSON); - is standard input.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var scenario: String

    /// Reads and checks it; findings go to standard error.
    func load() throws -> Setting {
        do {
            let loaded = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names).load(
                path: scenario)
            for warning in loaded.warnings { Terminal.error(warning.description) }
            return try Setting(loaded.scenario, file: scenario)
        } catch let error as InputError {
            throw Ending.of(error)
        }
    }
}

/// A scenario with the prices of its vehicles' ageing.
struct Setting {
    let scenario: Scenario
    let ageing: [AgeingPrices]
    var streams: [any ValueStream] { StreamRegistry.streams(of: scenario) }

    init(_ scenario: Scenario, file: String) throws {
        self.scenario = scenario
        var prices: [AgeingPrices] = []
        var warned: Set<String> = []
        for (index, vehicle) in scenario.vehicles.enumerated() {
            do {
                let price = try AgeingPrices(vehicle: vehicle, grid: scenario.grid)
                for warning in price.warnings where !warned.contains(warning) {
                    warned.insert(warning)
                    Terminal.error("\(file): warning: vehicles[\(index)].battery.ageing: \(warning)")
                }
                prices.append(price)
            } catch {
                throw Ending.say(
                    "\(file): vehicles[\(index)].battery.ageing: \(error.message)", Ending.badInput)
            }
        }
        ageing = prices
    }

    func scheduler(isVerbose: Bool = false) -> Scheduler {
        Scheduler(
            scenario: scenario, ageing: ageing, streams: streams, solver: DirectSolver(isVerbose: isVerbose))
    }
}

extension ScheduleMode: ExpressibleByArgument {}
