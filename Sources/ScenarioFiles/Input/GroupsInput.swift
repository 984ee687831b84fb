import Scenarios

/// The members of a group, as they were written: kept until every group is known.
private struct WrittenGroup {
    var place: InputValue
    var id: String
    var parentPlace: InputValue?
    var parent: Int?
    var ownMembers: [Int]
    var importLimitKW: [Double]
    var exportLimitKW: [Double]
}

/// Who is in which group already.
private struct Membership {
    var group: Int
    var vehicle: String
}

extension ScenarioSchema {
    static let group = [
        Schema.required("id", .text, "Unique among the groups."),
        Schema.key("parent", .text, "The group that this one is part of."),
        Schema.key("import_limit_kw", .series, "Limit of its vehicles' net charging (charging less discharging), kW."),
        Schema.key("export_limit_kw", .series, "Limit of its vehicles' net discharging, kW."),
        Schema.key("vehicles", .list(.text), "Ids, or ranges of them: ev3..ev12."),
    ]
}

extension InputValue {
    /// The `groups` list: `[{ id: west, import_limit_kw: 50, export_limit_kw: 20, parent: hall, vehicles: [ev1, ev7..ev12] }]`.
    ///
    /// A group holds the vehicles that it lists, those that name it (`group:`, a column of the fleet's file), and all of the
    /// groups whose `parent` it is. Each vehicle is in one group only.
    ///
    /// - Parameters:
    ///   - vehicles: ids, in the scenario's order.
    ///   - named: where a vehicle names its group itself, by the vehicle's index.
    func groups(_ grid: TimeGrid, vehicles: [String], named: [(vehicle: Int, place: InputValue)]) -> [VehicleGroup]? {
        guard let items = list() else { return nil }
        var numbers: [String: Int] = [:]
        for (index, id) in vehicles.enumerated() where numbers[id] == nil { numbers[id] = index }
        var written: [WrittenGroup] = []
        var holders: [Int: Int] = [:]
        var isUsable = true
        guard items.count <= InputValue.maxGroups else {
            error("holds \(items.count) groups; at most \(InputValue.maxGroups) are read")
            return nil
        }
        for item in items {
            guard let group = item.group(grid, numbers, &holders, number: written.count, known: written) else {
                isUsable = false
                continue
            }
            written.append(group)
        }
        var groupNumbers: [String: Int] = [:]
        for (number, group) in written.enumerated() { groupNumbers[group.id] = number }
        func number(of place: InputValue) -> Int? {
            guard let name = place.text() else { return nil }
            if let number = groupNumbers[name] { return number }
            let hint = nearestWord(to: name, among: groupNumbers.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
            place.error("there is no group \"\(name)\"\(hint)")
            return nil
        }
        guard isUsable else { return nil }
        for entry in named {
            guard let group = number(of: entry.place) else {
                isUsable = false
                continue
            }
            if let other = holders[entry.vehicle], other != group {
                entry.place.error("\(vehicles[entry.vehicle]) is listed in group \(written[other].id) already")
                isUsable = false
            } else if holders[entry.vehicle] == nil {
                holders[entry.vehicle] = group
                written[group].ownMembers.append(entry.vehicle)
            }
        }
        for index in written.indices {
            guard let place = written[index].parentPlace else { continue }
            written[index].parent = number(of: place)
            if written[index].parent == nil { isUsable = false }
        }
        return isUsable ? InputValue.tree(written) : nil
    }

    private static let maxGroups = 10_000

    /// Every group with the members of its parts too; nil, and a finding, where a group is part of itself.
    private static func tree(_ written: [WrittenGroup]) -> [VehicleGroup]? {
        var members = written.map(\.ownMembers)
        for (index, group) in written.enumerated() {
            var above = group.parent
            var path = [group.id]
            while let parent = above {
                path.append(written[parent].id)
                guard parent != index else {
                    group.parentPlace?.error("makes the group a part of itself: \(path.joined(separator: " in "))")
                    return nil
                }
                // A ring that this group only leads into is reported at a group of the ring.
                guard path.count <= written.count else { break }
                guard path.count <= YAMLGate.maxDepth else {
                    group.place.error("lies more than \(YAMLGate.maxDepth) groups deep")
                    return nil
                }
                members[parent] += group.ownMembers
                above = written[parent].parent
            }
        }
        for (group, inside) in zip(written, members) where inside.isEmpty {
            group.place.warning("no vehicle is in group \(group.id)")
        }
        return zip(written, members).map { group, members in
            VehicleGroup(
                id: group.id, parent: group.parent, members: members.sorted(), importLimitKW: group.importLimitKW,
                exportLimitKW: group.exportLimitKW)
        }
    }

    private func group(
        _ grid: TimeGrid, _ numbers: [String: Int], _ holders: inout [Int: Int], number: Int, known: [WrittenGroup]
    ) -> WrittenGroup? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let idValue = reader.required("id", "west")
        let id = idValue?.text()
        var isUsable = id != nil
        if let id, known.contains(where: { $0.id == id }) {
            idValue?.error("\"\(id)\" is the id of another group")
            isUsable = false
        }
        let unlimited = Array(repeating: Double.infinity, count: grid.count)
        let (most, least) = (reader.optional("import_limit_kw"), reader.optional("export_limit_kw"))
        if most == nil, least == nil {
            error("must have import_limit_kw or export_limit_kw")
            isUsable = false
        }
        let importLimit = most.map { $0.series(.power, .nonNegative) } ?? unlimited
        let exportLimit = least.map { $0.series(.power, .nonNegative) } ?? unlimited
        let parent = reader.optional("parent")
        var members: [Int] = []
        for item in reader.optional("vehicles")?.list() ?? [] {
            guard let found = item.vehicleRange(numbers) else {
                isUsable = false
                continue
            }
            for (name, vehicle) in found {
                if let other = holders[vehicle] {
                    let place = other == number ? "here" : "in group \(known[other].id)"
                    item.error("\(name) is listed \(place) already: a vehicle is in one group only")
                    isUsable = false
                } else {
                    holders[vehicle] = number
                    members.append(vehicle)
                }
            }
        }
        guard isUsable, let id, let importLimit, let exportLimit else { return nil }
        return WrittenGroup(
            place: self, id: id, parentPlace: parent, ownMembers: members, importLimitKW: importLimit,
            exportLimitKW: exportLimit)
    }

    /// A vehicle's id, or two of them: `ev3..ev12` is every number between.
    private func vehicleRange(_ numbers: [String: Int]) -> [(String, Int)]? {
        guard let text = text() else { return nil }
        if let vehicle = numbers[text] { return [(text, vehicle)] }
        if let dots = text.firstRange(of: "..") {
            // `ev08..ev12` has numbers of two digits throughout.
            let ends = [text[..<dots.lowerBound], text[dots.upperBound...]].map {
                end -> (stem: Substring, number: Int, width: Int)? in
                let stem = end.prefix(end.count - end.reversed().prefix { $0.isASCII && $0.isNumber }.count)
                let digits = end.dropFirst(stem.count)
                return Int(digits).map { (stem, $0, digits.hasPrefix("0") ? digits.count : 0) }
            }
            guard let first = ends[0], let last = ends[1], first.stem == last.stem, first.number <= last.number else {
                error("must be two ids that differ in their number, as ev3..ev12, got \(described)")
                return nil
            }
            var found: [(Substring, Int)] = []
            for number in first.number...last.number {
                let digits = "\(number)"
                let name = first.stem + String(repeating: "0", count: max(0, first.width - digits.count)) + digits
                guard let vehicle = numbers[String(name)] else {
                    error("there is no vehicle \"\(name)\"")
                    return nil
                }
                found.append((name, vehicle))
            }
            return found.map { (String($0.0), $0.1) }
        }
        let hint = nearestWord(to: text, among: numbers.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
        error("there is no vehicle \"\(text)\"\(hint)")
        return nil
    }
}
