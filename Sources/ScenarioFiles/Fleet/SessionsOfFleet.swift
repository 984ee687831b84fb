import Scenarios

/// The sessions of a fleet within the horizon, by vehicle.
struct SessionsOfFleet {
    struct Entry {
        var id: String
        /// In order of time, disjoint.
        var sessions: [ChargingSession]
    }

    /// Where the scenario names the file.
    var place: InputValue
    var file: String
    /// Whether the file says what sessions delivered.
    var knowsEnergy: Bool
    /// In the order in which the file names them.
    var vehicles: [Entry]
    private var numbers: [String: Int] = [:]

    init(place: InputValue, file: String, knowsEnergy: Bool) {
        self.place = place
        self.file = file
        self.knowsEnergy = knowsEnergy
        vehicles = []
    }

    func sessions(of vehicle: String) -> [ChargingSession] { numbers[vehicle].map { vehicles[$0].sessions } ?? [] }

    /// Whether every session is of one of `ids`; findings where not.
    func isAll(of ids: Set<String>) -> Bool {
        guard let stranger = vehicles.first(where: { !ids.contains($0.id) }) else { return true }
        let hint = nearestWord(to: stranger.id, among: ids.sorted()).map { "; did you mean \($0)?" } ?? ""
        place.context.log.add(
            Finding(
                file: file, line: stranger.sessions.first?.line, column: 1, keyPath: "vehicle",
                message: "there is no vehicle \"\(stranger.id)\"\(hint)"))
        return false
    }

    /// Takes the sessions that touch the horizon, each vehicle's in order; problems where they overlap.
    mutating func add(_ sessions: [ChargingSession], within grid: TimeGrid, _ problems: FeedProblems) {
        for session in sessions where session.to > grid.start && session.from < grid.end {
            let name = session.vehicle ?? session.id
            if let number = numbers[name] {
                vehicles[number].sessions.append(session)
            } else {
                numbers[name] = vehicles.count
                vehicles.append(Entry(id: name, sessions: [session]))
            }
        }
        for index in vehicles.indices where vehicles[index].sessions.count > 1 {
            vehicles[index].sessions.sort { $0.from < $1.from }
            let own = vehicles[index].sessions
            for (before, after) in zip(own, own.dropFirst()) {
                let other = before.line.map { "line \($0)" } ?? before.id
                if after.from < before.to {
                    problems.add(
                        line: after.line, column: 1,
                        "\(vehicles[index].id): begins before the session of \(other) has ended")
                } else if after.from == before.to, knowsEnergy || (before.tripKWh ?? 0) > 0 {
                    problems.add(
                        line: after.line, column: 1,
                        "\(vehicles[index].id): begins when the session of \(other) ends: no time to drive in")
                }
            }
        }
    }
}

extension InputValue {
    /// The `sessions` of a fleet: a file's name, or `{ file: ..., format: acn, timezone: America/Los_Angeles }`.
    func fleetSessions(_ grid: TimeGrid) -> SessionsOfFleet? {
        guard scalarText == nil else { return sessionTable(self, format: nil, context.clock, grid) }
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let file = reader.required("file", "sessions.csv")
        let (format, zone) = (reader.optional("format"), reader.optional("timezone"))
        let name = format.map { $0.choice(SessionFeedRegistry.all.map { $0.name }, what: "format of sessions") }
        let clock = zone.map { $0.timeZone() } ?? context.clock
        guard let file, let clock, format == nil || name != nil else { return nil }
        return sessionTable(file, format: name ?? nil, clock, grid)
    }

    private func sessionTable(
        _ file: InputValue, format: String?, _ clock: WallClock, _ grid: TimeGrid
    ) -> SessionsOfFleet? {
        guard let (name, bytes) = file.tableBytes() else { return nil }
        guard let feed = format.flatMap(SessionFeedRegistry.named) ?? SessionFeedRegistry.recognised(bytes) else {
            let names = SessionFeedRegistry.all.map { $0.name }.joined(separator: ", ")
            file.error("\(name): is not recognised as a file of sessions; set format (\(names))")
            return nil
        }
        let problems = FeedProblems(file: name, log: context.log)
        defer { problems.finish() }
        guard let sessions = SessionFeedRegistry.read(bytes, as: feed, clock: clock, problems: problems) else {
            return nil
        }
        var table = SessionsOfFleet(
            place: file, file: name, knowsEnergy: sessions.contains { $0.energyKWh != nil })
        guard context.isHorizonKnown else { return table }
        table.add(sessions, within: grid, problems)
        if table.vehicles.isEmpty, let first = sessions.map(\.from).min(), let last = sessions.map(\.to).max() {
            file.error(
                "\(name): holds \(sessions.count) sessions from \(context.clock.dateTime(first)) to "
                    + "\(context.clock.dateTime(last)), none within the horizon")
            return nil
        }
        return problems.count == 0 ? table : nil
    }
}
