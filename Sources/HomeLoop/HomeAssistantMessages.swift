import Accounting
import Foundation
import Reports
import Scenarios
import Sensitivity
import VehicleToAnything
import Verification

/// A plan as Home Assistant learns it over MQTT: entities by discovery, and their states (home-assistant.io, MQTT discovery).
///
/// | topic | holds |
/// |---|---|
/// | `PREFIX/sensor/v2x_NODE/.../config` | an entity, retained |
/// | `v2x/NODE/availability` | `online`, or `offline` once the program is gone |
/// | `v2x/NODE/state` | cost, saving, when it was planned, and what is wrong |
/// | `v2x/NODE/STORE/state` | setpoint now in W (charging positive), state of charge, what it does now and next |
/// | `v2x/NODE/STORE/plan` | the plan from now on, as attributes of the setpoint |
struct HomeAssistantMessages {
    /// The recorder drops attributes beyond 16,384 bytes; its own ones come on top of the plan's.
    static let maxAttributeBytes = 15_000
    /// A state has no more characters.
    static let maxStateCharacters = 255

    let node: String
    let prefix: String

    /// - Parameters:
    ///   - node: tells several programs on one broker apart: lower-case letters, digits, `_`.
    ///   - prefix: of discovery topics.
    init(node: String, prefix: String = "homeassistant") { (self.node, self.prefix) = (node, prefix) }

    var availabilityTopic: String { "v2x/\(node)/availability" }
    private var stateTopic: String { "v2x/\(node)/state" }

    /// The entity that says whether planning works, and its state.
    ///
    /// - Parameter problem: a sentence; nil where all is well.
    func health(problem: String?, name: String) -> [MQTTMessage] {
        let topic = "v2x/\(node)/problem"
        let config = entity(
            "problem", "Problem", name,
            [
                "state_topic": topic, "value_template": "{{ value_json.state }}", "device_class": "problem",
                "json_attributes_topic": topic, "entity_category": "diagnostic",
            ], kind: "binary_sensor")
        return [
            config, message(topic, ["state": problem == nil ? "OFF" : "ON", "message": problem ?? ""]),
        ]
    }

    /// All of a plan, at a moment of its horizon.
    func plan(_ plan: PlanReport, at now: Instant) -> [MQTTMessage] {
        let (scenario, result) = (plan.report.scenario, plan.report.result)
        let name = scenario.name
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        var state: [String: Any] = [
            "cost": money(result.objective), "planned_for": clock.iso8601(scenario.grid.start),
            "until": clock.iso8601(scenario.grid.end), "status": result.status.rawValue,
            "shortfall_kwh": money(result.shortfallKWh),
        ]
        var messages: [MQTTMessage] = []
        func total(_ key: String, _ title: String, _ more: [String: Any]) {
            var config = more
            config["state_topic"] = stateTopic
            config["value_template"] = "{{ value_json.\(key) }}"
            messages.append(entity(key, title, name, config))
        }
        let ofMoney: [String: Any] = [
            "device_class": "monetary", "unit_of_measurement": scenario.currency, "suggested_display_precision": 2,
        ]
        total("cost", "Cost of the plan", ofMoney.merging(["json_attributes_topic": stateTopic]) { old, _ in old })
        if let saving = plan.saving {
            state["saving"] = money(saving)
            total("saving", "Saving of the plan", ofMoney)
        }
        total("planned_for", "Planned for", ["device_class": "timestamp", "entity_category": "diagnostic"])
        let step = min(max(0, scenario.grid.step(at: now) ?? 0), scenario.grid.count - 1)
        for (index, slug) in slugs(scenario.vehicles.map(\.id)).enumerated() {
            messages += store(index, slug, step, plan, clock)
        }
        return messages + [message(stateTopic, state)]
    }

    /// A vehicle or battery.
    private func store(
        _ index: Int, _ slug: String, _ step: Int, _ plan: PlanReport, _ clock: WallClock
    ) -> [MQTTMessage] {
        let (scenario, result) = (plan.report.scenario, plan.report.result)
        let (vehicle, name) = (scenario.vehicles[index], scenario.name)
        let timeline = PlugTimeline(vehicle: vehicle, grid: scenario.grid)
        // While it is plugged in: the mean of a step that it is there for a part of is less.
        let watts = zip(result.vehicles[index].chargeKW, result.vehicles[index].dischargeKW).enumerated().map {
            let share = timeline.pluggedShare[$0]
            return share > 0 ? Int((($1.0 - $1.1) / share * 1000).rounded()) : 0
        }
        let soc = result.vehicles[index].soc.map { ($0 * 1000).rounded() / 10 }
        let base = "v2x/\(node)/\(slug)"
        let power = entity(
            "\(slug)_power", "\(vehicle.id) power setpoint", name,
            [
                "state_topic": "\(base)/state", "value_template": "{{ value_json.power_w }}", "device_class": "power",
                "unit_of_measurement": "W", "state_class": "measurement", "json_attributes_topic": "\(base)/plan",
            ])
        let now = entity(
            "\(slug)_now", "\(vehicle.id) now", name,
            [
                "state_topic": "\(base)/state", "value_template": "{{ value_json.now }}",
                "json_attributes_topic": "\(base)/state",
            ])
        let next = entity(
            "\(slug)_next", "\(vehicle.id) next action", name,
            ["state_topic": "\(base)/state", "value_template": "{{ value_json.next }}"])
        var state: [String: Any] = [
            "power_w": watts[step], "soc_percent": soc[step], "plugged_in": timeline.pluggedShare[step] > 0,
            "now": "", "next": "nothing more is planned",
        ]
        let mine = plan.actions.filter { $0.vehicle == vehicle.id }
        if let current = mine.firstIndex(where: { step < $0.step + $0.count }) {
            let doing = mine[current]
            state["now"] = short(doing.what)
            state["action"] = doing.action.rawValue
            state["because"] = doing.because
            if let coming = mine[(current + 1)...].first(where: { $0.action == .charge || $0.action == .discharge }) {
                state["next"] = short(coming.what)
                (state["next_action"], state["next_because"]) = (coming.action.rawValue, coming.because)
                (state["next_from"], state["next_to"]) = (coming.from, coming.to)
            }
        }
        return [
            power, now, next, message("\(base)/state", state),
            attributes("\(base)/plan", step, watts, soc, scenario.grid, clock),
        ]
    }

    /// The plan from `step` on, as much of it as the recorder keeps.
    private func attributes(
        _ topic: String, _ step: Int, _ watts: [Int], _ soc: [Double], _ grid: TimeGrid, _ clock: WallClock
    ) -> MQTTMessage {
        var count = watts.count - step
        while true {
            let found = message(
                topic,
                [
                    "start": clock.iso8601(grid.boundary(step)), "step_minutes": Double(grid.stepSeconds) / 60,
                    "until": clock.iso8601(grid.boundary(step + count)),
                    "power_w": Array(watts[step..<step + count]), "soc_percent": Array(soc[step...step + count]),
                ])
            if found.payload.count <= HomeAssistantMessages.maxAttributeBytes || count <= 1 { return found }
            count = count * 4 / 5
        }
    }

    private func entity(
        _ key: String, _ title: String, _ name: String, _ more: [String: Any], kind: String = "sensor"
    ) -> MQTTMessage {
        var config = more
        config["name"] = title
        config["unique_id"] = "v2x_\(node)_\(key)"
        // Since 2025.10; before that the device's name and the entity's make the id.
        config["default_entity_id"] = "\(kind).v2x_\(node)_\(key)"
        config["availability_topic"] = availabilityTopic
        config["device"] =
            [
                "identifiers": ["v2x_\(node)"], "name": "v2x: \(name)", "manufacturer": "v2x",
                "sw_version": ProgramVersion.text,
            ]
            as [String: Any]
        return message("\(prefix)/\(kind)/v2x_\(node)/\(key)/config", config)
    }

    private func message(_ topic: String, _ object: [String: Any]) -> MQTTMessage {
        let data = try? JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return MQTTMessage(topic: topic, payload: data.map(Array.init) ?? [], isRetained: true)
    }

    private func money(_ amount: Double) -> Double { (amount * 10_000).rounded() / 10_000 }

    private func short(_ text: String) -> String {
        text.count <= HomeAssistantMessages.maxStateCharacters
            ? text : "\(text.prefix(HomeAssistantMessages.maxStateCharacters - 3))..."
    }

    /// Ids as parts of a topic: lower-case letters, digits and `_`; alike ones are numbered.
    func slugs(_ ids: [String]) -> [String] {
        var used: Set<String> = []
        return ids.map { id in
            let slug = HomeAssistantMessages.slug(id)
            var (found, number) = (slug, 1)
            while !used.insert(found).inserted {
                number += 1
                found = "\(slug)_\(number)"
            }
            return found
        }
    }

    static func slug(_ text: String) -> String {
        let letters = text.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
        }
        let joined = String(letters).split(separator: "_").joined(separator: "_")
        return joined.isEmpty ? "store" : joined
    }
}
