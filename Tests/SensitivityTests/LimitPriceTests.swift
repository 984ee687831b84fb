import Accounting
import Sensitivity
import Ageing
import ScenarioFiles
import Scenarios
import Scheduling
import Testing
import ValueStreams

@testable import Sensitivity

/// An owner who asks what a fuse, a floor or a ration costs is told a number, and acts on it. Each is held to the scenario
/// with a little more of it, solved again from nothing. If this breaks: a limit that binds is not named, or has the price
/// of another program.
@Suite("Prices of limits")
struct LimitPriceTests {
    private static func scenario(_ site: String, _ vehicles: String, _ services: String = "") throws -> Scenario {
        let text = """
            horizon: { start: 2025-01-12T18:00, end: 2025-01-13T02:00, step: 1h, timezone: UTC }
            tariff: { import: { hours: [{ from: "18:00", to: "22:00", value: 0.30 }, { value: 0.10 }] }, export: 0.05 }
            \(site)
            vehicles:
            \(vehicles)
            \(services)
            """
        return try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names)
            .load(text: text, named: "test").scenario
    }

    private static func car(_ more: String, charger: String = "", battery: String = "") -> String {
        """
          - id: ev1
            battery: { capacity_kwh: 40, soc_start: 0.4, ageing: none\(battery) }
            charger: { charge_kw: 8, charge_efficiency: 0.9, discharge_efficiency: 0.9\(charger) }
            plugged: [{ from: 2025-01-12T18:00, to: 2025-01-13T02:00\(more) }]
        """
    }

    private static func cost(_ scenario: Scenario) throws -> Double {
        guard case .schedule(let solved) = try MarginalTests.scheduler(scenario).schedule() else { return .nan }
        return solved.objective
    }

    /// The price that is explained, and what a thousandth more of the limit saves per unit.
    private static func prices(
        _ kind: ShadowPrice.Kind, _ scenario: Scenario, unit: Double = 1, _ change: (inout Scenario, Double) -> Void
    ) throws -> (explained: Double, solved: Double, entry: ShadowPrice) {
        let explanation = try MarginalTests.scheduler(scenario).explanation()
        let entry = try #require(explanation.shadowPrices.first { $0.kind == kind })
        var other = scenario
        change(&other, 1e-3)
        return (try #require(entry.price), (try cost(scenario) - cost(other)) / 1e-3 * unit, entry)
    }

    @Test("an ampere more on the phase of a single-phase charger")
    func phase() throws {
        let scenario = try Self.scenario(
            "site: { load_kw: 3, phase_limit_a: 20 }",
            Self.car(", departure_soc: 0.95", charger: ", phases: 1"))
        let (explained, solved, entry) = try Self.prices(.phaseLimit, scenario, unit: 0.23) {
            $0.site.phaseLimitKW? += $1
        }
        #expect(abs(explained - solved) < 1e-6 && explained > 0.01)
        #expect(entry.amount == 20)
        let steps = try MarginalTests.scheduler(scenario).explanation().steps
        #expect(steps.contains { $0.heldBy == .phaseLimit })
    }

    @Test("energy at the end that a target after it asks for")
    func laterTarget() throws {
        let text = """
            horizon: { start: 2025-01-12T18:00, end: 2025-01-13T02:00, step: 1h, timezone: UTC, beyond: require }
            tariff: { import: { hours: [{ from: "18:00", to: "22:00", value: 0.30 }, { value: 0.10 }] }, export: 0.05 }
            vehicles:
              - id: ev1
                battery: { capacity_kwh: 60, soc_start: 0.1, soc_end: 0.1, ageing: none }
                charger: { charge_kw: 8, charge_efficiency: 0.9 }
                plugged: [{ from: 2025-01-12T18:00, to: 2025-01-13T03:00, departure_soc: 0.8 }]
            """
        let scenario = try ScenarioLoader().load(text: text, named: "test").scenario
        let explanation = try MarginalTests.scheduler(scenario).explanation()
        let entry = try #require(explanation.shadowPrices.first { $0.kind == .end })
        // 48 kWh at 03:00 are 40.8 at 02:00; four cheap hours bring 28.8 kWh of the 34.8, the last ones cost 30 ct / 0.9.
        #expect(abs((entry.amount ?? 0) - 40.8) < 1e-9)
        #expect(abs((entry.price ?? 0) - 0.30 / 0.9) < 1e-6)
    }

    @Test("a kWh more of a day's ration, a kW more near the top")
    func battery() throws {
        let dear = "site: { load_kw: 8 }"
        let ration = try Self.scenario(
            dear, Self.car("", charger: ", discharge_kw: 8", battery: ", max_cycles_per_day: 0.1, soc_end: 0.2"))
        var found = try Self.prices(.cycles, ration) { $0.vehicles[0].battery.maxCyclesPerDay? += $1 / 40 }
        #expect(abs(found.explained - found.solved) < 1e-6 && found.explained > 0.1)
        let taper = try Self.scenario(
            "", Self.car(", departure_soc: 1", battery: ", charge_limit_by_soc: [[0.6, 8], [1, 1]]"))
        found = try Self.prices(.chargeLimit, taper) { scenario, kw in
            for index in scenario.vehicles[0].battery.chargeLimit.indices {
                scenario.vehicles[0].battery.chargeLimit[index].acKW += kw
            }
        }
        #expect(abs(found.explained - found.solved) < 1e-6 && found.explained > 0.01)
    }

    @Test("a floor that a reserve stands on costs what the reserve could sell with a lower one")
    func floorUnderReserve() throws {
        let scenario = try Self.scenario(
            "", Self.car("", charger: ", discharge_kw: 5", battery: ", soc_min: 0.3, soc_end: 0.4"),
            "services: { reserve: { direction: up, price: 0.05, duration: 2h } }")
        let (explained, solved, _) = try Self.prices(.floor, scenario) { $0.vehicles[0].battery.socMin -= $1 / 40 }
        #expect(abs(explained - solved) < 1e-6 && explained > 0.1)
        // Nothing is charged and discharged at once to sell the charging: a kWh is worth less than it costs here.
        for step in try MarginalTests.scheduler(scenario).explanation().steps where step.action == .wait {
            #expect((step.takesMoreBelow ?? 0) <= step.takePrice + 1e-6)
        }
    }

    @Test("where targets fall short, a limit is reported to change what is missing, not to save what it does not")
    func shortfall() throws {
        let two =
            Self.car(", departure_soc: 0.8")
            + "\n" + Self.car(", departure_soc: 0.8").replacing("ev1", with: "ev2")
        let scenario = try Self.scenario("site: { import_limit_kw: 4 }", two)
        let prices = try MarginalTests.scheduler(scenario).explanation().shadowPrices
        let fuse = try #require(prices.first { $0.kind == .importLimit })
        // Eight hours at 90 %: a kW more brings 7.2 kWh of what is missing, and they are paid for.
        #expect(abs((fuse.shortfallChange ?? 0) - 7.2) < 1e-6)
        #expect((fuse.price ?? 0) < 0)
        for target in prices where target.kind == .departure && target.shortfallKWh == nil {
            #expect(abs((target.shortfallChange ?? 0) - 1) < 1e-6)
        }
    }

    @Test("in an outage the house is fed at any price, and beyond a tier a kWh saves the tier's surcharge")
    func outageAndTier() throws {
        let outage = try Self.scenario(
            "site: { load_kw: 1.5, outages: [{ from: 2025-01-12T19:00, to: 2025-01-12T21:00 }] }",
            Self.car("", charger: ", discharge_kw: 5", battery: ", soc_end: 0.2"))
        let held = try MarginalTests.scheduler(outage).explanation().steps
        #expect(held[1].heldBy == .outage && held[2].heldBy == .outage && held[0].heldBy != .outage)
        let tier = try Self.scenario(
            "site: { load_kw: 1 }", Self.car("", charger: ", discharge_kw: 5", battery: ", soc_end: 0.2"),
            "services: { tiered_tariff: { imported_so_far_kwh: 100, blocks: [{ up_to_kwh: 90, surcharge: 0 }, { surcharge: 0.2 }] } }"
        )
        for step in try MarginalTests.scheduler(tier).explanation().steps where step.action == .discharge {
            #expect(abs(step.beyondTariff - 0.2) < 1e-6)
            #expect(step.heldBy == .price)
        }
    }
}
