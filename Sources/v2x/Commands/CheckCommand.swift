import ArgumentParser

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Show all findings of a scenario, without solving it.")

    @OptionGroup var input: ScenarioArguments

    func run() throws {
        let setting = try input.load()
        let scenario = setting.scenario
        let vehicles = scenario.vehicleCount
        let (batteries, loads) = (scenario.vehicles.count - vehicles, scenario.site.flexibleLoads.count)
        var site = ""
        if batteries > 0 { site += ", \(batteries) \(batteries == 1 ? "battery" : "batteries")" }
        if loads > 0 { site += ", \(loads) flexible \(loads == 1 ? "load" : "loads")" }
        try Destination.standardOutput.write(
            "\(input.scenario): ok: \(vehicles) \(vehicles == 1 ? "vehicle" : "vehicles")\(site), "
                + "\(scenario.grid.count) steps of \(scenario.grid.stepSeconds / 60) min\n")
    }
}
