import Scheduling

extension ResultFile {
    /// Reads a result. What no number of the schedule depends on may be missing: `mode` (then `v2x`), `solver`,
    /// `services` and `degradation`, so that results which others wrote can be verified and compared.
    public init(from decoder: any Decoder) throws {
        let file = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            scenario: try file.decode(String.self, forKey: .scenario),
            status: try file.decode(Status.self, forKey: .status),
            currency: try file.decode(String.self, forKey: .currency),
            objective: try file.decode(Double.self, forKey: .objective),
            hurdle: try file.decodeIfPresent(Double.self, forKey: .hurdle),
            bound: try file.decode(Double.self, forKey: .bound), gap: try file.decode(Double.self, forKey: .gap),
            shortfallKWh: try file.decode(Double.self, forKey: .shortfallKWh),
            costs: try file.decode([String: Double].self, forKey: .costs),
            shortfalls: try file.decode([ShortfallEntry].self, forKey: .shortfalls),
            stepHours: try file.decode(Double.self, forKey: .stepHours),
            steps: try file.decode([String].self, forKey: .steps),
            site: try file.decode(SiteEntry.self, forKey: .site),
            vehicles: try file.decode([VehicleEntry].self, forKey: .vehicles),
            services: try file.decodeIfPresent([String: [ServiceSeries]].self, forKey: .services),
            degradation: try file.decodeIfPresent([String: DegradationEntry].self, forKey: .degradation),
            solver: try file.decodeIfPresent(SolverEntry.self, forKey: .solver) ?? .unknown,
            mode: try file.decodeIfPresent(String.self, forKey: .mode) ?? ScheduleMode.v2x.rawValue)
    }
}

extension ResultFile.SolverEntry {
    /// Of a result that does not say how it was found.
    public static let unknown = ResultFile.SolverEntry(
        name: "unknown", method: "unknown", rows: 0, columns: 0, iterations: 0, seconds: 0)
}
