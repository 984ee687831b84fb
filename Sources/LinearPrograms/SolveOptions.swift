/// When a search ends before its proof. Whatever is tried in turn, the limits are those of all attempts together.
public struct SolveLimits: Sendable {
    /// When the search ends by the clock; nil: never.
    public var deadline: ContinuousClock.Instant?
    /// Maximum number of iterations: pivots of the simplex method, rounds of a decomposition. Unlike time it ends a search at
    /// the same place on every machine. Nil: as many as it takes.
    public var iterations: Int?
    /// Maximum number of nodes of a branch and bound, the same on every machine too.
    public var nodes: Int?
    /// Asked whenever the deadline is looked at: true ends the search as a deadline that is past does. Nil: nobody cancels.
    public var isCancelled: (@Sendable () -> Bool)?

    /// With the limits that are set; none by default.
    public init(deadline: ContinuousClock.Instant? = nil, iterations: Int? = nil, nodes: Int? = nil) {
        self.deadline = deadline
        self.iterations = iterations
        self.nodes = nodes
    }

    /// So many seconds from now.
    public init(seconds: Double) {
        self.init(deadline: .now + .milliseconds(Int64(min(max(0, seconds), 1e9) * 1000)))
    }

    /// Seconds until the deadline, at least 0; nil: there is none.
    public var remainingSeconds: Double? {
        if let isCancelled, isCancelled() { return 0 }
        return deadline.map { max(0, ($0 - .now) / .seconds(1)) }
    }

    /// Whether the deadline is past, or the search is cancelled.
    public var isPast: Bool {
        if let isCancelled, isCancelled() { return true }
        return deadline.map { .now >= $0 } ?? false
    }

    /// The same limits, and those of `other`, whichever come first.
    public func within(_ other: SolveLimits) -> SolveLimits {
        func least<T: Comparable>(_ one: T?, _ two: T?) -> T? {
            guard let one, let two else { return one ?? two }
            return min(one, two)
        }
        var both = SolveLimits(
            deadline: least(deadline, other.deadline), iterations: least(iterations, other.iterations),
            nodes: least(nodes, other.nodes))
        let questions = [isCancelled, other.isCancelled].compactMap { $0 }
        if !questions.isEmpty { both.isCancelled = { questions.contains { $0() } } }
        return both
    }
}

/// How hard a solver tries.
package struct SolveOptions: Sendable {
    /// Relative gap at which a proof counts as closed.
    package var relativeGap: Double
    /// When it ends without a proof.
    package var limits: SolveLimits
    /// Whether ties between optima are broken (programs whose values nobody reads need not).
    package var breaksTies: Bool
    /// Whether a search may end at its limit where it finds no solution soon: the caller has another program to try, in which
    /// targets may give way.
    package var mayGiveUp = false

    package init(relativeGap: Double = 1e-6, limits: SolveLimits, breaksTies: Bool = true) {
        self.relativeGap = relativeGap
        self.limits = limits
        self.breaksTies = breaksTies
    }

    /// With a time limit that begins now.
    package init(relativeGap: Double = 1e-6, timeLimitSeconds: Double = 60, breaksTies: Bool = true) {
        self.init(relativeGap: relativeGap, limits: SolveLimits(seconds: timeLimitSeconds), breaksTies: breaksTies)
    }
}
