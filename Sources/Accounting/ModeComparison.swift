import Ageing
import Scenarios
import Scheduling

/// One mode of a scenario, measured (`v2x compare`).
public struct ModeAccount: Sendable, Encodable {
    /// Whether it is the optimum within the gap; a rule proves nothing. Not in the JSON.
    public var isProven: Bool
    /// The sum of `costs`.
    public var objective: Double
    /// Cost lines, with what the plan leaves less in the batteries than the V2X optimum in the line `stored` (`EndWorth`).
    public var costs: [String: Double]
    /// In the batteries at the horizon's end, kWh.
    public var endKWh: Double
    /// Energy bought at the connection, kWh.
    public var importKWh: Double
    /// Energy sold at the connection, kWh.
    public var exportKWh: Double
    /// Largest import of a step, kW.
    public var peakKW: Double
    /// Energy charged at the chargers, AC kWh.
    public var chargedKWh: Double
    /// Energy discharged at the chargers, AC kWh.
    public var dischargedKWh: Double
    /// Energy lost between chargers and cells, kWh.
    public var lossKWh: Double
    /// Equivalent full cycles, all vehicles together.
    public var efc: Double
    /// Mean state of charge over vehicles and time.
    public var meanSoC: Double
    /// Energy that missed targets lack, kWh.
    public var shortfallKWh: Double
    /// Of a rule: steps in which the site's limits cut it; nil: none.
    public var cutSteps: Int?
    /// By vehicle, against the scenario's baseline.
    public var degradation: [String: DegradationEntry]?
    /// True cost of degradation against each rule, money: negative where this mode spares the battery.
    public var trueCostAgainst: [String: Double]
    /// The same per kWh discharged; absent where nothing is.
    public var trueCostPerKWhAgainst: [String: Double]?
    /// The same schedule in a battery of each built-in cell.
    public var cells: [String: CellVerdict]?

    enum CodingKeys: String, CodingKey {
        case objective, costs, efc, degradation, cells
        case endKWh = "end_kwh"
        case cutSteps = "cut_steps"
        case importKWh = "import_kwh"
        case exportKWh = "export_kwh"
        case peakKW = "peak_kw"
        case chargedKWh = "charged_kwh"
        case dischargedKWh = "discharged_kwh"
        case lossKWh = "loss_kwh"
        case meanSoC = "mean_soc"
        case shortfallKWh = "shortfall_kwh"
        case trueCostAgainst = "true_cost_against"
        case trueCostPerKWhAgainst = "true_cost_per_kwh_against"
    }
}

/// What a schedule would do to another cell: the spread of the verdict.
public struct CellVerdict: Sendable, Encodable {
    /// Relative capacity lost, all vehicles together.
    public var loss: Double
    /// True cost of degradation against each rule, money.
    public var trueCostAgainst: [String: Double]
    /// The same per kWh discharged; absent where nothing is.
    public var trueCostPerKWhAgainst: [String: Double]?

    enum CodingKeys: String, CodingKey {
        case loss
        case trueCostAgainst = "true_cost_against"
        case trueCostPerKWhAgainst = "true_cost_per_kwh_against"
    }
}

extension Planner {
    /// Every mode side by side; a mode that has no schedule is left out, with the reason.
    ///
    /// - Throws: `AgeingError` where a cell is not known.
    package func compare() throws(AgeingError) -> (
        modes: [(mode: ScheduleMode, account: ModeAccount)], without: [(mode: ScheduleMode, outcome: ScheduleOutcome)]
    ) {
        var solved: [(ScheduleMode, SolvedSchedule)] = []
        var without: [(ScheduleMode, ScheduleOutcome)] = []
        for mode in ScheduleMode.allCases {
            let outcome = schedule(mode)
            if case .schedule(let found) = outcome {
                solved.append((mode, found))
            } else {
                without.append((mode, outcome))
            }
        }
        let baseline = solved.first { $0.0.rawValue == scheduler.scenario.baseline.rule.rawValue }?.1
        let worth = solved.first { $0.0 == .v2x }.map { endWorth(of: $0.1) }
        var accounts: [(ScheduleMode, ModeAccount)] = []
        for (mode, found) in solved {
            var against: [String: Double] = [:]
            for (other, rule) in solved where other != .v2x && other != mode {
                let entries = try degradation(of: found.schedule, against: rule.schedule)
                if let entries {
                    against[other.rawValue] = rounded(entries.values.map(\.trueCost).sorted().reduce(0, +))
                }
            }
            var measured = try account(found, baseline: baseline, worth: worth, against: against)
            if !against.isEmpty || mode == .v2x { measured.cells = try verdicts(found, rules: solved) }
            accounts.append((mode, measured))
        }
        return (accounts, without)
    }

    /// The schedule judged by every built-in cell, against each rule; nil where no vehicle's ageing is priced.
    private func verdicts(
        _ found: SolvedSchedule, rules: [(ScheduleMode, SolvedSchedule)]
    ) throws(AgeingError) -> [String: CellVerdict]? {
        let scenario = scheduler.scenario
        let discharged =
            found.schedule.vehicles.reduce(0) { $0 + $1.dischargeKW.reduce(0, +) } * scenario.grid.stepHours
        var verdicts: [String: CellVerdict] = [:]
        for cell in CellRegistry.all {
            // Loss and cost of a schedule, its batteries made of this cell.
            func judged(_ schedule: Schedule) throws(AgeingError) -> (loss: Double, cost: Double)? {
                var sum: (loss: Double, cost: Double)?
                for (index, vehicle) in scenario.vehicles.enumerated() {
                    guard let ageing = vehicle.battery.ageing.withCell(cell.name) else { continue }
                    var other = vehicle
                    other.battery.ageing = ageing
                    let account = try DegradationAccount(
                        vehicle: other, grid: scenario.grid, energyKWh: schedule.vehicles[index].energyKWh)
                    sum = ((sum?.loss ?? 0) + account.loss, (sum?.cost ?? 0) + account.cost)
                }
                return sum
            }
            guard let own = try judged(found.schedule) else { return nil }
            var against: [String: Double] = [:]
            for (mode, rule) in rules where mode != .v2x && mode != found.mode {
                if let usual = try judged(rule.schedule) { against[mode.rawValue] = rounded(own.cost - usual.cost) }
            }
            verdicts[cell.name] = CellVerdict(
                loss: own.loss, trueCostAgainst: against,
                trueCostPerKWhAgainst: discharged > 1e-6 ? against.mapValues { rounded($0 / discharged) } : nil)
        }
        return verdicts
    }

    /// One schedule, measured.
    ///
    /// - Parameters:
    ///   - baseline: what its degradation is set beside; nil for none.
    ///   - worth: of the energy at the end beside the V2X optimum's; nil where there is no such optimum.
    ///   - against: true cost against each rule, where it is known.
    /// - Throws: `AgeingError` where a cell is not known.
    package func account(
        _ solved: SolvedSchedule, baseline: SolvedSchedule?, worth: EndWorth? = nil, against: [String: Double] = [:]
    ) throws(AgeingError) -> ModeAccount {
        let scenario = scheduler.scenario
        let h = scenario.grid.stepHours
        let schedule = solved.schedule
        var (charged, discharged, loss, cycles, soc) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (vehicle, plan) in zip(scenario.vehicles, schedule.vehicles) {
            let flows = CellFlows(vehicle: vehicle, plan: plan, grid: scenario.grid)
            let trips = PlugTimeline(vehicle: vehicle, grid: scenario.grid).tripKWh.reduce(0, +)
            let (into, out) = (plan.chargeKW.reduce(0, +) * h, plan.dischargeKW.reduce(0, +) * h)
            charged += into
            discharged += out
            loss += into - flows.inKWh.reduce(0, +) + flows.outKWh.reduce(0, +) - trips - out
            let socs = plan.energyKWh.map { $0 / vehicle.battery.capacityKWh }
            cycles += zip(socs, socs.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) } / 2
            soc += zip(socs, socs.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(scenario.grid.count)
        }
        let entries = try baseline.map { (rule) throws(AgeingError) in
            try degradation(of: schedule, against: rule.schedule)
        }
        let left = schedule.vehicles.map { $0.energyKWh.last ?? 0 }
        let own = Dictionary(uniqueKeysWithValues: solved.costs.map { ($0.name, $0.amount) })
        let costs = worth?.lines(own, leaving: left) ?? own
        return ModeAccount(
            isProven: solved.status == .optimal,
            objective: rounded(costs.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }),
            costs: costs.mapValues(rounded), endKWh: rounded(left.reduce(0, +)),
            importKWh: rounded(schedule.importKW.reduce(0, +) * h),
            exportKWh: rounded(schedule.exportKW.reduce(0, +) * h), peakKW: rounded(schedule.importKW.max() ?? 0),
            chargedKWh: rounded(charged), dischargedKWh: rounded(discharged), lossKWh: rounded(loss),
            efc: rounded(cycles),
            meanSoC: rounded(soc / Double(max(1, scenario.vehicles.count))),
            shortfallKWh: rounded(schedule.shortfalls.reduce(0) { $0 + $1.kwh }),
            cutSteps: solved.cuts.steps > 0 ? solved.cuts.steps : nil, degradation: entries.flatMap { $0 },
            trueCostAgainst: against,
            trueCostPerKWhAgainst: discharged > 1e-6 ? against.mapValues { rounded($0 / discharged) } : nil)
    }
}

extension AgeingSpecification {
    /// The same prices of a battery with another cell; nil where ageing costs nothing.
    fileprivate func withCell(_ name: String) -> AgeingSpecification? {
        switch self {
        case .none: return nil
        case .functions: return .cell(CellAgeing(cell: name))
        case .cell(var ageing):
            ageing.cell = name
            ageing.custom = nil
            return .cell(ageing)
        }
    }
}
