import Scenarios
import Testing
import TestSupport

@testable import DynamicProgramming

/// Where all numbers are whole, some optimum has whole amounts only (for chosen moves and pieces of the holding cost what
/// is left is a network flow), so that a table over whole amounts is exact and knows nothing of value functions.
struct StoreProgramTests {
    /// A wrong least cost would be reported as a proven optimum.
    @Test("the least cost is that of a table over whole amounts", arguments: 0..<1000)
    func tableOverWholeAmounts(seed: Int) {
        var random = SeededGenerator(program: seed)
        let program = random.program(stages: 1 + seed % 12)
        let expected = table(program)
        switch program.solved() {
        case .optimal(let plan):
            #expect(abs(plan.cost - (expected ?? .infinity)) < 1e-7 * max(1, abs(plan.cost)))
            check(plan, program)
        case .infeasible: #expect(expected == nil)
        case .limit: Issue.record("the work allowed is enough for a dozen stages")
        }
    }

    /// A run that is too short, or a start that is not paid, would be a plan that the charger does not keep.
    @Test("with runs the least cost is that of a table over amounts, modes and their ages", arguments: 0..<600)
    func tableWithRuns(seed: Int) {
        var random = SeededGenerator(program: 5000 + seed)
        let program = random.withModes(random.program(stages: 1 + seed % 14))
        let expected = tableWithRuns(program)
        switch program.solved() {
        case .optimal(let plan):
            #expect(abs(plan.cost - (expected ?? .infinity)) < 1e-7 * max(1, abs(plan.cost)))
            checkRuns(plan, program)
        case .infeasible: #expect(expected == nil)
        case .limit: Issue.record("the work allowed is enough for a dozen stages")
        }
    }

    /// Runs of a plan last long enough, and its cost counts their starts.
    private func checkRuns(_ plan: StorePlan, _ program: StoreProgram) {
        var (amount, cost, mode, age) = (program.start, 0.0, Int?.none, 0)
        for (index, stage) in program.stages.enumerated() {
            let move = stage.moves[plan.moves[index]]
            if stage.endsRuns || move.mode != mode {
                #expect(mode == nil || age >= program.leastRun)
                (mode, age) = (move.mode, 0)
                if move.mode != nil { cost += move.startCost }
            }
            age += 1
            amount += plan.rises[index] - stage.drawn
            cost += move.cost(of: plan.rises[index]) + stage.holding(amount)
        }
        #expect(program.runMayBeCut || mode == nil || age >= program.leastRun)
        #expect(abs(cost - plan.cost) < 1e-6 * max(1, abs(cost)))
    }

    private func tableWithRuns(_ program: StoreProgram) -> Double? {
        struct Place: Hashable {
            var amount: Int
            var mode: Int
            var age: Int
        }
        var value = [Place(amount: Int(program.start), mode: -1, age: 0): 0.0]
        for stage in program.stages {
            var next: [Place: Double] = [:]
            for (place, cost) in value {
                let hasEnded = place.mode < 0 || place.age >= program.leastRun
                for move in stage.moves {
                    let mode = move.mode ?? -1
                    let goesOn = mode == place.mode && !stage.endsRuns
                    guard goesOn || hasEnded else { continue }
                    let start = mode >= 0 && !goesOn ? move.startCost : 0
                    let age = mode < 0 ? 0 : goesOn ? min(place.age + 1, program.leastRun) : 1
                    for rise in Int(move.least)...Int(move.most) {
                        let amount = place.amount + rise - Int(stage.drawn)
                        guard amount >= Int(stage.lower), amount <= Int(stage.upper) else { continue }
                        let reached = Place(amount: amount, mode: mode, age: age)
                        let total = cost + start + move.cost(of: Double(rise)) + stage.holding(Double(amount))
                        next[reached] = min(next[reached] ?? .infinity, total)
                    }
                }
            }
            value = next
        }
        return value.filter { program.runMayBeCut || $0.key.mode < 0 || $0.key.age >= program.leastRun }.values.min()
    }

    /// The bound that is reported where work ends would otherwise exclude the optimum.
    @Test("with little work the bound is not above the optimum", arguments: 0..<60)
    func boundWithLittleWork(seed: Int) {
        var random = SeededGenerator(program: 1000 + seed)
        let program = random.program(stages: 30)
        guard let expected = table(program) else { return }
        switch program.solved(work: 200) {
        case .limit(let bound): #expect(bound <= expected + 1e-7)
        case .optimal(let plan): #expect(abs(plan.cost - expected) < 1e-7 * max(1, abs(expected)))
        case .infeasible: Issue.record("there is a plan")
        }
    }

    /// Cells make the bound of what is to come closer, never wrong.
    @Test("hulls within cells lie below the exact cost to go", arguments: 0..<60)
    func hullsWithinCells(seed: Int) {
        var random = SeededGenerator(program: 2000 + seed)
        let program = random.program(stages: 10)
        guard let expected = table(program) else { return }
        for cells in [2, 8] {
            let value = CostToGo(program, cells: cells)?.functions[0].value(at: program.start)
            #expect((value ?? .infinity) <= expected + 1e-7)
        }
        #expect((CostToGo(convex: program)?.functions[0].value(at: program.start) ?? .infinity) <= expected + 1e-7)
    }

    @Test("an on/off charger cannot stop between its steps")
    func onOff() {
        // 10 kWh are wanted, 4 kWh a step can be had: three steps, the cheapest of five.
        let prices = [5.0, 1, 2, 9, 3]
        let stages = prices.enumerated().map { index, price in
            StoreStage(
                moves: [.rest(), StoreMove(least: 4, most: 4, cost: 4 * price, slope: 0)],
                lower: index == 4 ? 10 : 0, upper: 20)
        }
        guard case .optimal(let plan) = StoreProgram(start: 0, stages: stages).solved() else {
            Issue.record("there is a plan")
            return
        }
        #expect(plan.moves == [0, 1, 1, 0, 1])
        #expect(plan.cost == 24)
    }

    @Test("bounds that no lattice amount meets have no plan")
    func noPlan() {
        let stage = StoreStage(moves: [.rest(), StoreMove(least: 4, most: 4, cost: 1, slope: 0)], lower: 5, upper: 7)
        guard case .infeasible = StoreProgram(start: 0, stages: [stage]).solved() else {
            Issue.record("4 kWh are neither 5 nor 7")
            return
        }
    }

    private func check(_ plan: StorePlan, _ program: StoreProgram) {
        var amount = program.start
        var cost = 0.0
        for (index, stage) in program.stages.enumerated() {
            let move = stage.moves[plan.moves[index]]
            #expect(plan.rises[index] >= move.least - 1e-9 && plan.rises[index] <= move.most + 1e-9)
            amount += plan.rises[index] - stage.drawn
            #expect(amount >= stage.lower - 1e-7 && amount <= stage.upper + 1e-7)
            #expect(abs(amount - plan.amounts[index + 1]) < 1e-7)
            cost += move.cost(of: plan.rises[index]) + stage.holding(amount)
        }
        #expect(abs(cost - plan.cost) < 1e-6 * max(1, abs(cost)))
    }

    private func table(_ program: StoreProgram) -> Double? {
        let most = 64
        var value = [Double](repeating: .infinity, count: most + 1)
        value[Int(program.start)] = 0
        for stage in program.stages {
            var next = [Double](repeating: .infinity, count: most + 1)
            for amount in 0...most where value[amount] < .infinity {
                for move in stage.moves {
                    for rise in Int(move.least)...Int(move.most) {
                        let reached = amount + rise - Int(stage.drawn)
                        guard reached >= Int(stage.lower), reached <= Int(stage.upper) else { continue }
                        next[reached] = min(next[reached], value[amount] + move.cost(of: Double(rise)))
                    }
                }
            }
            for amount in 0...most { next[amount] += stage.holding(Double(amount)) }
            value = next
        }
        let least = value.min() ?? .infinity
        return least < .infinity ? least : nil
    }
}

/// Random programs, the same in every run.
extension SeededGenerator {
    fileprivate init(program seed: Int) { self.init(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15) }

    /// The same program with modes for its moves, costs of starts, and runs that last.
    fileprivate mutating func withModes(_ program: StoreProgram) -> StoreProgram {
        var program = program
        let modes = Int.random(in: 1...3, using: &self)
        let startCost = Double.random(in: 0...1, using: &self)
        for index in program.stages.indices {
            program.stages[index].endsRuns = Int.random(in: 0..<5, using: &self) == 0
            for move in program.stages[index].moves.indices.dropFirst() {
                program.stages[index].moves[move].mode = move % modes
                program.stages[index].moves[move].startCost = startCost
            }
        }
        program.leastRun = Int.random(in: 1...4, using: &self)
        program.runMayBeCut = Bool.random(using: &self)
        return program
    }

    fileprivate mutating func program(stages count: Int) -> StoreProgram {
        let capacity = Int.random(in: 10...60, using: &self)
        let kind = Int.random(in: 0..<4, using: &self)
        let stages = (0..<count).map { index in
            var moves: [StoreMove] = [.rest(cost: Double.random(in: 0...0.1, using: &self))]
            let price = Double.random(in: -0.2...1, using: &self)
            for _ in 0..<Int.random(in: 1...3, using: &self) {
                let least = Int.random(in: 0...6, using: &self)
                let most = kind == 0 ? least : least + Int.random(in: 0...8, using: &self)
                moves.append(
                    StoreMove(
                        least: Double(least), most: Double(most), cost: Double(least) * price + 0.01,
                        slope: price + Double.random(in: -0.3...0.3, using: &self)))
            }
            if kind > 1 {
                let least = Int.random(in: 0...3, using: &self)
                let most = least + Int.random(in: 0...6, using: &self)
                moves.append(
                    StoreMove(
                        least: Double(-most), most: Double(-least), cost: -0.9 * Double(most) * price,
                        slope: 0.9 * price))
            }
            var points: [(x: Double, y: Double)] = []
            if Bool.random(using: &self) {
                let inner = Set((0..<2).map { _ in Int.random(in: 1..<capacity, using: &self) }).sorted()
                points = ([0] + inner + [capacity]).map {
                    (x: Double($0), y: Double.random(in: -1...1, using: &self))
                }
            }
            let isTarget = index == count - 1 || Int.random(in: 0..<6, using: &self) == 0
            return StoreStage(
                moves: moves, drawn: Int.random(in: 0..<5, using: &self) == 0 ? 3 : 0,
                lower: isTarget ? Double(Int.random(in: 0...(capacity / 2), using: &self)) : 0,
                upper: Double(capacity),
                holding: HoldingCost(points: points, slope: Bool.random(using: &self) ? 0.05 : 0))
        }
        return StoreProgram(start: Double(Int.random(in: 0...capacity, using: &self)), stages: stages)
    }
}
