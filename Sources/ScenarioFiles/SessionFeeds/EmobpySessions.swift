import Scenarios

/// A vehicle's availability by emobpy: one row per step with `state`, `consumption` (kWh driven in the step) and `charging_cap`
/// (kW at the charger, 0 where there is none), after a column of times.
///
/// Steps at a charger make a session; what is consumed until the next one is driven after it. What is consumed before the
/// first is left out, with a word: the battery's start is that of the first arrival. The power may change from session to
/// session (home, work, fast); within one, the smallest holds.
struct EmobpySessions: SessionFeed {
    let name = "emobpy"
    let title = "emobpy availability (CSV): consumption and charging_cap by step"
    func recognises(_ start: String) -> Bool {
        let header = start.split(whereSeparator: \.isNewline).first { !$0.hasPrefix("#") } ?? ""
        return header.contains("charging_cap") && header.contains("consumption")
    }

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        guard var table = SessionTable(bytes, problems) else { return nil }
        let needed = (table.neededColumn("consumption"), table.neededColumn("charging_cap"))
        guard let consumption = needed.0, let cap = needed.1 else { return nil }
        var times = SessionTimes(clock)
        var rows: [(start: Instant, kwh: Double, kw: Double, line: Int)] = []
        while table.next() {
            // emobpy's index has no name, or one that the user gave it; it is the first column.
            guard consumption != 0, cap != 0, table.time(0) != nil else {
                problems.add(
                    line: table.line, column: 1,
                    "must begin with the time of the step, got \"\(table.string(0))\": write the table with its index")
                return nil
            }
            guard let start = table.instant(0, &times) else { continue }
            guard let kwh = table.number(consumption), kwh >= 0 else {
                table.complain(consumption, "must be a number >= 0, got \"\(table.string(consumption))\"")
                continue
            }
            guard let kw = table.number(cap), kw >= 0 else {
                table.complain(cap, "must be a number >= 0, got \"\(table.string(cap))\"")
                continue
            }
            rows.append((start, kwh, kw, table.line))
        }
        guard problems.count == 0 else { return nil }
        guard rows.count >= 2 else {
            problems.add("holds \(rows.count) rows; at least two are needed to know how long a step is")
            return nil
        }
        let step = rows[1].start.epochSeconds - rows[0].start.epochSeconds
        for (before, after) in zip(rows, rows.dropFirst())
        where after.start.epochSeconds - before.start.epochSeconds != step || step <= 0 {
            problems.add(line: after.line, column: 1, "does not follow line \(before.line) by \(step / 60) min")
            return nil
        }
        return sessions(rows, step, problems)
    }

    private func sessions(
        _ rows: [(start: Instant, kwh: Double, kw: Double, line: Int)], _ step: Int, _ problems: FeedProblems
    ) -> [ChargingSession] {
        var sessions: [ChargingSession] = []
        var before = 0.0
        var isPlugged = false
        var driven = 0.0
        for row in rows {
            let end = row.start.adding(seconds: step)
            if row.kw > 0 {
                driven += row.kwh
                if isPlugged, let last = sessions.indices.last {
                    sessions[last].to = end
                    sessions[last].powerKW = min(sessions[last].powerKW ?? row.kw, row.kw)
                } else {
                    sessions.append(
                        ChargingSession(
                            id: "\(sessions.count + 1)", vehicle: "ev1", from: row.start, to: end, powerKW: row.kw,
                            tripKWh: 0, line: row.line))
                }
            } else if let last = sessions.indices.last {
                sessions[last].tripKWh = (sessions[last].tripKWh ?? 0) + row.kwh
            } else {
                before += row.kwh
            }
            isPlugged = row.kw > 0
        }
        if before > 0 {
            problems.warn(
                "\((before * 100).rounded() / 100) kWh are driven before the first charger: left out, soc_start is on arrival there"
            )
        }
        if driven > 0 {
            problems.warn(
                "\((driven * 100).rounded() / 100) kWh are consumed in steps at a charger: left out")
        }
        return sessions
    }
}
