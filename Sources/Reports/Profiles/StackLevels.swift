import Scenarios

/// How the stays of a vehicle share the stack levels that its charger takes.
///
/// Each stay is a profile, and none replaces another: each later one stands a level higher. A station that takes fewer
/// levels rejects what is above them (`ChargeProfileMaxStackLevel`). Where there are more stays than levels, the last ones
/// are one profile, with no power between them.
enum StackLevels {
    /// The stays of one vehicle, in time order, as profiles.
    ///
    /// - Parameters:
    ///   - levels: how many there are; nil: as many as stays.
    ///   - isGoingOn: whether the first stay belongs to a transaction, whose profile stands apart.
    static func grouped<Stay>(_ stays: [Stay], levels: Int?, isGoingOn: Bool) -> [[Stay]] {
        guard let levels else { return stays.map { [$0] } }
        let alone = isGoingOn ? stays.prefix(1) : []
        let rest = stays.dropFirst(alone.count)
        let single = rest.prefix(rest.count > levels ? levels - 1 : rest.count)
        let joined = Array(rest.dropFirst(single.count))
        return (alone + single).map { [$0] } + (joined.isEmpty ? [] : [joined])
    }
}

extension WrittenPlan.Session {
    /// Stays of one vehicle as one, without power between them.
    static func joined(_ stays: [WrittenPlan.Session]) -> WrittenPlan.Session? {
        guard var joined = stays.first else { return nil }
        for stay in stays.dropFirst() {
            let gap = stay.plan.start.epochSeconds - joined.plan.end.epochSeconds
            let offset = stay.plan.start.epochSeconds - joined.plan.start.epochSeconds
            var periods = stay.periods.map {
                WrittenPlan.Period(startSeconds: $0.startSeconds + offset, seconds: $0.seconds, kW: $0.kW)
            }
            if gap > 0 {
                periods.insert(WrittenPlan.Period(startSeconds: offset - gap, seconds: gap, kW: 0), at: 0)
                joined.plan.parts.append(PlugSession.Part(step: stay.plan.parts.first?.step ?? 0, seconds: gap, kW: 0))
            }
            for period in periods {
                if let last = joined.periods.last, last.kW == period.kW {
                    joined.periods[joined.periods.count - 1].seconds += period.seconds
                } else {
                    joined.periods.append(period)
                }
            }
            joined.plan.parts += stay.plan.parts
            joined.plan.end = stay.plan.end
            joined.plannedPeriods += stay.plannedPeriods + (gap > 0 ? 1 : 0)
            joined.movedKWh += stay.movedKWh
        }
        return joined
    }
}
