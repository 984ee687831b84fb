import GLPKSolver
import LinearPrograms

/// Finds the cheapest point of one block at given costs: by dynamic programming where the block is a chain, else by the
/// simplex method from its last basis. Used by one thread alone.
final class BlockOracle {
    let block: Block
    /// How many blocks are exactly like this one (or, in a sample, are stood for by it).
    var count: Double
    /// The program's columns of each of them.
    var twins: [[Int32]]
    private let form: ChainForm?
    private var problem: GLPKProblem?
    private var basis: GLPKProblem.Basis?
    private var costs: [Double] = []

    /// No point satisfies the block, or its cost has no bottom.
    enum Failure: Error { case infeasible, unbounded }

    init(_ block: Block, usesChains: Bool, count: Double = 1) {
        self.block = block
        self.count = count
        twins = [block.columns]
        form = usesChains ? ChainForm(block) : nil
    }

    /// Whether the same duals always give the same point, so that points need not be kept.
    var isStateless: Bool { form != nil }

    /// The cheapest values at the linking rows' `duals`; the block's own costs count only where `usesCost`.
    func cheapest(
        _ duals: [Double], usesCost: Bool, pricer: ChainPricer, keepsProblem: Bool
    ) throws -> (values: [Double], reducedCost: Double) {
        if usesCost {
            block.reducedCosts(at: duals, into: &costs)
        } else {
            costs = Array(repeating: 0, count: block.cost.count)
            for entry in block.linking { costs[Int(entry.column)] -= entry.value * duals[Int(entry.row)] }
        }
        let values: [Double]
        if let form, let found = pricer.cheapest(form, costs: costs) {
            values = found
        } else {
            values = try simplex(keepsProblem: keepsProblem)
        }
        var total = 0.0
        for index in values.indices { total += costs[index] * values[index] }
        return (values, total)
    }

    private func simplex(keepsProblem: Bool) throws -> [Double] {
        let problem = try self.problem ?? GLPKProblem(block.program())
        try problem.setObjective(costs)
        let isWarm = self.problem != nil || basis != nil
        if self.problem == nil {
            if let basis { try problem.setBasis(basis) } else { try problem.crash(.bixby) }
        }
        switch try problem.simplexOrFromScratch(
            .init(algorithm: isWarm ? .primal : .dual, steepestEdge: isWarm, flipsBounds: !isWarm))
        {
        case .optimal: break
        case .infeasible: throw Failure.infeasible
        case .unbounded: throw Failure.unbounded
        case .limit: throw GLPKError.noOptimum
        }
        let values = try problem.columnValues()
        if keepsProblem { self.problem = problem } else { basis = try problem.basis() }
        return values
    }

    /// Drops the GLPK problem: to be called on the oracle's thread before that ends.
    func release() { problem = nil }
}

/// Blocks that share one convexity row: they are priced together, into one column of the master.
final class BlockGroup: @unchecked Sendable {
    let oracles: [BlockOracle]
    /// Points must be kept where an oracle might not find them again.
    let keepsPoints: Bool
    /// What the last pricing found.
    private(set) var found: Result<MasterColumn, any Error> = .failure(BlockOracle.Failure.infeasible)
    /// Sum of the blocks' minimal reduced costs at the last pricing.
    private(set) var minReducedCost = 0.0

    init(_ oracles: [BlockOracle]) {
        self.oracles = oracles
        keepsPoints = !oracles.allSatisfy(\.isStateless)
    }

    func price(_ duals: [Double], number: Int, usesCost: Bool, pricer: ChainPricer, keepsProblems: Bool) {
        do {
            var cost = 0.0
            var reduced = 0.0
            var activity = [Double](repeating: 0, count: duals.count)
            var points: [[Double]] = []
            for oracle in oracles {
                let (values, reducedCost) = try oracle.cheapest(
                    duals, usesCost: usesCost, pricer: pricer, keepsProblem: keepsProblems)
                let weight = oracle.count
                reduced += weight * reducedCost
                for entry in oracle.block.linking {
                    activity[Int(entry.row)] += weight * entry.value * values[Int(entry.column)]
                }
                for index in values.indices { cost += weight * oracle.block.cost[index] * values[index] }
                if keepsPoints { points.append(values) }
            }
            minReducedCost = reduced
            found = .success(
                MasterColumn(
                    group: number, cost: cost, activity: activity, duals: duals, usesCost: usesCost, points: points))
        } catch {
            found = .failure(error)
        }
    }

    /// The blocks' points behind a column.
    func points(of column: MasterColumn, pricer: ChainPricer) throws -> [[Double]] {
        if keepsPoints { return column.points }
        return try oracles.map {
            try $0.cheapest(column.duals, usesCost: column.usesCost, pricer: pricer, keepsProblem: false).values
        }
    }
}

/// A column of the master: one point of every block of a group.
struct MasterColumn {
    var group: Int
    /// The blocks' own cost.
    var cost: Double
    /// Activity of the points in each linking row.
    var activity: [Double]
    /// The duals at which it was priced: from them a chain's point is found again instead of being kept.
    var duals: [Double]
    var usesCost: Bool
    /// The points, block by block, where they must be kept.
    var points: [[Double]]

    func reducedCost(_ duals: [Double], _ groupDual: Double, usesCost: Bool = true) -> Double {
        var total = (usesCost ? cost : 0) - groupDual
        for row in duals.indices { total -= duals[row] * activity[row] }
        return total
    }
}

extension GLPKProblem {
    /// The simplex method from the present basis; where that fails numerically, from the slack basis.
    func simplexOrFromScratch(_ options: SimplexOptions) throws(GLPKError) -> Ending {
        do {
            return try simplex(options)
        } catch {
            guard error.kind == .noConvergence else { throw error }
        }
        try crash(.standard)
        return try simplex(
            SimplexOptions(algorithm: .primal, steepestEdge: true, timeLimitSeconds: options.timeLimitSeconds))
    }
}
