import Scenarios

/// JSON text of a schema; keys in the order in which they are written down.
struct SchemaText {
    private var out = ""
    private var depth = 0

    /// The whole document.
    static func document(_ root: [Schema.Property], title: String, definitions: [(name: String, schema: Schema)])
        -> String
    {
        var text = SchemaText()
        text.object([
            ("$schema", { $0.string("https://json-schema.org/draft/2020-12/schema") }),
            ("title", { $0.string(title) }),
            ("type", { $0.string("object") }),
            ("properties", { $0.properties(root) }),
            ("required", { $0.strings(root.filter(\.isRequired).map(\.key)) }),
            ("additionalProperties", { $0.out += "false" }),
            (
                "$defs",
                { text in
                    text.object(definitions.map { definition in (definition.name, { $0.schema(definition.schema) }) })
                }
            ),
        ])
        return text.out + "\n"
    }

    private mutating func schema(_ schema: Schema, note: String? = nil) {
        var parts: [(String, (inout SchemaText) -> Void)] = []
        if let note { parts.append(("description", { $0.string(note) })) }
        func type(_ name: String) { parts.append(("type", { $0.string(name) })) }
        func bound(_ name: String, _ value: String) { parts.append((name, { $0.out += value })) }
        func pattern(_ text: String) {
            type("string")
            parts.append(("pattern", { $0.string(text) }))
        }
        switch schema {
        case .number(let range):
            type("number")
            switch range {
            case .any: break
            case .positive: bound("exclusiveMinimum", "0")
            case .nonNegative: bound("minimum", "0")
            case .share:
                bound("minimum", "0")
                bound("maximum", "1")
            case .positiveShare:
                bound("exclusiveMinimum", "0")
                bound("maximum", "1")
            }
        case .text: type("string")
        case .flag: type("boolean")
        case .time:
            pattern("^\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?([Zz]|[+-]\\d\\d(:?\\d\\d)?)?)?$")
        case .clock: pattern("^([01]?\\d|2[0-4]):[0-5]\\d$")
        case .duration:
            pattern("^\\s*([0-9.]+\\s*(s|sec|min|m|h|hour|hours|d|day|days)|[Pp][0-9.DTHMSdthms]+)\\s*$")
        case .zero: bound("const", "0")
        case .choice(let names): parts.append(("enum", { $0.strings(names) }))
        case .list(let item, let minCount):
            type("array")
            parts.append(("items", { $0.schema(item) }))
            if minCount > 0 { bound("minItems", "\(minCount)") }
        case .pair(let first, let second):
            type("array")
            parts.append(("prefixItems", { $0.array([first, second]) }))
            bound("minItems", "2")
            bound("maxItems", "2")
        case .map(let properties):
            type("object")
            parts.append(("properties", { $0.properties(properties) }))
            let needed = properties.filter(\.isRequired).map(\.key)
            if !needed.isEmpty { parts.append(("required", { $0.strings(needed) })) }
            bound("additionalProperties", "false")
        case .anyMap: type("object")
        case .any(let choices): parts.append(("anyOf", { $0.array(choices) }))
        case .defined(let name): parts.append(("$ref", { $0.string("#/$defs/\(name)") }))
        }
        object(parts)
    }

    private mutating func properties(_ properties: [Schema.Property]) {
        object(properties.map { property in (property.key, { $0.schema(property.value, note: property.note) }) })
    }

    private mutating func array(_ schemas: [Schema]) {
        out += "["
        depth += 1
        for (index, schema) in schemas.enumerated() {
            line(index)
            self.schema(schema)
        }
        depth -= 1
        newLine()
        out += "]"
    }

    private mutating func object(_ entries: [(String, (inout SchemaText) -> Void)]) {
        out += "{"
        depth += 1
        for (index, entry) in entries.enumerated() {
            line(index)
            string(entry.0)
            out += ": "
            entry.1(&self)
        }
        depth -= 1
        if !entries.isEmpty { newLine() }
        out += "}"
    }

    private mutating func strings(_ texts: [String]) {
        out += "["
        for (index, text) in texts.enumerated() {
            if index > 0 { out += ", " }
            string(text)
        }
        out += "]"
    }

    private mutating func string(_ text: String) {
        out += "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private mutating func line(_ index: Int) {
        if index > 0 { out += "," }
        newLine()
    }
    private mutating func newLine() { out += "\n" + String(repeating: "  ", count: depth) }
}
