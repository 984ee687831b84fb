/// What a solver says of a program. Outcomes are answers, not errors.
package enum Outcome: Sendable {
    /// A solution; `Solution.gap` says whether it is proven optimal.
    case solved(Solution)
    /// No values satisfy the rows and bounds.
    case infeasible
    /// The objective has no lower bound.
    case unbounded
    /// A limit was reached before any solution was found.
    case limit
    /// The solver failed; the sentence is its own.
    case failed(String)
}

/// Values of the columns, with proof.
package struct Solution: Sendable {
    /// One value a column of the program that was asked about.
    package var values: [Double]
    package var objective: Double
    /// No solution with as small a violation costs less.
    package var bound: Double
    /// The least possible sum of the violations.
    package var violation: Double
    /// Whether `objective` is proven to be within the asked gap of `bound`.
    package var isProven: Bool
    package var iterations: Int
    /// The program as it was last solved: disjunctions written out where they mattered (the others are still among its
    /// `disjunctions`), violations held at their least sum.
    package var finalProgram: LinearProgram
    /// One value a column of `finalProgram`.
    package var finalValues: [Double]
    /// How it was found: `direct`, `decomposition`, with what was special about it behind a comma.
    package var method: String
    /// Name and version of what found it; nil: the solver's own.
    package var solverName: String?

    package init(
        values: [Double], objective: Double, bound: Double, violation: Double, isProven: Bool, iterations: Int,
        finalProgram: LinearProgram, finalValues: [Double], method: String, solverName: String? = nil
    ) {
        self.method = method
        self.solverName = solverName
        self.values = values
        self.objective = objective
        self.bound = bound
        self.violation = violation
        self.isProven = isProven
        self.iterations = iterations
        self.finalProgram = finalProgram
        self.finalValues = finalValues
    }
}

/// Anything that solves a `LinearProgram`.
package protocol LinearProgramSolver: Sendable {
    /// Name and version, `GLPK 5.0`.
    var name: String { get }
    /// Minimises the violations, then the cost, then each tie-breaker, with every disjunction held.
    func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome
}
