/// Ex-post degradation of one vehicle: relative capacity lost, and its cost beyond the baseline's, in money.
public struct DegradationEntry: Codable, Sendable, Equatable {
    public var calendarLoss: Double
    public var cycleLoss: Double
    public var baselineLoss: Double
    public var trueCost: Double
    public var linearisationGap: Double
    enum CodingKeys: String, CodingKey {
        case calendarLoss = "calendar_loss"
        case cycleLoss = "cycle_loss"
        case baselineLoss = "baseline_loss"
        case trueCost = "true_cost"
        case linearisationGap = "linearisation_gap"
    }
    public init(
        calendarLoss: Double, cycleLoss: Double, baselineLoss: Double, trueCost: Double, linearisationGap: Double
    ) {
        self.calendarLoss = calendarLoss
        self.cycleLoss = cycleLoss
        self.baselineLoss = baselineLoss
        self.trueCost = trueCost
        self.linearisationGap = linearisationGap
    }
}
