import ScenarioFiles
import Scenarios

/// What `v2x feeds` shows of a file of sessions.
package enum SessionSheet {
    /// The same for programs.
    package struct Summary: Encodable {
        package var format: String
        package var from: String
        package var to: String
        package var sessions: Int
        package var vehicles: Int
        /// AC, all sessions; nil where the file does not say.
        package var energyKWh: Double?
        /// Driven between sessions; nil where the file does not say.
        package var tripKWh: Double?
        package var meanStayHours: Double
        package var longestStayHours: Double
        package var maxAtOnce: Int

        enum CodingKeys: String, CodingKey {
            case format, from, to, sessions, vehicles
            case energyKWh = "energy_kwh"
            case tripKWh = "trip_kwh"
            case meanStayHours = "mean_stay_hours"
            case longestStayHours = "longest_stay_hours"
            case maxAtOnce = "most_at_once"
        }

        package init(_ file: SessionFile, clock: WallClock) {
            format = file.format
            from = clock.iso8601(file.sessions.map(\.from).min() ?? Instant(epochSeconds: 0))
            to = clock.iso8601(file.sessions.map(\.to).max() ?? Instant(epochSeconds: 0))
            sessions = file.sessions.count
            vehicles = file.vehicleCount
            func sum(_ values: [Double?]) -> Double? {
                let known = values.compactMap { $0 }
                return known.isEmpty ? nil : known.reduce(0, +)
            }
            energyKWh = sum(file.sessions.map(\.energyKWh))
            tripKWh = sum(file.sessions.map(\.tripKWh))
            let stays = file.sessions.map(\.stayHours)
            meanStayHours = stays.reduce(0, +) / Double(max(1, stays.count))
            longestStayHours = stays.max() ?? 0
            maxAtOnce = Int(saturating: file.occupancy.map(\.value).max() ?? 0)
        }
    }

    /// What it is, its span, vehicles, energy and stays, and how many are plugged in over time; within 80 columns.
    package static func text(_ file: SessionFile, clock: WallClock) -> String {
        let summary = Summary(file, clock: clock)
        var out = "\(FeedSheet.clippedPath(file.name, 60)): \(file.format)\n\(file.title)\n\n"
        func line(_ label: String, _ value: String) { out += padded(label, 10) + value + "\n" }
        let span = (file.sessions.map(\.from).min(), file.sessions.map(\.to).max())
        line("from", "\(span.0.map(clock.dateTime) ?? "") (\(clock.name))")
        line("to", span.1.map(clock.dateTime) ?? "")
        line("sessions", "\(summary.sessions)")
        let isNamed = file.sessions.contains { $0.vehicle != nil }
        line("vehicles", isNamed ? "\(summary.vehicles)" : "not named: each session is one")
        if let energy = summary.energyKWh {
            let mean = energy / Double(max(1, file.sessions.count { $0.energyKWh != nil }))
            line("energy", "\(fixed(energy, 1)) kWh, \(fixed(mean, 1)) a session")
        }
        if let trip = summary.tripKWh { line("driven", "\(fixed(trip, 1)) kWh between sessions") }
        let powers = file.sessions.compactMap(\.powerKW)
        if let least = powers.min(), let most = powers.max() {
            line("power", least == most ? "\(fixed(least, 1)) kW" : "\(fixed(least, 1)) to \(fixed(most, 1)) kW")
        }
        if let longest = file.sessions.max(by: { $0.stayHours < $1.stayHours }) {
            line(
                "stay",
                "\(fixed(summary.meanStayHours, 1)) h on average, at most \(fixed(longest.stayHours, 1)) h "
                    + "from \(clock.dateTime(longest.from))")
        }
        if let most = file.occupancy.max(by: { $0.value < $1.value }) {
            line(
                "at once", "\(summary.maxAtOnce) at most, at \(clock.dateTime(Instant(epochSeconds: most.start)))")
        }
        return out + "\nvehicles plugged in\n" + FeedSheet.plot(file.occupancy, clock: clock) { fixed($0, 0) }
    }

    /// A fleet's table of sessions, which every scenario can name.
    package static func csv(_ file: SessionFile, clock: WallClock) -> String {
        let columns: [(name: String, value: (ChargingSession) -> Double?)] = [
            ("departure_soc", { $0.departureSoC }), ("trip_kwh", { $0.tripKWh }), ("energy_kwh", { $0.energyKWh }),
            ("power_kw", { $0.powerKW }),
        ]
        let used = columns.filter { column in file.sessions.contains { column.value($0) != nil } }
        var out = "vehicle,from,to" + used.map { "," + $0.name }.joined() + "\n"
        for session in file.sessions {
            let name = session.vehicle ?? session.id
            out += name.contains(",") ? "\"\(name)\"" : name
            out += ",\(clock.iso8601(session.from)),\(clock.iso8601(session.to))"
            for column in used { out += "," + (column.value(session).map { "\($0)" } ?? "") }
            out += "\n"
        }
        return out
    }

    /// How many are plugged in, as a picture.
    package static func svg(_ file: SessionFile, clock: WallClock) -> String {
        FeedSheet.picture(
            file.occupancy, title: file.name, subtitle: file.title, panel: "vehicles plugged in", unit: "vehicles",
            stepSeconds: 900, clock: clock)
    }
}
