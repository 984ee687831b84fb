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
        case direct, decomposition
    }

    /// Which solver.
    public var choice: Choice
    /// Whether the solver's log goes to standard error.
    public var isVerbose = false
    /// Threads of one solve; nil: as many as there are cores.
    public var threads: Int?
    /// Of everything that is solved; nil: each schedule has the scenario's own time limit.
    public var limits: SolveLimits?
    /// Asked before each question and between the rounds of a decomposition: true ends the search. A direct solve that
    /// runs ends by its limits alone.
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
    public var solver: any LinearProgramSolver {
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

/// A solver that begins nothing once it is cancelled.
private struct CancellableSolver: LinearProgramSolver {
    let solver: any LinearProgramSolver
    let isCancelled: @Sendable () -> Bool

    var name: String { solver.name }

    func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        isCancelled() ? .limit : solver.solve(program, options: options)
    }
}

extension PreparedScenario {
    /// What makes its schedules.
    public var scheduler: Scheduler {
        var scheduler = Scheduler(scenario: scenario, ageing: ageing, streams: streams, solver: solving.solver)
        scheduler.limits = solving.limits
        return scheduler
    }

    /// What answers its questions.
    public var planner: Planner { Planner(scheduler) }
}

/// The same of one that takes large fleets in parts.
private struct CancellableFleetSolver: PartedProgramSolver {
    let solver: any PartedProgramSolver
    let isCancelled: @Sendable () -> Bool

    var name: String { solver.name }

    func solve(_ program: LinearProgram, options: SolveOptions) -> Outcome {
        isCancelled() ? .limit : solver.solve(program, options: options)
    }

    func solve(_ parted: PartedProgram, options: SolveOptions) -> (any PartedSolution)? {
        isCancelled() ? nil : solver.solve(parted, options: options)
    }
}
