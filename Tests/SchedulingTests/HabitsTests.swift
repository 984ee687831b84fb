import GLPKSolver
import Scenarios
import Scheduling
import Testing

/// Habits on nights whose best plan is known without a computer.
@Suite struct HabitLawTests {
    private func solved(_ scenario: Scenario) throws -> SolvedSchedule { try SchedulingTests.solve(scenario) }

    private func charge(_ scenario: Scenario) throws -> [Double] {
        try solved(scenario).schedule.vehicles[0].chargeKW.map { ($0 * 1e6).rounded() / 1e6 }
    }

    /// Four hours of one price for a battery of 40 kWh that is to gain 8 kWh.
    private func flat(
        prices: [Double] = [0.1, 0.1, 0.1, 0.1], charger: Charger = Charger(chargeKW: 8),
        change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        SchedulingTests.night(prices: prices, start: 0.25, end: 0.45, charger: charger, change: change)
    }

    @Test("of hours that cost the same the first is taken, or the last, or a little of each")
    func order() throws {
        #expect(try charge(flat()) == [8, 0, 0, 0])
        #expect(try charge(flat { $0.habits.prefer = .late }) == [0, 0, 0, 8])
        #expect(try charge(flat { $0.habits.smoothWithin = 0 }) == [2, 2, 2, 2])
    }

    @Test("smoothness is not bought, unless the owner says for how much: then for no more, and the result says so")
    func smoothness() throws {
        let prices = [0.1, 0.2, 0.1, 0.2]
        let free = try solved(flat(prices: prices) { $0.habits.smoothWithin = 0 })
        #expect(free.status == .optimal && abs(free.objective - 0.8) < 1e-9)
        // 2 kW in every hour costs 0.40 more than the cheap hours alone.
        let calm = try solved(flat(prices: prices) { $0.habits.smoothWithin = 0.4 })
        #expect(calm.schedule.vehicles[0].chargeKW.allSatisfy { abs($0 - 2) < 1e-6 })
        #expect(abs(calm.objective - 1.2) < 1e-6 && abs(calm.bound - 0.8) < 1e-9 && calm.status == .feasible)
        let between = try solved(flat(prices: prices) { $0.habits.smoothWithin = 0.1 })
        #expect(between.objective <= 0.9 + 1e-6)
        func steps(_ plan: SolvedSchedule) -> Double {
            let power = plan.schedule.vehicles[0].chargeKW
            return zip(power, power.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        }
        #expect(steps(calm) < steps(between) && steps(between) < steps(free))
    }

    /// What was left of the budget went into cost lines that no meter writes, and `verify` rejected the result.
    @Test("what calm power does not need of the budget is not spent")
    func unusedBudget() throws {
        func idle(_ within: Double?) -> Scenario {
            flat {
                $0.vehicles[0].battery.socEnd = 0.25
                $0.vehicles[0].battery.ageing = .functions(
                    calendar: [
                        .init(soc: 0, costPerHour: 0.001), .init(soc: 0.2, costPerHour: 0.002),
                        .init(soc: 1, costPerHour: 0.02),
                    ], cycle: [])
                $0.habits.smoothWithin = within
            }
        }
        let (plain, smooth) = (try solved(idle(nil)), try solved(idle(0.5)))
        #expect(abs(plain.objective - smooth.objective) < 1e-9 && smooth.status == .optimal)
        #expect(abs(smooth.costs.reduce(0) { $0 + $1.amount } - smooth.objective) < 1e-9)
    }

    @Test(
        "a target on the way is met when it is due, though it is cheaper later; one out of reach says what is missing")
    func target() throws {
        let prices = [0.3, 0.3, 0.1, 0.1]
        #expect(try charge(flat(prices: prices)) == [0, 0, 8, 0])
        func at(_ hour: Int, _ soc: Double) -> Scenario {
            flat(prices: prices) {
                $0.vehicles[0].windows[0].targets = [.init(at: $0.grid.boundary(hour), soc: soc)]
            }
        }
        // 25 % and 4 kWh are 35 %.
        #expect(try charge(at(2, 0.35)) == [4, 0, 4, 0])
        let short = try solved(at(1, 0.5)).schedule.shortfalls
        #expect(short.map(\.kind) == [.target] && abs(short[0].kwh - 2) < 1e-6)
        #expect(abs((short[0].reachableSoC ?? 0) - 0.45) < 1e-6)
    }

    @Test(
        "power that falls with charge is followed to the letter: on a straight line the mean is the line at the middle")
    func chargeLimit() throws {
        // 8 kW at 0 %, nothing at 100 %: p = 8 (1 - (e + p/2) / 40), from 10 kWh on.
        var energy = 10.0
        let expected = (0..<4).map { _ -> Double in
            let power = 8 * (1 - energy / 40) / 1.1
            energy += power
            return power
        }
        let scenario = SchedulingTests.night(
            prices: [0.1, 0.1, 0.1, 0.1], start: 0.25, end: 1, charger: Charger(chargeKW: 8)
        ) { $0.vehicles[0].battery.chargeLimit = [.init(soc: 0, acKW: 8), .init(soc: 1, acKW: 0)] }
        let plan = try solved(scenario).schedule.vehicles[0].chargeKW
        #expect(zip(plan, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        // Charging at once by rule meets the same line.
        let rule = try ChargingRule(.immediate, scenario: scenario).schedule().get().schedule.vehicles[0].chargeKW
        #expect(zip(rule, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test("no more is discharged on a day than its ration; a day begins at midnight where the car is")
    func cycles() throws {
        // 22:00 to 02:00 in Amsterdam.
        let scenario = SchedulingTests.night(
            prices: [0.5, 0.5, 0.5, 0.5], start: 1, end: 0, charger: Charger(chargeKW: 8, dischargeKW: 8)
        ) {
            $0.grid = TimeGrid(
                start: Instant(epochSeconds: 1_705_352_400), stepSeconds: 3600, count: 4, timeZone: "Europe/Amsterdam")
            $0.vehicles[0].windows = [PlugWindow(from: $0.grid.start, to: $0.grid.end)]
            $0.vehicles[0].battery.maxCyclesPerDay = 0.25
            $0.exportPricePerKWh = [0.3, 0.4, 0.3, 0.2]
        }
        let plan = try solved(scenario).schedule.vehicles[0].dischargeKW
        #expect(zip(plan, [2, 8, 8, 2]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("a spread that gains less than asked is left alone, one that gains more is used")
    func minimumGain() throws {
        func discharged(_ gain: Double) throws -> Double {
            let scenario = SchedulingTests.night(
                prices: [0.1, 0.2, 0.2, 0.2], start: 0.5, end: 0.5, charger: Charger(chargeKW: 8, dischargeKW: 8)
            ) {
                $0.exportPricePerKWh = [0.1, 0.2, 0.2, 0.2]
                $0.vehicles[0].minGainPerKWh = gain
            }
            return try solved(scenario).schedule.vehicles[0].dischargeKW.reduce(0, +)
        }
        #expect(try discharged(0.11) == 0)
        #expect(abs(try discharged(0.09) - 8) < 1e-6)
    }

    @Test("the fuse of the fullest phase decides, and a limit that cannot hold is named")
    func phases() throws {
        func scenario(load: Double) -> Scenario {
            flat {
                $0.vehicles[0].charger.phases = [1]
                $0.site.phaseLimitKW = 3
                $0.site.loadKW = [load, load, load, load]
            }
        }
        // 3 kW a phase less a third of 3 kW of load leaves 2 kW.
        #expect(try charge(scenario(load: 3)) == [2, 2, 2, 2])
        guard case .infeasible(let why) = try SchedulingTests.scheduler(scenario(load: 10.5)).schedule() else {
            Issue.record("a load beyond the fuse was taken")
            return
        }
        #expect(why.limit == "site.phase_limit_a" && abs(why.amount - 0.5) < 1e-6)
    }

    @Test("deferred charging meets a target on the way as late as it can, and the rest later")
    func deferred() throws {
        let scenario = flat {
            $0.vehicles[0].windows[0].targets = [.init(at: $0.grid.boundary(2), soc: 0.35)]
        }
        let plan = try ChargingRule(.deferred, scenario: scenario).schedule().get().schedule.vehicles[0].chargeKW
        #expect(plan == [0, 4, 0, 4])
    }
}
