import ScenarioFiles
import Scenarios
import Testing

/// Each line is a slip of the hand, and the sentence that its author reads: were one of these accepted or mumbled about,
/// somebody would trust a schedule made from something else than they meant.
@Suite struct BadScenarioTests {
    struct Slip: CustomTestStringConvertible, Sendable {
        var old: String
        var new: String
        var says: String
        var testDescription: String { says }
    }

    static let slips: [Slip] = [
        Slip(
            old: "capacity_kwh: 60", new: "capacity_kwh: -40",
            says: "s.yaml:13:21: vehicles[0].battery.capacity_kwh: must be > 0 kWh, got -40"),
        Slip(
            old: "soc_start: 0.6", new: "soc_start: 60",
            says: "s.yaml:15:18: vehicles[0].battery.soc_start: must be within 0...1, got 60 (60 % is 0.6)"),
        Slip(
            old: "charge_kw: 11\n", new: "charge_kw: .nan\n",
            says: "s.yaml:18:18: vehicles[0].charger.charge_kw: must be a finite number, got .nan"),
        Slip(
            old: "import: 0.25", new: "import: .inf",
            says: "s.yaml:9:11: tariff.import: must be a finite number, got .inf"),
        Slip(
            old: "capacity_kwh: 60", new: "capacity_kwh: \"60\"",
            says: "s.yaml:13:21: vehicles[0].battery.capacity_kwh: must be a number (kWh), got \"60\""),
        Slip(
            old: "soc_start:", new: "soc_strat:",
            says: "s.yaml:15:7: vehicles[0].battery.soc_strat: unknown key; did you mean soc_start?"),
        Slip(
            old: "timezone: Europe/Amsterdam", new: "timezone: Europe/Amsterdan",
            says:
                "s.yaml:7:13: horizon.timezone: unknown time zone \"Europe/Amsterdan\"; did you mean Europe/Amsterdam?"),
        Slip(
            old: "end: 2024-01-16T12:00", new: "end: 2024-01-14T12:00",
            says: "s.yaml:5:8: horizon.end: must be after start (2024-01-15 12:00), got 2024-01-14 12:00"),
        Slip(
            old: "step: 15min", new: "step: 7min",
            says: "s.yaml:6:9: horizon.step: 7min does not divide the horizon of 24 h"),
        Slip(
            old: "step: 15min", new: "step: quarter",
            says: "s.yaml:6:9: horizon.step: must be a length of time such as 15min, 1h or PT15M, got quarter"),
        Slip(
            old: "import: 0.25", new: "import: { values: [1, 2], step: 12h, unit: kW }",
            says: "s.yaml:9:46: tariff.import.unit: unit kW does not fit here (EUR/kWh, EUR/MWh, ct/kWh)"),
        Slip(
            old: "import: 0.25", new: "import: { values: [1, 2], step: 12h, unit: GBP/MWh }",
            says:
                "s.yaml:9:46: tariff.import.unit: is in GBP, but the scenario's currency is EUR: convert it with scale"),
        Slip(
            old: "import: 0.25", new: "import: { values: [1, 2], step: 1h }",
            says: "s.yaml:9:21: tariff.import.values: has no value for 2024-01-15T14:00:00+01:00: "
                + "2 values of 1h end before the horizon does"),
        Slip(
            old: "import: 0.25", new: "import: [0.2, 0.3]",
            says: "s.yaml:9:11: tariff.import: must have one value per step (96), got 2"),
        Slip(
            old: "import: 0.25", new: "import: { file: nowhere.csv }",
            says: "s.yaml:9:19: tariff.import.file: nowhere.csv: no such file"),
        Slip(
            old: "import: 0.25", new: "import: { file: a.xml, format: entsoe }",
            says: "s.yaml:9:19: tariff.import.file: a.xml: no such file"),
        Slip(
            old: "to: 2024-01-16T07:25", new: "to: 2024-01-15T07:25",
            says: "s.yaml:21:39: vehicles[0].plugged[0].to: must be after from (2024-01-15 17:40), got 2024-01-15 07:25"
        ),
        Slip(
            old: "trip_kwh: 9 }",
            new: "trip_kwh: 9 }\n      - { from: 2024-01-15T20:00, to: 2024-01-16T08:00 }",
            says: "s.yaml:22:9: vehicles[0].plugged[1]: overlaps the window that ends at 2024-01-16 07:25"),
        Slip(
            old: "from: 2024-01-15T17:40, to: 2024-01-16T07:25", new: "from: 2024-01-17T17:40, to: 2024-01-18T07:25",
            says: "s.yaml:21:9: vehicles[0].plugged[0]: lies outside the horizon (2024-01-15 12:00 to 2024-01-16 12:00)"
        ),
        Slip(
            old: "discharge_kw: 10", new: "discharge_kw: 10\n      min_charge_kw: 12",
            says: "s.yaml:20:22: vehicles[0].charger.min_charge_kw: must be <= charge_kw (11 kW), got 12"),
        Slip(
            old: "discharge_kw: 10", new: "discharge_kw: 10\n      charge_efficiency: [[3, 0.9], [7, 0.95]]",
            says: "s.yaml:20:26: vehicles[0].charger.charge_efficiency: must reach the rated 11 kW, ends at 7 kW"),
        Slip(
            old: "ageing: none", new: "ageing: { cycle_cost: [[0.2, 0.01], [0.5, 0.02]] }",
            says: "s.yaml:16:29: vehicles[0].battery.ageing.cycle_cost: the last segment must end at depth 1, got 0.5"),
        Slip(
            old: "ageing: none", new: "ageing: { calendar_cost: [[0.1, 0.01], [1, 0.02]] }",
            says: "s.yaml:16:32: vehicles[0].battery.ageing.calendar_cost: must go from SoC 0 to SoC 1, got 0.1 to 1"),
        Slip(
            old: "currency: EUR", new: "currency: euro",
            says: "s.yaml:2:11: currency: must be a three-letter ISO 4217 code such as EUR, got euro"),
        Slip(
            old: "    charger:\n      charge_kw: 11\n      discharge_kw: 10\n", new: "",
            says: "s.yaml:11:5: vehicles[0]: charger is missing (for example { charge_kw: 11 })"),
        Slip(
            old: "name: one night", new: "\tname: one night",
            says: "s.yaml:1:1: is indented with a tab; YAML needs spaces"),
        Slip(
            old: "currency: EUR", new: "currency: EUR\ncurrency: USD",
            says: "s.yaml:3:1: the key currency is there twice"),
        Slip(
            old: "start: 2024-01-15T12:00", new: "start: 2024-03-31T02:30",
            says: "s.yaml:4:10: horizon.start: clocks in Europe/Amsterdam skip 2024-03-31T02:30 (summer time begins); "
                + "give another time, or an offset"),
        Slip(
            old: "start: 2024-01-15T12:00", new: "start: 2024-02-30T12:00",
            says: "s.yaml:4:10: horizon.start: must be a time such as 2024-01-15T17:40 or 2024-01-15T17:40:00+01:00, "
                + "got 2024-02-30T12:00"),
    ]

    @Test(arguments: slips) func everySlipIsFoundAndNamed(slip: Slip) {
        #expect(ScenarioText.findings(ScenarioText.with(slip.old, slip.new)).contains(slip.says))
    }

    @Test("all findings come at once, in the order of the file: nobody should have to run it once a slip")
    func allAtOnce() {
        let text = ScenarioText.good.replacing("capacity_kwh: 60", with: "capacity_kwh: 0")
            .replacing("charge_kw: 11\n", with: "charge_kw: -1\n").replacing("currency: EUR", with: "curency: EUR")
        #expect(
            ScenarioText.findings(text) == [
                "s.yaml:2:1: curency: unknown key; did you mean currency?",
                "s.yaml:13:21: vehicles[0].battery.capacity_kwh: must be > 0 kWh, got 0",
                "s.yaml:18:18: vehicles[0].charger.charge_kw: must be >= 0 kW, got -1",
            ])
    }

    @Test("an empty text, a zero byte and broken YAML are named as what they are")
    func notYAML() {
        #expect(ScenarioText.findings("") == ["s.yaml: is empty"])
        #expect(ScenarioText.findings("a\0b") == ["s.yaml: is not text (it holds a zero byte)"])
        #expect(ScenarioText.findings("a: [1, 2").first?.hasPrefix("s.yaml:2:1: is not YAML: ") == true)
        #expect(ScenarioText.findings("just words") == ["s.yaml:1:1: must be a map, got just words"])
    }

    @Test("a byte-order mark and Windows line ends are no reason to refuse a file")
    func windowsFile() {
        let text = "\u{FEFF}" + ScenarioText.good.replacing("\n", with: "\r\n")
        #expect(ScenarioText.findings(text) == [])
    }

    @Test("a target above soc_max warns and does not stop: the shortfall will say the rest")
    func unreachableTargetWarns() {
        let text = ScenarioText.with("soc_min: 0.1", "soc_max: 0.7")
        #expect(
            ScenarioText.findings(text) == [
                "s.yaml:21:9: warning: vehicles[0].plugged[0]: departure_soc 0.8 is above soc_max (0.7) and cannot be reached"
            ])
    }

    @Test("JSON is YAML: a script's scenario needs no other reader")
    func json() throws {
        let text = """
            {"horizon": {"start": "2024-01-15T12:00:00Z", "end": "2024-01-15T14:00:00Z", "step": "PT30M"},
             "tariff": {"import": [0.1, 0.2, 0.3, 0.4]},
             "vehicles": [{"id": "a", "battery": {"capacity_kwh": 50, "soc_start": 0.5, "ageing": "none"},
                           "charger": {"charge_kw": 7}, "plugged": []}]}
            """
        let scenario = try ScenarioText.load(text)
        #expect(scenario.importPricePerKWh == [0.1, 0.2, 0.3, 0.4])
        #expect(scenario.exportPricePerKWh == [0, 0, 0, 0])
    }
}
