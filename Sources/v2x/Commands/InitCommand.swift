import ArgumentParser
import Foundation
import ScenarioFiles
import Scenarios

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Ask a few questions and write a scenario to begin with.",
        discussion: """
            What is given as an option is not asked for; an empty answer, or --yes, takes the value in brackets. The scenario is \
            checked before it is written, and `v2x schedule` runs it at once.
            """)

    @Argument(help: "Where to write it; - is standard output.", completion: .file(extensions: ["yaml", "yml"]))
    var output = "scenario.yaml"

    @Option(help: "IANA name of the time zone.") var timezone: String?
    @Option(help: "ISO 4217 code.") var currency: String?
    @Option(help: "Per kWh: 0.30, or night,day as 0.20,0.32, or a file of prices (v2x feeds).", completion: .file())
    var prices: String?
    @Option(help: "Per kWh fed back: a number, or same.") var export: String?
    @Option(help: "Usable capacity of the battery, kWh.") var battery: String?
    @Option(help: "What the charger charges, kW.") var charge: String?
    @Option(help: "What it discharges, kW; 0: it cannot.") var discharge: String?
    @Option(help: "When the car is plugged in, time of day.") var arrives: String?
    @Option(help: "When it leaves, time of day.") var leaves: String?
    @Option(help: "How full it must be then, %.") var target: String?
    @Option(help: "What the house takes, kWh a day; 0: nothing.") var load: String?
    @Option(help: "Solar panels, kW; 0: none.") var pv: String?
    @Option(help: "Usable capacity of a house battery, kWh; 0: none.") var houseBattery: String?
    @Option(help: "The day on which the plan begins, at noon: 2024-01-15.") var start: String?
    @Flag(name: .shortAndLong, help: "Ask nothing.") var yes = false
    @Flag(help: "Replace a file that is there.") var force = false

    func run() throws {
        if output != "-", !force, FileManager.default.fileExists(atPath: output) {
            throw Ending.say("\(output): is there already; --force replaces it", Ending.notWritable)
        }
        let destination = try Destination(output)
        let interview = Interview(isSilent: yes)
        let zone = try interview.ask("Time zone", timezone, default: InitCommand.usualZone) {
            WallClock(timeZone: $0) == nil ? .problem("not known: an IANA name such as Europe/Amsterdam") : .value($0)
        }
        let clock = WallClock(timeZone: zone) ?? .utc
        let money = try interview.ask("Currency", currency, default: InitCommand.usualCurrency(in: zone)) {
            $0.count == 3 && $0.allSatisfy { $0.isASCII && $0.isUppercase }
                ? .value($0) : .problem("must be a three-letter code such as EUR")
        }
        let price = try interview.ask(
            "Price per kWh: one, night,day, or a file of prices", prices, default: "0.20,0.32"
        ) { InitCommand.tariff($0, money, clock) }
        var template = price.file.flatMap { $0.planSpan(clock) }.map { span in
            var template = ScenarioTemplate(start: span.start, end: span.end)
            template.step = span.step
            return template
        }
        let exportPrice = try interview.ask(
            "Paid per kWh fed back: a number, or same", export, default: price.file == nil ? "0.08" : "same"
        ) { $0 == "same" ? .value(Double?.none) : InitCommand.number($0, least: nil).map { $0 } }
        let capacity = try interview.ask("Battery, kWh usable", battery, default: "60") {
            InitCommand.number($0, least: 1)
        }
        let chargeKW = try interview.ask("Charger, kW", charge, default: "11") { InitCommand.number($0, least: 0.1) }
        let dischargeKW = try interview.ask("It gives back, kW (0: it cannot)", discharge, default: "10") {
            InitCommand.number($0, least: 0)
        }
        let arrival = try interview.ask("Plugged in at", arrives, default: "18:00", InitCommand.timeOfDay)
        let departure = try interview.ask("Leaves at", leaves, default: "07:30", InitCommand.timeOfDay)
        let percent = try interview.ask("Full by then, %", target, default: "80") {
            InitCommand.number($0, least: 1, most: 100)
        }
        let loadKWh = try interview.ask("The house takes, kWh a day (0: leave it out)", load, default: "10") {
            InitCommand.number($0, least: 0)
        }
        let pvKW = try interview.ask("Solar panels, kW (0: none)", pv, default: "0") {
            InitCommand.number($0, least: 0)
        }
        let houseKWh = try interview.ask("House battery, kWh (0: none)", houseBattery, default: "0") {
            InitCommand.number($0, least: 0)
        }
        if template == nil {
            let day = try interview.ask(
                "The plan begins at noon on", start, default: InitCommand.today(clock)
            ) { text in
                WallTime(iso8601: text + "T00:00").map { .value($0) } ?? .problem("must be a day such as 2024-01-15")
            }
            let next = WallTime(secondsSince1970: day.secondsSince1970 + 86_400)
            template = ScenarioTemplate(start: "\(day.date)T12:00", end: "\(next.date)T12:00")
        }
        guard var template else { throw Ending.internalError }
        template.timeZone = zone
        template.currency = money
        template.prices = price.named(from: output)
        template.exportPrice = exportPrice
        template.capacityKWh = capacity
        template.chargeKW = chargeKW
        template.dischargeKW = dischargeKW
        (template.arrives, template.leaves) = (arrival, departure)
        template.departureSoC = percent / 100
        (template.loadKWhPerDay, template.pvKW, template.houseBatteryKWh) = (loadKWh, pvKW, houseKWh)
        try check(template.yaml)
        try destination.write(template.yaml)
        if output != "-" { Terminal.error("wrote \(output); next: v2x schedule \(output)") }
    }

    /// A scenario that would be refused is not written.
    private func check(_ text: String) throws {
        let folder = output.lastIndex(of: "/").map { String(output[..<$0]) } ?? ""
        let loaded: ScenarioLoader.Loaded
        do {
            loaded = try ScenarioLoader().load(text: text, named: output, directory: folder)
        } catch {
            throw Ending.of(error, consequence: "nothing is written")
        }
        for warning in loaded.warnings { Terminal.error(warning.description) }
    }
}

// MARK: - Answers

extension InitCommand {
    /// What prices an answer means.
    struct Tariff {
        var prices: ScenarioTemplate.Prices
        var file: FeedFile?

        /// The prices as a scenario at `output` names them: relative names start from its folder.
        func named(from output: String) -> ScenarioTemplate.Prices {
            guard case .file(let name, let unit) = prices, output.contains("/"), !name.hasPrefix("/") else {
                return prices
            }
            return .file(FileManager.default.currentDirectoryPath + "/" + name, unit: unit)
        }
    }

    static func tariff(_ text: String, _ currency: String, _ clock: WallClock) -> Interview.Answer<Tariff> {
        let numbers = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
        if numbers.count == 1, let price = numbers[0] { return .value(Tariff(prices: .flat(price))) }
        if numbers.count == 2, let night = numbers[0], let day = numbers[1] {
            return .value(Tariff(prices: .nightAndDay(night, day)))
        }
        var options = FeedFile.Options()
        options.clock = clock
        do {
            let file = try FeedFile(path: text, options: options)
            guard file.planSpan(clock) != nil else { return .problem("holds less than an hour of prices") }
            // A file that does not say its unit: prices of a market are per MWh, prices on a bill per kWh.
            let mean = file.intervals.reduce(0) { $0 + abs($1.value) } / Double(max(1, file.intervals.count))
            let unit = file.unit == nil ? "\(currency)/\(mean > 3 ? "MWh" : "kWh")" : nil
            return .value(Tariff(prices: .file(text, unit: unit), file: file))
        } catch {
            // The sentence begins with the name, which the interview says.
            let words = error.sentences.first ?? "cannot be read"
            return .problem(words.hasPrefix(text + ": ") ? String(words.dropFirst(text.count + 2)) : words)
        }
    }

    static func number(_ text: String, least: Double?, most: Double = 1e6) -> Interview.Answer<Double> {
        guard let value = Double(text), value.isFinite, value <= most, value >= least ?? -1e6 else {
            let range =
                least.map { " from \($0.formatted(.number.locale(Locale(identifier: "en_US_POSIX")))) on" } ?? ""
            return .problem("must be a number\(most < 1e6 ? " up to \(Int(most))" : range)")
        }
        return .value(value)
    }

    static func timeOfDay(_ text: String) -> Interview.Answer<String> {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard text.contains(":"), parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
            return .problem("must be a time of day such as 18:00")
        }
        return .value("\(twoDigitText(parts[0])):\(twoDigitText(parts[1]))")
    }

    private static var usualZone: String {
        let name = TimeZone.current.identifier
        return name.contains("/") && !name.hasPrefix("Etc/") && WallClock(timeZone: name) != nil
            ? name : "Europe/Amsterdam"
    }

    private static func usualCurrency(in zone: String) -> String {
        let others = [
            "Europe/London": "GBP", "Europe/Stockholm": "SEK", "Europe/Oslo": "NOK", "Europe/Copenhagen": "DKK",
            "Europe/Zurich": "CHF", "Europe/Warsaw": "PLN", "Europe/Prague": "CZK", "Europe/Budapest": "HUF",
            "Asia/Tokyo": "JPY", "America/Toronto": "CAD", "America/Vancouver": "CAD", "Pacific/Auckland": "NZD",
        ]
        return others[zone] ?? (zone.hasPrefix("America/") ? "USD" : zone.hasPrefix("Australia/") ? "AUD" : "EUR")
    }

    /// The one place that asks the clock: what is offered as the plan's first day.
    private static func today(_ clock: WallClock) -> String {
        clock.wallTime(at: Instant(epochSeconds: Int(Date().timeIntervalSince1970))).date
    }
}

/// Asks on standard error, reads standard input line by line.
final class Interview {
    /// What an answer comes to.
    enum Answer<Value> {
        case value(Value)
        case problem(String)

        func map<Other>(_ change: (Value) -> Other) -> Answer<Other> {
            switch self {
            case .value(let value): .value(change(value))
            case .problem(let words): .problem(words)
            }
        }
    }

    private var isSilent: Bool
    private let isTerminal = isatty(STDIN_FILENO) == 1

    /// - Parameter isSilent: nothing is asked.
    init(isSilent: Bool) { self.isSilent = isSilent }

    /// What `read` makes of the option, or else of the answer; an empty one is `usual`. On a terminal it asks again until it
    /// can be read.
    func ask<Value>(
        _ question: String, _ option: String?, default usual: String, _ read: (String) -> Answer<Value>
    ) throws -> Value {
        if let option {
            switch read(option) {
            case .value(let value): return value
            case .problem(let words): throw Ending.say("\(question): \(option): \(words)", ExitCode(64))
            }
        }
        while true {
            var text = usual
            if !isSilent {
                try? FileHandle.standardError.write(contentsOf: Data("\(question) [\(usual)]: ".utf8))
                if let line = readLine() {
                    let answer = line.trimmingCharacters(in: .whitespaces)
                    if !answer.isEmpty { text = answer }
                    if !isTerminal { Terminal.error("") }
                } else {
                    // Nobody is there any more: what is left is as usual.
                    isSilent = true
                    Terminal.error("")
                }
            }
            switch read(text) {
            case .value(let value): return value
            case .problem(let words):
                guard isTerminal, !isSilent else { throw Ending.say("\(question): \(text): \(words)", ExitCode(64)) }
                Terminal.error("  \(words)")
            }
        }
    }
}
