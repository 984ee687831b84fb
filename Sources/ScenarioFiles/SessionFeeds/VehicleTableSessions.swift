import Scenarios

/// Sessions of known vehicles, in the scenario's own words: `vehicle, from, to`, and any of `departure_soc`, `trip_kwh`
/// (drawn after the session), `energy_kwh` (delivered in it, AC), `power_kw`, `session`.
///
/// Without a column `vehicle` each row is a vehicle of its own. Another column is an error.
struct VehicleTableSessions: SessionFeed {
    let name = "table"
    let title = "a fleet's sessions (CSV): vehicle, from, to, trip_kwh or energy_kwh"
    static let columns = [
        "vehicle", "from", "to", "departure_soc", "trip_kwh", "energy_kwh", "power_kw", "session",
    ]

    func recognises(_ start: String) -> Bool {
        let header = start.split(whereSeparator: \.isNewline).first { !$0.hasPrefix("#") } ?? ""
        let names = header.split { ",;\t".contains($0) }.map {
            $0.trimmingPrefix("\u{FEFF}").filter { $0 != " " && $0 != "\"" }
        }
        return names.contains("from") && names.contains("to")
    }

    func read(_ bytes: [UInt8], clock: WallClock, problems: FeedProblems) -> [ChargingSession]? {
        guard var table = SessionTable(bytes, problems) else { return nil }
        for name in table.header where !VehicleTableSessions.columns.contains(name) {
            let hint = nearestWord(to: name, among: VehicleTableSessions.columns).map { "; did you mean \($0)?" } ?? ""
            problems.add(
                line: table.line, column: 1,
                "unknown column \(name)\(hint) (\(VehicleTableSessions.columns.joined(separator: ", ")))")
        }
        for name in ["from", "to"] where table.column(name) == nil {
            problems.add(line: table.line, column: 1, "has no column \(name)")
        }
        if let energy = table.column("energy_kwh"), table.column("trip_kwh") != nil {
            problems.add(
                line: table.line, column: 1,
                "\(table.header[energy]) and trip_kwh exclude each other: what a session delivers was driven before it")
        }
        guard problems.count == 0, let from = table.column("from"), let to = table.column("to") else { return nil }
        var times = SessionTimes(clock)
        var sessions: [ChargingSession] = []
        while table.next() {
            guard let (start, end) = table.span(from, to, &times) else { continue }
            guard start < end else {
                table.complain(to, "must be after from (\(table.string(from))), got \(table.string(to))")
                continue
            }
            var session = ChargingSession(id: "\(sessions.count + 1)", from: start, to: end, line: table.line)
            if let column = table.column("session"), !table.isEmpty(column) { session.id = table.string(column) }
            if let column = table.column("vehicle") {
                if table.isEmpty(column) { table.complain(column, "must name a vehicle, got nothing") }
                session.vehicle = table.string(column)
            }
            session.departureSoC = number("departure_soc", .share, table)
            session.tripKWh = number("trip_kwh", .nonNegative, table)
            session.energyKWh = number("energy_kwh", .nonNegative, table)
            session.powerKW = number("power_kw", .positive, table)
            sessions.append(session)
        }
        return problems.count == 0 ? sessions : nil
    }

    /// The number in a column; nil where the column or the field is not there, or wrong (then there is a problem).
    private func number(_ name: String, _ range: NumberRange, _ table: SessionTable) -> Double? {
        guard let column = table.column(name), !table.isEmpty(column) else { return nil }
        guard let value = table.number(column) else {
            table.complain(column, "must be a finite number, got \"\(table.string(column))\"")
            return nil
        }
        if let complaint = range.complaint(about: value, text: table.string(column), unit: "") {
            table.complain(column, complaint)
            return nil
        }
        return value
    }
}
