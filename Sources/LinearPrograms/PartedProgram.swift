/// A program too large to be held at once: parts that are made when they are wanted, and forgotten again.
///
/// All parts have the same rows and columns of no block, in the same order, with the same names, bounds, costs and
/// coefficients; beyond these each has blocks of its own. What is meant is the program of all blocks, in which the shared
/// rows and columns stand once. It has no integers, violations or tie-breakers.
package struct PartedProgram: Sendable {
    package var partCount: Int
    /// The part of a number: the same whenever it is asked for, and on any thread.
    package var part: @Sendable (Int) -> LinearProgram

    package init(partCount: Int, part: @escaping @Sendable (Int) -> LinearProgram) {
        self.partCount = partCount
        self.part = part
    }
}

/// What came of a parted program.
package protocol PartedSolution: Sendable {
    var objective: Double { get }
    /// No solution costs less.
    var bound: Double { get }
    var isProven: Bool { get }
    var iterations: Int { get }
    /// How it was found, and by what, as a `Solution` says it.
    var method: String { get }
    var solverName: String { get }
    /// Rows and columns of the program of all blocks.
    var size: (rows: Int, columns: Int) { get }
    /// Values of all columns of a part, the shared ones included.
    func values(ofPart number: Int, _ part: LinearProgram) -> [Double]
    /// Makes the part's disjunctions hold, all other parts held as they are; false where that does not come about.
    mutating func mend(part number: Int, _ part: LinearProgram) -> Bool
}

/// A solver that takes programs in parts.
package protocol PartedProgramSolver: LinearProgramSolver {
    /// Nil where it finds no optimum this way.
    func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)?
}
