import Accounting
import Scheduling

extension ResultFile {
    /// Reads a result. What no number of the schedule depends on may be missing: `mode` (then `v2x`), `solver`,
    /// `services` and `degradation`, so that results which others wrote can be verified and compared.
    public init(from decoder: any Decoder) throws {
        let file = try decoder.container(keyedBy: CodingKeys.self)
        let batteries = try file.decodeIfPresent([VehicleEntry].self, forKey: .batteries) ?? []
        self.init(
            scenario: try file.decode(String.self, forKey: .scenario),
            status: try file.decode(Status.self, forKey: .status),
            currency: try file.decode(String.self, forKey: .currency),
            objective: try file.decode(Double.self, forKey: .objective),
            hurdle: try file.decodeIfPresent(Double.self, forKey: .hurdle),
            bound: try file.decode(Double?.self, forKey: .bound), gap: try file.decode(Double?.self, forKey: .gap),
            shortfallKWh: try file.decode(Double.self, forKey: .shortfallKWh),
            costs: try file.decode([String: Double].self, forKey: .costs),
            shortfalls: try file.decode([ShortfallEntry].self, forKey: .shortfalls),
            stepHours: try file.decode(Double.self, forKey: .stepHours),
            steps: try file.decode([String].self, forKey: .steps),
            site: try file.decode(SiteEntry.self, forKey: .site),
            vehicles: try file.decode([VehicleEntry].self, forKey: .vehicles) + batteries,
            services: try file.decodeIfPresent([String: [ServiceSeries]].self, forKey: .services),
            degradation: try file.decodeIfPresent([String: DegradationEntry].self, forKey: .degradation),
            solver: try file.decodeIfPresent(SolverEntry.self, forKey: .solver) ?? .unknown,
            mode: try file.decodeIfPresent(String.self, forKey: .mode) ?? ScheduleMode.v2x.rawValue,
            prices: try file.decodeIfPresent(PricesEntry.self, forKey: .prices),
            version: try file.decodeIfPresent(String.self, forKey: .version),
            scenarioDigest: try file.decodeIfPresent(String.self, forKey: .scenarioDigest))
        scenarioFile = try file.decodeIfPresent(String.self, forKey: .scenarioFile)
        scenarioChanges = try file.decodeIfPresent([String].self, forKey: .scenarioChanges)
        batteryCount = batteries.count
        loads = try file.decodeIfPresent([LoadEntry].self, forKey: .loads)
    }

    /// Reports.docc/Commands.md section 5: a bound that is not known is null, and not left out.
    public func encode(to encoder: any Encoder) throws {
        var file = encoder.container(keyedBy: CodingKeys.self)
        try file.encode(scenario, forKey: .scenario)
        try file.encode(status, forKey: .status)
        try file.encode(currency, forKey: .currency)
        try file.encode(objective, forKey: .objective)
        try file.encodeIfPresent(hurdle, forKey: .hurdle)
        try file.encode(bound, forKey: .bound)
        try file.encode(gap, forKey: .gap)
        try file.encode(shortfallKWh, forKey: .shortfallKWh)
        try file.encode(costs, forKey: .costs)
        try file.encode(shortfalls, forKey: .shortfalls)
        try file.encode(stepHours, forKey: .stepHours)
        try file.encode(steps, forKey: .steps)
        try file.encode(site, forKey: .site)
        try file.encode(vehicles.dropLast(batteryCount), forKey: .vehicles)
        if batteryCount > 0 { try file.encode(vehicles.suffix(batteryCount), forKey: .batteries) }
        try file.encodeIfPresent(loads, forKey: .loads)
        try file.encodeIfPresent(services, forKey: .services)
        try file.encodeIfPresent(degradation, forKey: .degradation)
        try file.encode(solver, forKey: .solver)
        try file.encode(mode, forKey: .mode)
        try file.encodeIfPresent(prices, forKey: .prices)
        try file.encodeIfPresent(version, forKey: .version)
        try file.encodeIfPresent(scenarioDigest, forKey: .scenarioDigest)
        try file.encodeIfPresent(scenarioFile, forKey: .scenarioFile)
        try file.encodeIfPresent(scenarioChanges, forKey: .scenarioChanges)
    }
}

extension Schedule {
    /// What a result does, in plain kW and kWh; without its shortfalls, which hold times as text.
    init(of result: ResultFile) {
        self.init(
            vehicles: result.vehicles.map {
                VehicleSchedule(id: $0.id, chargeKW: $0.chargeKW, dischargeKW: $0.dischargeKW, energyKWh: $0.energyKWh)
            }, importKW: result.site.importKW, exportKW: result.site.exportKW, curtailedKW: result.site.curtailedKW,
            unservedKW: result.site.unservedKW ?? [], shortfalls: [], services: result.services ?? [:])
        loads = (result.loads ?? []).map { LoadSchedule(id: $0.id, kW: $0.kW, heatKWh: $0.energyKWh) }
    }
}

extension ResultFile.SolverEntry {
    /// Of a result that does not say how it was found.
    public static let unknown = ResultFile.SolverEntry(
        name: "unknown", method: "unknown", rows: 0, columns: 0, iterations: 0, seconds: 0)
}
