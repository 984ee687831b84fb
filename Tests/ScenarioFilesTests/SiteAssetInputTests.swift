import ScenarioFiles
import Scenarios
import Testing

/// `site.batteries` and `site.loads` as they are written. Without these checks a slip in the file becomes another plan.
@Suite("Reading site.batteries and site.loads")
struct SiteAssetInputTests {
    private static func findings(_ site: String) -> [String] {
        ScenarioText.findings(ScenarioText.good.replacing("vehicles:\n", with: "site: \(site)\nvehicles:\n"))
    }

    @Test("batteries stand after the vehicles, and are there throughout")
    func order() throws {
        let text = ScenarioText.good.replacing(
            "vehicles:\n",
            with:
                "site: { batteries: [{ id: wall, battery: { capacity_kwh: 10, soc_start: 0.5 }, charger: { charge_kw: 5 } }] }\nvehicles:\n"
        )
        let scenario = try ScenarioLoader().load(text: text, named: "s.yaml").scenario
        #expect(scenario.vehicles.map(\.id) == ["ev1", "wall"] && scenario.vehicleCount == 1)
        #expect(scenario.vehicles[1].windows == [PlugWindow(from: scenario.grid.start, to: scenario.grid.end)])
    }

    @Test(
        "what is wrong is found where it stands",
        arguments: [
            ("{ loads: [{ id: a }] }", "must have one of energy, run and heat"),
            ("{ loads: [{ id: a, energy: { energy_kwh: 1, max_kw: 1, min_kw: 2 } }] }", "must be at most max_kw (1)"),
            ("{ loads: [{ id: a, run: { profile_kw: [] } }] }", "must hold at least one power"),
            ("{ loads: [{ id: a, run: { profile_kw: [1, 1], to: 2024-01-15T12:15 } }] }", "takes 0.5 h, which is more"),
            ("{ loads: [{ id: a, heat: { capacity_kwh: 1, start_kwh: 2, max_kw: 1 } }] }", "at most capacity_kwh (1)"),
            ("{ loads: [{ id: a, run: { profile_kw: [1] } }, { id: a, run: { profile_kw: [1] } }] }", "another load"),
            (
                "{ batteries: [{ id: ev1, battery: { capacity_kwh: 1, soc_start: 0 }, charger: { charge_kw: 1 } }] }",
                "is the id of a vehicle"
            ),
            (
                "{ batteries: [{ id: w, plugged: [], battery: { capacity_kwh: 1, soc_start: 0 }, charger: { charge_kw: 1 } }] }",
                "unknown key"
            ),
        ])
    func wrong(site: String, message: String) {
        let findings = Self.findings(site)
        #expect(findings.contains { $0.contains(message) }, "\(findings)")
    }

    private static func spans(_ keys: String) throws -> [FlexibleLoad.Span] {
        let head = "horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h }\ntariff: { import: 0.2 }\n"
        let text = head + "site: { loads: [{ id: a, \(keys) }] }"
        let load = try ScenarioLoader().load(text: text, named: "s.yaml").scenario.site.flexibleLoads[0]
        switch load.kind {
        case .energy(let wanted): return wanted.spans
        case .run(let run): return run.spans
        case .heat: return []
        }
    }

    @Test("of a daily span that has begun, what falls inside is wanted")
    func begunSpans() throws {
        let daily = "daily: [\"06:00\", \"20:00\"]"
        let cut = try Self.spans("energy: { energy_kwh: 7, max_kw: 1, \(daily) }")
        #expect(cut.map(\.takenKWh) == [3, 0])
        let said = try Self.spans("energy: { energy_kwh: 7, max_kw: 1, taken_kwh: 5, \(daily) }")
        #expect(said.map(\.takenKWh) == [5, 0])
        // A span with dates means all of it.
        let dated = try Self.spans("energy: { energy_kwh: 7, max_kw: 1, from: 2024-01-15T06:00, to: 2024-01-15T20:00 }")
        #expect(dated.map(\.takenKWh) == [0])
        #expect(try Self.spans("run: { profile_kw: [1, 1], \(daily) }").count == 2)
        #expect(try Self.spans("run: { profile_kw: [1, 1], daily: [\"06:00\", \"13:00\"] }").count == 1)
    }

    @Test("a run that started before the horizon goes on, and a later span of it is another run")
    func startedRun() throws {
        let run = "run: { profile_kw: [1, 1, 1], daily: [\"06:00\", \"14:00\"], started: 2024-01-15T10:00 }"
        #expect(try Self.spans(run).map(\.stepsRun) == [2, nil])
        let before = "run: { profile_kw: [1], from: 2024-01-15T06:00, to: 2024-01-15T20:00, started: 2024-01-15T05:00 }"
        #expect(try Self.spans(before).map(\.stepsRun) == [nil])
    }

    @Test("a site without a vehicle needs a battery or a load")
    func noVehicle() throws {
        let head = "horizon: { start: 2024-01-15T12:00, end: 2024-01-15T14:00, step: 1h }\ntariff: { import: 0.2 }\n"
        #expect(throws: InputError.self) { try ScenarioLoader().load(text: head, named: "s.yaml") }
        let load = "site: { loads: [{ id: a, run: { profile_kw: [1] } }] }"
        #expect(try ScenarioLoader().load(text: head + load, named: "s.yaml").scenario.vehicles.isEmpty)
    }
}
