import Foundation
import Scenarios
import Testing

@testable import ScenarioFiles

/// A fleet read from tables. Lost, a fleet's owner gets another fleet than the tables say, or no word of where they are wrong.
@Suite struct FleetFormTests {
    static let head = """
        horizon: { start: 2024-01-15T12:00, end: 2024-01-17T12:00, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: 0.25 }

        """

    /// The scenario, or its findings.
    static func load(_ text: String, _ files: [String: String] = [:]) throws -> Scenario {
        try ScenarioText.withFolder(files) { try ScenarioText.load(head + text, directory: $0) }
    }
    static func findings(_ text: String, _ files: [String: String] = [:]) throws -> [String] {
        try ScenarioText.withFolder(files) { ScenarioText.findings(head + text, directory: $0) }
    }

    static let vehicles = """
        # two cars
        id,capacity_kwh,soc_min,soc_start,charge_kw,discharge_kw,charge_efficiency,cell,price_per_kwh
        a,60,0.1,0.5,11,10,0.95,nca,120
        b,40,,0.4,7.4,,,,
        """
    static let sessions = """
        vehicle,from,to,departure_soc,trip_kwh
        b,2024-01-15T18:00,2024-01-16T07:30,0.8,5
        a,2024-01-15T17:40,2024-01-16T07:25,0.8,9
        b,2024-01-16T18:00+01:00,2024-01-17T07:30+01:00,,
        """
    static let form = """
        vehicles:
          file: v.csv
          sessions: s.csv
          defaults: { battery: { soc_max: 0.9, ageing: { age_days: 100 } }, charger: { charge_efficiency: 0.9 } }
        """

    @Test("a fleet from tables is the fleet that the same words make as a list, defaults and all")
    func asList() throws {
        let fleet = try Self.load(Self.form, ["v.csv": Self.vehicles, "s.csv": Self.sessions])
        let list = try Self.load(
            """
            vehicles:
              - id: a
                battery: { capacity_kwh: 60, soc_min: 0.1, soc_max: 0.9, soc_start: 0.5, ageing: { cell: nca, price_per_kwh: 120, age_days: 100 } }
                charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95 }
                plugged: [{ from: 2024-01-15T17:40, to: 2024-01-16T07:25, departure_soc: 0.8, trip_kwh: 9 }]
              - id: b
                battery: { capacity_kwh: 40, soc_max: 0.9, soc_start: 0.4, ageing: { age_days: 100 } }
                charger: { charge_kw: 7.4, charge_efficiency: 0.9 }
                plugged:
                  - { from: 2024-01-15T18:00, to: 2024-01-16T07:30, departure_soc: 0.8, trip_kwh: 5 }
                  - { from: 2024-01-16T18:00, to: 2024-01-17T07:30 }
            """)
        #expect(fleet.vehicles == list.vehicles)
    }

    @Test("without sessions the defaults' own windows hold for all, and arrays that nobody changes are one array")
    func shared() throws {
        let text = """
            vehicles:
              file: v.csv
              defaults:
                battery: { temperature_c: { values: [5, 10], step: 24h } }
                plugged: [{ daily: ["18:00", "07:30"], departure_soc: 0.8 }]
            """
        let fleet = try Self.load(text, ["v.csv": Self.vehicles])
        #expect(fleet.vehicles.map(\.windows.count) == [2, 2])
        func address(_ values: [Double]) -> UnsafePointer<Double>? { values.withUnsafeBufferPointer(\.baseAddress) }
        #expect(fleet.vehicles[0].battery.temperatureC[30] == 10)
        #expect(
            address(fleet.vehicles[0].battery.temperatureC) == address(fleet.vehicles[1].battery.temperatureC))
    }

    @Test("a table with semicolons and decimal commas says the same")
    func dialect() throws {
        let table = Self.vehicles.replacing(",", with: ";").replacing("0.", with: "0,").replacing("7.4", with: "7,4")
        let other = try Self.load(Self.form, ["v.csv": table, "s.csv": Self.sessions])
        let fleet = try Self.load(Self.form, ["v.csv": Self.vehicles, "s.csv": Self.sessions])
        #expect(other.vehicles == fleet.vehicles)
    }

    struct Slip: CustomTestStringConvertible, Sendable {
        var old: String
        var new: String
        var says: String
        var testDescription: String { says }
    }

    @Test(
        "each slip in a table is named with file, line and column",
        arguments: [
            Slip(
                old: "soc_start", new: "soc_strat",
                says: "v.csv:2:1: unknown column soc_strat; did you mean soc_start?"),
            Slip(old: "id,cap", new: "name,cap", says: "v.csv:2:1: has no column id"),
            Slip(
                old: "a,60", new: "a,-60",
                says: "v.csv:3:3: capacity_kwh: must be > 0 kWh, got -60"),
            Slip(
                old: "a,60,0.1,0.5", new: "a,60,0.1,50",
                says: "v.csv:3:10: soc_start: must be within 0...1, got 50 (50 % is 0.5)"),
            Slip(
                old: "a,60", new: "a,",
                says: "v.csv:3:1: capacity_kwh is missing (for example 60)"),
            Slip(
                old: "b,40", new: "a,40", says: "v.csv:4:1: id: \"a\" is the id of another vehicle"),
            Slip(
                old: "7.4,,,,", new: "7.4,,,", says: "v.csv:4:1: has 8 fields, the header 9"),
            Slip(
                old: "7.4,,,,", new: "eight,,,,",
                says: "v.csv:4:11: charge_kw: must be a number (kW), got eight"),
            Slip(
                old: "b,2024-01-15T18:00", new: "bb,2024-01-15T18:00",
                says: "s.csv:2:1: vehicle: there is no vehicle \"bb\"; did you mean b?"),
            Slip(
                old: "2024-01-15T17:40", new: "tonight",
                says:
                    "s.csv:3:3: from: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, got \"tonight\""
            ),
            Slip(
                old: "2024-01-16T07:25,0.8", new: "2024-01-15T07:25,0.8",
                says: "s.csv:3:20: to: must be after from (2024-01-15T17:40), got 2024-01-15T07:25"),
            Slip(
                old: "2024-01-16T07:25,0.8", new: "2024-01-16T07:25,80",
                says: "s.csv:3:37: departure_soc: must be within 0...1, got 80 (80 % is 0.8)"),
            Slip(
                old: "2024-01-16T18:00+01:00", new: "2024-01-16T07:00+01:00",
                says: "s.csv:4:1: b: begins before the session of line 2 has ended"),
            Slip(
                old: "trip_kwh", new: "trip",
                says:
                    "s.csv:1:1: unknown column trip; did you mean trip_kwh? (vehicle, from, to, departure_soc, trip_kwh, energy_kwh, power_kw, session)"
            ),
        ])
    func slips(slip: Slip) throws {
        let files = [
            "v.csv": Self.vehicles.replacing(slip.old, with: slip.new),
            "s.csv": Self.sessions.replacing(slip.old, with: slip.new),
        ]
        #expect(files["v.csv"] != Self.vehicles || files["s.csv"] != Self.sessions)
        let found = try Self.findings(Self.form, files)
        #expect(found.contains(slip.says), "\(found)")
    }

    @Test("what is wrong in every row is reported for twenty rows, not for ten thousand")
    func manyRows() throws {
        let rows = (1...500).map { "v\($0),60,0.5,eleven\n" }.joined()
        let found = try Self.findings(
            "vehicles: { file: v.csv, defaults: { plugged: [] } }",
            ["v.csv": "id,capacity_kwh,soc_start,charge_kw\n" + rows])
        #expect(found.count == 21)
        #expect(found.last == "v.csv: the rows after line 21 are not checked")
    }

    @Test("what does not go together in the map is reported at its place")
    func forms() throws {
        func first(_ text: String) throws -> String { try Self.findings(text, ["v.csv": Self.vehicles]).first ?? "" }
        #expect(
            try first("vehicles: { defaults: {} }")
                == "s.yaml:3:11: vehicles: must be a list of vehicles, or a map with file, sessions or count")
        #expect(
            try first("vehicles: { file: v.csv, count: 3 }")
                == "s.yaml:3:19: vehicles.file: does not go with count: a fleet is read or drawn")
        #expect(
            try first("vehicles: { file: v.csv, seed: 3, defaults: { plugged: [] } }")
                == "s.yaml:3:32: vehicles.seed: goes with count only")
        #expect(
            try first("vehicles: { file: w.csv }") == "s.yaml:3:19: vehicles.file: w.csv: no such file")
        #expect(
            try first("vehicles: { count: 3, arival: \"18:00\" }")
                == "s.yaml:3:23: vehicles.arival: unknown key; did you mean arrival?")
        #expect(
            try first("vehicles: { file: v.csv, defaults: { plugged: [], battery: { ageing: none } } }")
                == "s.yaml:3:36: vehicles.defaults: battery.ageing must be a map where the fleet's file has columns of it"
        )
    }

    @Test("energy delivered becomes an arrival and a target on paper: 19 kWh at 95 % are 18.05 kWh below 80 %")
    func energy() throws {
        let text = """
            vehicles:
              sessions: s.csv
              defaults: { battery: { capacity_kwh: 50, ageing: none }, charger: { charge_kw: 10, charge_efficiency: 0.95 } }
            """
        let sessions = """
            vehicle,from,to,energy_kwh
            a,2024-01-15T18:00,2024-01-16T06:00,19
            a,2024-01-16T18:00,2024-01-17T06:00,10
            b,2024-01-16T08:00,2024-01-16T09:00,15
            """
        let fleet = try Self.load(text, ["s.csv": sessions])
        let (a, b) = (fleet.vehicles[0], fleet.vehicles[1])
        #expect(a.id == "a" && b.id == "b")
        #expect(abs(a.battery.socStart - (0.8 - 18.05 / 50)) < 1e-12 && a.windows[0].departureSoC == 0.8)
        // The second session's energy was driven since the first.
        #expect(abs(a.windows[0].tripKWh - 9.5) < 1e-9 && a.windows[1].tripKWh == 0)
        // An hour at 10 kW delivers 10 kWh, whatever the file says, and a word about it.
        #expect(abs(b.battery.socStart - (0.8 - 9.5 / 50)) < 1e-12)
        #expect(
            try Self.findings(text, ["s.csv": sessions]) == [
                "s.yaml:4:13: warning: vehicles.sessions: 1 session delivers more than the charger's power times the stay: "
                    + "what it can is taken"
            ])
        let more = try Self.findings(text.replacing("50,", with: "50, soc_start: 0.5,"), ["s.csv": sessions])
        #expect(
            more.last?.contains("soc_start: follows from the energy of the sessions: leave it out") == true, "\(more)")
    }

    @Test("a session that does not fit below the target raises it; an assumed battery grows, a known one is filled")
    func large() throws {
        let sessions = "vehicle,from,to,energy_kwh\na,2024-01-15T18:00,2024-01-16T06:00,45\n"
        let battery = "battery: { capacity_kwh: 50, soc_min: 0.05, ageing: none }, charger: { charge_kw: 10 }"
        let fits = try Self.load("vehicles: { sessions: s.csv, defaults: { \(battery) } }", ["s.csv": sessions])
        #expect(
            abs((fits.vehicles[0].windows[0].departureSoC ?? 0) - 0.95) < 1e-12
                && fits.vehicles[0].battery.socStart < 0.05 + 1e-12)
        let larger = sessions.replacing("45", with: "76")
        let grown = try Self.load("vehicles: { sessions: s.csv, defaults: { \(battery) } }", ["s.csv": larger])
        #expect(abs(grown.vehicles[0].battery.capacityKWh - 80) < 1e-9)
        let known = try Self.load(
            "vehicles: { file: v.csv, sessions: s.csv, defaults: { \(battery) } }",
            ["s.csv": larger, "v.csv": "id\na\n"])
        #expect(known.vehicles[0].battery.capacityKWh == 50 && known.vehicles[0].windows[0].departureSoC == 1)
        #expect(abs(known.vehicles[0].battery.socStart - 0.05) < 1e-12)
    }
}
