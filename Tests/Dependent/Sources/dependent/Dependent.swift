import VehicleToAnything

/// One night with the library, by the calls that its documentation names; ends with an error where one of them does not hold.
@main
struct Dependent {
    static let night = """
        name: a night
        horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { values: [0.4, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4], step: 1h }, export: 0.15 }
        vehicles:
          - id: ev1
            battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }
            charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
            plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]
        """

    static func main() async throws {
        var input = try ScenarioInput(text: night)
        if let key = ScenarioKey("vehicles[0].battery.soc_start") { try input.set(.number(0.4), at: key) }
        let prepared = try PreparedScenario(input)
        try expect(prepared.warnings.isEmpty && prepared.scenario.vehicles[0].battery.socStart == 0.4, "the scenario")

        let result: ResultFile = try await prepared.schedule()
        try expect(result.status == .optimal && result.scheduleMode == .v2x, "the proof")
        try expect(result.vehicles[0].soc.last ?? 0 >= 0.7 - 1e-9, "the schedule")
        let modes = try await prepared.compare()
        try expect(modes[.v2x]?.objective ?? 1 <= modes[.v1x]?.objective ?? 0, "the comparison")
        let costs = try await prepared.marginalCosts()
        try expect(costs.vehicles[0].deliver.count == prepared.scenario.grid.count, "the marginal costs")
        try expect(try await prepared.offers().offers.count == prepared.scenario.grid.count, "the offers")
        try expect(try await prepared.explanation().steps.contains { $0.action == .charge }, "the explanation")
        try expect(try Question.compare.json(of: prepared).contains("\"v2x\""), "the answer as JSON")
        try expect(isRefused(), "the finding")
        try await expect(isCancelled(prepared), "the cancellation")
        print("the library answers: \(result.objective) \(result.currency)")
    }

    /// Whether a wrong value is reported with its place.
    static func isRefused() -> Bool {
        do throws(InputError) {
            let wrong = night.replacing("capacity_kwh: 60", with: "capacity_kwh: -60")
            _ = try PreparedScenario(ScenarioInput(text: wrong))
            return false
        } catch {
            guard case .invalid(let findings) = error else { return false }
            return findings.first?.keyPath == "vehicles[0].battery.capacity_kwh"
        }
    }

    /// Whether a cancelled task gets a `CancellationError`.
    static func isCancelled(_ prepared: PreparedScenario) async -> Bool {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await prepared.schedule()
        }
        task.cancel()
        do { _ = try await task.value } catch { return error is CancellationError }
        return false
    }

    static func expect(_ holds: Bool, _ what: String) throws {
        if !holds { throw Missing(what: what) }
    }
}

/// What is not as the documentation says.
struct Missing: Error { var what: String }
