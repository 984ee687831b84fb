import Scenarios
import Testing

@testable import ScenarioFiles

/// A key is declared once. If this breaks, a file is read otherwise than the schema and the page of keys say.
@Suite("Declared keys")
struct SectionKeyTests {
    private struct Lamp {
        var watts = 0.0
        var hours: Double?
        var dimming = 0.0
        var isOn = false
        var color = Color.warm
        enum Color: String, CaseIterable { case warm, cold }

        static let keys: [SectionKey<Lamp>] = [
            .requiredNumber("watts", .positive, .text("W"), example: "9", isColumn: true, "Power, W", \.watts),
            .number("hours", .nonNegative, .none, "Hours of light in a day", \.hours),
            .number("dimming", .share, byDefault: 0.25, "Share that it is dimmed by", \.dimming),
            .flag("is_on", byDefault: true, "Whether it is lit", \.isOn),
            .choice("color", what: "color", byDefault: .cold, "Of its light", \.color),
        ]
    }

    /// A lamp as `text` has it (nil: unusable), and the findings.
    private func read(_ text: String) throws -> (lamp: Lamp?, findings: [String]) {
        let document = try InputDocument(ScenarioSource(text: text, named: "lamp.yaml"))
        var lamp = Lamp()
        guard let reader = document.root.section() else { return (nil, []) }
        let isUsable = reader.read(Lamp.keys, into: &lamp)
        reader.finish()
        return (isUsable ? lamp : nil, document.root.context.log.findings.map { "\($0.keyPath): \($0.message)" })
    }

    @Test("what is written is read")
    func written() throws {
        let (lamp, findings) = try read("{ watts: 9, hours: 3, dimming: 0.5, is_on: false, color: warm }")
        #expect(findings == [])
        #expect(lamp?.watts == 9 && lamp?.hours == 3 && lamp?.dimming == 0.5)
        #expect(lamp?.isOn == false && lamp?.color == .warm)
    }

    @Test("what is left out has the default that the schema's note ends with")
    func defaults() throws {
        let (lamp, findings) = try read("{ watts: 9 }")
        #expect(findings == [])
        #expect(lamp?.hours == nil && lamp?.dimming == 0.25 && lamp?.isOn == true && lamp?.color == .cold)
        #expect(
            Lamp.keys.map(\.property.note) == [
                "Power, W.", "Hours of light in a day.", "Share that it is dimmed by (0.25).",
                "Whether it is lit (true).", "Of its light (cold).",
            ])
        #expect(Lamp.keys.map(\.property.isRequired) == [true, false, false, false, false])
    }

    @Test("each that is wrong has a finding, and only a required one leaves nothing")
    func wrong() throws {
        let optional = try read("{ watts: 9, hours: -1, dimming: 2, is_on: perhaps, color: blue }")
        #expect(
            optional.findings == [
                "hours: must be >= 0, got -1", "dimming: must be within 0...1, got 2 (2 % is 0.02)",
                "is_on: must be true or false, got perhaps", "color: unknown color \"blue\" (warm, cold)",
            ])
        #expect(optional.lamp != nil)
        let required = try read("{ watts: 0 W, tint: 1 }")
        #expect(required.lamp == nil)
        #expect(required.findings == ["watts: must be a number (W), got 0 W", "tint: unknown key"])
        #expect(try read("{ hours: 1 }").findings == [": watts is missing (for example 9)"])
    }

    @Test("the columns of a fleet's table are keys of a vehicle, each once")
    func columns() {
        let columns = FleetColumns.paths.map(\.column)
        #expect(Set(columns).count == columns.count)
        #expect(columns.contains("max_cycles_per_day") && !columns.contains("charge_limit_by_soc"))
        #expect(FleetColumns.paths.contains { $0 == ("efc_per_year", "battery.ageing.efc_per_year") })
    }
}
