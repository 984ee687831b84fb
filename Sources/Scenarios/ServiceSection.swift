/// Something that reads one section of `services` (a value stream does).
public protocol ServiceSection: Sendable {
    /// The section's key.
    static var key: String { get }
    /// What the section says; nil, and findings on `value`, where it is wrong.
    static func decode(_ value: InputValue, site: ServiceContext) -> (any Sendable)?
}

/// What a section of `services` may need to know of the rest of the scenario.
public struct ServiceContext: Sendable {
    public var grid: TimeGrid
    public var site: Site
    public var vehicles: [Vehicle]
}

extension InputValue {
    /// The `services` section: each key is read by the section that claims it.
    func services(_ sections: [any ServiceSection.Type], _ context: ServiceContext) -> [String: any Sendable] {
        guard let reader = section() else { return [:] }
        var decoded: [String: any Sendable] = [:]
        for section in sections {
            if let value = reader.optional(section.key) { decoded[section.key] = section.decode(value, site: context) }
        }
        for planned in ["demand_charge", "network_deferral", "resource_adequacy", "reserve", "backup", "carbon"]
        where !sections.contains(where: { $0.key == planned }) {
            reader.optional(planned)?.error("this value stream is not built in yet")
        }
        reader.finish()
        return decoded
    }
}
