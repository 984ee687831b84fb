import Sensitivity
import Verification
import Accounting
import Scenarios
import Scheduling

/// What every format is made from.
package struct Report: Sendable {
    package var scenario: Scenario
    package var result: ResultFile
    /// In words, for people (`result.shortfalls` is for programs).
    package var shortfalls: [Shortfall]
    /// Of a rule's plan: where the site's limits changed what it does.
    var cuts: ChargingRule.Cuts
    /// The cost lines in the order of the model.
    package var costs: [CostLine]
    /// Normal use of the same vehicles; nil where there is none, or the format does not ask for it.
    package var baseline: ResultFile?
    /// Worth of energy at the end beside this plan's; nil where the plan is not an optimum, or the format does not ask for it.
    package var endWorth: EndWorth?
    /// Marginal cost of every step; nil where there is none, or the format does not ask for it.
    package var marginal: MarginalCost?
    /// Whether colours are welcome (a terminal, and no NO_COLOR).
    package var usesColour: Bool
    /// What the formats for chargers are told beside the plan.
    package var profileOptions = ProfileOptions()

    package init(scenario: Scenario, result: ResultFile, solved: SolvedSchedule, usesColour: Bool = false) {
        self.scenario = scenario
        self.result = result
        shortfalls = solved.schedule.shortfalls
        cuts = solved.cuts
        costs = solved.costs
        self.usesColour = usesColour
    }

    /// The baseline's cost lines, with the line `stored` where there is an `endWorth`.
    var baselineCosts: [String: Double]? {
        baseline.map { baseline in
            endWorth?.lines(baseline.costs, leaving: baseline.vehicles.map { $0.energyKWh.last ?? 0 }) ?? baseline.costs
        }
    }
    /// What the baseline costs, money, with the line `stored` where there is an `endWorth`; nil without a baseline.
    package var baselineTotal: Double? {
        baselineCosts.map { $0.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
    }

    /// That how far vehicles could have come is left open; nil where it is not, or no vehicle is short.
    var reachSentence: String? {
        let vehicles = Set(
            shortfalls.filter { $0.kind != .ceiling && $0.reachableSoC == nil }.compactMap(\.vehicle))
        guard !vehicles.isEmpty, result.scheduleMode == .v2x || result.scheduleMode == .v1x else { return nil }
        let who = vehicles.count == 1 ? "this vehicle" : "\(vehicles.count) of these vehicles"
        return "How far \(who) could have come "
            + "with no other target is not known (reachable_soc is left out): too many others would have to give way or "
            + "discharge, or the time limit came first."
    }

    /// What the cost line `stored` is; nil where the baseline leaves as much as the plan.
    var storedSentence: String? {
        guard let baseline, let stored = baselineCosts?["stored"], abs(stored) >= 0.00005 else { return nil }
        func left(_ result: ResultFile) -> String {
            fixed(result.vehicles.reduce(0) { $0 + ($1.energyKWh.last ?? 0) }, 1)
        }
        return "It leaves \(left(baseline)) kWh in the batteries, this plan \(left(result)) kWh: the line stored is "
            + "what the difference is worth."
    }

    /// What the baseline does, in a sentence.
    var baselineSentence: String {
        let rule: String
        switch scenario.baseline.rule {
        case .immediate:
            let end = scenario.baseline.soc.map { "until \(fixed($0 * 100, 0)) %" } ?? "until soc_max"
            rule = "\(baselineName) is full power on arrival, \(end)"
        case .deferred: rule = "\(baselineName) is full power as late as the departure target allows"
        case .v1x: rule = "\(baselineName) is the optimum without discharging"
        }
        return "\(rule.prefix(1).uppercased())\(rule.dropFirst()) (the scenario's baseline says what is usual)."
    }

    /// The baseline in a word or two.
    var baselineName: String {
        switch scenario.baseline.rule {
        case .immediate: "charging at once"
        case .deferred: "charging late"
        case .v1x: "charging only (V1X)"
        }
    }
}

/// A format that a schedule is written in.
///
/// To add one: a file in `Formats`, and a line in `FormatRegistry`.
package protocol ReportFormat: Sendable {
    /// The name that `--format` says.
    static var name: String { get }
    /// The whole output, ending in a newline.
    ///
    /// - Throws: `FormatRefusal` where this plan cannot be said in this format.
    static func text(of report: Report) throws -> String
    /// `text`, and what its reader should know beside it.
    static func output(of report: Report) throws -> FormatOutput
    /// Whether it shows the baseline and the marginal costs too, which cost time to make.
    static var isThorough: Bool { get }
}

extension ReportFormat {
    package static var isThorough: Bool { false }
    package static func output(of report: Report) throws -> FormatOutput {
        FormatOutput(text: try text(of: report), notes: [])
    }
}

/// What a format made of a plan.
package struct FormatOutput: Sendable {
    package var text: String
    /// Sentences for standard error: what was lost on the way.
    package var notes: [String]
}

/// Why a plan cannot be said in a format.
package struct FormatRefusal: Error, CustomStringConvertible {
    package var description: String
}

/// The formats that are built in.
package enum FormatRegistry {
    package static let all: [any ReportFormat.Type] = [
        TextFormat.self, JSONFormat.self, CSVFormat.self, HTMLFormat.self, OCPP21Format.self, OCPP201Format.self,
        OCPP16Format.self, ISO15118Format.self, EvccFormat.self, HomeassistantFormat.self, ICalFormat.self,
    ]
    /// The format called `name`.
    package static func named(_ name: String) -> (any ReportFormat.Type)? { all.first { $0.name == name } }
}
