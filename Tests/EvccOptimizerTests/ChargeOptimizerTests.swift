import Foundation
import GLPKSolver
import LinearPrograms
import Scenarios
import Testing
import TestSupport

@testable import EvccOptimizer

@Suite struct ChargeOptimizerTests {
    /// A house whose load and sun are 0, hours of the prices given (money per kWh).
    private func answer(_ battery: String, prices: [Double], more: String = "", load: Double = 0) throws -> ChargeAnswer
    {
        func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
        let text = """
            { "batteries": [ \(battery) ], \(more) "eta_c": 0.9, "eta_d": 0.9,
              "time_series": { "dt": \(list(prices.map { _ in 3600 })), "gt": \(list(prices.map { _ in load })),
                "ft": \(list(prices.map { _ in 0 })), "p_N": \(list(prices.map { $0 / 1000 })),
                "p_E": \(list(prices.map { _ in 0.00005 })) } }
            """
        return ChargeOptimizer().answer(to: try ChargeRequest(json: Data(text.utf8)))
    }

    private func car(_ more: String) -> String {
        """
        { "s_min": 0, "s_max": 40000, "s_initial": 10000, "c_max": 10000, "d_max": 0, "charge_from_grid": true,
          \(more) }
        """
    }

    /// A car would charge in an hour that is not the cheapest.
    @Test func goalIsReachedInTheCheapestHours() throws {
        let answer = try answer(
            car(#""c_min": 0, "p_a": 0, "s_goal": [0, 0, 0, 19000]"#), prices: [0.4, 0.2, 0.3, 0.5])
        #expect(answer.status == .optimal)
        #expect(abs(answer.batteries[0].chargedWh[1] - 10000) < 1e-3)
        // The value of the plan: 10 kWh at 0.20.
        #expect(abs((answer.objectiveValue ?? 0) + 2) < 1e-6)
    }

    /// A goal out of reach would make the whole request fail.
    @Test func goalOutOfReachGivesWay() throws {
        let answer = try answer(car(#""c_min": 0, "p_a": 0, "s_goal": [0, 40000]"#), prices: [0.4, 0.2])
        #expect(answer.status == .optimal)
        #expect(abs((answer.batteries[0].storedWh.last ?? 0) - 28000) < 1e-3)
    }

    /// A charger would be asked for a power that it cannot give.
    @Test func leastPowerHoldsWhileCharging() throws {
        let answer = try answer(
            car(#""c_min": 4000, "p_a": 0, "s_goal": [0, 0, 0, 14500]"#), prices: [0.4, 0.2, 0.3, 0.5])
        for charged in answer.batteries[0].chargedWh { #expect(charged < 1e-3 || charged > 4000 - 1e-3) }
    }

    /// A house would take more than its fuse carries, and nobody would be told.
    @Test func importBeyondTheLimitIsReported() throws {
        let answer = try answer(
            car(#""c_min": 0, "p_a": 0"#), prices: [0.4, 0.2], more: #""grid": { "p_max_imp": 3000 },"#, load: 5000)
        #expect(answer.limitViolations.importLimitExceeded)
        #expect(answer.importOvershootWh.allSatisfy { abs($0 - 2000) < 1e-3 })
        #expect(answer.importWh.allSatisfy { abs($0 - 3000) < 1e-3 })
    }

    /// The bill of a demand rate would be left out.
    @Test func demandRateIsPaidOnTheHighestExcess() throws {
        let answer = try answer(
            car(#""c_min": 0, "p_a": 0"#), prices: [0.4, 0.4],
            more: #""grid": { "p_max_imp": 3000, "prc_p_exc_imp": 0.001 },"#, load: 5000)
        // 2 x 5 kWh at 0.40, and 2000 W at 0.001.
        #expect(abs((answer.objectiveValue ?? 0) + 6) < 1e-6)
    }

    /// A battery above its ceiling would make the request infeasible.
    @Test func startAboveTheMostIsTaken() throws {
        let answer = try answer(
            """
            { "s_capacity": 10000, "s_min": 0, "s_max": 8000, "s_initial": 9000, "c_min": 0, "c_max": 0, "d_max": 5000,
              "p_a": 0.001 }
            """, prices: [0.4, 0.2], load: 2000)
        #expect(answer.status == .optimal)
        #expect(answer.batteries[0].storedWh[0] < 8000 + 1e-3)
    }

    /// A way of searching would find a plan that is not the best.
    @Test(arguments: 0..<24)
    func everySearchComesToTheSame(seed: Int) throws {
        let program = ChargeProgram(try ChargeRequest(json: Data(randomRequest(seed: UInt64(seed)).utf8)))
        var whole = program.program.writtenOut()
        (whole.chains, whole.connections) = ([], [])
        var found: [Double] = []
        for program in [program.program, whole] {
            guard
                case .solved(let solution) = DirectSolver().solve(
                    program, options: SolveOptions(relativeGap: 1e-9, limits: SolveLimits(nodes: 100_000)))
            else { continue }
            #expect(solution.isProven)
            found.append(solution.objective)
        }
        try #require(found.count == 2)
        #expect(abs(found[0] - found[1]) < 1e-6 * max(1, abs(found[1])))
    }

    /// Six hours of a house with two batteries.
    private func randomRequest(seed: UInt64) -> String {
        var generator = SeededGenerator(seed: seed)
        func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        func list(_ range: ClosedRange<Int>, unit: Double = 1) -> String {
            "[" + (0..<6).map { _ in "\(Double(random(range)) * unit)" }.joined(separator: ", ") + "]"
        }
        func battery(_ top: Int) -> String {
            let goal = [0, 0, 0, random(0...1) * top / 2, 0, random(0...1) * top * 3 / 4]
            let demand = random(0...2) == 0 ? #", "p_demand": [0, 2000, 2000, 3000, 0, 0]"# : ""
            return """
                { "s_capacity": \(top), "s_min": \(top / 10), "s_max": \(top * 9 / 10), "s_initial": \(random(0...100) * top / 100),
                  "c_min": \(random(0...2) * 1400), "c_max": 7400, "d_max": \(random(0...1) * 5000), "s_goal": \(goal),
                  "p_a": \(Double(random(50...350)) * 1e-6), "charge_from_grid": \(random(0...1) == 1),
                  "discharge_to_grid": \(random(0...1) == 1)\(demand) }
                """
        }
        let grid = [
            "{}", #"{ "p_max_imp": 4000 }"#, #"{ "p_max_imp": 3000, "prc_p_exc_imp": 0.001, "p_max_exp": 1000 }"#,
            #"{ "p_max_imp": 0, "p_max_exp": 0 }"#,
        ][random(0...3)]
        return """
            { "grid": \(grid), "batteries": [ \(battery(10000)), \(battery(40000)) ],
              "time_series": { "dt": [900, 3600, 3600, 3600, 3600, 3600], "gt": \(list(100...900)), "ft": \(list(0...6000)),
                "p_N": \(list(-50...400, unit: 1e-6)), "p_E": \(list(0...300, unit: 1e-6)) } }
            """
    }

    /// A car that is far from full would cost binaries in each step in which it is to charge.
    @Test func demandFarFromFullIsNoChoice() throws {
        func program(start: Int) throws -> LinearProgram {
            let battery = """
                { "s_min": 0, "s_max": 40000, "s_initial": \(start), "c_min": 1400, "c_max": 10000, "d_max": 0, "p_a": 0,
                  "charge_from_grid": true, "p_demand": [5000, 5000] }
                """
            let series = """
                { "dt": [3600, 3600], "gt": [0, 0], "ft": [0, 0], "p_N": [0.0003, 0.0003], "p_E": [0, 0] }
                """
            let text = #"{ "batteries": [ \#(battery) ], "time_series": \#(series) }"#
            return ChargeProgram(try ChargeRequest(json: Data(text.utf8))).program
        }
        #expect(try !program(start: 10000).hasIntegers)
        #expect(try program(start: 30000).hasIntegers)
        let plan = try answer(
            car(#""c_min": 1400, "p_a": 0, "p_demand": [5000, 5000]"#), prices: [0.4, 0.2])
        #expect(plan.batteries[0].chargedWh.allSatisfy { abs($0 - 5000) < 1e-3 })
    }

    /// What is lost beyond the limit would be sold.
    @Test func exportBeyondTheLimitIsLost() throws {
        let answer = try answer(
            car(#""c_min": 0, "p_a": 0"#).replacingOccurrences(of: "10000", with: "0"), prices: [0.4, 0.2],
            more: #""grid": { "p_max_exp": 1000 },"#, load: -3000)
        #expect(answer.limitViolations.exportLimitHit && !answer.limitViolations.importLimitExceeded)
        #expect(answer.exportWh.allSatisfy { abs($0 - 1000) < 1e-3 })
        #expect(answer.exportOvershootWh.allSatisfy { abs($0 - 2000) < 1e-3 })
        #expect(abs((answer.objectiveValue ?? 0) - 0.1) < 1e-6)
    }

    /// A preference would cost money.
    @Test(arguments: ChargeRequest.Strategy.Charging.allCases)
    func strategiesCostNothing(strategy: ChargeRequest.Strategy.Charging) throws {
        let battery = car(#""c_min": 0, "p_a": 0.00025, "c_priority": 2, "s_goal": [0, 0, 0, 30000]"#)
        let prices = [0.4, 0.2, 0.3, 0.5]
        let plain = try answer(battery, prices: prices)
        let preferred = try answer(
            battery, prices: prices, more: #""strategy": { "charging_strategy": "\#(strategy.rawValue)" },"#)
        #expect(abs((plain.objectiveValue ?? 0) - (preferred.objectiveValue ?? 1)) < 1e-6)
    }

    /// A house would be left without a plan, because the best one takes long to prove.
    @Test func withoutTimeForAProofThereIsAPlan() throws {
        var request = try ChargeRequest(
            json: Data(
                """
                { "batteries": [ \(car(#""c_min": 4000, "p_a": 0.0003, "s_goal": [0, 20000], "p_demand": [2000, 2000]"#)) ],
                  "time_series": { "dt": [3600, 3600], "gt": [500, 500], "ft": [0, 3000], "p_N": [0.0002, 0.0003],
                    "p_E": [0.0001, 0.0001] } }
                """.utf8))
        request.batteries[0].dischargeW = 4000
        let answer = ChargeOptimizer(timeLimitSeconds: 0).answer(to: request)
        #expect(answer.status == .feasible || answer.status == .optimal)
        #expect(answer.importWh.count == 2)
    }

    /// A wrong request would be answered with a plan for something else.
    @Test(arguments: [
        ("{", ""), ("[]", ""), ("{}", "batteries"),
        (
            #"{"batteries": [], "time_series": {"dt": [1], "gt": [0], "ft": [0], "p_N": [0], "p_E": []}}"#,
            "time_series.p_E"
        ),
        (
            #"{"batteries": [], "strategy": {"charging_strategy": "x"}, "time_series": {}}"#,
            "strategy.charging_strategy"
        ),
    ])
    func wrongRequestsNameTheField(text: String, field: String) throws {
        let refusal = #expect(throws: RequestRefusal.self) { try ChargeRequest(json: Data(text.utf8)) }
        #expect(field.isEmpty || refusal?.details[field] != nil)
    }
}
