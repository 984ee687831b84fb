/// The connection to the grid, the load and the sun behind it. All arrays have one value per step.
public struct Site: Sendable, Equatable {
    /// Import limit, kW; infinite where the scenario sets no limit.
    public var importLimitKW: [Double]
    /// Export limit, kW; infinite where the scenario sets no limit.
    public var exportLimitKW: [Double]
    /// Consumption behind the connection, kW.
    public var loadKW: [Double]
    /// Generation behind the connection, kW.
    public var pvKW: [Double]
    /// Whether generation may be thrown away.
    public var isPVCurtailable: Bool
    /// Steps without a grid (`outages`): what is behind the connection feeds itself, generation may be thrown away, and
    /// load that nothing feeds is a shortfall. The limits are 0 there.
    public var isIsland: [Bool]

    /// Maximum generation that may be curtailed in a step, kW.
    package func maxCurtailedKW(_ step: Int) -> Double { isPVCurtailable || isIsland[step] ? pvKW[step] : 0 }
    /// Limit of each of the connection's three phases, either way, kW; nil where the scenario sets no limit.
    public var phaseLimitKW: Double?
    /// Loads whose time can be chosen, in the order of the file; ids are unique.
    public var flexibleLoads: [FlexibleLoad] = []

    /// A site of `stepCount` steps with nothing behind the connection and no limit.
    package init(unlimitedFor stepCount: Int) {
        importLimitKW = Array(repeating: .infinity, count: stepCount)
        exportLimitKW = importLimitKW
        loadKW = Array(repeating: 0, count: stepCount)
        pvKW = loadKW
        isPVCurtailable = false
        isIsland = Array(repeating: false, count: stepCount)
    }
}

/// Vehicles behind one cable of a car park: their net power at the chargers, all together, stays within its limits.
public struct VehicleGroup: Sendable, Equatable {
    /// Unique among the groups.
    public var id: String
    /// Index of the group that this one is part of; nil: it is directly at the connection.
    public var parent: Int?
    /// Indices of the vehicles behind it, those of its parts too, rising.
    public var members: [Int]
    /// Limit of the vehicles' net charging (charging less discharging) in each step, kW; infinite where there is none.
    public var importLimitKW: [Double]
    /// Limit of their net discharging in each step, kW; infinite where there is none.
    public var exportLimitKW: [Double]

    /// Memberwise.
    package init(
        id: String, parent: Int? = nil, members: [Int], importLimitKW: [Double], exportLimitKW: [Double]
    ) {
        self.id = id
        self.parent = parent
        self.members = members
        self.importLimitKW = importLimitKW
        self.exportLimitKW = exportLimitKW
    }
}
