/// How the owner likes the schedule among those that cost the same, or nearly so.
public struct Habits: Sendable, Equatable {
    /// When to charge, where it costs the same.
    public enum Preference: String, Sendable, CaseIterable {
        /// As early as possible.
        case early
        /// As late as possible.
        case late
    }
    /// When to charge, where it costs the same.
    public var prefer: Preference
    /// What may be spent beyond the minimum cost for power that changes as little as it can, money; nil: no smoothing.
    public var smoothWithin: Double?
    /// A plan to stay near; nil: none.
    public var stay: Stay?

    /// The plan that was made last, and what staying near it may cost.
    public struct Stay: Sendable, Equatable {
        /// Money beyond the optimum.
        public var within: Double
        /// Net power (charging less discharging) by vehicle's id in each step, kW; nil where the plan knows nothing.
        public var plannedKW: [String: [Double?]]
        /// Memberwise.
        package init(within: Double, plannedKW: [String: [Double?]]) {
            self.within = within
            self.plannedKW = plannedKW
        }
    }

    /// What habits may cost beyond the optimum, money.
    public var within: Double { stay?.within ?? smoothWithin ?? 0 }
    /// Memberwise.
    package init(prefer: Preference = .early, smoothWithin: Double? = nil) {
        self.prefer = prefer
        self.smoothWithin = smoothWithin
    }
}
