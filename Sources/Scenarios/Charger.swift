/// A charger, as seen from the meter (AC) side.
public struct Charger: Sendable, Equatable {
    /// Maximum charging power, kW.
    public var chargeKW: Double
    /// Maximum discharging power, kW; 0 is V1X.
    public var dischargeKW: Double
    /// Minimum charging power when it charges, kW.
    public var minChargeKW: Double
    /// Minimum discharging power when it discharges, kW.
    public var minDischargeKW: Double
    /// From the meter into the battery.
    public var chargeEfficiency: Efficiency
    /// From the battery to the meter.
    public var dischargeEfficiency: Efficiency
    /// The connection's phases that it is on, 1...3, its power shared equally among them; at full power where it chooses.
    public var phases: [Int] = [1, 2, 3]
    /// Fewer phases that it may be on instead, chosen in each step; fewest first, empty where there is no choice.
    public var fewerPhases: [[Int]] = []
    /// What a start costs, money (`ChargerRuns`).
    public var switchCost = 0.0
    /// Steps that a run lasts at least.
    public var minRunSteps = 1
    /// Voltage of each phase, for schedules that are written in amperes.
    public var volts: Double = 230
    /// Whether it may charge from the grid, or only from what the sun gives beyond the load.
    public var isFedByGrid = true
    /// Whether it may discharge into the grid, or only into what the site consumes.
    public var feedsGrid = true

    /// Memberwise.
    package init(
        chargeKW: Double, dischargeKW: Double = 0, minChargeKW: Double = 0, minDischargeKW: Double = 0,
        chargeEfficiency: Efficiency = .constant(1), dischargeEfficiency: Efficiency = .constant(1)
    ) {
        self.chargeKW = chargeKW
        self.dischargeKW = dischargeKW
        self.minChargeKW = minChargeKW
        self.minDischargeKW = minDischargeKW
        self.chargeEfficiency = chargeEfficiency
        self.dischargeEfficiency = dischargeEfficiency
    }
}

/// One-way efficiency of a charger.
public enum Efficiency: Sendable, Equatable {
    /// The same at every power, 0...1.
    case constant(Double)
    /// Efficiency at listed AC powers, rising in power; battery-side power is piecewise linear through (0,0) and them.
    case curve([EfficiencyPoint])

    /// The one number where a single efficiency is needed: that at the largest listed power.
    public var nominal: Double {
        switch self {
        case .constant(let value): value
        case .curve(let points): points.last?.efficiency ?? 1
        }
    }
}

/// A point of an efficiency curve.
public struct EfficiencyPoint: Sendable, Equatable {
    /// AC power, kW.
    public var acKW: Double
    /// One-way efficiency there, 0...1.
    public var efficiency: Double
    /// Memberwise.
    package init(acKW: Double, efficiency: Double) {
        self.acKW = acKW
        self.efficiency = efficiency
    }
}
