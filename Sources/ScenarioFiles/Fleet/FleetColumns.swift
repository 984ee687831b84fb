import Scenarios
import Yams

/// A fleet's table of vehicles: a header of these columns in any order, then one vehicle per row.
///
/// The columns are the keys of a vehicle, its battery, its ageing and its charger that are declared with `isColumn`. An
/// empty field, or a column that is not there, is what `defaults` says.
enum FleetColumns {
    static let paths: [(column: String, path: String)] =
        columns(VehicleKeys.all()) + columns(BatteryDraft.keys, of: "battery.")
        + columns(AgeingKeys.all, of: "battery.ageing.") + columns(ChargerKeys.all, of: "charger.")

    private static func columns<Section>(
        _ keys: [SectionKey<Section>], of section: String = ""
    ) -> [(column: String, path: String)] {
        keys.filter(\.isColumn).map { ($0.property.key, section + $0.property.key) }
    }
}

extension FleetForm {
    /// Rows that are wrong beyond these are not checked: a column that is wrong is wrong in every row.
    private static let maxBadRows = 20

    /// The vehicles of the table that `file` names, each with its sessions (nil: as `defaults.plugged` says).
    func vehicles(from file: InputValue, _ sessions: SessionsOfFleet?) -> [ReadVehicle]? {
        guard let (name, bytes) = file.tableBytes() else { return nil }
        let problems = FeedProblems(file: name, log: place.context.log)
        guard var table = SessionTable(bytes, problems), let columns = columns(of: table) else {
            problems.finish()
            return nil
        }
        let hasAgeing = columns.contains { $0.hasPrefix("battery.ageing.") }
        guard let template = template(withAgeing: hasAgeing) else { return nil }
        let base = place.path + ".defaults."
        let fleet = FleetReading(paths: columns.map { base + $0 })
        let notes = FleetNotes()
        let context = context(of: name)
        let log = place.context.log
        var found: [ReadVehicle] = []
        var ids: Set<String> = []
        var (badRows, rows) = (0, 0)
        reading(fleet) {
            while badRows < FleetForm.maxBadRows, table.next() {
                rows += 1
                fleet.cells.removeAll(keepingCapacity: true)
                let idColumn = table.column("id") ?? 0
                func cell(_ column: Int) -> InputValue {
                    InputValue(
                        node: Node(table.plainString(column)), path: table.header[column], context: context,
                        cell: (table.line, table.place(column)))
                }
                fleet.row = InputValue(
                    node: Node(""), path: "", context: context, cell: (table.line, table.place(idColumn)))
                for (column, path) in columns.enumerated() where !table.isEmpty(column) {
                    fleet.cells[base + path] = cell(column)
                }
                let before = log.errorCount
                let own = sessions.map {
                    self.sessions($0.sessions(of: table.string(idColumn)), of: $0, isBatteryAssumed: false, notes)
                }
                if let vehicle = template.vehicle(grid, cellNames: cellNames, ids: &ids, sessions: own),
                    log.errorCount == before
                {
                    found.append(vehicle)
                } else {
                    badRows += 1
                }
            }
        }
        if badRows == FleetForm.maxBadRows {
            log.add(Finding(file: name, message: "the rows after line \(table.line) are not checked"))
        }
        problems.finish()
        guard badRows == 0, problems.count == 0 else { return nil }
        if rows == 0 {
            file.error("\(name): must hold at least one vehicle")
            return nil
        }
        notes.report(at: sessions?.place ?? file)
        return sessions?.isAll(of: ids) ?? true ? found : nil
    }

    /// The path under `defaults` of each column; nil, and problems, where one is unknown.
    private func columns(of table: SessionTable) -> [String]? {
        let known = FleetColumns.paths
        var paths: [String] = []
        for (index, name) in table.header.enumerated() {
            if table.header.firstIndex(of: name) != index {
                table.problems.add(line: table.line, column: 1, "the column \(name) is there twice")
            }
            if let path = known.first(where: { $0.column == name })?.path {
                paths.append(path)
            } else {
                let hint = nearestWord(to: name, among: known.map(\.column)).map { "; did you mean \($0)?" } ?? ""
                table.problems.add(line: table.line, column: 1, "unknown column \(name)\(hint)")
            }
        }
        if table.column("id") == nil { table.problems.add(line: table.line, column: 1, "has no column id") }
        return table.problems.count == 0 ? paths : nil
    }

    /// The template, with a place for the columns of `ageing`.
    private func template(withAgeing hasAgeing: Bool) -> InputValue? {
        guard let template = template(), hasAgeing else { return template() }
        guard case .mapping(var vehicle) = template.node, case .mapping(var battery)? = vehicle["battery"] else {
            return template
        }
        switch battery["ageing"] {
        case .mapping: return template
        case nil: battery["ageing"] = Node([(Node, Node)]())
        default:
            defaults?.error("battery.ageing must be a map where the fleet's file has columns of it")
            return nil
        }
        vehicle["battery"] = .mapping(battery)
        return InputValue(
            node: .mapping(vehicle), path: template.path, context: template.context, cell: template.cell)
    }
}
