import Scenarios
import Scheduling

/// What value streams promised: each knows its own conditions.
extension Replay {
    func checkStreams() {
        for stream in streams {
            let problems = stream.problems(of: schedule, in: scenario)
            log.checkCount += 1
            log.problems += problems
        }
        for key in (result.services ?? [:]).keys.sorted() where !streams.contains(where: { $0.key == key }) {
            expect(false, "services: \(key) cannot be checked: the scenario has no such service")
        }
        checkStreamShortfalls()
    }

    /// The streams' own targets against the shortfalls that the result admits.
    private func checkStreamShortfalls() {
        let missed =
            streams.flatMap { $0.shortfalls(of: schedule, in: scenario) }
            + schedule.outageShortfalls(on: scenario.grid)
            + zip(scenario.site.flexibleLoads, schedule.loads).flatMap { $0.missing(in: $1, on: scenario.grid) }
        var claims = result.shortfalls.filter { $0.vehicle == nil }
        for shortfall in missed {
            let at = clock.iso8601(shortfall.at)
            let index = claims.firstIndex {
                // A store of heat may lie as deep at several times.
                $0.kind == shortfall.kind && $0.load == shortfall.load
                    && ($0.at == at || (shortfall.load != nil && shortfall.window == nil))
            }
            let claimed = index.map { claims.remove(at: $0).kwh } ?? 0
            expect(
                abs(claimed - shortfall.kwh) <= 2 * allowance(shortfall.kwh) * Double(1 + result.vehicles.count),
                "\(shortfall.kind.rawValue): at \(clock.dateTime(shortfall.at)): \(text(shortfall.kwh)) kWh short, "
                    + "the result says \(text(claimed)) kWh")
        }
        for claim in claims where claim.kwh > 2 * Replay.tolerance {
            expect(
                false,
                "\(claim.kind.rawValue): at \(claim.at): \(text(claim.kwh)) kWh short by the result, nothing is missing"
            )
        }
    }
}
