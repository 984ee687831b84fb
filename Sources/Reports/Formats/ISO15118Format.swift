/// ISO 15118-20 `ScheduleTuple`s (Scheduled control mode), one per vehicle and plug-in session, in the names of the
/// standard's schema `V2G_CI_CommonMessages.xsd`.
///
/// Powers are watts as `RationalNumber`, rounded toward zero; both directions are amounts, the schedule's name says which
/// way. `TimeAnchor` is the session's start in seconds since 1970. Each tuple stands alone, so each has the id 1.
package enum ISO15118Format: ReportFormat {
    package static let name = "iso15118"

    package static func text(of report: Report) throws -> String { try output(of: report).text }

    package static func output(of report: Report) throws -> FormatOutput {
        let most = min(report.profileOptions.maxPeriods, ProfileOptions.periodLimit)
        let plan = try WrittenPlan(report, quantum: .rational, maxPeriods: { _ in most })
        let output = Output(
            scenario: report.scenario.name,
            schedules: plan.sessions.map { session in
                let canDischarge = report.scenario.vehicles[session.plan.vehicle].charger.dischargeKW > 0
                return Entry(
                    vehicle: session.plan.vehicleID, from: session.plan.start.utcText, to: session.plan.end.utcText,
                    chargeKWh: OCPPProfiles.short(session.chargeKWh),
                    dischargeKWh: OCPPProfiles.short(session.dischargeKWh),
                    plannedPeriods: session.plannedPeriods, movedKWh: OCPPProfiles.short(session.movedKWh),
                    tuple: Tuple(
                        charging: Schedule(session) { max(0, $0) },
                        discharging: canDischarge ? Schedule(session) { max(0, -$0) } : nil))
            })
        return FormatOutput(text: try JSONFormat.text(of: output), notes: plan.notes)
    }

    struct Output: Encodable {
        var scenario: String
        var schedules: [Entry]
    }

    struct Entry: Encodable {
        var vehicle: String
        var from: String
        var to: String
        var chargeKWh: Double
        var dischargeKWh: Double
        var plannedPeriods: Int
        var movedKWh: Double
        var tuple: Tuple

        enum CodingKeys: String, CodingKey {
            case vehicle, from, to
            case chargeKWh = "charge_kwh"
            case dischargeKWh = "discharge_kwh"
            case plannedPeriods = "planned_periods"
            case movedKWh = "moved_kwh"
            case tuple = "ScheduleTuple"
        }
    }

    struct Tuple: Encodable {
        var id = 1
        var charging: Schedule
        var discharging: Schedule?

        enum CodingKeys: String, CodingKey {
            case id = "ScheduleTupleID"
            case charging = "ChargingSchedule"
            case discharging = "DischargingSchedule"
        }
    }

    struct Schedule: Encodable {
        var anchor: Int
        var entries: [PowerEntry]

        /// - Parameter direction: the part of a power that belongs in here, kW.
        init(_ session: WrittenPlan.Session, _ direction: (Double) -> Double) {
            anchor = session.plan.start.epochSeconds
            entries = []
            for period in session.periods {
                let power = RationalNumber(towardZero: direction(period.kW) * 1000)
                if let last = entries.last, last.power == power {
                    entries[entries.count - 1].duration += period.seconds
                } else {
                    entries.append(PowerEntry(duration: period.seconds, power: power))
                }
            }
        }

        enum CodingKeys: String, CodingKey { case schedule = "PowerSchedule" }
        enum ScheduleKeys: String, CodingKey {
            case anchor = "TimeAnchor"
            case entries = "PowerScheduleEntries"
        }
        enum ListKeys: String, CodingKey { case entry = "PowerScheduleEntry" }

        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: CodingKeys.self)
            var schedule = outer.nestedContainer(keyedBy: ScheduleKeys.self, forKey: .schedule)
            try schedule.encode(anchor, forKey: .anchor)
            var list = schedule.nestedContainer(keyedBy: ListKeys.self, forKey: .entries)
            try list.encode(entries, forKey: .entry)
        }
    }

    struct PowerEntry: Encodable {
        var duration: Int
        var power: RationalNumber

        enum CodingKeys: String, CodingKey {
            case duration = "Duration"
            case power = "Power"
        }
    }
}
