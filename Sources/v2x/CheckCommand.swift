import ArgumentParser

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Show all findings of a scenario, without solving it.")

    @OptionGroup var input: ScenarioArguments

    func run() throws {
        let setting = try input.load()
        let scenario = setting.scenario
        let vehicles = scenario.vehicles.count
        try Destination.standardOutput.write(
            "\(input.scenario): ok: \(vehicles) \(vehicles == 1 ? "vehicle" : "vehicles"), "
                + "\(scenario.grid.count) steps of \(scenario.grid.stepSeconds / 60) min\n")
    }
}
