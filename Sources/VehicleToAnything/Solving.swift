import Accounting
import BlockAngular
import Foundation
import GLPKSolver
import LinearPrograms
import Scheduling

/// How programs are solved.
public struct Solving: Sendable {
    /// Which solver; the optimum is the same.
    public enum Choice: String, Sendable, CaseIterable {
        /// Decomposition for fleets, else direct.
        case auto
        /// The simplex method with branch and bound (GLPK), and a search over batteries.
        case direct
        /// Interior-point methods and column generation, block by block.
        case decomposition
    }

    /// Which solver.
    public var choice: Choice
    /// Whether the solver's log goes to standard error.
    public var isVerbose = false
    /// Threads of one solve; nil: as many as there are cores.
    public var threads: Int?
    /// Of everything that is solved; nil: each schedule has the scenario's own time limit.
    public var limits: SolveLimits?
    /// Asked before each question and between the rounds of a decomposition: true ends the search. A direct solve asks too
    /// where `endsBetweenSolves` is set, between two linear programs; else it ends by its limits alone.
    public var isCancelled: @Sendable () -> Bool
    /// Whether what is cancelled solves no further program: then a question of many programs ends soon, without an answer.
    /// Else each program that is begun after that has its best schedule so far.
    public var endsBetweenSolves = false
    /// Told after each round of a decomposition, from any thread.
    public var report: (@Sendable (DecompositionProgress) -> Void)?

    /// By the solver `choice`, until `isCancelled` says true.
    public init(_ choice: Choice = .auto, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.choice = choice
        self.isCancelled = isCancelled
    }

    /// The solver itself.
    package var solver: any LinearProgramSolver {
        let direct = DirectSolver(isVerbose: isVerbose)
        let decomposition = DecompositionSolver(
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, report: report,
            isCancelled: isCancelled)
        let solver: any LinearProgramSolver =
            switch choice {
            case .auto: AutomaticSolver(direct: direct, decomposition: decomposition)
            case .direct: direct
            case .decomposition: decomposition
            }
        guard endsBetweenSolves else { return solver }
        if let parted = solver as? any PartedProgramSolver {
            return CancellableFleetSolver(solver: parted, isCancelled: isCancelled)
        }
        return CancellableSolver(solver: solver, isCancelled: isCancelled)
    }
}

/// A solver that begins nothing once it is cancelled, and ends what it is at where it would look at the clock.
private struct CancellableSolver: LinearProgramSolver {
    let solver: any LinearProgramSolver
    let isCancelled: @Sendable () -> Bool

    var name: String { solver.name }

    func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        isCancelled() ? .limit : solver.solve(program, options: options.cancelled(by: isCancelled))
    }
}

extension PreparedScenario {
    /// What makes its schedules.
    package var scheduler: Scheduler {
        var scheduler = Scheduler(scenario: scenario, ageing: ageing, streams: streams, solver: solving.solver)
        scheduler.limits = solving.limits
        return scheduler
    }

    /// What answers its questions.
    package var planner: Planner { Planner(scheduler) }
}

extension SolveOptions {
    fileprivate func cancelled(by isCancelled: @escaping @Sendable () -> Bool) -> SolveOptions {
        var options = self
        options.limits.isCancelled = isCancelled
        return options
    }
}

/// The same of one that takes large fleets in parts.
private struct CancellableFleetSolver: PartedProgramSolver {
    let solver: any PartedProgramSolver
    let isCancelled: @Sendable () -> Bool

    var name: String { solver.name }

    func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        isCancelled() ? .limit : solver.solve(program, options: options.cancelled(by: isCancelled))
    }

    func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)? {
        isCancelled() ? nil : solver.solve(parted, options: options.cancelled(by: isCancelled))
    }
}
