import Scenarios
import Yams

extension ScenarioSchema {
    /// `vehicles` as a map.
    static let fleet = [
        Schema.key("file", .text, "Table of vehicles (CSV)."),
        Schema.key(
            "sessions",
            .any([
                .text,
                .map([
                    Schema.required("file", .text, "Relative to the scenario."),
                    Schema.key(
                        "format", .choice(SessionFeedRegistry.all.map { $0.name }),
                        "By its content where it is missing."),
                    Schema.key("timezone", .text, "Of wall times in the file (the horizon's)."),
                ]),
            ]), "When each vehicle is there and what it needs."),
        Schema.key("defaults", .defined("vehicle_defaults"), "A vehicle's keys, where the tables have none."),
        Schema.key("departure_soc", .number(.share), "Wanted on departure where sessions know only energy (0.8)."),
        Schema.key("count", .number(.positive), "How many vehicles to draw."),
        Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
        Schema.key("arrival", .defined("distribution"), "Time of day (mean 18:00, sd 2h)."),
        Schema.key("departure", .defined("distribution"), "Time of day (mean 07:30, sd 1h)."),
        Schema.key("energy_kwh", .defined("distribution"), "AC, a session (mean 7.4, sd 3.7)."),
        Schema.key("days", .defined("days"), "On which sessions begin (all)."),
        Schema.key("plug_in_share", .number(.share), "How likely a session is on each day (1)."),
        Schema.key(
            "batteries", .list(.defined("weighted_battery"), minCount: 1), "Drawn by weight, over defaults.battery."),
        Schema.key(
            "chargers", .list(.defined("weighted_charger"), minCount: 1), "Drawn by weight, over defaults.charger."),
    ]
}

/// `vehicles` as a map: a fleet from a table of vehicles and a table of sessions, from sessions alone, or drawn from
/// distributions.
///
///     vehicles: { file: vehicles.csv, sessions: sessions.csv, defaults: { battery: {...}, charger: {...} } }
///     vehicles: { sessions: acn.json, departure_soc: 0.8, defaults: {...} }
///     vehicles: { count: 1000, seed: 7, arrival: { mean: "18:00", sd: 2h }, defaults: {...} }
///
/// `defaults` holds a vehicle's keys, for all that the tables do not give.
extension InputValue {
    /// Nil, and findings, where it is wrong.
    func fleet(_ grid: TimeGrid, cellNames: Set<String>?) -> [ReadVehicle]? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let form = FleetForm(
            place: self, grid: grid, cellNames: cellNames, defaults: reader.optional("defaults"),
            targetSoC: reader.optional("departure_soc").map { ($0, $0.number(.share)) })
        let (file, sessions, count) = (reader.optional("file"), reader.optional("sessions"), reader.optional("count"))
        let draw = FleetDrawInput(reader)
        if let count {
            for other in [file, sessions] { other?.error("does not go with count: a fleet is read or drawn") }
            return file == nil && sessions == nil ? form.drawn(count, draw) : nil
        }
        for other in draw.places { other.error("goes with count only") }
        var table: SessionsOfFleet?
        if let sessions {
            guard let read = sessions.fleetSessions(grid) else { return nil }
            table = read
        }
        if let file { return form.vehicles(from: file, table) }
        if let table { return form.vehicles(of: table) }
        error("must be a list of vehicles, or a map with file, sessions or count")
        return nil
    }
}

/// What the forms of a fleet have in common.
struct FleetForm {
    /// The `vehicles` section.
    var place: InputValue
    var grid: TimeGrid
    var cellNames: Set<String>?
    var defaults: InputValue?
    /// State of charge wanted on departure where a session has no target of its own; the number is nil where it is wrong.
    var targetSoC: (place: InputValue, value: Double?)?

    /// Wanted on departure where no other target is set and the need is known as energy: room above for V2X, and what many
    /// makers advise for daily use. An assumption.
    static let usualTargetSoC = 0.8

    /// `defaults` as a vehicle's map that has the sections named, so that columns have a place to go.
    func template(with sections: [String] = ["battery", "charger"]) -> InputValue? {
        var pairs: [(Node, Node)] = []
        if let defaults {
            guard case .mapping(let mapping) = defaults.node else {
                defaults.error("must be a map, got \(defaults.described)")
                return nil
            }
            pairs = mapping.map { ($0.key, $0.value) }
        }
        for section in sections where !pairs.contains(where: { $0.0.scalar?.string == section }) {
            pairs.append((Node(section), Node([(Node, Node)]())))
        }
        let node = Node.mapping(Node.Mapping(pairs))
        let mark = (defaults ?? place).node.mark
        return InputValue(
            node: node, path: place.path + ".defaults", context: place.context, cell: mark.map { ($0.line, $0.column) })
    }

    /// Runs `body` while `fleet` is what values are read by.
    func reading<Result>(_ fleet: FleetReading, _ body: () -> Result) -> Result {
        place.context.fleet = fleet
        defer { place.context.fleet = nil }
        return body()
    }

    /// A context for values of the fleet's file, whose findings go where the scenario's go.
    func context(of file: String) -> InputContext {
        let inner = InputContext(file: file, directory: place.context.directory, log: place.context.log)
        inner.currency = place.context.currency
        inner.grid = place.context.grid
        inner.isHorizonKnown = place.context.isHorizonKnown
        inner.clock = place.context.clock
        return inner
    }

    /// One vehicle for each name in the sessions, or for each session that has none.
    func vehicles(of table: SessionsOfFleet) -> [ReadVehicle]? {
        guard let template = template() else { return nil }
        if table.vehicles.isEmpty {
            table.place.error("no session lies within the horizon")
            return nil
        }
        let fleet = FleetReading(paths: [place.path + ".defaults.id"])
        let notes = FleetNotes()
        let context = context(of: table.file)
        var ids: Set<String> = []
        let read = reading(fleet) {
            table.vehicles.map { entry -> ReadVehicle? in
                let line = entry.sessions.first?.line
                let id = InputValue(
                    node: Node(entry.id), path: "vehicle", context: context, cell: line.map { ($0, 1) })
                fleet.cells = [place.path + ".defaults.id": id]
                return template.vehicle(
                    grid, cellNames: cellNames, ids: &ids,
                    sessions: sessions(entry.sessions, of: table, isBatteryAssumed: true, notes))
            }
        }
        notes.report(at: table.place)
        return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
    }

    func sessions(
        _ sessions: [ChargingSession], of table: SessionsOfFleet, isBatteryAssumed: Bool, _ notes: FleetNotes
    ) -> VehicleSessions {
        VehicleSessions(
            sessions: sessions,
            targetSoC: targetSoC?.value ?? (table.knowsEnergy ? FleetForm.usualTargetSoC : nil),
            decidesStart: table.knowsEnergy, isBatteryAssumed: isBatteryAssumed, notes: notes)
    }
}
