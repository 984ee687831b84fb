import Ageing
import Scenarios
import Scheduling

/// Schedules of one scenario in every mode: the optima, and the rules that they are measured against.
public struct Planner: Sendable {
    public let scheduler: Scheduler

    /// From the scheduler of the scenario.
    public init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    /// The schedule in `mode`. A rule's cost lines are settled from its kW; it proves nothing, so its bound is its cost.
    public func schedule(_ mode: ScheduleMode) -> ScheduleOutcome {
        switch mode {
        case .v2x, .v1x: return scheduler.schedule(mode: mode)
        case .immediate, .deferred:
            switch ChargingRule(mode, scenario: scheduler.scenario).schedule() {
            case .failure(let limit): return .infeasible(limit.infeasibility)
            case .success(let schedule):
                let lines = Settlement.lines(of: schedule, scenario: scheduler.scenario, ageing: scheduler.ageing)
                let objective = lines.reduce(0) { $0 + $1.amount }
                return .schedule(
                    SolvedSchedule(
                        mode: mode, status: .feasible, schedule: schedule, costs: lines, objective: objective,
                        bound: objective,
                        statistics: SolverStatistics(
                            name: "none", method: "rule", rows: 0, columns: 0, iterations: 0, seconds: 0)))
            }
        }
    }

    /// The baseline that the scenario names: normal use of the same vehicles on the same trips.
    public func baseline() -> ScheduleOutcome {
        switch scheduler.scenario.baseline.rule {
        case .immediate: schedule(.immediate)
        case .deferred: schedule(.deferred)
        case .v1x: schedule(.v1x)
        }
    }

    /// What `schedule` does to each battery, beside what `baseline` would have done.
    ///
    /// - Returns: by vehicle id; nil where no vehicle's ageing is priced.
    /// - Throws: `AgeingError` where a cell is not known.
    public func degradation(
        of schedule: Schedule, against baseline: Schedule
    ) throws(AgeingError) -> [String: ResultFile.DegradationEntry]? {
        let scenario = scheduler.scenario
        var entries: [String: ResultFile.DegradationEntry] = [:]
        for (index, vehicle) in scenario.vehicles.enumerated() where vehicle.battery.ageing != .none {
            let account = try DegradationAccount(
                vehicle: vehicle, grid: scenario.grid, energyKWh: schedule.vehicles[index].energyKWh)
            let usual = try DegradationAccount(
                vehicle: vehicle, grid: scenario.grid, energyKWh: baseline.vehicles[index].energyKWh)
            let paid = ageingPaid(schedule.vehicles[index], index)
            entries[vehicle.id] = ResultFile.DegradationEntry(
                calendarLoss: account.calendarLoss, cycleLoss: account.cycleLoss, baselineLoss: usual.loss,
                trueCost: rounded((account.loss - usual.loss) * account.pricePerCapacity),
                linearisationGap: rounded(paid - account.cost))
        }
        return entries.isEmpty ? nil : entries
    }

    /// What the schedule's own prices say that a vehicle's plan costs its battery, money.
    private func ageingPaid(_ plan: VehicleSchedule, _ index: Int) -> Double {
        let vehicle = scheduler.scenario.vehicles[index]
        let grid = scheduler.scenario.grid
        return AgeingSettlement.calendar(
            energyKWh: plan.energyKWh, capacityKWh: vehicle.battery.capacityKWh, prices: scheduler.ageing[index],
            stepHours: grid.stepHours)
            + AgeingSettlement.cycle(
                flows: CellFlows(vehicle: vehicle, plan: plan, grid: grid), startKWh: vehicle.battery.startKWh,
                capacityKWh: vehicle.battery.capacityKWh, prices: scheduler.ageing[index])
    }
}

/// One mode of a scenario, measured (`v2x compare`).
public struct ModeAccount: Sendable, Encodable {
    public var objective: Double
    public var costs: [String: Double]
    /// Energy bought and sold at the connection, kWh.
    public var importKWh: Double
    public var exportKWh: Double
    /// Largest import of a step, kW.
    public var peakKW: Double
    /// Energy charged and discharged at the chargers, AC kWh.
    public var chargedKWh: Double
    public var dischargedKWh: Double
    /// Energy lost between chargers and cells, kWh.
    public var lossKWh: Double
    /// Equivalent full cycles, all vehicles together.
    public var efc: Double
    /// Mean state of charge over vehicles and time.
    public var meanSoC: Double
    public var shortfallKWh: Double
    /// By vehicle, against the scenario's baseline.
    public var degradation: [String: ResultFile.DegradationEntry]?
    /// True cost of degradation against each rule, money: negative where this mode spares the battery.
    public var trueCostAgainst: [String: Double]
    /// The same per kWh discharged; absent where nothing is.
    public var trueCostPerKWhAgainst: [String: Double]?

    enum CodingKeys: String, CodingKey {
        case objective, costs, efc, degradation
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

extension Planner {
    /// Every mode side by side; a mode that has no schedule is left out, with the reason.
    ///
    /// - Throws: `AgeingError` where a cell is not known.
    public func compare() throws(AgeingError) -> (
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
        var accounts: [(ScheduleMode, ModeAccount)] = []
        for (mode, found) in solved {
            var against: [String: Double] = [:]
            for (other, rule) in solved where other != .v2x && other != mode {
                let entries = try degradation(of: found.schedule, against: rule.schedule)
                if let entries {
                    against[other.rawValue] = rounded(entries.values.map(\.trueCost).sorted().reduce(0, +))
                }
            }
            accounts.append((mode, try account(found, baseline: baseline, against: against)))
        }
        return (accounts, without)
    }

    private func account(
        _ solved: SolvedSchedule, baseline: SolvedSchedule?, against: [String: Double]
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
        return ModeAccount(
            objective: rounded(solved.objective),
            costs: Dictionary(uniqueKeysWithValues: solved.costs.map { ($0.name, rounded($0.amount)) }),
            importKWh: rounded(schedule.importKW.reduce(0, +) * h),
            exportKWh: rounded(schedule.exportKW.reduce(0, +) * h), peakKW: rounded(schedule.importKW.max() ?? 0),
            chargedKWh: rounded(charged), dischargedKWh: rounded(discharged), lossKWh: rounded(loss),
            efc: rounded(cycles),
            meanSoC: rounded(soc / Double(max(1, scenario.vehicles.count))),
            shortfallKWh: rounded(schedule.shortfalls.reduce(0) { $0 + $1.kwh }), degradation: entries.flatMap { $0 },
            trueCostAgainst: against,
            trueCostPerKWhAgainst: discharged > 1e-6 ? against.mapValues { rounded($0 / discharged) } : nil)
    }
}
