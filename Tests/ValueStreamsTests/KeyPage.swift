import ValueStreams

@testable import ScenarioFiles

/// The documentation's page of keys, made from the schema that `v2x schema` prints.
struct KeyPage {
    private static let schema = ScenarioSchema(sections: StreamRegistry.sections)

    /// A table of the page.
    private struct Section {
        var title: String
        var properties: [Schema.Property]
    }

    private var sections: [Section] = []

    static var text: String {
        var page = KeyPage()
        page.add("scenario", schema.root)
        for definition in schema.definitions where !isVariant(definition.name) {
            page.visit(definition.schema, definition.name)
        }
        return page.header
            + page.sections.enumerated().map { page.table(of: $1, number: $0 + 1) }.joined(separator: "\n")
            + page.columns(number: page.sections.count + 1)
    }

    /// The columns of a fleet's table, each with the key whose place it takes.
    private func columns(number: Int) -> String {
        """

        ## \(number). Columns of a fleet's table

        Of the file that `vehicles.file` names; each stands for the key of a vehicle.

        | column | key |
        |---|---|
        \(FleetColumns.paths.map { "| `\($0.column)` | `\($0.path)` |" }.joined(separator: "\n"))

        """
    }

    /// The same keys as another definition's, where none is required or a weight is added.
    private static func isVariant(_ name: String) -> Bool { name.hasSuffix("_defaults") || name.hasPrefix("weighted_") }

    private let header = """
        # Scenario keys

        Every key of a scenario, with its kind, unit, range and default.

        ## Overview

        The page is generated from the schema that `v2x schema` prints: `V2X_RECORD=1 swift test --filter KeyPage` writes it anew. "Money" is in
        the scenario's `currency`. A key without a default may be left out unless it is marked as required. Under `vehicles.defaults` no key is
        required; `batteries` and `chargers` of a drawn fleet take the keys of `battery` and `charger`, and a `weight`.
        [Model](../../Scheduling/Scheduling.docc/Model.md) says what the keys mean.


        """

    private mutating func add(_ title: String, _ properties: [Schema.Property]) {
        guard !sections.contains(where: { $0.title == title }) else { return }
        sections.append(Section(title: title, properties: properties))
        for property in properties {
            visit(property.value, title == "scenario" ? property.key : "\(title).\(property.key)")
        }
    }

    private mutating func visit(_ schema: Schema, _ title: String) {
        switch schema {
        case .map(let properties): add(title, properties)
        case .list(let item, _): visit(item, title)
        case .any(let choices): for choice in choices { visit(choice, title) }
        case .pair(let first, let second):
            visit(first, title)
            visit(second, title)
        case .number, .text, .flag, .time, .clock, .duration, .zero, .choice, .anyMap, .defined: break
        }
    }

    private func table(of section: Section, number: Int) -> String {
        let rows = section.properties.map { property in
            let (note, byDefault) = KeyPage.parts(of: property)
            let standing = property.isRequired ? "required" : byDefault ?? ""
            let cells = [
                "`\(property.key)`", KeyPage.kind(property.value), KeyPage.unit(property.key), standing, note,
            ]
            return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return """
            ## \(number). \(section.title)

            | key | kind and range | unit | default | meaning |
            |---|---|---|---|---|
            \(rows.joined())
            """
    }

    /// The note without the default that it ends with, as `Money per tonne (90).`, and that default.
    private static func parts(of property: Schema.Property) -> (note: String, byDefault: String?) {
        let note = property.note
        // A note that explains each choice in brackets ends with one of them.
        if case .choice(let names) = property.value, names.filter({ note.contains("(\($0))") }).count > 1 {
            return (note, nil)
        }
        guard note.hasSuffix(")."), let open = note.lastIndex(of: "("), note[open...] != "(CSV)." else {
            return (note, nil)
        }
        let before = note[..<open].trimmingSuffix { $0 == " " }
        return (before + ".", "`\(note[note.index(after: open)...].dropLast(2))`")
    }

    private static func kind(_ schema: Schema) -> String {
        switch schema {
        case .number(.any): "number"
        case .number(.positive): "number > 0"
        case .number(.nonNegative): "number >= 0"
        case .number(.share): "number, 0 to 1"
        case .number(.positiveShare): "number, above 0, up to 1"
        case .text: "text"
        case .flag: "`true`, `false`"
        case .time: "time"
        case .clock: "time of day"
        case .duration: "duration"
        case .zero: "`0`"
        case .choice(let names): names.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let item, _): "list of: \(kind(item))"
        case .pair(let first, let second): "pair [\(kind(first)), \(kind(second))]"
        case .map, .anyMap: "map"
        case .any(let choices): choices.map { kind($0) }.joined(separator: "; or ")
        case .defined(let name): named(name)
        }
    }

    /// A definition that has a table of its own, by its name; others in full.
    private static func named(_ name: String) -> String {
        guard !isVariant(name) else { return "map" }
        let definition = schema.definitions.first { $0.name == name }?.schema
        return switch definition {
        case .list?, .pair?: definition.map { kind($0) } ?? name
        default: "`\(name)`"
        }
    }

    /// By the end of the key: units are in the names.
    private static func unit(_ key: String) -> String {
        let units = [
            ("g_per_kwh", "g/kWh"), ("per_kwh", "money/kWh"), ("per_kw", "money/kW"), ("per_tonne", "money/t"),
            ("_kwh", "kWh"), ("_kw", "kW"), ("_a", "A"), ("volts", "V"), ("_c", "degC"), ("_years", "years"),
            ("_days", "days"),
            ("per_hour", "1/h"),
        ]
        return units.first { key.hasSuffix($0.0) }?.1 ?? ""
    }
}

extension StringProtocol {
    /// Without the characters at its end that satisfy the condition.
    fileprivate func trimmingSuffix(while holds: (Character) -> Bool) -> String {
        String(reversed().drop(while: holds).reversed())
    }
}
