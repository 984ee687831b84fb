import ArgumentParser
import Reports
import ScenarioFiles
import Scenarios

struct FeedsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feeds",
        abstract: "The formats of prices and sessions that are built in; of a file: what it is, and what is in it.",
        discussion: """
            In a scenario a file is known by its content; `format:` names it where that fails. With --format csv any feed \
            becomes a plain CSV: time and value, or a fleet's table of sessions.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, csv, json, svg }

    @Argument(help: "A file of prices or of sessions; - is standard input.", completion: .file()) var file: String?
    @Option(
        name: .customLong("as"), help: "The feed's name, where the content does not tell.",
        completion: .list((FeedFile.known + SessionFile.known).map(\.name)))
    var feed: String?
    @Option(help: "The column, key or type of payload to take.") var column: String?
    @Option(help: "ENTSO-E: which auction (1).") var sequence: Int?
    @Option(
        help: "include or exclude value-added tax, where a file has both.", completion: .list(["include", "exclude"]))
    var vat: String?
    @Option(help: "The bidding zone, of several.") var zone: String?
    @Option(help: "The same as --zone.") var area: String?
    @Option(help: "The home, of several.") var home: String?
    @Option(help: "The way of paying, of several (direct_debit).") var payment: String?
    @Option(help: "The length of rows, of several (15min).") var resolution: String?
    @Option(help: "Rows to take, COLUMN=VALUE; may be repeated.") var `where`: [String] = []
    @Option(help: "Whether stamps are the start or the end of rows.", completion: .list(["start", "end"])) var stamp:
        String?
    @Option(help: "day-first or month-first.", completion: .list(["day-first", "month-first"])) var dates: String?
    @Option(help: "The currency to prefer, where a file has prices in several.") var currency: String?
    @Option(help: "Zone of wall times in the file that no header names, and of those that are shown.") var timezone =
        "UTC"
    @Option(name: .shortAndLong, help: "text, csv, json or svg.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    /// The options of the file that were given. Both `--area` and `--zone` may be: the zone is taken.
    private var given: [(key: FeedOptions.Key, text: String)] {
        let texts: [(FeedOptions.Key, String?)] =
            [
                (.vat, vat), (.stamp, stamp), (.dates, dates), (.resolution, resolution), (.column, column),
                (.sequence, sequence.map(String.init)), (.area, area), (.zone, zone), (.home, home),
                (.payment, payment),
            ] + `where`.map { (.where, $0) }
        return texts.compactMap { key, text in text.map { (key, $0) } }
    }

    func validate() throws {
        let names = FeedFile.known.map(\.name) + SessionFile.known.map(\.name)
        if let feed, !names.contains(feed) {
            throw ValidationError("unknown feed \"\(feed)\" (\(names.joined(separator: ", ")))")
        }
        var options = FeedFile.Options()
        for (key, text) in given {
            if let problem = options.set(key, to: text) {
                throw ValidationError("--\(key.rawValue) \(problem), got \(text)")
            }
        }
        if WallClock(timeZone: timezone) == nil { throw ValidationError("unknown time zone \(timezone)") }
        if file == nil, let format, format != .text { throw ValidationError("--format goes with a file") }
    }

    func run() throws {
        let destination = try Destination(output)
        guard let file else {
            try destination.write(
                "prices\n" + FeedSheet.list(FeedFile.forms) + "\nsessions\n" + FeedSheet.list(SessionFile.known))
            return
        }
        let clock = WallClock(timeZone: timezone) ?? .utc
        var options = FeedFile.Options()
        options.format = feed
        for (key, text) in given { _ = options.set(key, to: text) }
        options.currency = currency
        options.clock = clock
        do {
            let source = try SourceFile(path: file)
            if feed.map({ name in SessionFile.known.contains { $0.name == name } }) ?? source.holdsSessions {
                try show(try SessionFile(source, format: feed, clock: clock), clock, destination)
                return
            }
            let found = try FeedFile(source, options: options)
            for warning in found.warnings { Terminal.error(warning.description) }
            switch try OutputFormats.chosen(format, output: output, usual: .text) {
            case .text: try destination.write(FeedSheet.text(found, name: file, clock: clock))
            case .csv: try destination.write(FeedSheet.csv(found, clock: clock))
            case .json: try destination.write(JSONFormat.text(of: FeedSheet.Summary(found, clock: clock)))
            case .svg: try destination.write(FeedSheet.svg(found, name: file, clock: clock))
            }
        } catch let error as InputError {
            throw Ending.of(error, consequence: "nothing is shown")
        }
    }

    private func show(_ found: SessionFile, _ clock: WallClock, _ destination: Destination) throws {
        for warning in found.warnings { Terminal.error(warning.description) }
        switch try OutputFormats.chosen(format, output: output, usual: .text) {
        case .text: try destination.write(SessionSheet.text(found, clock: clock))
        case .csv: try destination.write(SessionSheet.csv(found, clock: clock))
        case .json: try destination.write(JSONFormat.text(of: SessionSheet.Summary(found, clock: clock)))
        case .svg: try destination.write(SessionSheet.svg(found, clock: clock))
        }
    }
}
