/// The answer to a request. Energy in Wh of each step, in spite of the protocol's names.
public struct ChargeAnswer: Encodable, Sendable {
    /// `Optimal` is proven; `Feasible` is a plan whose proof a limit stopped.
    public enum Status: String, Encodable, Sendable {
        case optimal = "Optimal"
        case feasible = "Feasible"
        case infeasible = "Infeasible"
        case unbounded = "Unbounded"
        case notSolved = "Not Solved"
        case undefined = "Undefined"
    }

    /// Which limits of the grid gave way.
    public struct LimitViolations: Encodable, Sendable {
        public var importLimitExceeded = false
        public var exportLimitHit = false

        enum CodingKeys: String, CodingKey {
            case importLimitExceeded = "grid_import_limit_exceeded"
            case exportLimitHit = "grid_export_limit_hit"
        }
    }

    /// The plan of one battery, one value per step, Wh.
    public struct Battery: Encodable, Sendable {
        public var chargedWh: [Double]
        public var dischargedWh: [Double]
        /// At the end of each step.
        public var storedWh: [Double]

        enum CodingKeys: String, CodingKey {
            case chargedWh = "charging_power"
            case dischargedWh = "discharging_power"
            case storedWh = "state_of_charge"
        }
    }

    public var status: Status
    /// What the plan earns, money: without penalties, and with what is stored beyond the end of the first step. Nil where
    /// there is no plan.
    public var objectiveValue: Double?
    public var limitViolations = LimitViolations()
    public var batteries: [Battery] = []
    public var importWh: [Double] = []
    public var exportWh: [Double] = []
    /// 1: export; 0: import.
    public var flowDirection: [Int] = []
    /// Beyond the limits, Wh; empty where there is none.
    public var importOvershootWh: [Double] = []
    public var exportOvershootWh: [Double] = []

    enum CodingKeys: String, CodingKey {
        case status, batteries
        case objectiveValue = "objective_value"
        case limitViolations = "limit_violations"
        case importWh = "grid_import"
        case exportWh = "grid_export"
        case flowDirection = "flow_direction"
        case importOvershootWh = "grid_import_overshoot"
        case exportOvershootWh = "grid_export_overshoot"
    }

    /// Without a plan.
    init(_ status: Status) { self.status = status }
}
