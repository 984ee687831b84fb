import Scenarios

/// Sessions as the R packages evprof and evsim write them: `Session, ConnectionStartDateTime, ConnectionEndDateTime, Energy,
/// Power` and whatever else (passed over). Each session is a vehicle of its own; `Power` is its charger's.
///
/// A session without energy (`NA`, which R writes for what it does not know, or 0) is left out, with a word.
struct EvprofSessions: SessionFeed {
    let name = "evprof"
    let title = "evprof, evsim (CSV): energy and power by session"
    func recognises(_ start: String) -> Bool { start.contains("ConnectionStartDateTime") }

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        guard var table = SessionTable(bytes, problems) else { return nil }
        let ends = (table.neededColumn("ConnectionStartDateTime"), table.neededColumn("ConnectionEndDateTime"))
        guard let from = ends.0, let to = ends.1, let energy = table.neededColumn("Energy") else { return nil }
        let (name, power) = (table.column("Session"), table.column("Power"))
        var times = SessionTimes(clock)
        var sessions: [ChargingSession] = []
        var seen: Set<String> = []
        var (rows, empty) = (0, 0)
        while table.next() {
            rows += 1
            guard let (start, end) = table.span(from, to, &times) else { continue }
            guard start < end else {
                table.complain(to, "must be after ConnectionStartDateTime, got \(table.string(to))")
                continue
            }
            let id = name.map { table.string($0) } ?? "\(rows)"
            guard seen.insert(id).inserted else {
                table.complain(name ?? 0, "session \(id) is there twice")
                continue
            }
            guard let kwh = number(energy, table), let kw = number(power, table) else { continue }
            guard let kwh, kwh > 0 else {
                empty += 1
                continue
            }
            if let kw, kw <= 0, let power {
                table.complain(power, "must be > 0 kW, got \(table.string(power))")
                continue
            }
            sessions.append(
                ChargingSession(id: id, from: start, to: end, energyKWh: kwh, powerKW: kw, line: table.line))
        }
        if empty > 0 { problems.warn("\(empty) of \(rows) sessions have no energy: left out") }
        return problems.count == 0 ? sessions : nil
    }

    /// A number, or nothing where the field is empty, NA or not there; nil, and a problem, where it is something else.
    private func number(_ column: Int?, _ table: SessionTable) -> Double?? {
        guard let column, !table.isEmpty(column), table.string(column) != "NA" else { return .some(nil) }
        if let value = table.number(column) { return .some(value) }
        table.complain(column, "must be a finite number or NA, got \"\(table.string(column))\"")
        return .none
    }
}
