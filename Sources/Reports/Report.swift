import Accounting
import Scenarios
import Scheduling

/// What every format is made from.
public struct Report: Sendable {
    public var scenario: Scenario
    public var result: ResultFile
    /// In words, for people (`result.shortfalls` is for programs).
    public var shortfalls: [Shortfall]
    /// The cost lines in the order of the model.
    public var costs: [CostLine]
    /// Whether colours are welcome (a terminal, and no NO_COLOR).
    public var usesColour: Bool

    public init(scenario: Scenario, result: ResultFile, solved: SolvedSchedule, usesColour: Bool = false) {
        self.scenario = scenario
        self.result = result
        shortfalls = solved.schedule.shortfalls
        costs = solved.costs
        self.usesColour = usesColour
    }
}

/// A format that a schedule is written in.
///
/// To add one: a file in `Formats`, and a line in `FormatRegistry`.
public protocol ReportFormat: Sendable {
    /// The name that `--format` says.
    static var name: String { get }
    /// The whole output, ending in a newline.
    static func text(of report: Report) throws -> String
}

/// The formats that are built in.
public enum FormatRegistry {
    public static let all: [any ReportFormat.Type] = [TextFormat.self, JSONFormat.self, CSVFormat.self]
    /// The format called `name`.
    public static func named(_ name: String) -> (any ReportFormat.Type)? { all.first { $0.name == name } }
}
