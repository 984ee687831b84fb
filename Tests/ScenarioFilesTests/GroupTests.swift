import Scenarios
import Testing

@testable import ScenarioFiles

/// The tree of a car park. Lost, a cable carries more than the scenario lets it, since nobody knew who hangs on it.
@Suite struct GroupTests {
    private static func text(_ groups: String, vehicle: String = "") -> String {
        let cars = (1...4).map { number in
            """
              - { id: ev\(number), battery: { capacity_kwh: 60, soc_start: 0.5 }, charger: { charge_kw: 11 }, plugged: []\(number == 4 ? vehicle : "") }
            """
        }.joined(separator: "\n")
        return """
            horizon: { start: 2024-01-15T12:00, end: 2024-01-15T14:00, step: 1h }
            tariff: { import: 0.25 }
            vehicles:
            \(cars)
            groups:
            \(groups)
            """
    }

    @Test("a group holds its own vehicles, those that name it, and those of its parts; limits may be series")
    func members() throws {
        let groups = try ScenarioText.load(
            Self.text(
                """
                  - { id: row, parent: hall, import_limit_kw: [11, 22], vehicles: [ev1..ev2] }
                  - { id: hall, export_limit_kw: 5, vehicles: [ev3] }
                """, vehicle: ", group: row")
        ).groups
        #expect(groups.map(\.id) == ["row", "hall"] && groups.map(\.parent) == [1, nil])
        #expect(groups.map(\.members) == [[0, 1, 3], [0, 1, 2, 3]])
        #expect(groups[0].importLimitKW == [11, 22] && groups[0].exportLimitKW == [.infinity, .infinity])
        #expect(groups[1].importLimitKW == [.infinity, .infinity] && groups[1].exportLimitKW == [5, 5])
    }

    @Test(
        "each slip in a tree is named at its place",
        arguments: [
            (
                "  - { id: a, import_limit_kw: 9, vehicles: [ev1, ev9] }",
                "s.yaml:9:50: groups[0].vehicles[1]: there is no vehicle \"ev9\"; did you mean ev1?"
            ),
            (
                "  - { id: a, import_limit_kw: 9, vehicles: [ev1..ev7] }",
                "s.yaml:9:45: groups[0].vehicles[0]: there is no vehicle \"ev5\""
            ),
            (
                "  - { id: a, import_limit_kw: 9, vehicles: [ev3..ev1] }",
                "s.yaml:9:45: groups[0].vehicles[0]: must be two ids that differ in their number, as ev3..ev12, got ev3..ev1"
            ),
            (
                "  - { id: a, import_limit_kw: 9, vehicles: [ev1] }\n  - { id: b, import_limit_kw: 9, vehicles: [ev1] }",
                "s.yaml:10:45: groups[1].vehicles[0]: ev1 is listed in group a already: a vehicle is in one group only"
            ),
            (
                "  - { id: a, import_limit_kw: 9, parent: b }\n  - { id: b, import_limit_kw: 9, parent: a, vehicles: [ev1] }",
                "s.yaml:9:42: groups[0].parent: makes the group a part of itself: a in b in a"
            ),
            (
                "  - { id: hall, import_limit_kw: 9, vehicles: [ev1] }\n  - { id: b, import_limit_kw: 9, parent: hal }",
                "s.yaml:10:42: groups[1].parent: there is no group \"hal\"; did you mean hall?"
            ),
            ("  - { id: a, vehicles: [ev1] }", "s.yaml:9:5: groups[0]: must have import_limit_kw or export_limit_kw"),
            (
                "  - { id: a, import_limit_kw: 9 }\n  - { id: a, import_limit_kw: 9 }",
                "s.yaml:10:11: groups[1].id: \"a\" is the id of another group"
            ),
            (
                "  - { id: a, import_limit_kw: -9 }",
                "s.yaml:9:31: groups[0].import_limit_kw: must be >= 0 kW, got -9"
            ),
            ("  - { id: a, import_limit_kw: 9 }", "s.yaml:9:5: warning: groups[0]: no vehicle is in group a"),
        ])
    func slips(groups: String, says: String) {
        let found = ScenarioText.findings(Self.text(groups))
        #expect(found.contains(says), "\(found)")
    }

    @Test("a vehicle that names a group that is not there, or is listed elsewhere, is told so")
    func named() {
        let stranger = ScenarioText.findings(
            Self.text("  - { id: west, import_limit_kw: 9 }", vehicle: ", group: wets"))
        #expect(stranger.contains { $0.hasSuffix("vehicles[3].group: there is no group \"wets\"; did you mean west?") })
        let twice = ScenarioText.findings(
            Self.text(
                "  - { id: a, import_limit_kw: 9, vehicles: [ev4] }\n  - { id: b, import_limit_kw: 9 }",
                vehicle: ", group: b"))
        #expect(twice.contains { $0.hasSuffix("vehicles[3].group: ev4 is listed in group a already") }, "\(twice)")
    }
}
