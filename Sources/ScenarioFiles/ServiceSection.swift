import Scenarios

/// Something that reads one section of `services` (a value stream does).
///
///     struct DemandCharge: ServiceSection {
///         static let key = "demand_charge"
///         static let schema = Schema.map([Schema.required("rate_per_kw", .number(.nonNegative), "Money per kW.")])
///         static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
///             guard let reader = value.section() else { return nil }
///             defer { reader.finish() }
///             guard let rate = reader.number("rate_per_kw", .nonNegative, unit: "EUR/kW", example: "0.35") else { return nil }
///             ...
package protocol ServiceSection: Sendable {
    /// The section's key.
    static var key: String { get }
    /// What the section looks like, for editors.
    static var schema: Schema { get }
    /// The section's value; nil, and at least one finding on `value`, where it is wrong.
    static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)?
}

/// What a section of `services` may need to know of the rest of the scenario.
///
/// Where another part of the scenario is wrong, stand-ins take its place: sections are read all the same, so that all
/// findings are shown at once, and what comes of them is not used.
package struct ServiceContext: Sendable {
    /// The steps of the horizon.
    package var grid: TimeGrid
    /// The `site` section.
    package var site: Site
    /// The `vehicles` section.
    package var vehicles: [Vehicle]
}

extension InputValue {
    /// The `services` section: each key is read by the section that claims it.
    func services(_ sections: [any ServiceSection.Type], _ context: ServiceContext) -> [String: any Sendable] {
        guard let reader = section() else { return [:] }
        defer { reader.finish() }
        var decoded: [String: any Sendable] = [:]
        for section in sections {
            if let value = reader.optional(section.key) { decoded[section.key] = section.decode(value, in: context) }
        }
        return decoded
    }
}
