import Accounting
import ArgumentParser
import Reports
import Scenarios

struct ValueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "value",
        abstract: "What each value stream is worth, alone and stacked, for V1X and V2X, net of true degradation.",
        discussion: """
            The horizon (a day, or a year) is scheduled day by day, each with what the day before left in the batteries, \
            once for each set of streams: none, each alone, all but one, all. Amounts are per vehicle and year. Over \
            several days a commitment for resource adequacy is made anew each day and paid by that day's share of the \
            events; reserve blocks and backup end with the day; a demand charge's peak carries over within its period (day, month, \
            year; without one, the horizon), and a year's figure charges it once per period.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv, json, svg }

    @OptionGroup var input: ScenarioArguments
    @Option(name: .shortAndLong, help: "text, csv, json or svg.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    @Option(help: "Writes the picture (SVG) there too.", completion: .file()) var picture: String?

    func run() throws {
        let destination = try Destination(output)
        let gallery = try picture.map { try Destination($0) }
        let setting = try input.load()
        setting.warnOfRatesWithoutPeriod()
        let bar = ProgressBar("value")
        let worth: StreamWorth
        do throws(StreamWorth.Problem) {
            worth = try StreamWorth(setting.scheduler(threads: 1)) { bar.show($0) }
        } catch {
            bar.show(1)
            switch error {
            case .ageing(let problem): throw Ending.say(problem.message, Ending.badInput)
            case .day(let failure):
                let clock = WallClock(timeZone: setting.scenario.grid.timeZone) ?? .utc
                Terminal.error("v2x: no \(failure.mode.rawValue) schedule for \(clock.dayDateTime(failure.at)) on")
                throw Ending.of(failure.outcome, setting.scenario)
            }
        }
        bar.show(1)
        try gallery?.write(WorthPicture.svg(worth))
        switch try OutputFormats.chosen(format, output: output, usual: .text) {
        case .text: try destination.write(WorthTable.text(worth))
        case .csv: try destination.write(WorthTable.csv(worth))
        case .json: try destination.write(JSONFormat.text(of: worth))
        case .svg: try destination.write(WorthPicture.svg(worth))
        }
    }
}
