import ArgumentParser
import LinearPrograms
import Scheduling

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a scenario's program for another solver.",
        discussion: """
            The program that is written has the optimum of `v2x schedule`: disjunctions are written with binaries, and where \
            the targets cannot all be met the sum of the shortfalls is held at its minimum.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case mps, lp }

    @OptionGroup var input: ScenarioArguments
    @Option(name: .shortAndLong, help: "mps: free MPS, for solvers; lp: text, for people and solvers.")
    var format = Format.mps
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "v2x: both ways; v1x: without discharging.") var mode = ScheduleMode.v2x
    @Flag(help: "The linear part alone, without binaries.") var relaxed = false

    func validate() throws {
        if mode == .immediate || mode == .deferred {
            throw ValidationError("\(mode.rawValue) is a rule: it has no program")
        }
    }

    func run() throws {
        let destination = try Destination(output)
        let setting = try input.load()
        switch setting.scheduler(limits: setting.limits).exportableProgram(mode: mode, relaxed: relaxed) {
        case .failure(let none): throw Ending.of(none.outcome, setting.scenario)
        case .success(let program):
            let name = setting.scenario.name
            try destination.write(
                format == .mps ? MPSWriter.text(of: program, name: name) : LPTextWriter.text(of: program, name: name))
        }
    }
}
