import ScenarioFiles
import Scenarios
import Testing

/// What owners ask their tools for beside a price: a habit that is misread is a habit that is ignored.
@Suite struct HabitsTests {
    @Test("the habits section: when to charge among equals, and what smoothness may cost")
    func section() throws {
        func habits(_ text: String) throws -> Habits { try Sample(tail: "habits: \(text)\n").scenario().habits }
        #expect(try Sample().scenario().habits == Habits(prefer: .early, smoothWithin: nil))
        #expect(try habits("{ prefer: late }") == Habits(prefer: .late))
        #expect(try habits("{ smooth: true }").smoothWithin == 0)
        #expect(try habits("{ smooth: false }").smoothWithin == nil)
        #expect(try habits("{ smooth: { within: 0.05 } }").smoothWithin == 0.05)
    }

    @Test(
        "slips in the habits section",
        arguments: [
            ("{ prefer: lat }", "habits.prefer: unknown preference \"lat\"; did you mean late? (early, late)"),
            ("{ smooth: 5 }", "habits.smooth: must be true or false, got 5"),
            ("{ smooth: { within: -1 } }", "habits.smooth.within: must be >= 0 EUR, got -1"),
            ("{ smoth: true }", "habits.smoth: unknown key; did you mean smooth?"),
        ]) func slips(text: String, message: String) throws
    {
        #expect(try Sample(tail: "habits: \(text)\n").messages() == [message])
    }

    @Test("a target's time of day is its first within the window, also past midnight")
    func targets() throws {
        var sample = Sample(
            horizon: "{ start: 2024-01-15T12:00, end: 2024-01-17T12:00, step: 1h, timezone: Europe/Amsterdam }",
            plugged:
                "[{ daily: [\"18:00\", \"07:00\"], targets: [{ at: \"02:00\", soc: 0.7 }, { at: \"22:00\", soc: 0.5 }] }]"
        )
        let windows = try sample.vehicle().windows
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        #expect(
            windows.flatMap(\.targets).map { "\(clock.dateTime($0.at)) \($0.soc)" } == [
                "2024-01-15 22:00 0.5", "2024-01-16 02:00 0.7", "2024-01-16 22:00 0.5", "2024-01-17 02:00 0.7",
            ])
        let timeline = PlugTimeline(vehicle: try sample.vehicle(), grid: try sample.scenario().grid)
        // 22:00 is a boundary: it belongs to the step before it.
        #expect(timeline.targets.map(\.step) == [9, 13, 33, 37] && timeline.targets[0].energyKWh == 30)
        sample.plugged = "[{ from: 2024-01-15T18:00, to: 2024-01-16T07:00, targets: [{ at: \"08:00\", soc: 0.7 }] }]"
        #expect(
            try sample.messages() == [
                "vehicles[0].plugged[0].targets[0].at: must lie within its window (2024-01-15 18:00 to 2024-01-16 07:00), "
                    + "got 2024-01-16 08:00"
            ])
    }

    @Test("amperes a phase become kW: 16 A on three phases of 230 V are 11.04 kW, on one 3.68 kW")
    func amperes() throws {
        func charger(_ text: String) throws -> Charger { try Sample(charger: text).vehicle().charger }
        #expect(abs(try charger("{ charge_a: 16, phases: 3 }").chargeKW - 11.04) < 1e-9)
        // Programs that write YAML from floats write 1.0.
        #expect(abs(try charger("{ charge_a: 16, phases: 1.0 }").chargeKW - 3.68) < 1e-9)
        let single = try charger("{ charge_a: 16, discharge_a: 10, min_charge_a: 6, phases: 1, volts: 240 }")
        #expect(abs(single.chargeKW - 3.84) < 1e-9 && abs(single.minChargeKW - 1.44) < 1e-9)
        #expect(abs(single.dischargeKW - 2.4) < 1e-9 && single.phases == [1])
        #expect(try charger("{ charge_kw: 7, phases: [[2, 3]] }").phases == [2, 3])
        #expect(try charger("{ charge_kw: 7, phases: [2] }").phases == [2])
        let site = try Sample(tail: "site: { phase_limit_a: 25 }\n").scenario().site
        #expect(abs((site.phaseLimitKW ?? 0) - 5.75) < 1e-9)
    }

    /// A least power read for three phases would keep one phase from charging.
    @Test("a list of phases is a choice: 6 to 16 A are 1.38 to 3.68 kW on one phase, 4.14 to 11.04 kW on three")
    func phaseChoice() throws {
        func charger(_ text: String) throws -> Charger { try Sample(charger: text).vehicle().charger }
        func ranges(_ charger: Charger) -> [[Double]] {
            charger.modes(.charging).map { [$0.lowKW, $0.highKW].map { ($0 * 1e6).rounded() / 1e6 } }
        }
        let amperes = try charger("{ charge_a: 16, min_charge_a: 6, phases: [1, 3] }")
        #expect(ranges(amperes) == [[1.38, 3.68], [4.14, 11.04]])
        #expect(amperes.phases == [1, 2, 3] && amperes.fewerPhases == [[1]])
        #expect(try charger("{ charge_kw: 11, phases: [[2], 3] }").fewerPhases == [[2]])
        let kW = try charger("{ charge_kw: 11.1, min_charge_kw: 1.4, phases: [1, 3] }")
        #expect(ranges(kW) == [[1.4, 3.7], [4.2, 11.1]])
        // More than one phase takes: it is the least on three.
        let onThree = try charger("{ charge_kw: 11.1, min_charge_kw: 4.2, phases: [1, 3] }")
        #expect(ranges(onThree) == [[1.4, 3.7], [4.2, 11.1]])
        let runs = try charger("{ charge_kw: 11, min_charge_kw: 1.4, min_run: 2, switch_cost: 0.02 }")
        #expect(runs.minRunSteps == 2 && runs.switchCost == 0.02)
    }

    @Test(
        "slips in amperes and phases",
        arguments: [
            ("{ charge_kw: 11, charge_a: 16 }", "charge_a: charge_kw and charge_a exclude each other"),
            ("{ charge_a: 16, min_charge_a: 20 }", "min_charge_a: must be <= charge_a (16 A), got 20"),
            ("{ charge_a: 16, min_charge_kw: 12 }", "min_charge_kw: must be <= charge_a (11.04 kW), got 12 kW"),
            ("{ charge_kw: 7, phases: 4 }", "phases: must be 1, 2 or 3, or which of them ([1]), got 4"),
            ("{ charge_kw: 7, phases: [[1, 1]] }", "phases[0]: must name phases 1, 2 or 3, each once"),
            ("{ charge_kw: 7, phases: [1, 1] }", "phases: must be numbers of phases that differ, as in [1, 3]"),
            ("{ charge_kw: 7, min_run: 1.5 }", "min_run: must be a whole number of steps, got 1.5"),
            ("{ charge_kw: 7, switch_cost: -1 }", "switch_cost: must be >= 0, got -1"),
        ]) func electricalSlips(charger: String, message: String) throws
    {
        #expect(try Sample(charger: charger).messages() == ["vehicles[0].charger.\(message)"])
    }

    @Test(
        "a charging limit must be one that a linear program holds exactly",
        arguments: [
            ("[[0.8, 11], [1, 3]]", nil),
            ("[[0.8, 11], [0.9, 3]]", "charge_limit_by_soc: must end at SoC 1, ends at 0.9"),
            (
                "[[0.8, 3], [1, 11]]",
                "charge_limit_by_soc[1]: power must not rise with the state of charge, got 11 kW after 3 kW"
            ),
            (
                "[[0.5, 11], [0.6, 5], [1, 3]]",
                "charge_limit_by_soc[2]: power must fall ever faster (a limit that is not concave cannot be exact); leave out "
                    + "the point before"
            ),
            ("[[0.8, 11], [0.8, 3]]", "charge_limit_by_soc[1]: states of charge must rise, got 0.8 after 0.8"),
            ("[[0.8, 11], [1, -3]]", "charge_limit_by_soc[1]: power must be >= 0 kW, got -3"),
        ]) func chargeLimit(points: String, message: String?) throws
    {
        let sample = Sample(
            battery: "{ capacity_kwh: 60, soc_start: 0.5, ageing: none, charge_limit_by_soc: \(points) }")
        #expect(try sample.messages() == (message.map { ["vehicles[0].battery.\($0)"] } ?? []))
    }
}
