import ArgumentParser

@main
struct V2X: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "v2x",
        abstract: "Optimal charge schedules for vehicle-to-anything, with the true cost of the battery in them.")
}
