import Accounting
import Scenarios
import Scheduling

/// A plan as a format with few periods and coarse numbers can say it, and what that loses.
///
/// Neighbours that are written as the same number are one period for nothing. Beyond `maxPeriods` a session's periods are
/// merged with the least energy moved (`PeriodMerging`), session after session, each within what the connection's limits
/// leave beside the others as written. A period keeps its energy at the meter, so a departure target holds (a mean stores
/// no less than what it stands for, but on a part-load curve); on the way the state of charge is another one.
/// Then powers are rounded toward zero: the charger's limits hold, and what that takes away is reported.
package struct WrittenPlan: Sendable {
    /// One power for a while.
    package struct Period: Sendable, Equatable {
        /// From the session's start.
        package var startSeconds: Int
        package var seconds: Int
        /// AC kW as it is written: charging positive.
        package var kW: Double
    }

    package struct Session: Sendable {
        package var plan: PlugSession
        /// Without a gap from the session's start to its end; neighbours differ.
        package var periods: [Period]
        /// Periods before merging.
        package var plannedPeriods: Int
        /// Energy at another time than planned, kWh.
        package var movedKWh: Double
        package var chargeKWh: Double { energy { max(0, $0) } }
        package var dischargeKWh: Double { energy { max(0, -$0) } }

        private func energy(_ part: (Double) -> Double) -> Double {
            periods.reduce(0) { $0 + part($1.kW) * Double($1.seconds) / 3600 }
        }
    }

    package var sessions: [Session]
    /// The energy line of the plan, and of what is written, money.
    package var plannedEnergyCost: Double
    package var writtenEnergyCost: Double
    /// What was lost, a sentence each.
    package var notes: [String]

    /// - Throws: `FormatRefusal` where no profile of so few periods keeps the site's limits.
    ///
    /// - Parameters:
    ///   - keepsPilot: whether nothing below 6 A of each phase is written.
    ///   - maxPeriods: of the stay with this number among all.
    init(
        _ report: Report, quantum: Quantum, keepsPilot: Bool = false, maxPeriods: (Int) -> Int
    ) throws {
        let scenario = report.scenario
        let planned = SiteRoom(scenario: scenario, result: report.result)
        var room = planned
        sessions = []
        var belowPilot: [Int: PilotLimit.Count] = [:]
        for (number, session) in PlugSession.all(in: scenario, result: report.result).enumerated() {
            let maxPeriods = maxPeriods(number)
            let charger = scenario.vehicles[session.vehicle].charger
            let pilot = PilotLimit(charger)
            let (parts, count) = keepsPilot ? pilot.kept(session.parts) : (session.parts, PilotLimit.Count())
            belowPilot[session.vehicle, default: PilotLimit.Count()].charging += count.charging
            belowPilot[session.vehicle, default: PilotLimit.Count()].discharging += count.discharging
            let minCharge = max(charger.minChargeKW, keepsPilot ? pilot.chargeKW : 0)
            let minDischarge = max(charger.minDischargeKW, keepsPilot ? pilot.dischargeKW : 0)
            let merging = PeriodMerging(
                parts, room: parts.map { room.room($0, vehicle: session.vehicle) },
                gaps: [0..<minCharge, -minDischarge..<0] + charger.innerGapsKW,
                isSame: {
                    quantum.written($0, voltsTimesPhases: charger.voltsTimesPhases(atKW: $0))
                        == quantum.written($1, voltsTimesPhases: charger.voltsTimesPhases(atKW: $1))
                })
            guard let merged = merging.merged(most: maxPeriods) else {
                let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
                let fewest = merging.fewestPeriods().map { "; it takes --max-periods \($0) at least" } ?? ""
                throw FormatRefusal(
                    description: "\(session.vehicleID) from \(clock.dateTime(session.start)): no \(maxPeriods) "
                        + "\(maxPeriods == 1 ? "period keeps" : "periods keep") the site's limits and the charger's least power\(fewest)"
                )
            }
            var periods: [Period] = []
            for piece in merged.pieces {
                let meanKW = merging.meanKW(piece)
                let kW = quantum.written(meanKW, voltsTimesPhases: charger.voltsTimesPhases(atKW: meanKW))
                let seconds = parts[piece].reduce(0) { $0 + $1.seconds }
                for part in parts[piece] { room.replace(part, vehicle: session.vehicle, with: kW) }
                if let last = periods.last, last.kW == kW {
                    periods[periods.count - 1].seconds += seconds
                } else {
                    let start = periods.last.map { $0.startSeconds + $0.seconds } ?? 0
                    periods.append(Period(startSeconds: start, seconds: seconds, kW: kW))
                }
            }
            sessions.append(
                Session(
                    plan: session, periods: periods, plannedPeriods: merging.runCount, movedKWh: merged.movedKWh))
        }
        plannedEnergyCost = planned.energyCost
        writtenEnergyCost = room.energyCost
        notes = []
        let pilotNotes = scenario.vehicles.enumerated().compactMap {
            PilotLimit.note($1, belowPilot[$0] ?? PilotLimit.Count())
        }
        notes =
            lossNotes(scenario) + pilotNotes + minPowerNotes(scenario)
            + WrittenPlan.targetNotes(report, written: room.vehicleKW)
    }

    private func lossNotes(_ scenario: Scenario) -> [String] {
        var notes: [String] = []
        let shortened = sessions.filter { $0.periods.count < $0.plannedPeriods }
        if !shortened.isEmpty {
            let before = shortened.map(\.plannedPeriods).max() ?? 0
            let after = shortened.map(\.periods.count).max() ?? 0
            notes.append(
                "merged \(shortened.count == 1 ? "" : "\(shortened.count) sessions ")from \(before) to \(after) \(after == 1 ? "period" : "periods")"
                    + "\(shortened.count == 1 ? "" : " at most"): \(fixed(shortened.reduce(0) { $0 + $1.movedKWh }, 2)) "
                    + "kWh at another time than planned, energy \(fixed(plannedEnergyCost, 4)) -> "
                    + "\(fixed(writtenEnergyCost, 4)) \(scenario.currency)")
        }
        // Charging and discharging that merging nets out is not a loss by rounding.
        let plain = sessions.filter { $0.periods.count >= $0.plannedPeriods }
        let charged = plain.reduce(0) { $0 + $1.plan.chargeKWh - $1.chargeKWh }
        let discharged = plain.reduce(0) { $0 + $1.plan.dischargeKWh - $1.dischargeKWh }
        if max(charged, discharged) >= 0.005 {
            notes.append(
                "rounded toward zero: \(fixed(charged, 2)) kWh less charged, \(fixed(discharged, 2)) kWh less discharged"
            )
        }
        return notes
    }

    /// Powers that rounding took below the charger's least, once a vehicle: it might not charge at all there.
    private func minPowerNotes(_ scenario: Scenario) -> [String] {
        scenario.vehicles.indices.compactMap { index in
            let charger = scenario.vehicles[index].charger
            let periods = sessions.filter { $0.plan.vehicle == index }.flatMap(\.periods)
            // A plan by rule may itself stay below it; then no rounding is to blame.
            let planned = sessions.filter { $0.plan.vehicle == index }.flatMap(\.plan.parts)
            for (sign, least) in [(1.0, charger.minChargeKW), (-1.0, charger.minDischargeKW)] {
                func isBelow(_ kW: Double) -> Bool { sign * kW > 1e-6 && sign * kW < least - 1e-6 }
                guard !planned.contains(where: { isBelow($0.kW) }) else { continue }
                if let period = periods.first(where: { isBelow($0.kW) }) {
                    return
                        "\(scenario.vehicles[index].id): \(fixed(abs(period.kW), 2)) kW is below the charger's least "
                        + "\(fixed(least, 2)) kW, by rounding"
                }
            }
            return nil
        }
    }

    /// Targets that the plan meets and what is written does not, to a hundredth of a kWh; and a battery that would overflow.
    private static func targetNotes(_ report: Report, written: [[Double]]) -> [String] {
        let (scenario, grid) = (report.scenario, report.scenario.grid)
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        var notes: [String] = []
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let plan = report.result.vehicles[index]
            let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
            let changed = VehicleSchedule(
                id: vehicle.id, chargeKW: written[index].map { max(0, $0) },
                dischargeKW: written[index].map { max(0, -$0) }, energyKWh: [])
            let asPlanned = VehicleSchedule(
                id: vehicle.id, chargeKW: plan.chargeKW, dischargeKW: plan.dischargeKW, energyKWh: [])
            let (new, old) = (
                CellFlows(vehicle: vehicle, plan: changed, grid: grid),
                CellFlows(vehicle: vehicle, plan: asPlanned, grid: grid)
            )
            // Stored energy at the end of each step, against the plan's, kWh.
            var apart: [Double] = []
            var sum = 0.0
            for step in 0..<grid.count {
                sum += (new.inKWh[step] - new.outKWh[step]) - (old.inKWh[step] - old.outKWh[step])
                apart.append(sum)
            }
            for target in timeline.departures + timeline.targets where apart[target.step] < -0.01 {
                notes.append(
                    "\(vehicle.id) at \(clock.dateTime(target.at)): \(fixed(-apart[target.step], 2)) kWh less than planned"
                )
            }
            if let step = apart.indices.max(by: {
                plan.energyKWh[$0 + 1] + apart[$0] < plan.energyKWh[$1 + 1] + apart[$1]
            }
            ) {
                let over = plan.energyKWh[step + 1] + apart[step] - timeline.ceilingKWh[step + 1]
                if over > 0.01, apart[step] > 0.01 {
                    notes.append(
                        "\(vehicle.id) at \(clock.dateTime(grid.boundary(step + 1))): the battery would hold "
                            + "\(fixed(over, 2)) kWh more than it may, and will take less")
                }
            }
            for floor in timeline.floors {
                let below = zip(floor.boundaries, floor.energyKWh).compactMap { boundary, least -> (Int, Double)? in
                    guard boundary > 0, apart[boundary - 1] < -0.01 else { return nil }
                    let missing = least - plan.energyKWh[boundary] - apart[boundary - 1]
                    return missing > 0.01 ? (boundary, missing) : nil
                }
                if let worst = below.max(by: { $0.1 < $1.1 }) {
                    notes.append(
                        "\(vehicle.id) at \(clock.dateTime(grid.boundary(worst.0))): \(fixed(worst.1, 2)) kWh below its floor"
                    )
                }
            }
        }
        return notes
    }
}

extension Charger {
    /// Volts of the phases that it is on at a power, one after the other: a current through each times this is the power.
    func voltsTimesPhases(atKW kW: Double) -> Double { volts * Double(phases(atKW: kW).count) }

    /// The powers between those of fewer and of more phases, kW; below 0 those of discharging.
    var innerGapsKW: [Range<Double>] {
        gapsKW(.charging).filter { $0.low > 0 }.map { $0.low..<$0.high }
            + gapsKW(.discharging).filter { $0.low > 0 }.map { -$0.high..<(-$0.low) }
    }
}
