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
    public enum Action: String, Sendable, Encodable { case charge, discharge, wait, away }

    /// What keeps the car from doing more of what it does (or, waiting, from doing anything).
    public enum Hold: String, Sendable, Encodable {
        /// The price: more would not pay.
        case price
        /// The charger's rated power (or that of the part of the step in which it is plugged in).
        case chargerPower = "charger_power"
        case importLimit = "import_limit"
        case exportLimit = "export_limit"
        /// The limit of a group that the vehicle is in.
        case groupImportLimit = "group_import_limit"
        case groupExportLimit = "group_export_limit"
        /// `soc_max` is reached.
        case full
        /// `soc_min`, or nothing, is left.
        case empty
        /// Nothing more fits: a target or limit elsewhere forbids it.
        case impossible
        /// Nothing can be given: V1X, or a mode without discharging.
        case oneWay = "one_way"
    }

    public struct Step: Sendable, Encodable {
        public var vehicle: String
        /// The step's start.
        public var at: String
        /// Index of the step.
        public var index: Int
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
        /// Parts of the two (`electricity`, `efficiency`, `cycle`, `calendar`, ...).
        public var takeParts: [String: Double]?
        public var giveParts: [String: Double]?
        /// Where the kWh is made up for.
        public var takeReplacedIn: [MarginalCost.Replacement]
        public var giveReplacedIn: [MarginalCost.Replacement]
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

    public var scenario: String
    public var currency: String
    /// Vehicle by vehicle, step by step.
    public var steps: [Step]
    public var shadowPrices: [ShadowPrice]

    enum CodingKeys: String, CodingKey {
        case scenario, currency, steps
        case shadowPrices = "shadow_prices"
    }
}

extension Planner {
    /// Why the schedule in `mode` (`v2x` or `v1x`) is what it is.
    public func explanation(mode: ScheduleMode = .v2x) throws(MarginalFailure) -> Explanation {
        try explanation(of: solved(mode))
    }

    /// Why a schedule that this planner made is what it is.
    public func explanation(of solved: SolvedSchedule) throws(MarginalFailure) -> Explanation {
        let optimum = try optimum(of: solved)
        let plan = solved.schedule
        do {
            let costs = try MarginalRun(optimum).costs()
            let held = try HeldOptimum(optimum)
            var steps: [Explanation.Step] = []
            for (index, sides) in costs.vehicles.enumerated() {
                for step in costs.steps.indices {
                    steps.append(explained(held, plan, sides, vehicle: index, step: step, at: costs.steps[step]))
                }
            }
            return Explanation(
                scenario: costs.scenario, currency: costs.currency, steps: steps,
                shadowPrices: try held.shadowPrices(plan.shortfalls))
        } catch {
            throw .solver(error.description)
        }
    }

    private func explained(
        _ held: HeldOptimum, _ plan: Schedule, _ sides: MarginalCost.VehicleSide, vehicle: Int, step: Int, at: String
    ) -> Explanation.Step {
        let scenario = held.model.scenario
        let (charge, discharge) = (plan.vehicles[vehicle].chargeKW[step], plan.vehicles[vehicle].dischargeKW[step])
        let net = plan.importKW[step] - plan.exportKW[step]
        let (buy, sell) = (scenario.importPricePerKWh[step], scenario.exportPricePerKWh[step])
        // Where the meter stands still, what the car already does is what keeps it there.
        let take = net < -1e-7 || (charge > 1e-7 && net <= 1e-7) ? sell : buy
        let give = net > 1e-7 || (discharge > 1e-7 && net >= -1e-7) ? buy : sell
        // Between buying and selling the meter has no price of its own: anything from one to the other will do.
        let meter = abs(net) > 1e-7 ? held.meterPrice(step) : nil
        let action: Explanation.Action =
            held.model.timelines[vehicle].pluggedShare[step] <= 0
            ? .away : charge > 1e-7 ? .charge : discharge > 1e-7 ? .discharge : .wait
        let (absorb, deliver) = (sides.absorb[step], sides.deliver[step])
        let beyond = meter.map { rounded($0 - take) } ?? 0
        return Explanation.Step(
            vehicle: sides.id, at: at, index: step, action: action, kw: rounded(max(charge, discharge)),
            takePrice: rounded(take), givePrice: rounded(give),
            beyondTariff: abs(beyond) > HeldOptimum.tolerance ? beyond : 0, takesMoreBelow: absorb?.total,
            givesMoreAbove: deliver?.total, takeParts: absorb?.parts, giveParts: deliver?.parts,
            takeReplacedIn: absorb?.replacedIn ?? [], giveReplacedIn: deliver?.replacedIn ?? [],
            heldBy: hold(held, plan, action, absorb, deliver, vehicle: vehicle, step: step))
    }

    private func hold(
        _ held: HeldOptimum, _ plan: Schedule, _ action: Explanation.Action, _ absorb: MarginalCost.Side?,
        _ deliver: MarginalCost.Side?, vehicle: Int, step: Int
    ) -> Explanation.Hold {
        let model = held.model
        let battery = model.scenario.vehicles[vehicle].battery
        func isAtLimit(_ expression: LinearExpression, _ limit: Double) -> Bool {
            limit.isFinite && expression.value(at: held.values) > limit - 1e-7
        }
        func isGroupAtLimit(upper isUpper: Bool) -> Bool {
            model.scenario.groups.enumerated().contains { number, group in
                group.members.contains(vehicle)
                    && (model.groupRows[number] ?? []).contains {
                        $0.step == step && held.isBinding($0, upper: isUpper)
                    }
            }
        }
        let (charge, discharge) = (model.vehicles[vehicle].chargeKW[step], model.vehicles[vehicle].dischargeKW[step])
        let after = plan.vehicles[vehicle].energyKWh[step + 1]
        switch action {
        case .away: return .impossible
        case .charge:
            if let charge, held.isAtUpper(charge.index) { return .chargerPower }
            if isAtLimit(model.site.importKW[step], model.scenario.site.importLimitKW[step]) { return .importLimit }
            if isGroupAtLimit(upper: true) { return .groupImportLimit }
            if after > battery.ceilingKWh - 1e-6 { return .full }
            return absorb == nil ? .impossible : .price
        case .discharge:
            if let discharge, held.isAtUpper(discharge.index) { return .chargerPower }
            if isAtLimit(model.site.exportKW[step], model.scenario.site.exportLimitKW[step]) { return .exportLimit }
            if isGroupAtLimit(upper: false) { return .groupExportLimit }
            if after < (model.vehicles[vehicle].floorKWh[step + 1] ?? 0) + 1e-6 { return .empty }
            return deliver == nil ? .impossible : .price
        case .wait:
            if discharge == nil { return absorb == nil && after > battery.ceilingKWh - 1e-6 ? .full : .oneWay }
            if absorb == nil, deliver == nil { return .impossible }
            if absorb == nil, after > battery.ceilingKWh - 1e-6 { return .full }
            if deliver == nil, after < (model.vehicles[vehicle].floorKWh[step + 1] ?? 0) + 1e-6 { return .empty }
            return .price
        }
    }
}
