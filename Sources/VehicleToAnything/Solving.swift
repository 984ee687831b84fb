import Accounting
import Decomposition
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
        return switch choice {
        case .auto: AutomaticSolver(direct: direct, decomposition: decomposition)
        case .direct: direct
        case .decomposition: decomposition
        }
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
