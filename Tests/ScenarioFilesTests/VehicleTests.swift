import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: there is a plan for a car that cannot exist.
@Suite("Vehicles")
struct VehicleTests {
    private func battery(_ keys: String) -> Sample {
        Sample(battery: "{ capacity_kwh: 60, soc_start: 0.5, ageing: none, \(keys) }")
    }

    @Test("everything a battery says is taken over")
    func wholeBattery() throws {
        let sample = battery("soc_min: 0.1, soc_max: 0.9, soc_end: 0.6, end_value_per_kwh: 0.05, temperature_c: 25")
        let expected = Battery(
            capacityKWh: 60, socMin: 0.1, socMax: 0.9, socStart: 0.5, socEnd: 0.6, endValuePerKWh: 0.05,
            temperatureC: [25, 25, 25, 25], ageing: .none)
        #expect(try sample.vehicle().battery == expected)
    }

    @Test(
        "what cannot be a battery",
        arguments: [
            ("{ capacity_kwh: -40, soc_start: 0.5, ageing: none }", "capacity_kwh: must be > 0 kWh, got -40"),
            ("{ capacity_kwh: 0, soc_start: 0.5, ageing: none }", "capacity_kwh: must be > 0 kWh, got 0"),
            ("{ capacity_kwh: .inf, soc_start: 0.5, ageing: none }", "capacity_kwh: must be a finite number, got .inf"),
            (
                "{ capacity_kwh: sixty, soc_start: 0.5, ageing: none }",
                "capacity_kwh: must be a number (kWh), got sixty"
            ),
            (
                "{ capacity_kwh: [60], soc_start: 0.5, ageing: none }",
                "capacity_kwh: must be a number (kWh), got a list"
            ),
            (
                "{ capacity_kwh: 60, soc_start: 60, ageing: none }",
                "soc_start: must be within 0...1, got 60 (60 % is 0.6)"
            ),
            ("{ capacity_kwh: 60, soc_start: -0.1, ageing: none }", "soc_start: must be within 0...1, got -0.1"),
            (
                "{ capacity_kwh: 60, soc_start: 0.5, soc_min: 0.6, soc_max: 0.4, ageing: none }",
                "soc_max: must be >= soc_min (0.6), got 0.4"
            ),
            (
                "{ capacity_kwh: 60, soc_start: 0.5, soc_mx: 0.6, ageing: none }",
                "soc_mx: unknown key; did you mean soc_max?"
            ),
        ])
    func badBattery(battery: String, message: String) throws {
        #expect(try Sample(battery: battery).messages() == ["vehicles[0].battery.\(message)"])
    }

    @Test("what is missing")
    func missing() throws {
        #expect(
            try Sample(battery: "{ soc_start: 0.5, ageing: none }").messages() == [
                "vehicles[0].battery: capacity_kwh is missing (for example 60)"
            ])
        #expect(
            try Sample(battery: "{ capacity_kwh: 60, ageing: none }").messages() == [
                "vehicles[0].battery: soc_start is missing (for example 0.5)"
            ])
        #expect(try Sample(charger: "{}").messages() == ["vehicles[0].charger: charge_kw is missing (for example 11)"])
    }

    @Test("targets that cannot be reached are a warning: the plan does what it can")
    func unreachable() throws {
        #expect(
            try battery("soc_max: 0.8, soc_end: 0.9").messages() == [
                "warning: vehicles[0].battery.soc_end: 0.9 is above soc_max (0.8) and cannot be reached"
            ])
        var sample = battery("soc_max: 0.8")
        sample.plugged = "[{ from: 2024-01-15T00:00, to: 2024-01-15T02:00, departure_soc: 0.9, trip_kwh: 70 }]"
        #expect(
            try sample.messages() == [
                "warning: vehicles[0].plugged[0]: departure_soc 0.9 is above soc_max (0.8) and cannot be reached",
                "warning: vehicles[0].plugged[0]: trip_kwh 70 is more than the battery holds (60 kWh)",
            ])
    }

    @Test("two vehicles of one name, and none at all")
    func ids() throws {
        let one = "battery: { capacity_kwh: 60, soc_start: 0.5, ageing: none }, charger: { charge_kw: 11 }, plugged: []"
        let head = "horizon: { start: 2024-01-15, end: 2024-01-16, step: 1h }\ntariff: { import: 0.3 }\n"
        func messages(_ vehicles: String) -> [String] {
            do throws(InputError) {
                return try ScenarioLoader().load(text: head + "vehicles: \(vehicles)\n", named: "s.yaml").warnings.map(
                    \.words)
            } catch { return error.words }
        }
        #expect(messages("[{ id: a, \(one) }, { id: b, \(one) }]") == [])
        #expect(
            messages("[{ id: a, \(one) }, { id: a, \(one) }]") == ["vehicles[1].id: \"a\" is the id of another vehicle"]
        )
        #expect(messages("[]") == ["vehicles: must hold at least one vehicle"])
        #expect(
            messages("{ id: a }") == [
                "vehicles: must be a list of vehicles, or a map with file, sessions or count",
                "vehicles.id: unknown key",
            ])
        #expect(messages("[{ \(one) }]") == ["vehicles[0]: id is missing (for example ev1)"])
    }

    @Test(
        "chargers",
        arguments: [
            ("{ charge_kw: 11, min_charge_kw: 12 }", "min_charge_kw: must be <= charge_kw (11 kW), got 12"),
            (
                "{ charge_kw: 11, discharge_kw: 10, min_discharge_kw: 11 }",
                "min_discharge_kw: must be <= discharge_kw (10 kW), got 11"
            ),
            ("{ charge_kw: -11 }", "charge_kw: must be >= 0 kW, got -11"),
            ("{ charge_kw: 11, discharge_kw: -10 }", "discharge_kw: must be >= 0 kW, got -10"),
            ("{ charge_kw: 11, charge_efficiency: 0 }", "charge_efficiency: must be > 0 and at most 1, got 0"),
            (
                "{ charge_kw: 11, charge_efficiency: 95 }",
                "charge_efficiency: must be > 0 and at most 1, got 95 (95 % is 0.95)"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [] }",
                "charge_efficiency: must hold at least one pair [AC kW, efficiency]"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[11, 0.9, 3]] }",
                "charge_efficiency[0]: must be a pair [AC kW, efficiency], got a list"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[3, 0.9], [2, 0.9], [11, 0.9]] }",
                "charge_efficiency[1]: powers must rise from above 0 kW, got 2 after 3"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[0, 0.9], [11, 0.9]] }",
                "charge_efficiency[0]: powers must rise from above 0 kW, got 0 after 0"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[11, 90]] }",
                "charge_efficiency[0]: efficiency must be > 0 and at most 1, got 90 (90 % is 0.9)"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[1.4, 0.78], [7, 0.9]] }",
                "charge_efficiency: must reach the rated 11 kW, ends at 7 kW"
            ),
            (
                "{ charge_kw: 11, charge_efficiency: [[5, 0.9], [6, 0.6], [11, 0.9]] }",
                "charge_efficiency[1]: battery-side power falls from 4.5 to 3.5999999999999996 kW: more AC power must not move less energy"
            ),
            (
                "{ charge_kw: 11, discharge_kw: 10, discharge_efficiency: [[4, 0.5], [5, 1], [10, 0.9]] }",
                "discharge_efficiency[1]: battery-side power falls from 8 to 5 kW: more AC power must not move less energy"
            ),
        ])
    func badCharger(charger: String, message: String) throws {
        #expect(try Sample(charger: charger).messages() == ["vehicles[0].charger.\(message)"])
    }

    @Test("a charger with curves; a least discharge without discharging means nothing")
    func goodCharger() throws {
        let sample = Sample(
            charger:
                "{ charge_kw: 11, min_charge_kw: 1.4, min_discharge_kw: 2, charge_efficiency: [[1.4, 0.78], [11, 0.93]] }"
        )
        let curve = Efficiency.curve([
            EfficiencyPoint(acKW: 1.4, efficiency: 0.78), EfficiencyPoint(acKW: 11, efficiency: 0.93),
        ])
        #expect(try sample.vehicle().charger == Charger(chargeKW: 11, minChargeKW: 1.4, chargeEfficiency: curve))
        #expect(curve.nominal == 0.93)
    }
}
