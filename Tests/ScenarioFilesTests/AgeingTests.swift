import Scenarios
import Testing

@testable import ScenarioFiles

/// If this breaks: wear is not priced, or at another cell's prices.
@Suite("Ageing of a scenario")
struct AgeingTests {
    private func sample(_ ageing: String) -> Sample {
        Sample(battery: "{ capacity_kwh: 60, soc_start: 0.5, ageing: \(ageing) }")
    }

    private func ageing(_ text: String) throws -> AgeingSpecification { try sample(text).vehicle().battery.ageing }

    @Test("none switches it off")
    func none() throws {
        #expect(try ageing("none") == .none)
    }

    @Test("the two functions, either of which may be absent, with the cell's keys beside them")
    func functions() throws {
        let calendar = [CalendarCostPoint(soc: 0, costPerHour: 0.004), CalendarCostPoint(soc: 1, costPerHour: 0.018)]
        let cycle = [CycleCostSegment(depth: 0.2, costPerKWh: 0.004), CycleCostSegment(depth: 1, costPerKWh: 0.03)]
        let one = [CycleCostSegment(depth: 1, costPerKWh: 0.02)]
        #expect(
            try ageing("{ calendar_cost: [[0, 0.004], [1, 0.018]], cycle_cost: [[0.2, 0.004], [1, 0.03]] }")
                == .functions(calendar: calendar, cycle: cycle))
        #expect(
            try ageing("{ calendar_cost: [[0, 0.004], [1, 0.018]], price_per_kwh: 100, end_of_life: 0.8, age_days: 0 }")
                == .functions(calendar: calendar, cycle: []))
        #expect(try ageing("{ cycle_cost: 0.02 }") == .functions(calendar: [], cycle: one))
    }

    @Test("a built-in cell with its price")
    func cell() throws {
        let text =
            "{ cell: lfp, price_per_kwh: 120, end_of_life: 0.7, service_life_years: 12, age_days: 400, efc_per_year: 50, pricing: present, calendar: exact }"
        #expect(
            try ageing(text)
                == .cell(
                    CellAgeing(
                        cell: "lfp", pricePerKWh: 120, endOfLife: 0.7, serviceLifeYears: 12, ageDays: 400,
                        efcPerYear: 50,
                        pricing: .present, calendar: .exact)))
        #expect(try ageing("{ price_per_kwh: 120 }") == .cell(CellAgeing(cell: "nmc", pricePerKWh: 120)))
        #expect(try ageing("{}") == .cell(CellAgeing()))
    }

    @Test("a cell of the user's own")
    func customCell() throws {
        let text =
            "{ cell: { name: mine, calendar: { soc: [0, 1], temperature_c: [10, 25], rate: [[1, 2], [3, 4]], exponent: 0.5 }, cycle: { depth: [0, 0.5, 1], rate: [0, 1, 2], exponent: 0.7 } } }"
        let cell = CustomCell(
            calendarSoC: [0, 1], calendarTemperatureC: [10, 25], calendarRate: [[1, 2], [3, 4]], calendarExponent: 0.5,
            cycleDepth: [0, 0.5, 1], cycleRate: [0, 1, 2], cycleExponent: 0.7)
        #expect(try ageing(text) == .cell(CellAgeing(cell: "mine", custom: cell)))
    }

    @Test("an unknown cell gets a did-you-mean, where the cells are known")
    func unknownCell() throws {
        let loader = ScenarioLoader(cellNames: ["nmc", "nca", "lfp-prismatic"])
        #expect(
            try sample("{ cell: lfp-prismatik }").messages(loader) == [
                "vehicles[0].battery.ageing.cell: unknown cell \"lfp-prismatik\"; did you mean lfp-prismatic? (lfp-prismatic, nca, nmc)"
            ])
        #expect(try sample("{ cell: nca }").messages(loader) == [])
        #expect(try sample("{ cell: anything }").messages() == [])
    }

    @Test(
        "what is no ageing",
        arguments: [
            ("nmc", ": must be a map, got nmc"),
            ("{ cel: nmc }", ".cel: unknown key; did you mean cell?"),
            ("{ cell: nmc, cycle_cost: 0.02 }", ".cell: a cell and calendar_cost or cycle_cost exclude each other"),
            ("{ cycle_cost: [] }", ".cycle_cost: must hold at least one pair [depth, EUR per kWh]"),
            (
                "{ cycle_cost: [[0.2, 0.01], [0.9, 0.02]] }",
                ".cycle_cost: the last segment must end at depth 1, got 0.9"
            ),
            (
                "{ cycle_cost: [[0.5, 0.01], [0.2, 0.02], [1, 0.03]] }",
                ".cycle_cost[1]: depths must rise from above 0, got 0.2 after 0.5"
            ),
            ("{ cycle_cost: [[0, 0.01], [1, 0.03]] }", ".cycle_cost[0]: depths must rise from above 0, got 0 after 0"),
            ("{ cycle_cost: cheap }", ".cycle_cost: must be a number (EUR/kWh), got cheap"),
            ("{ calendar_cost: 0.01 }", ".calendar_cost: must be a list, got 0.01"),
            ("{ calendar_cost: [[0, 0.01]] }", ".calendar_cost: must go from SoC 0 to SoC 1, got 0 to 0"),
            (
                "{ calendar_cost: [[0.1, 0.01], [1, 0.01]] }",
                ".calendar_cost: must go from SoC 0 to SoC 1, got 0.1 to 1"
            ),
            (
                "{ calendar_cost: [[0, 0.01], [0.5, 1], [0.5, 2], [1, 0.01]] }",
                ".calendar_cost[2]: states of charge must rise, got 0.5 after 0.5"
            ),
            (
                "{ calendar_cost: [[0, 0.01], [1]] }",
                ".calendar_cost[1]: must be a pair [SoC, EUR per hour], got a list"
            ),
            ("{ end_of_life: 1 }", ".end_of_life: must be < 1 (a battery ends its life below its new capacity), got 1"),
            ("{ pricing: now }", ".pricing: unknown pricing \"now\" (end-of-life, present)"),
            ("{ calendar: hul }", ".calendar: unknown form \"hul\"; did you mean hull? (hull, fit, exact)"),
            ("{ service_life_years: 0 }", ".service_life_years: must be > 0 years, got 0"),
            ("{ age_days: -1 }", ".age_days: must be >= 0 days, got -1"),
            (
                "{ cell: { calendar: { soc: [0, 1], temperature_c: [25], rate: [[1, 2, 3]], exponent: 0.5 }, cycle: { depth: [0, 1], rate: [0, 1], exponent: 0.7 } } }",
                ".cell.calendar: rate must have one row per temperature (1), each with one number per state of charge (2)"
            ),
            (
                "{ cell: { calendar: { soc: [0, 1], temperature_c: [25], rate: [[1, 2]], exponent: 0.5 }, cycle: { depth: [0, 1], rate: [0], exponent: 0.7 } } }",
                ".cell.cycle: rate must have one number per depth (2), got 1"
            ),
            (
                "{ cell: { calendar: { soc: [0.1, 1], temperature_c: [25], rate: [[1, 2]], exponent: 0.5 }, cycle: { depth: [0, 1], rate: [0, 1], exponent: 0.7 } } }",
                ".cell.calendar.soc: must go from 0 to 1"
            ),
        ])
    func findings(ageing: String, message: String) throws {
        #expect(try sample(ageing).messages() == ["vehicles[0].battery.ageing\(message)"])
    }

    @Test(
        "odd prices are warned of",
        arguments: [
            (
                "{ cycle_cost: [[0.2, 0.03], [1, 0.01]] }",
                ".cycle_cost[1]: cost falls with depth (0.01 after 0.03): deep energy is used first"
            ),
            ("{ cycle_cost: -0.01 }", ".cycle_cost: a negative cost pays for cycling"),
            ("{ cycle_cost: [[1, -0.01]] }", ".cycle_cost[0]: a negative cost pays for cycling"),
            ("{ calendar_cost: [[0, -0.01], [1, 0]] }", ".calendar_cost[0]: a negative cost pays for ageing"),
        ])
    func warnings(ageing: String, message: String) throws {
        #expect(try sample(ageing).messages() == ["warning: vehicles[0].battery.ageing\(message)"])
    }
}
