/// Ex-post degradation of one vehicle: relative capacity lost, and its cost beyond the baseline's, in money.
public struct DegradationEntry: Codable, Sendable, Equatable {
    /// Relative capacity that existing costs, 0...1.
    public var calendarLoss: Double
    /// Relative capacity that cycling costs, 0...1.
    public var cycleLoss: Double
    /// Relative capacity that normal use would have cost, 0...1.
    public var baselineLoss: Double
    /// Price of the capacity lost beyond normal use, money; below 0 where the battery is spared.
    public var trueCost: Double
    /// What the schedule's cost lines have paid for ageing less what the cell model counts, money.
    public var linearisationGap: Double
    enum CodingKeys: String, CodingKey {
        case calendarLoss = "calendar_loss"
        case cycleLoss = "cycle_loss"
        case baselineLoss = "baseline_loss"
        case trueCost = "true_cost"
        case linearisationGap = "linearisation_gap"
    }
    package init(
        calendarLoss: Double, cycleLoss: Double, baselineLoss: Double, trueCost: Double, linearisationGap: Double
    ) {
        self.calendarLoss = calendarLoss
        self.cycleLoss = cycleLoss
        self.baselineLoss = baselineLoss
        self.trueCost = trueCost
        self.linearisationGap = linearisationGap
    }
}
