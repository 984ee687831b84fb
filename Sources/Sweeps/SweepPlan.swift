import ScenarioFiles
import Scenarios
import Scheduling

/// What a sweep is to run: a base scenario, and for each run what is changed in it.
public struct SweepPlan: Sendable {
    /// What the user called it; the file's name where the file says nothing.
    public let name: String
    /// The scenario that every run begins with.
    public let base: ScenarioSource
    /// What each run is asked.
    public let question: SweepQuestion
    let dimensions: [Dimension]
    /// Number of runs.
    public let count: Int
    /// Of every amount of money; the base's.
    public let currency: String
    /// Tells this sweep from every other: of the base's tree, the axes, and their values.
    public let digest: String

    /// Columns of the axes, in the order of the file.
    public var axisNames: [String] { dimensions.flatMap(\.columns) }
    /// Axes that vary one at a time, the others as in the base scenario: run 0 is the base.
    public var oneAtATime: [String] { dimensions.filter(\.isOneAtATime).flatMap(\.columns) }
    /// For each group of axes that vary together: their names, and how many points they have.
    public var sizes: [(names: [String], count: Int)] { dimensions.map { ($0.columns, $0.points.count) } }

    /// More runs than that are a slip of the hand.
    static let mostRuns = 1_000_000_000

    /// Nil where the runs are too many to be counted on.
    init?(
        name: String, base: ScenarioSource, document: ScenarioDocument, question: SweepQuestion,
        dimensions: [Dimension]
    ) {
        var count = 1
        for dimension in dimensions {
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: dimension.points.count)
            guard !isTooMuch, product <= SweepPlan.mostRuns else { return nil }
            count = product
        }
        self.name = name
        self.base = base
        self.question = question
        self.dimensions = dimensions
        self.count = count
        currency = document.text("currency") ?? "EUR"
        var digest = Digest()
        digest.add(document.canonicalText)
        for dimension in dimensions { digest.add("\n\n" + dimension.canonicalText) }
        digest.add(question.canonicalText)
        self.digest = digest.text
    }

    /// The settings of a run, 0 ..< `count`, one an axis: the last group of axes varies fastest.
    public func settings(of run: Int) -> [Setting] {
        var rest = run
        var parts: [[Setting]] = []
        for dimension in dimensions.reversed() {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: dimension.points.count)
            parts.append(dimension.points[remainder])
            rest = quotient
        }
        return parts.reversed().flatMap { $0 }
    }
}

extension ScenarioDocument {
    /// Changes what `settings` say. Days come last: times that another axis sets are moved too.
    ///
    /// - Returns: how the scenario is to be scheduled.
    /// - Throws: `ScenarioKey.Problem` where there is no such place.
    mutating func apply(_ settings: [Setting]) throws(ScenarioKey.Problem) -> ScheduleMode {
        var mode = ScheduleMode.v2x
        var day: Int?
        for change in settings.flatMap(\.changes) {
            switch change {
            case .set(let key, let value): try set(value, at: key)
            case .startDay(let wanted): day = wanted
            case .mode(let wanted): mode = wanted
            }
        }
        if let day { try move(toStartDay: day) }
        return mode
    }
}
