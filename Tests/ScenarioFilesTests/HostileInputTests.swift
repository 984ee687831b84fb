import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: a kilobyte of text takes a gigabyte and a minute, or ends the program without a message.
@Suite("Hostile input")
struct HostileInputTests {
    private static let night = """
        horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: 0.25, export: 0.05 }
        vehicles:
          - id: ev1
            battery: { capacity_kwh: 60, soc_start: 0.6, ageing: none }
            charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95 }
            plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T07:00, departure_soc: 0.8, trip_kwh: 9 }]
        """

    private static func messages(_ text: String) -> [String] {
        do {
            _ = try ScenarioLoader().load(text: text, named: "n")
            return []
        } catch { return error.sentences }
    }

    @Test("aliases are counted for what they repeat, before any tree is made")
    func aliases() {
        var bomb = "a0: &a0 [x]\n"
        for level in 1...9 {
            bomb +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        #expect(Self.messages(bomb).first?.contains("holds more than 2000000 values") == true)
        let chain = "x:\n  - &a [1]\n" + String(repeating: "  - &a [*a]\n", count: 100_000)
        #expect(Self.messages(chain).first?.contains("is nested more than 100 deep") == true)
        let key = "x:\n  - &a [1]\n" + String(repeating: "  - &a {? [*a,*a] : 1}\n", count: 40)
        #expect(Self.messages(key).first?.contains("has a list or a map as a key") == true)
        // What people write is read: defaults of vehicles, repeated by an alias.
        let shared =
            Self.night.replacing("battery: {", with: "battery: &b {")
            + "\n  - { id: ev2, battery: *b, charger: { charge_kw: 11 }, plugged: [] }\n"
        #expect(Self.messages(shared).isEmpty)
    }

    @Test("depth and number of values have an end")
    func size() {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(Self.messages("x: \(deep)").first?.contains("is nested more than 100 deep") == true)
        let long = "x: [" + String(repeating: "1,", count: 2_000_001) + "1]"
        #expect(Self.messages(long).first?.contains("holds more than 2000000 values") == true)
    }

    @Test(
        "numbers that no arithmetic can hold are refused where they stand",
        arguments: [
            ("trip_kwh: 9", "trip_kwh: 1e300", "trip_kwh"), ("import: 0.25", "import: -1e308", "tariff.import"),
            ("charge_kw: 11", "charge_kw: 1e308", "charge_kw"),
            ("capacity_kwh: 60", "capacity_kwh: 1e17", "capacity_kwh"),
            ("charge_efficiency: 0.95", "charge_efficiency: 5e-324", "charge_efficiency"),
        ])
    func numbers(plain: String, hostile: String, key: String) {
        #expect(Self.messages(Self.night).isEmpty)
        let found = Self.messages(Self.night.replacing(plain, with: hostile))
        #expect(found.count == 1 && found[0].contains(key), "\(found)")
    }

    @Test("a thousand findings of one kind are some, and a number")
    func findings() {
        let text = Self.night + "\n" + (0..<5000).map { "k\($0): 1\n" }.joined()
        let found = Self.messages(text)
        #expect(found.count == 21)
        #expect(found.contains { $0.contains("has 4980 more unknown keys") })
        // What is quoted of the input is short.
        let long = Self.messages(
            Self.night.replacing("capacity_kwh: 60", with: "capacity_kwh: " + String(repeating: "x", count: 100_000)))
        #expect(long.allSatisfy { $0.count < 400 })
    }

    @Test("names hold no control characters, and groups no endless chain")
    func names() {
        #expect(
            Self.messages(Self.night.replacing("id: ev1", with: "id: \"ev\\e[31m\"")).first?.contains(
                "control characters") == true)
        var groups = Self.night + "\ngroups:\n  - { id: g0, import_limit_kw: 5, vehicles: [ev1] }\n"
        for number in 1..<300 { groups += "  - { id: g\(number), import_limit_kw: 5 }\n" }
        for number in 0..<299 {
            groups = groups.replacing("{ id: g\(number), ", with: "{ id: g\(number), parent: g\(number + 1), ")
        }
        #expect(Self.messages(groups).contains { $0.contains("more than 100 groups deep") })
    }

    @Test("text for CSV, SQL and terminals is escaped scalar by scalar")
    func escaping() {
        // A quotation mark with a combining accent is one character, and a quotation mark for all other programs.
        let name = "a\"\u{301},b"
        #expect(name.csvField == "\"a\"\"\u{301},b\"")
        #expect(name.doublingQuotes.unicodeScalars.filter { $0 == "\"" }.count == 2)
        #expect("plain".csvField == "plain")
        #expect("a\u{1B}[31mb\u{202E}c".withoutControls == "a[31mbc")
    }
}
