import Scenarios

/// What is known, and believed, of when a vehicle is plugged in: the plan's windows until reality shows otherwise.
struct PlugBelief {
    let planned: [PlugWindow]
    let actual: [PlugWindow]

    /// A vehicle that does not come is expected an hour later, again and again.
    private static let patienceSeconds = 3600

    init(_ vehicle: Vehicle) {
        planned = vehicle.windows
        actual = vehicle.actualWindows ?? vehicle.windows
    }

    /// The windows as a plan that is made at `now` sees them: what is past is known, and who is there says no more.
    func windows(at now: Instant) -> [PlugWindow] {
        zip(planned, actual).map { plan, real in
            var seen = plan
            if real.from <= now {
                seen.from = real.from
                // Gone, or still there after it should have gone: then it says until when.
                if real.to <= now || plan.to <= now { seen.to = real.to }
            } else if plan.from <= now {
                seen.from = min(real.from, now.adding(seconds: PlugBelief.patienceSeconds))
                if seen.from >= seen.to { seen = real }
            }
            return seen
        }
    }

    /// The moments at which the plan is seen to be wrong, in order.
    var surprises: [Instant] {
        var found: [Instant] = []
        for (plan, real) in zip(planned, actual) {
            if real.from < plan.from { found.append(real.from) }
            if real.from > plan.from {
                var moment = plan.from
                while moment < real.from {
                    found.append(moment)
                    moment = moment.adding(seconds: PlugBelief.patienceSeconds)
                }
                found.append(real.from)
            }
            if real.to != plan.to { found.append(min(real.to, plan.to)) }
        }
        return found.sorted()
    }
}
