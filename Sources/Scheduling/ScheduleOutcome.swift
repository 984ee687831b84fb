import Scenarios

/// How a schedule is made.
public enum ScheduleMode: String, Sendable, CaseIterable {
    /// The optimum, both ways.
    case v2x
    /// The optimum without discharging.
    case v1x
    /// Full power on arrival.
    case immediate
    /// Full power as late as the departure target allows.
    case deferred
}

/// What came of asking for a schedule. An outcome, not an error: each case is an answer.
public enum ScheduleOutcome: Sendable {
    /// A schedule, optimal or the best that the limits of the search allowed.
    case schedule(SolvedSchedule)
    /// No schedule exists: the first hard limit that cannot hold.
    case infeasible(Infeasibility)
    /// A limit was reached before any schedule was found.
    case limitReached(String)
    /// The solver failed; the sentence tells how.
    case failed(String)

    /// Why there is no schedule, in a sentence; nil where there is one.
    public func words(in grid: TimeGrid) -> String? {
        switch self {
        case .schedule: return nil
        case .infeasible(let why):
            let clock = WallClock(timeZone: grid.timeZone) ?? .utc
            let amount = (why.amount * 1000).rounded() / 1000
            let text = amount == amount.rounded() ? "\(Int(amount))" : "\(amount)"
            return "no schedule exists: \(why.limit) cannot hold at \(clock.dateTime(why.at)): "
                + "exceeded by at least \(text) \(why.unit)"
        case .limitReached(let words), .failed(let words): return words
        }
    }

    /// When and why, in a sentence, where the scenario's limits leave V1X no schedule: studies compare the other modes then.
    /// Nil for other modes and outcomes.
    ///
    /// - Parameter at: the first step of the day or plan.
    package func whyV1XIsImpossible(_ mode: ScheduleMode, at: Instant, in grid: TimeGrid) -> String? {
        guard mode == .v1x, case .infeasible = self, let words = words(in: grid) else { return nil }
        return "\((WallClock(timeZone: grid.timeZone) ?? .utc).dayDateTime(at)) on: \(words)"
    }
}

/// A schedule with its proof.
public struct SolvedSchedule: Sendable {
    /// Whether it is proven optimal.
    public enum Status: String, Sendable {
        /// Proven within the gap that the scenario asks for.
        case optimal
        /// A schedule that is not proven optimal.
        case feasible
    }
    /// How it was made.
    public var mode: ScheduleMode
    /// Whether it is proven optimal.
    public var status: Status
    /// Powers and energies.
    public var schedule: Schedule
    /// Cost lines in a fixed order (energy, calendar, cycle, then the streams'), money; they sum to `objective`.
    public var costs: [CostLine]
    /// The sum of `costs`, money.
    public var objective: Double
    /// What the owner asks a discharged kWh to gain, summed, money; it is not paid, and not in a cost line. Nil where
    /// nothing is asked.
    public var hurdle: Double?
    /// No schedule with as little shortfall costs less, its hurdle included.
    public var bound: Double
    /// What the solver did.
    public var statistics: SolverStatistics
    /// Of a charging rule: where the site's limits changed what it does.
    package var cuts = ChargingRule.Cuts()

    /// Relative distance between `objective` with the hurdle and `bound`, 0 where `status` is optimal and the proof closed.
    public var gap: Double {
        let minimised = objective + (hurdle ?? 0)
        return max(0, (minimised - bound) / max(1, abs(minimised)))
    }

    /// - Parameters:
    ///   - costs: every cost line of what was minimised, the hurdle's too.
    ///   - objective: what was minimised: the sum of these lines.
    package init(
        mode: ScheduleMode, status: Status, schedule: Schedule, costs: [CostLine], objective: Double, bound: Double,
        statistics: SolverStatistics
    ) {
        self.mode = mode
        self.status = status
        self.schedule = schedule
        hurdle = costs.first { $0.name == CostLine.hurdleName }?.amount
        self.costs = costs.filter { $0.name != CostLine.hurdleName }
        self.objective = objective - (hurdle ?? 0)
        self.bound = bound
        self.statistics = statistics
    }
}

/// One line of the cost table.
public struct CostLine: Sendable, Equatable {
    /// The line of the linear program for `min_gain_per_kwh`, which is not money.
    static let hurdleName = "hurdle"
    /// The line of what starts of chargers cost.
    public static let switchingName = "switching"
    /// The lines that are no stream's, in their order.
    public static let lawNames = ["energy", "calendar", "cycle", "end_value", switchingName, VehicleTariff.costLine]

    /// `energy`, `calendar`, `cycle`, `end_value`, `switching`, `vehicle_tariff`, or the key of a section of `services`.
    public var name: String
    /// Money; above 0 is a cost.
    public var amount: Double
    package init(name: String, amount: Double) {
        self.name = name
        self.amount = amount
    }
}

/// What the solver did.
public struct SolverStatistics: Sendable, Equatable {
    /// Name and version, `GLPK 5.0`.
    public var name: String
    /// `direct`, `decomposition` or `rule` (immediate and deferred need no solver).
    public var method: String
    /// Rows of the last linear program.
    public var rows: Int
    /// Columns of the last linear program.
    public var columns: Int
    /// Pivots of the simplex method, or rounds of a decomposition.
    public var iterations: Int
    /// Wall-clock time of building and solving, s.
    public var seconds: Double
    package init(name: String, method: String, rows: Int, columns: Int, iterations: Int, seconds: Double) {
        self.name = name
        self.method = method
        self.rows = rows
        self.columns = columns
        self.iterations = iterations
        self.seconds = seconds
    }
}

/// The first hard limit that cannot hold, in time order.
public struct Infeasibility: Sendable, Equatable {
    /// `site.import_limit_kw`, `vehicles[ev1] trip`, ... as the user knows it.
    public var limit: String
    /// When it cannot hold.
    public var at: Instant
    /// By how much it is missed, in `unit`.
    public var amount: Double
    /// `kW` or `kWh`.
    public var unit: String
    package init(limit: String, at: Instant, amount: Double, unit: String) {
        self.limit = limit
        self.at = at
        self.amount = amount
        self.unit = unit
    }
}
