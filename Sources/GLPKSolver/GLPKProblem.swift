import CGLPK
import LinearPrograms

/// What GLPK could not do, in its own words where it has any.
package struct GLPKError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// GLPK aborted; every problem of the thread is gone with its environment.
        case aborted
        /// The problem was made on another thread.
        case wrongThread
        /// The problem's environment is gone.
        case stale
        case outOfMemory
        /// The method failed numerically.
        case noConvergence
    }
    package var kind: Kind
    package var description: String

    /// A program that has an optimum had none when it was asked again: a limit, or numerical trouble.
    package static let noOptimum = GLPKError(
        kind: .noConvergence, description: "GLPK: no optimum was found where there is one")

    private init(kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }

    init(code: Int32) {
        switch code {
        case Int32(CGLPK_WRONG_THREAD):
            (kind, description) = (.wrongThread, "GLPK: a problem was used on another thread than its own")
        case Int32(CGLPK_STALE):
            (kind, description) = (.stale, "GLPK: the problem is gone: GLPK aborted on this thread since it was made")
        case Int32(CGLPK_NO_MEMORY): (kind, description) = (.outOfMemory, "GLPK: the problem is too large for memory")
        case Int32(CGLPK_NO_CONVERGENCE): (kind, description) = (.noConvergence, String(cString: cglpk_message()))
        default: (kind, description) = (.aborted, String(cString: cglpk_message()))
        }
    }
}

/// A linear program living in GLPK: a handle that keeps its basis, so that a changed objective or bound is re-solved
/// from where the last solve ended.
///
/// It belongs to the thread that made it (GLPK's environment is thread-local; checked with Debian's GLPK 5.0-1: two
/// threads solving 1,000 programs each give bitwise the serial answers, and a problem touched by a second thread aborts
/// the process inside GLPK). Here that is an error of kind `wrongThread`. Swift tasks hop threads, so make, use and drop
/// it within one synchronous call, or on a thread of your own.
package final class GLPKProblem {
    private let handle: OpaquePointer
    package private(set) var rowCount: Int
    package let columnCount: Int
    /// Simplex iterations so far.
    package private(set) var iterations = 0
    /// Whether GLPK's log goes to standard error.
    package var isVerbose = false

    /// GLPK's name and version, `GLPK 5.0`.
    package static let name = "GLPK " + String(cString: cglpk_version())

    /// Loads `program` (its linear part and its integers; violations, tie-breakers and disjunctions are the solver's).
    package init(_ program: LinearProgram) throws(GLPKError) {
        let (objective, constant) = program.objective()
        let integers: [UInt8]? = program.hasIntegers ? program.columnIsInteger.map { $0 ? 1 : 0 } : nil
        var made: OpaquePointer?
        let code = cglpk_load(
            Int32(program.rowCount), Int32(program.columnCount), program.rowLower, program.rowUpper,
            program.columnLower, program.columnUpper, objective, constant, integers, program.entryValue.count,
            program.entryRow, program.entryColumn, program.entryValue, &made)
        guard code == Int32(CGLPK_OK), let made else { throw GLPKError(code: code) }
        handle = made
        rowCount = program.rowCount
        columnCount = program.columnCount
    }

    deinit { _ = cglpk_free(handle) }

    /// Call before a thread that used GLPK ends: frees the thread's environment (about 5 kB).
    package static func endThread() { cglpk_end_thread() }

    private func check(_ code: Int32) throws(GLPKError) {
        if code != Int32(CGLPK_OK) { throw GLPKError(code: code) }
    }

    /// Replaces the objective; the basis stays.
    package func setObjective(_ coefficients: [Double], constant: Double = 0) throws(GLPKError) {
        precondition(coefficients.count == columnCount, "one coefficient a column")
        try check(cglpk_set_objective(handle, coefficients, constant))
    }

    /// Replaces the bounds of `columns`; the basis stays.
    package func setColumnBounds(_ columns: [Int32], lower: [Double], upper: [Double]) throws(GLPKError) {
        try check(cglpk_set_column_bounds(handle, Int32(columns.count), columns, lower, upper))
    }

    /// Replaces the bounds of `rows`; the basis stays.
    package func setRowBounds(_ rows: [Int32], lower: [Double], upper: [Double]) throws(GLPKError) {
        try check(cglpk_set_row_bounds(handle, Int32(rows.count), rows, lower, upper))
    }

    /// Adds a row; the basis stays, with the new row basic.
    package func addRow(_ terms: [Term], lower: Double, upper: Double) throws(GLPKError) {
        try check(
            cglpk_add_row(
                handle, lower, upper, Int32(terms.count), terms.map { Int32($0.column.index) },
                terms.map(\.coefficient)))
        rowCount += 1
    }

    /// Removes every row after the first `count`.
    ///
    /// - Parameters:
    ///   - count: how many rows stay.
    ///   - basis: of what is left; it is the basis afterwards.
    package func removeRows(after count: Int, basis: Basis) throws(GLPKError) {
        if count < rowCount {
            try check(cglpk_remove_rows(handle, Int32(count), Int32(rowCount - count)))
            rowCount = count
        }
        try setBasis(basis)
    }

    package enum Crash: Int32, Sendable { case standard = 0, triangular = 1, bixby = 2 }
    /// Makes a starting basis.
    package func crash(_ kind: Crash) throws(GLPKError) { try check(cglpk_crash(handle, kind.rawValue)) }

    /// Basis statuses: GLPK's numbers (1 basic, 2 at lower, 3 at upper, 4 free, 5 fixed), a byte a row and column.
    package struct Basis: Sendable, Equatable {
        package var rows: [UInt8]
        package var columns: [UInt8]
        package init(rows: [UInt8], columns: [UInt8]) {
            self.rows = rows
            self.columns = columns
        }
        package static let basic: UInt8 = 1
        package static let atLower: UInt8 = 2
        package static let atUpper: UInt8 = 3
        package static let free: UInt8 = 4
        package static let fixed: UInt8 = 5
    }

    /// The basis as it stands.
    package func basis() throws(GLPKError) -> Basis {
        var basis = Basis(
            rows: Array(repeating: 0, count: rowCount), columns: Array(repeating: 0, count: columnCount))
        try check(cglpk_get_basis(handle, &basis.rows, &basis.columns))
        return basis
    }

    /// Starts the next solve from `basis`.
    package func setBasis(_ basis: Basis) throws(GLPKError) {
        precondition(basis.rows.count == rowCount && basis.columns.count == columnCount, "a basis of this problem")
        try check(cglpk_set_basis(handle, basis.rows, basis.columns))
    }

    package struct SimplexOptions: Sendable {
        package enum Algorithm: Sendable { case primal, dual }
        package var algorithm: Algorithm
        package var steepestEdge: Bool
        /// The dual's bound-flipping ratio test.
        package var flipsBounds: Bool
        /// GLPK's presolver first; the present basis is then not used.
        package var presolves: Bool
        package var iterationLimit: Int?
        package var timeLimitSeconds: Double?
        package init(
            algorithm: Algorithm, steepestEdge: Bool, flipsBounds: Bool = false, presolves: Bool = false,
            iterationLimit: Int? = nil, timeLimitSeconds: Double? = nil
        ) {
            self.presolves = presolves
            self.algorithm = algorithm
            self.steepestEdge = steepestEdge
            self.flipsBounds = flipsBounds
            self.iterationLimit = iterationLimit
            self.timeLimitSeconds = timeLimitSeconds
        }
    }

    package enum Ending: Sendable, Equatable {
        case optimal(objective: Double)
        case infeasible
        case unbounded
        /// A limit; `objective` is nil where no feasible point was found.
        case limit(objective: Double?, bound: Double)
    }

    /// Runs the simplex method from the present basis.
    package func simplex(_ options: SimplexOptions) throws(GLPKError) -> Ending {
        var parameters = parameters(options)
        var report = cglpk_report()
        let code = cglpk_simplex(handle, &parameters, &report)
        return try ending(code, report)
    }

    /// Runs the simplex method in rational arithmetic from the present basis: slow, and never wrong.
    package func exactSimplex(iterationLimit: Int? = nil, timeLimitSeconds: Double? = nil) throws(GLPKError) -> Ending {
        var parameters = parameters(
            SimplexOptions(
                algorithm: .primal, steepestEdge: false, iterationLimit: iterationLimit,
                timeLimitSeconds: timeLimitSeconds))
        var report = cglpk_report()
        let code = cglpk_exact(handle, &parameters, &report)
        return try ending(code, report)
    }

    private func parameters(_ options: SimplexOptions) -> cglpk_simplex_options {
        cglpk_simplex_options(
            algorithm: options.algorithm == .dual ? Int32(CGLPK_DUAL) : Int32(CGLPK_PRIMAL),
            steepest_edge: options.steepestEdge ? 1 : 0, long_step: options.flipsBounds ? 1 : 0,
            presolve: options.presolves ? 1 : 0,
            iteration_limit: options.iterationLimit.map { Int32(clamping: $0) } ?? -1,
            time_limit_ms: milliseconds(options.timeLimitSeconds), verbose: isVerbose ? 1 : 0)
    }

    /// Scales rows and columns by geometric means and equilibration, to powers of 2; values and duals stay as they are.
    package func scale() throws(GLPKError) { try check(cglpk_scale(handle, 1)) }

    /// Branch and bound, right after `simplex` found the relaxation's optimum.
    package func integer(
        relativeGap: Double, timeLimitSeconds: Double?, nodeLimit: Int? = nil, cuts: Bool = true
    ) throws(GLPKError) -> Ending {
        var parameters = cglpk_integer_options(
            relative_gap: relativeGap, time_limit_ms: milliseconds(timeLimitSeconds),
            node_limit: nodeLimit.map { Int32(clamping: $0) } ?? -1, cuts: cuts ? 1 : 0, verbose: isVerbose ? 1 : 0)
        var report = cglpk_report()
        let code = cglpk_integer(handle, &parameters, &report)
        bound = report.bound
        return try ending(code, report)
    }
    /// The bound that the last branch and bound proved.
    package private(set) var bound = -Double.infinity

    private func milliseconds(_ seconds: Double?) -> Int32 {
        guard let seconds, seconds < 2e6 else { return -1 }
        return Int32(max(1, seconds * 1000))
    }

    private func ending(_ code: Int32, _ report: cglpk_report) throws(GLPKError) -> Ending {
        iterations = Int(report.iterations)
        switch code {
        case Int32(CGLPK_OK): return .optimal(objective: report.objective)
        case Int32(CGLPK_INFEASIBLE): return .infeasible
        case Int32(CGLPK_UNBOUNDED): return .unbounded
        case Int32(CGLPK_LIMIT):
            return .limit(objective: report.has_point == 1 ? report.objective : nil, bound: report.bound)
        default: throw GLPKError(code: code)
        }
    }

    /// Values and duals of rows and columns. A dual is the change of the objective per unit of a row's bound (or of a
    /// column's value): in a minimisation it is >= 0 where the lower bound binds, <= 0 where the upper one does.
    package struct BasicSolution: Sendable {
        package var columnValues: [Double]
        package var reducedCosts: [Double]
        package var rowValues: [Double]
        package var rowDuals: [Double]
    }

    private func emptySolution() -> BasicSolution {
        BasicSolution(
            columnValues: Array(repeating: 0, count: columnCount),
            reducedCosts: Array(repeating: 0, count: columnCount),
            rowValues: Array(repeating: 0, count: rowCount), rowDuals: Array(repeating: 0, count: rowCount))
    }

    /// The solution of the last simplex run.
    package func solution() throws(GLPKError) -> BasicSolution {
        var solution = emptySolution()
        try check(
            cglpk_get_solution(
                handle, &solution.columnValues, &solution.reducedCosts, &solution.rowValues, &solution.rowDuals))
        return solution
    }

    /// The columns' values alone, of the last simplex run.
    package func columnValues() throws(GLPKError) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        try check(cglpk_get_solution(handle, &values, nil, nil, nil))
        return values
    }

    /// A value for each column and each row: of a move, or of a row of the tableau.
    package struct Tableau: Sendable {
        package var columns: [Double]
        package var rows: [Double]
    }

    /// A row or a column.
    package enum Variable: Sendable {
        case row(Int)
        case column(Int)
    }

    /// How everything moves, in the basis of the last simplex run, per unit by which a nonbasic variable is moved.
    ///
    /// - Throws: `GLPKError` where the variable is basic.
    package func direction(moving variable: Variable) throws(GLPKError) -> Tableau {
        var moves = Tableau(
            columns: Array(repeating: 0, count: columnCount), rows: Array(repeating: 0, count: rowCount))
        let index =
            switch variable {
            case .row(let row): row
            case .column(let column): rowCount + column
            }
        try check(cglpk_get_direction(handle, Int32(index), &moves.columns, &moves.rows))
        return moves
    }

    /// How a basic row moves, in the basis of the last simplex run, per unit of each nonbasic variable.
    ///
    /// - Throws: `GLPKError` where the row is not basic.
    package func tableauRow(_ row: Int) throws(GLPKError) -> Tableau {
        var shares = Tableau(
            columns: Array(repeating: 0, count: columnCount), rows: Array(repeating: 0, count: rowCount))
        try check(cglpk_get_tableau_row(handle, Int32(row), &shares.columns, &shares.rows))
        return shares
    }

    /// The point that branch and bound found.
    package func integerValues() throws(GLPKError) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        try check(cglpk_get_integer_solution(handle, &values))
        return values
    }

    /// Interior-point values and duals (no basis comes of them); nil where the method does not converge.
    package func interior() throws(GLPKError) -> BasicSolution? {
        var solution = emptySolution()
        let code = cglpk_interior(
            handle, &solution.columnValues, &solution.reducedCosts, &solution.rowValues, &solution.rowDuals)
        if code == Int32(CGLPK_NO_CONVERGENCE) { return nil }
        try check(code)
        return solution
    }
}
