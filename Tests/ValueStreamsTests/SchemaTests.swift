import Foundation
import Scenarios
import TestSupport
import Testing
import ValueStreams

@testable import ScenarioFiles

/// `v2x schema` against the reader itself: every key that the reader asks for is in the schema, and the other way round.
/// Lost, an editor marks a good key as wrong, or praises one that the program refuses.
@Suite struct SchemaTests {
    private static let schema = ScenarioSchema(sections: StreamRegistry.sections)

    /// A map of the schema; maps that stand in several places have one name.
    private struct Place {
        var name: String
        var properties: [Schema.Property]
    }

    /// What `schema` can be, names resolved and choices opened.
    private static func opened(_ schema: Schema, _ name: String) -> [(schema: Schema, name: String)] {
        switch schema {
        case .any(let choices): choices.flatMap { opened($0, name) }
        case .defined(let definition):
            Self.schema.definitions.first { $0.name == definition }.map { opened($0.schema, "$" + definition) } ?? []
        default: [(schema, name)]
        }
    }

    /// The maps that may stand at a path such as `vehicles[0].battery`.
    private static func places(_ path: String) -> [Place] {
        var found: [(schema: Schema, name: String)] = [(.map(schema.root), "")]
        for part in path.split(separator: ".") {
            let key = String(part.prefix { $0 != "[" })
            found = found.flatMap { entry -> [(schema: Schema, name: String)] in
                guard case .map(let properties) = entry.schema else { return [] }
                return properties.filter { $0.key == key }.flatMap { opened($0.value, "\(entry.name).\(key)") }
            }
            for _ in part.filter({ $0 == "[" }) {
                found = found.flatMap { entry -> [(schema: Schema, name: String)] in
                    guard case .list(let item, _) = entry.schema else { return [] }
                    return opened(item, entry.name)
                }
            }
        }
        return found.compactMap { entry in
            guard case .map(let properties) = entry.schema else { return nil }
            return Place(name: entry.name, properties: properties)
        }
    }

    /// Every key of every map, as `name.key`.
    private static func allKeys() -> Set<String> {
        var keys: Set<String> = []
        func visit(_ schema: Schema, _ name: String) {
            switch schema {
            case .map(let properties):
                for property in properties {
                    keys.insert("\(name).\(property.key)")
                    visit(property.value, "\(name).\(property.key)")
                }
            case .list(let item, _): visit(item, name)
            case .any(let choices): for choice in choices { visit(choice, name) }
            default: break
            }
        }
        visit(.map(schema.root), "")
        for definition in schema.definitions { visit(definition.schema, "$" + definition.name) }
        return keys
    }

    private static let head = """
        horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h, timezone: Europe/Amsterdam }
        tariff: { import: { hours: [{ value: 0.2 }] }, export: { values: [0.1], step: 24h, fill: { previous: 2h } } }

        """

    /// Scenarios that together have every section in every form.
    private static let texts = [
        head + """
            site:
              outages: [{ from: 2024-01-15T14:00, to: 2024-01-15T15:00 }]
              batteries: [{ id: wall, battery: { capacity_kwh: 10, soc_start: 0.5, ageing: none }, charger: { charge_kw: 5 } }]
              loads:
                - { id: pump, energy: { energy_kwh: 1, max_kw: 1, daily: ["10:00", "12:00"] } }
                - { id: washer, run: { profile_kw: [1] } }
                - { id: boiler, heat: { capacity_kwh: 5, start_kwh: 3, max_kw: 1 } }
            baseline: { rule: immediate }
            solver: { mip_gap: 1e-6 }
            habits: { smooth: { within: 0.1 }, stay: { plan: none.json } }
            forecast: { noise: { sd: 0.1 } }
            groups: [{ id: g, import_limit_kw: 5, vehicles: [a] }]
            vehicles:
              - id: a
                tariff: { charge: 0.1 }
                battery:
                  capacity_kwh: 60
                  soc_start: 0.5
                  ageing:
                    cell: { calendar: { soc: [0, 1], temperature_c: [25], rate: [[0.001, 0.002]], exponent: 0.5 }, cycle: { depth: [0, 1], rate: [0.0001, 0.0002], exponent: 0.5 } }
                charger: { charge_kw: 11 }
                plugged: [{ daily: ["18:00", "07:00"], targets: [{ at: "02:00", soc: 0.5 }] }]
                actual: { arrival_sd: 10min }
            services:
              demand_charge: [{ rate_per_kw: 1 }]
              network_deferral: { feeder_load_kw: 1, rate_per_kw: 1 }
              resource_adequacy: { payment_per_kw: 1, events: [{ daily: ["17:00", "18:00"] }] }
              reserve: [{ direction: up, price: 0.1, duration: 1h }]
              backup: { critical_load_kw: 1, duration: 1h }
              carbon: { intensity_g_per_kwh: 1, price_per_tonne: 1 }
              tiered_tariff: { daily: ["01:00", "02:00"], blocks: [{ surcharge: 1 }] }
              net_metering: { value_per_kwh: 0.1 }
            """,
        head + """
            vehicles:
              sessions: { file: s.csv }
              defaults: { battery: { capacity_kwh: 50, soc_start: 0.5, ageing: none }, charger: { charge_kw: 11 } }
            """,
        head + """
            vehicles:
              count: 3
              arrival: { mean: "18:00" }
              batteries: [{ capacity_kwh: 60 }]
              chargers: [{ charge_kw: 11 }]
              defaults: { actual: { arrival_sd: 10min }, tariff: { charge: 0.1 } }
            """,
    ]

    /// Every key that the reader asked for, by the path of its map, over the texts and the case folders.
    private static func asked() throws -> Set<[String]> {
        var asked: Set<[String]> = []
        let loader = ScenarioLoader(sections: StreamRegistry.sections)
        func read(_ source: ScenarioSource) throws {
            _ = try loader.load(ScenarioDocument(source)) { asked.insert([$0, $1]) }
        }
        try TemporaryFolder.with(["s.csv": "from,to\n2024-01-15T18:00,2024-01-16T06:00\n"]) { folder in
            for text in texts { try read(ScenarioSource(text: text, named: "s.yaml", directory: folder.path)) }
        }
        for name in Repository.names(in: "scenarios/cases") {
            try read(ScenarioSource(path: Repository.cases.path + "/\(name)/scenario.yaml"))
        }
        return asked
    }

    @Test("every key that the reader asks for is in the schema, and every key of the schema is asked for")
    func keys() throws {
        var seen: Set<String> = []
        for entry in try Self.asked() {
            let holders = Self.places(entry[0]).filter { place in place.properties.contains { $0.key == entry[1] } }
            #expect(!holders.isEmpty, "the schema has no \(entry[1]) in \(entry[0])")
            for place in holders { seen.insert("\(place.name).\(entry[1])") }
        }
        let unread = Self.allKeys().subtracting(seen).sorted()
        #expect(unread == [], "nobody reads these")
    }

    @Test("it is JSON, the same each time, and names each stream")
    func json() throws {
        let text = Self.schema.json
        #expect(text == ScenarioSchema(sections: StreamRegistry.sections).json)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let properties = object?["properties"] as? [String: Any]
        let services = (properties?["services"] as? [String: Any])?["properties"] as? [String: Any]
        #expect(services?.keys.sorted() == StreamRegistry.sections.map { $0.key }.sorted())
        #expect(object?["required"] as? [String] == ["horizon", "tariff"])
    }
}
