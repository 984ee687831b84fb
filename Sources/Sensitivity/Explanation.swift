import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// Why each vehicle does what it does in each step, and what each target and limit costs (`v2x explain`).
///
/// A step is explained by two prices, both from the optimal basis (`MarginalCost`): what one kWh more out of the car costs
/// the rest of the plan, and what one kWh more into it saves there. The plan of a step stands as long as the step's own price
/// lies between them; beyond them it switches.
public struct Explanation: Sendable, Encodable {
    /// What a vehicle does in a step.
    public enum Action: String, Sendable, Encodable {
        /// It charges.
        case charge
        /// It discharges.
        case discharge
        /// It is plugged in and does nothing.
        case wait
        /// It is not plugged in.
        case away

        /// Of a step's powers and the share of it in which the vehicle is plugged in.
        package init(chargeKW: Double, dischargeKW: Double, pluggedShare: Double) {
            self =
                pluggedShare <= 0 ? .away : chargeKW > 1e-7 ? .charge : dischargeKW > 1e-7 ? .discharge : .wait
        }
    }

    /// What keeps the car from doing more of what it does (or, waiting, from doing anything).
    public enum Hold: String, Sendable, Encodable {
        /// The price: more would not pay.
        case price
        /// The charger's rated power (or that of the part of the step in which it is plugged in).
        case chargerPower = "charger_power"
        /// The connection's import limit.
        case importLimit = "import_limit"
        /// The connection's export limit.
        case exportLimit = "export_limit"
        /// The import limit of a group that the vehicle is in.
        case groupImportLimit = "group_import_limit"
        /// The export limit of a group that the vehicle is in.
        case groupExportLimit = "group_export_limit"
        /// The fuse of one of its phases.
        case phaseLimit = "phase_limit"
        /// What the feeder bears.
        case feederLimit = "feeder_limit"
        /// The battery takes no more power at its state of charge.
        case chargeLimit = "charge_limit_by_soc"
        /// The day's ration of cycling is used up.
        case cycles = "max_cycles_per_day"
        /// There is no grid.
        case outage
        /// A reserve is sold for which it must be able to change its power.
        case reserve
        /// More would pay, but the power is spread evenly (`smooth`), or as the last plan has it (`stay`).
        case habit
        /// `soc_max` is reached.
        case full
        /// `soc_min`, or nothing, is left.
        case empty
        /// Nothing more fits: a target or limit elsewhere forbids it.
        case impossible
        /// Nothing can be given: V1X, or a mode without discharging.
        case oneWay = "one_way"
    }

    /// One vehicle in one step.
    public struct Step: Sendable, Encodable {
        /// The vehicle's id.
        public var vehicle: String
        /// The step's start.
        public var at: String
        /// Index of the step.
        public var index: Int
        /// What it does.
        public var action: Action
        /// Charging, or discharging, AC kW.
        public var kw: Double
        /// What a kWh taken at the meter costs by the tariff: the export price where the site exports.
        public var takePrice: Double
        /// What a kWh given earns or saves: the import price where the site imports.
        public var givePrice: Double
        /// What a kWh taken at the meter costs (and one given saves) beyond the tariff, by the limits and services that bind
        /// in this step.
        public var beyondTariff: Double
        /// One kWh more into the car saves this elsewhere: below this price it takes more. Nil: no kWh more fits.
        public var takesMoreBelow: Double?
        /// One kWh more out of the car costs this elsewhere: above this price it gives more. Nil: none can be given.
        public var givesMoreAbove: Double?
        /// Parts of `takesMoreBelow` (`electricity`, `efficiency`, `cycle`, `calendar`, ...).
        public var takeParts: [String: Double]?
        /// Parts of `givesMoreAbove`, in the same way.
        public var giveParts: [String: Double]?
        /// Where a kWh more into the car is made up for.
        public var takeReplacedIn: [MarginalCost.Replacement]
        /// Where a kWh more out of the car is made up for.
        public var giveReplacedIn: [MarginalCost.Replacement]
        /// What keeps it from doing more.
        public var heldBy: Hold

        enum CodingKeys: String, CodingKey {
            case vehicle, at, index, action, kw
            case takePrice = "take_price"
            case givePrice = "give_price"
            case beyondTariff = "beyond_tariff"
            case takesMoreBelow = "takes_more_below"
            case givesMoreAbove = "gives_more_above"
            case takeParts = "take_parts"
            case giveParts = "give_parts"
            case takeReplacedIn = "take_replaced_in"
            case giveReplacedIn = "give_replaced_in"
            case heldBy = "held_by"
        }
    }

    /// The scenario's name.
    public var scenario: String
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// Vehicle by vehicle, step by step.
    public var steps: [Step]
    /// What each target and limit costs.
    public var shadowPrices: [ShadowPrice]

    enum CodingKeys: String, CodingKey {
        case scenario, currency, steps
        case shadowPrices = "shadow_prices"
    }
}

extension Scheduler {
    /// Why the schedule in `mode` (`v2x` or `v1x`) is what it is.
    package func explanation(mode: ScheduleMode = .v2x) throws(MarginalFailure) -> Explanation {
        try explanation(of: solved(mode))
    }

    /// Why a schedule that this scheduler made is what it is.
    package func explanation(of solved: SolvedSchedule) throws(MarginalFailure) -> Explanation {
        let optimum: Optimum = try optimum(of: solved)
        let plan = solved.schedule
        do {
            let costs = try marginalCosts(of: optimum)
            func held(_ sides: [IdleSide]) throws(GLPKError) -> [HeldOptimum] {
                try sides.map { side throws(GLPKError) in
                    try HeldOptimum(optimum, streams: streams, idle: side)
                }
            }
            let helds = try held(optimum.idleSides())
            let first = helds[0]
            let binding = BindingLimits(
                scenario: optimum.model.scenario, schedule: plan, streams: streams,
                timelines: optimum.model.timelines)
            var steps: [Explanation.Step] = []
            for (index, sides) in costs.vehicles.enumerated() {
                for step in costs.steps.indices {
                    steps.append(
                        explained(first, binding, sides, vehicle: index, step: step, at: costs.steps[step]))
                }
            }
            var prices = LimitPrices(helds: helds, binding: binding) { () throws(GLPKError) in
                try held([.charging, .discharging])
            }
            return Explanation(
                scenario: costs.scenario, currency: costs.currency, steps: steps,
                shadowPrices: try prices.prices(plan.shortfalls))
        } catch {
            throw .solver(error.description)
        }
    }

    private func explained(
        _ held: HeldOptimum, _ binding: BindingLimits, _ sides: MarginalCost.VehicleSide, vehicle: Int, step: Int,
        at: String
    ) -> Explanation.Step {
        let (scenario, plan) = (binding.scenario, binding.schedule)
        let (charge, discharge) = (plan.vehicles[vehicle].chargeKW[step], plan.vehicles[vehicle].dischargeKW[step])
        let net = plan.importKW[step] - plan.exportKW[step]
        let (buy, sell) = (scenario.importPricePerKWh[step], scenario.exportPricePerKWh[step])
        // Where the meter stands still, what the car already does is what keeps it there.
        let take = net < -1e-7 || (charge > 1e-7 && net <= 1e-7) ? sell : buy
        let give = net > 1e-7 || (discharge > 1e-7 && net >= -1e-7) ? buy : sell
        let action = Explanation.Action(
            chargeKW: charge, dischargeKW: discharge, pluggedShare: binding.timelines[vehicle].pluggedShare[step])
        let beyond = rounded(beyondTariff(held, plan, action, step: step, net: net, take: take))
        var explained = Explanation.Step(
            vehicle: sides.id, at: at, index: step, action: action, kw: rounded(max(charge, discharge)),
            takePrice: rounded(take), givePrice: rounded(give),
            beyondTariff: abs(beyond) > HeldOptimum.tolerance ? beyond : 0, takesMoreBelow: sides.absorb[step]?.total,
            givesMoreAbove: sides.deliver[step]?.total, takeParts: sides.absorb[step]?.parts,
            giveParts: sides.deliver[step]?.parts, takeReplacedIn: sides.absorb[step]?.replacedIn ?? [],
            giveReplacedIn: sides.deliver[step]?.replacedIn ?? [], heldBy: .price)
        explained.heldBy = hold(held, binding, explained, vehicle: vehicle)
        return explained
    }

    /// What a kWh at the meter costs beyond the tariff, money per kWh.
    ///
    /// Where the meter runs, it is read from the duals. Where it stands still, a kWh less charged would be fed in, and one less
    /// discharged bought: what the streams' bills make of that.
    private func beyondTariff(
        _ held: HeldOptimum, _ plan: Schedule, _ action: Explanation.Action, step: Int, net: Double, take: Double
    ) -> Double {
        let scenario = held.model.scenario
        if abs(net) > 1e-7 { return held.meterPrice(step).map { $0 - take } ?? 0 }
        guard action == .charge || action == .discharge, !scenario.site.isIsland[step] else { return 0 }
        return billed(plan, scenario, step: step, imported: action == .discharge)
    }

    /// What the streams' bills make of a kWh more imported in a step, or fed in (then what they make of one less), money per
    /// kWh.
    private func billed(_ plan: Schedule, _ scenario: Scenario, step: Int, imported: Bool) -> Double {
        let nudge = HeldOptimum.nudge
        var moved = plan
        if imported { moved.importKW[step] += nudge } else { moved.exportKW[step] += nudge }
        let change = streams.reduce(0) {
            $0 + $1.settle(moved, in: scenario) - $1.settle(plan, in: scenario)
        }
        return (imported ? change : -change) / (nudge * scenario.grid.stepHours)
    }

    /// What a kWh more of what a vehicle does costs (or brings) at the meter, money per kWh: another price than the step's own
    /// where the meter stands still.
    private func priceOfMore(_ binding: BindingLimits, _ step: Explanation.Step) -> Double {
        let (scenario, plan) = (binding.scenario, binding.schedule)
        let isCharging = step.action == .charge
        guard abs(plan.importKW[step.index] - plan.exportKW[step.index]) <= 1e-7 else {
            return (isCharging ? step.takePrice : step.givePrice) + step.beyondTariff
        }
        let tariff = isCharging ? scenario.importPricePerKWh[step.index] : scenario.exportPricePerKWh[step.index]
        return tariff + billed(plan, scenario, step: step.index, imported: isCharging)
    }

    private func hold(
        _ held: HeldOptimum, _ binding: BindingLimits, _ step: Explanation.Step, vehicle: Int
    ) -> Explanation.Hold {
        let (scenario, index) = (binding.scenario, step.index)
        let columns = held.model.vehicles[vehicle]
        let after = binding.schedule.vehicles[vehicle].energyKWh[index + 1]
        let isFull = after > binding.timelines[vehicle].ceilingKWh[index + 1] - 1e-6
        let isEmpty = after < (columns.floorKWh[index + 1] ?? 0) + 1e-6
        func isGroupAtLimit(charging: Bool) -> Bool {
            scenario.groups.indices.contains {
                scenario.groups[$0].members.contains(vehicle)
                    && binding.isAtGroupLimit(index, group: $0, charging: charging)
            }
        }
        let holdsReserve = binding.schedule.services["reserve"]?.contains { ($0.kw?[index] ?? 0) > 1e-6 } ?? false
        // Where a kWh more would gain, and no limit of the step is reached, something else keeps from it.
        func beyondPrice(_ gain: Double?) -> Explanation.Hold {
            guard let gain else { return holdsReserve ? .reserve : .impossible }
            guard gain > 1e-5 else { return .price }
            let hasHabit = scenario.habits.smoothWithin != nil || scenario.habits.stay != nil
            return hasHabit ? .habit : holdsReserve ? .reserve : .impossible
        }
        switch step.action {
        case .away: return .impossible
        case .charge:
            if let charge = columns.chargeKW[index], held.isAtUpper(charge) { return .chargerPower }
            if binding.isAtChargeLimit(index, vehicle: vehicle) { return .chargeLimit }
            if scenario.site.isIsland[index] { return .outage }
            if binding.isAtImportLimit(index) { return .importLimit }
            if binding.isAtPhaseLimit(index, vehicle: vehicle, charging: true) { return .phaseLimit }
            if isGroupAtLimit(charging: true) { return .groupImportLimit }
            if binding.isAtFeederLimit(index) { return .feederLimit }
            if isFull { return .full }
            return beyondPrice(step.takesMoreBelow.map { $0 - priceOfMore(binding, step) })
        case .discharge:
            if let discharge = columns.dischargeKW[index], held.isAtUpper(discharge) { return .chargerPower }
            if scenario.site.isIsland[index] { return .outage }
            if binding.isAtExportLimit(index) { return .exportLimit }
            if binding.isAtPhaseLimit(index, vehicle: vehicle, charging: false) { return .phaseLimit }
            if isGroupAtLimit(charging: false) { return .groupExportLimit }
            if binding.isAtCycleLimit(index, vehicle: vehicle) { return .cycles }
            if isEmpty { return .empty }
            return beyondPrice(step.givesMoreAbove.map { priceOfMore(binding, step) - $0 })
        case .wait:
            if columns.dischargeKW[index] == nil { return step.takesMoreBelow == nil && isFull ? .full : .oneWay }
            if scenario.site.isIsland[index] { return .outage }
            if step.takesMoreBelow == nil, step.givesMoreAbove == nil { return .impossible }
            if step.takesMoreBelow == nil, isFull { return .full }
            if step.givesMoreAbove == nil, isEmpty { return .empty }
            if step.givesMoreAbove == nil, binding.isAtCycleLimit(index, vehicle: vehicle) { return .cycles }
            return .price
        }
    }
}
