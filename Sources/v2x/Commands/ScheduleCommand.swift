import Sensitivity
import Verification
import Accounting
import ArgumentParser
import Reports
import Scheduling

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Make the optimal charge/discharge schedule of a scenario.",
        discussion: """
            Formats: text, json, csv, html for reading; ocpp2.1, ocpp2.0.1, ocpp1.6, iso15118 for chargers (one request per \
            vehicle and stay; 2.0.1 and 1.6 cannot discharge); evcc, homeassistant for the home; ical for a calendar.
            """)

    @OptionGroup var input: ScenarioArguments

    @Option(
        name: .shortAndLong,
        help: """
            How to write it; by default as the output's name ends, or text: \
            \(FormatRegistry.all.map { $0.name }.joined(separator: ", ")).
            """,
        completion: .list(FormatRegistry.all.map { $0.name }))
    var format: String?

    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    @Option(help: "v2x: both ways; v1x: without discharging; immediate, deferred: by rule.")
    var mode = ScheduleMode.v2x

    @Flag(help: "A target that gives way is a failure (exit 1); the schedule is written all the same.")
    var strict = false

    @Flag(help: "Write the solver's seconds too (then no two results are the same).")
    var timings = false

    @Flag(name: .shortAndLong, help: "Show the solver's log on standard error.")
    var verbose = false

    @OptionGroup var charger: ProfileArguments

    /// In debug builds and tests, that the result holds: what `verify` would say of it.
    private static func check(_ result: ResultFile, _ setting: Setting) throws {
        #if DEBUG
            let replay = Replay(
                scenario: setting.scenario, ageing: setting.ageing, result: result, streams: setting.streams)
            guard replay.problems.isEmpty else {
                for problem in replay.problems.prefix(5) { Terminal.error("v2x: the result does not hold: \(problem)") }
                throw Ending.internalError
            }
        #endif
    }

    func validate() throws {
        _ = try charger.options(of: [])
        let known = FormatRegistry.all.map { $0.name }
        if let format, !known.contains(format) {
            throw ValidationError("unknown format \"\(format)\" (\(known.joined(separator: ", ")))")
        }
        _ = try chosenFormat()
    }

    private func chosenFormat() throws -> (any ReportFormat.Type)? {
        let known = FormatRegistry.all.map { $0.name }
        return FormatRegistry.named(try format ?? OutputFormats.name(of: output, known: known) ?? "text")
    }

    func run() throws {
        let destination = try Destination(output)
        let setting = try input.load()
        guard let format = try chosenFormat() else { throw Ending.internalError }
        let (planner, solved, result, usual) = try plan(setting, format)
        let mode = solved.mode
        var report = Report(
            scenario: setting.scenario, result: result, solved: solved,
            usesColour: destination.isTerminal && Terminal.showsColour)
        if format.isThorough {
            report.baseline = usual.map { ResultFile($0, scenario: setting.scenario) }
            if mode == .v2x || mode == .v1x { report.endWorth = planner.endWorth(of: solved) }
            // Two re-solves a step: beyond some weeks that is `v2x marginal`'s to ask for.
            if setting.scenario.grid.count * setting.scenario.vehicles.count <= 3000, mode == .v2x || mode == .v1x {
                report.marginal = try? planner.scheduler.marginalCosts(of: solved)
            }
        }
        report.profileOptions = try charger.options(of: setting.scenario.vehicles.map(\.id))
        do {
            let output = try format.output(of: report)
            for note in output.notes { Terminal.error("v2x: \(note)") }
            try destination.write(output.text)
        } catch let refusal as FormatRefusal {
            throw Ending.say("v2x: \(refusal)", Ending.failed)
        }
        if strict, !solved.schedule.shortfalls.isEmpty {
            let count = solved.schedule.shortfalls.count
            throw Ending.say("v2x: \(count) \(count == 1 ? "target" : "targets") cannot be met", Ending.failed)
        }
    }

    /// The schedule, made, or of the result that was given; and the baseline where it is asked for.
    private func plan(
        _ setting: Setting, _ format: any ReportFormat.Type
    ) throws -> (planner: Planner, solved: SolvedSchedule, result: ResultFile, usual: SolvedSchedule?) {
        let line = SolverLine(isLog: verbose)
        let planner = Planner(
            setting.scheduler(isVerbose: verbose, limits: setting.limits) { progress in
                // A direct solve knows no question: there Ctrl-C ends the program, as ever.
                Interruption.listen()
                line.show(progress)
            })
        if let given = setting.result {
            guard mode == .v2x || mode.rawValue == given.mode else {
                throw ValidationError("--mode \(mode.rawValue): \(input.scenario) is a result of mode \(given.mode)")
            }
            let solved = try shown(given, planner)
            var usual: SolvedSchedule?
            if format.isThorough, case .schedule(let baseline) = planner.baseline() { usual = baseline }
            return (planner, solved, given, usual)
        }
        let outcome = planner.schedule(mode)
        line.end()
        guard case .schedule(let solved) = outcome else { throw Ending.of(outcome, setting.scenario) }
        var (result, usual) = try planner.result(of: solved, showsSeconds: timings)
        result.scenarioDigest = setting.digest
        result.scenarioFile = input.fileName
        let changes = try input.allChanges()
        result.scenarioChanges = changes.isEmpty ? nil : changes
        try ScheduleCommand.check(result, setting)
        return (planner, solved, result, usual)
    }

    /// The schedule of a result.
    private func shown(_ result: ResultFile, _ planner: Planner) throws -> SolvedSchedule {
        do { return try planner.shown(result) } catch {
            guard case .result(let words) = error else { throw Ending.internalError }
            throw Ending.say("\(input.scenario): \(words)", Ending.badInput)
        }
    }
}
