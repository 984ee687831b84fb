import Scenarios
import Scheduling

/// A state and its attributes, as Home Assistant takes them (`POST /api/states/sensor.v2x_plan`, or a REST sensor with
/// `json_attributes_path: $.attributes`).
///
/// The state is what all vehicles together are to do at the horizon's start, in W; the attributes hold each vehicle's
/// present values and its plan, and the prices. Units are in the keys; charging is positive.
package enum HomeassistantFormat: ReportFormat {
    package static let name = "homeassistant"

    package static func text(of report: Report) throws -> String {
        let scenario = report.scenario
        let grid = scenario.grid
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let currency = scenario.currency.lowercased()
        let sessions = [false, true].flatMap {
            PlugSession.all(in: scenario, result: report.result, isOfBatteries: $0)
        }
        var vehicles: [String: Tree] = [:]
        var batteries: [String: Tree] = [:]
        var now = 0.0
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let plan = report.result.vehicles[index]
            let entries = PlanTrack(vehicle: index, scenario, sessions: sessions).entries
            now += entries.first?.kW ?? 0
            let own = sessions.filter { $0.vehicle == index }
            let departure = PlugTimeline(vehicle: vehicle, grid: grid).departures.first
            var values: [String: Tree] = [
                "power_w": .number(PlanTrack.watts(entries.first?.kW ?? 0)),
                "soc_percent": .number(percent(plan.soc.first ?? 0)),
                "plugged_in": .flag(entries.first?.isPluggedIn ?? false),
                "charge_kwh": .number(OCPPProfiles.short(own.reduce(0) { $0 + $1.chargeKWh })),
                "discharge_kwh": .number(OCPPProfiles.short(own.reduce(0) { $0 + $1.dischargeKWh })),
                "plan": .list(
                    entries.map { entry in
                        .object([
                            "start": .text(clock.iso8601(entry.start)), "end": .text(clock.iso8601(entry.end)),
                            "power_w": .number(PlanTrack.watts(entry.kW)), "plugged_in": .flag(entry.isPluggedIn),
                            "soc_percent": .number(percent(soc(at: entry.end, plan.soc, grid))),
                        ])
                    }),
            ]
            if let departure {
                values["departure"] = .text(clock.iso8601(departure.at))
                values["departure_soc_percent"] = .number(
                    percent(departure.energyKWh / vehicle.battery.capacityKWh))
            }
            if vehicle.isStationary {
                batteries[vehicle.id] = .object(values)
            } else {
                vehicles[vehicle.id] = .object(values)
            }
        }
        func prices(_ values: [Double]) -> Tree {
            .list(
                StepTrack(values, grid).entries.map { entry in
                    .object([
                        "start": .text(clock.iso8601(entry.start)), "end": .text(clock.iso8601(entry.end)),
                        "\(currency)_per_kwh": .number(OCPPProfiles.short(entry.value)),
                    ])
                })
        }
        var attributes: [String: Tree] = [
            "friendly_name": .text("v2x: \(scenario.name)"), "unit_of_measurement": .text("W"),
            "device_class": .text("power"), "start": .text(clock.iso8601(grid.start)),
            "end": .text(clock.iso8601(grid.end)),
            "cost_\(currency)": .number(OCPPProfiles.short(report.result.objective)), "vehicles": .object(vehicles),
            "import_prices": prices(scenario.importPricePerKWh), "export_prices": prices(scenario.exportPricePerKWh),
        ]
        if !batteries.isEmpty { attributes["batteries"] = .object(batteries) }
        // A state is a text in Home Assistant, also where it is a number.
        let state = PlanTrack.watts(now)
        return try JSONFormat.text(
            of: Tree.object([
                "state": .text(fixed(state, state == state.rounded() ? 0 : 1)), "attributes": .object(attributes),
            ]))
    }

    private static func percent(_ share: Double) -> Double { (share * 1000).rounded() / 10 }

    /// State of charge at a moment of the horizon, along a straight line within a step.
    private static func soc(at time: Instant, _ soc: [Double], _ grid: TimeGrid) -> Double {
        guard let step = grid.step(at: time) else { return soc.last ?? 0 }
        let share = Double(time.epochSeconds - grid.boundary(step).epochSeconds) / Double(grid.stepSeconds)
        return soc[step] + (soc[step + 1] - soc[step]) * share
    }

    /// JSON whose keys are made at run time.
    indirect enum Tree: Encodable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case list([Tree])
        case object([String: Tree])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .flag(let value): try container.encode(value)
            case .list(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }
    }
}
