import Accounting
import Scenarios
import Scheduling

extension ResultFile {
    /// A solved schedule as a result file. Numbers are rounded to nine decimals, so that files read well and the same
    /// schedule is the same bytes.
    ///
    /// - Parameter showsSeconds: whether the solver's time is in it (then no two runs are the same).
    package init(
        _ solved: SolvedSchedule, scenario: Scenario, degradation: [String: DegradationEntry]? = nil,
        showsSeconds: Bool = false
    ) {
        let schedule = solved.schedule
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        let published = schedule.services.filter { !$1.isEmpty }.mapValues { $0.map(\.roundedToNine) }
        self.init(
            scenario: scenario.name, status: solved.status == .optimal ? .optimal : .feasible,
            currency: scenario.currency, objective: rounded(solved.objective),
            hurdle: solved.hurdle.map(rounded), bound: solved.bound.isFinite ? rounded(solved.bound) : nil,
            gap: solved.status == .optimal ? 0 : solved.gap.isFinite ? rounded(solved.gap) : nil,
            shortfallKWh: rounded(schedule.shortfalls.reduce(0) { $0 + $1.kwh }),
            costs: Dictionary(uniqueKeysWithValues: solved.costs.map { ($0.name, rounded($0.amount)) }),
            shortfalls: schedule.shortfalls.map {
                ShortfallEntry(
                    vehicle: $0.vehicle, load: $0.load, kind: $0.kind, at: clock.iso8601($0.at), kwh: rounded($0.kwh),
                    reachedSoC: $0.reachedSoC.map(rounded), reachableSoC: $0.reachableSoC.map(rounded))
            },
            stepHours: scenario.grid.stepHours,
            steps: (0..<scenario.grid.count).map { clock.iso8601(scenario.grid.boundary($0)) },
            site: SiteEntry(
                importKW: schedule.importKW.map(rounded), exportKW: schedule.exportKW.map(rounded),
                curtailedKW: schedule.curtailedKW.map(rounded),
                unservedKW: schedule.unservedKW.isEmpty ? nil : schedule.unservedKW.map(rounded)),
            vehicles: zip(schedule.vehicles, scenario.vehicles).map { plan, vehicle in
                VehicleEntry(
                    id: plan.id, chargeKW: plan.chargeKW.map(rounded), dischargeKW: plan.dischargeKW.map(rounded),
                    energyKWh: plan.energyKWh.map(rounded),
                    soc: plan.energyKWh.map { rounded($0 / vehicle.battery.capacityKWh) },
                    endKWh: plan.energyKWh.last.map(rounded))
            },
            services: published.isEmpty ? nil : published, degradation: degradation,
            solver: SolverEntry(
                name: solved.statistics.name, method: solved.statistics.method, rows: solved.statistics.rows,
                columns: solved.statistics.columns, iterations: solved.statistics.iterations,
                seconds: showsSeconds ? solved.statistics.seconds : 0,
                boundFrom: solved.bound.isFinite && solved.statistics.method != "rule" ? solved.statistics.method : nil),
            mode: solved.mode.rawValue,
            prices: PricesEntry(
                importPerKWh: scenario.importPricePerKWh.map(rounded),
                exportPerKWh: scenario.exportPricePerKWh.map(rounded)), version: ProgramVersion.text)
        batteryCount = scenario.vehicles.count - scenario.vehicleCount
        if !schedule.loads.isEmpty {
            loads = schedule.loads.map {
                LoadEntry(id: $0.id, kW: $0.kW.map(rounded), energyKWh: $0.heatKWh?.map(rounded))
            }
        }
    }
}

extension ServiceSeries {
    fileprivate var roundedToNine: ServiceSeries {
        ServiceSeries(
            direction: direction, kw: kw?.map(rounded), levelKW: levelKW.map(rounded),
            shares: shares?.map {
                Share(
                    vehicle: $0.vehicle, direction: $0.direction, givenUpKW: $0.givenUpKW.map(rounded),
                    heldKW: $0.heldKW.map(rounded))
            })
    }
}
