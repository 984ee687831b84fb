import Scenarios

/// Arrays of `{start, end, value}` as evcc's custom tariffs read them (`jq: .grid`), and plans in the same shape.
///
/// `grid` and `feedin` are the prices per kWh, `vehicles` has watts by vehicle (charging positive), each array without a gap
/// over the horizon. Times are RFC 3339.
package enum EvccFormat: ReportFormat {
    package static let name = "evcc"

    package static func text(of report: Report) throws -> String {
        let scenario = report.scenario
        let clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        func rate(_ start: Instant, _ end: Instant, _ value: Double) -> Rate {
            Rate(start: clock.iso8601(start), end: clock.iso8601(end), value: value)
        }
        func prices(_ values: [Double]) -> [Rate] {
            StepTrack(values, scenario.grid).entries.map { rate($0.start, $0.end, OCPPProfiles.short($0.value)) }
        }
        let sessions = PlugSession.all(in: scenario, result: report.result)
        var vehicles: [String: [Rate]] = [:]
        for (index, vehicle) in scenario.vehicles.enumerated() where !vehicle.isStationary {
            vehicles[vehicle.id] = PlanTrack(vehicle: index, scenario, sessions: sessions).entries.map {
                rate($0.start, $0.end, PlanTrack.watts($0.kW))
            }
        }
        return try JSONFormat.text(
            of: Output(
                grid: prices(scenario.importPricePerKWh), feedin: prices(scenario.exportPricePerKWh),
                vehicles: vehicles))
    }

    struct Output: Encodable {
        var grid: [Rate]
        var feedin: [Rate]
        var vehicles: [String: [Rate]]
    }

    struct Rate: Encodable {
        var start: String
        var end: String
        var value: Double
    }
}
