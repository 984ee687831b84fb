import Accounting
import Scenarios
import Scheduling

/// The plan in a calendar (RFC 5545): an event for each stretch of charging or discharging, one for each departure, and one
/// for a stay in which nothing flows. Nobody is shown as busy by it.
///
/// UIDs come from scenario, vehicle, time and kind, and the stamp is the horizon's start: the same plan is the same file.
package enum ICalFormat: ReportFormat {
    package static let name = "ical"

    /// A stretch of one direction.
    struct Block: Equatable {
        var start: Instant
        var end: Instant
        var isCharging: Bool
        var kWh: Double
        var lowKW: Double
        var highKW: Double
        /// Money per kWh, the mean over the energy: import price while charging, export price while discharging.
        var price: Double
    }

    package static func text(of report: Report) throws -> String {
        let scenario = report.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var calendar = CalendarText()
        calendar.line("BEGIN", "VCALENDAR")
        calendar.line("VERSION", "2.0")
        calendar.line("PRODID", "-//v2x//charge schedule//EN")
        calendar.line("CALSCALE", "GREGORIAN")
        calendar.line("X-WR-CALNAME", CalendarText.escaped("v2x: \(scenario.name)"))
        func event(
            _ kind: String, _ vehicle: String, _ start: Instant, _ end: Instant, _ summary: String,
            _ description: String
        ) {
            calendar.line("BEGIN", "VEVENT")
            calendar.line(
                "UID",
                "\(CalendarText.utc(start))-\(kind)-\(CalendarText.slug(vehicle))-\(CalendarText.slug(scenario.name))@v2x"
            )
            calendar.line("DTSTAMP", CalendarText.utc(scenario.grid.start))
            calendar.line("DTSTART", CalendarText.utc(start))
            // Without an end, an event ends when it begins.
            if start < end { calendar.line("DTEND", CalendarText.utc(end)) }
            calendar.line("SUMMARY", CalendarText.escaped(summary))
            calendar.line("DESCRIPTION", CalendarText.escaped(description))
            calendar.line("TRANSP", "TRANSPARENT")
            calendar.line("END", "VEVENT")
        }

        let sessions = PlugSession.all(in: scenario, result: report.result)
        for session in sessions {
            let id = session.vehicleID
            let blocks = blocks(session, scenario)
            for block in blocks {
                let verb = block.isCharging ? "charge" : "discharge"
                event(
                    verb, id, block.start, block.end,
                    "\(id): \(verb) \(fixed(block.kWh, 1)) kWh, \(powers(block)) kW",
                    "Mean \(block.isCharging ? "import" : "export") price \(fixed(block.price, 4)) \(scenario.currency) per kWh."
                )
            }
            if blocks.isEmpty {
                event(
                    "idle", id, session.start, session.end, "\(id): plugged in, nothing to do",
                    "Neither charging nor discharging is worth its cost.")
            }
        }
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let plan = report.result.vehicles[index]
            let capacity = vehicle.battery.capacityKWh
            for departure in PlugTimeline(vehicle: vehicle, grid: scenario.grid).departures {
                // A departure within a step: what the step leaves, without the trip that begins in it.
                let trip = PlugTimeline(vehicle: vehicle, grid: scenario.grid).tripKWh[departure.step]
                let energy = plan.energyKWh[departure.step + 1] + trip
                event(
                    "departure", vehicle.id, departure.at, departure.at,
                    "\(vehicle.id): leaves with \(fixed(energy / capacity * 100, 0)) %",
                    "\(fixed(energy, 1)) kWh of \(fixed(capacity, 1)); wanted "
                        + "\(fixed(departure.energyKWh / capacity * 100, 0)) %, at \(clock.dateTime(departure.at)).")
            }
        }
        if sessions.isEmpty {
            // A calendar holds one event at least.
            event(
                "none", "", scenario.grid.start, scenario.grid.end, "no vehicle is plugged in",
                "\(scenario.name): there is nothing to plan.")
        }
        calendar.line("END", "VCALENDAR")
        return calendar.text
    }

    private static func powers(_ block: Block) -> String {
        let (low, high) = (fixed(block.lowKW, 1), fixed(block.highKW, 1))
        return low == high ? high : "\(low)-\(high)"
    }

    /// Stretches of one direction in a session; less than a watt is none.
    static func blocks(_ session: PlugSession, _ scenario: Scenario) -> [Block] {
        var blocks: [Block] = []
        var now = session.start
        for part in session.parts {
            let end = now.adding(seconds: part.seconds)
            defer { now = end }
            guard abs(part.kW) >= 0.001 else { continue }
            let kWh = abs(part.kW) * Double(part.seconds) / 3600
            let price =
                part.kW > 0 ? scenario.importPricePerKWh[part.step] : scenario.exportPricePerKWh[part.step]
            if let last = blocks.last, last.end == now, last.isCharging == (part.kW > 0) {
                blocks[blocks.count - 1].price = (last.price * last.kWh + price * kWh) / (last.kWh + kWh)
                blocks[blocks.count - 1].kWh += kWh
                blocks[blocks.count - 1].lowKW = min(last.lowKW, abs(part.kW))
                blocks[blocks.count - 1].highKW = max(last.highKW, abs(part.kW))
                blocks[blocks.count - 1].end = end
            } else {
                blocks.append(
                    Block(
                        start: now, end: end, isCharging: part.kW > 0, kWh: kWh, lowKW: abs(part.kW),
                        highKW: abs(part.kW), price: price))
            }
        }
        return blocks
    }
}
