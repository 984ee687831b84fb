import GLPKSolver
import LinearPrograms
import Scenarios
import Testing

@testable import BlockAngular

/// Blocks in chain form, priced by dynamic programming, beside the same block as a linear program. If this breaks: a
/// fleet's proof rests on a vehicle's schedule that is not optimal.
@Suite("Pricing of blocks by dynamic programming")
struct OracleTests {
    /// A chain of states with leaves, as a battery has; at random with losses, floors, targets and pieces.
    private static func block(_ random: inout SeededGenerator) -> (block: Block, costs: [Double]) {
        func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.share() }
        var program = LinearProgram()
        let line = program.costLine("cost")
        let label = program.family("x")
        let steps = 2 + Int(random.share() * 20)
        let ceiling = between(10, 60)
        var before = program.addColumn(label(nil, 0), upper: ceiling, block: 0)
        let start = between(0, ceiling)
        program.setBounds(before, lower: start, upper: start)
        let hasPieces = random.share() < 0.5
        for step in 0..<steps {
            let state = program.addColumn(label(nil, step), upper: ceiling, block: 0)
            let (up, down) = (
                program.addColumn(label(nil, step), upper: random.share() < 0.2 ? 0 : between(0, 10), block: 0),
                program.addColumn(label(nil, step), upper: random.share() < 0.3 ? 0 : between(0, 10), block: 0)
            )
            let trip = random.share() < 0.1 ? between(0, 2) : 0
            program.addRow(
                label(nil, step),
                LinearExpression(terms: [
                    Term(state), Term(before, -1), Term(up, -between(0.85, 1)), Term(down, 1 / between(0.85, 1)),
                ]), lower: -trip, upper: -trip)
            program.addCost(line, up, between(-0.05, 0.4))
            program.addCost(line, down, -between(-0.05, 0.4))
            if random.share() < 0.15 {
                // A floor that gives way at a price.
                let missing = program.addColumn(label(nil, step), block: 0)
                program.addRow(
                    label(nil, step), LinearExpression(terms: [Term(state), Term(missing)]), lower: between(0, ceiling))
                program.addCost(line, missing, between(0.1, 2))
            }
            if hasPieces {
                // A convex cost of the mean state.
                var terms = [Term(state, 0.5), Term(before, 0.5)]
                var slope = between(-0.01, 0.01)
                for piece in 0..<3 {
                    let part = program.addColumn(label(nil, step, part: piece), upper: ceiling / 3, block: 0)
                    terms.append(Term(part, -1))
                    program.addCost(line, part, slope)
                    slope += between(0, 0.02)
                }
                program.addRow(label(nil, step), LinearExpression(terms: terms), lower: 0, upper: 0)
            }
            before = state
        }
        program.addCost(line, before, -between(-0.1, 0.3))
        // A row that links it to something else, so that it is a block.
        let other = program.addColumn(label(nil, 0), upper: 1)
        program.addRow(label(nil, 0), LinearExpression(terms: [Term(before), Term(other)]), upper: 1000)
        let block = BlockStructure(program).blocks[0]
        return (block, block.cost)
    }

    @Test("ten thousand random chains cost what the simplex method says, and keep their rows")
    func chains() throws {
        var random = SeededGenerator(seed: 5)
        let pricer = ChainPricer()
        var (priced, infeasible) = (0, 0)
        for number in 0..<10_000 {
            let (block, costs) = Self.block(&random)
            let problem = try GLPKProblem(block.program())
            try problem.setObjective(costs)
            let ending = try problem.simplexOrFromScratch(.init(algorithm: .primal, steepestEdge: true))
            guard case .optimal(let expected) = ending else {
                infeasible += 1
                continue
            }
            let form = try #require(ChainForm(block), "block \(number) is a chain")
            guard let values = pricer.cheapest(form, costs: costs) else { continue }
            priced += 1
            let found = zip(values, costs).reduce(0) { $0 + $1.0 * $1.1 }
            try #require(abs(found - expected) <= 1e-7 * max(1, abs(expected)), "block \(number): \(found) \(expected)")
            var activity = [Double](repeating: 0, count: block.rowLower.count)
            for entry in block.entries { activity[Int(entry.row)] += entry.value * values[Int(entry.column)] }
            for row in activity.indices {
                try #require(activity[row] >= block.rowLower[row] - 1e-6 && activity[row] <= block.rowUpper[row] + 1e-6)
            }
            for column in values.indices {
                try #require(
                    values[column] >= block.lower[column] - 1e-9 && values[column] <= block.upper[column] + 1e-9)
            }
        }
        // What the dynamic program leaves to the simplex method must be the exception.
        #expect(priced + infeasible > 9_900, "\(priced) priced, \(infeasible) infeasible")
        #expect(priced > 5_000)
    }
}
