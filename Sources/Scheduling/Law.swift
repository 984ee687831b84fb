import Scenarios

/// A law of each vehicle, as the model's table of contents lists it.
struct VehicleLaw: Sendable {
    /// Whether a fleet in which it holds for some vehicle must be one program.
    let needsWholeFleet: @Sendable (Vehicle) -> Bool
    /// Adds its columns and rows for a vehicle, given by its index.
    let add: @Sendable (inout SchedulingModel, Int) -> Void

    /// - Parameter needsWholeFleet: whether parts of a fleet, solved as linear programs that share the connection's prices,
    ///   cannot keep it: it joins vehicles, or integers hold it.
    init(
        needsWholeFleet: @escaping @Sendable (Vehicle) -> Bool,
        add: @escaping @Sendable (inout SchedulingModel, Int) -> Void
    ) {
        (self.needsWholeFleet, self.add) = (needsWholeFleet, add)
    }
}

/// A law of the whole site, as the model's table of contents lists it.
struct SiteLaw: Sendable {
    /// Whether a fleet for which it holds must be one program.
    let needsWholeFleet: @Sendable (Scenario) -> Bool
    /// Adds its columns, rows and costs.
    let add: @Sendable (inout SchedulingModel) -> Void

    /// - Parameter needsWholeFleet: whether parts of a fleet, solved as linear programs that share the connection's prices,
    ///   cannot keep it: it joins vehicles, or integers hold it.
    init(
        needsWholeFleet: @escaping @Sendable (Scenario) -> Bool,
        add: @escaping @Sendable (inout SchedulingModel) -> Void
    ) {
        (self.needsWholeFleet, self.add) = (needsWholeFleet, add)
    }
}

extension SchedulingModel {
    /// The power that is decided on, before the value streams add theirs.
    static let powerLaws = [
        SiteLaw(needsWholeFleet: { _ in false }) { $0.addPowerColumns() },
        SiteLaw(needsWholeFleet: { !$0.site.flexibleLoads.isEmpty }) { $0.addFlexibleLoads() },
    ]

    /// What holds for each vehicle by itself.
    static let vehicleLaws = [
        VehicleLaw(needsWholeFleet: \.charger.hasRuns) { $0.addChargerRuns(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addBatteryFlow(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addCeiling(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addCalendarCost(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addTargets(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addChargeLimit(vehicle: $1) },
        VehicleLaw(needsWholeFleet: { _ in false }) { $0.addCycleLimit(vehicle: $1) },
    ]

    /// What holds for the site.
    static let siteLaws = [
        SiteLaw(needsWholeFleet: { $0.site.isIsland.contains(true) }) { $0.addSiteBalance() },
        SiteLaw(needsWholeFleet: hasFlowRules) { $0.addFlowRules() },
        SiteLaw(needsWholeFleet: { $0.site.phaseLimitKW != nil }) { $0.addPhaseLimits() },
        SiteLaw(needsWholeFleet: { !$0.groups.isEmpty }) { $0.addGroupLimits() },
        SiteLaw(needsWholeFleet: { _ in false }) { $0.addEndValue() },
        SiteLaw(needsWholeFleet: { _ in false }) { $0.addMinimumGain() },
        SiteLaw(needsWholeFleet: { _ in false }) { $0.addVehicleTariffs() },
    ]

    /// What chooses among schedules of the same cost, after the value streams.
    static let preferenceLaws = [
        SiteLaw(needsWholeFleet: { $0.habits.smoothWithin != nil || $0.habits.stay != nil }) { $0.addTieBreakers() }
    ]

    /// Whether a law of the scenario, or one of its value streams, needs a fleet to be one program.
    static func needsWholeFleet(_ scenario: Scenario, streams: [any ValueStream]) -> Bool {
        !streams.isEmpty
            || (powerLaws + siteLaws + preferenceLaws).contains { $0.needsWholeFleet(scenario) }
            || vehicleLaws.contains { law in scenario.vehicles.contains(where: law.needsWholeFleet) }
    }
}
