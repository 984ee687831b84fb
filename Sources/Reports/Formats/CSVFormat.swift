import Accounting
import Scenarios

/// One row per step: time, prices, the connection, then each vehicle's powers and the state it ends the step in, the
/// batteries' and the loads', then the reserve that is sold (RFC 4180).
package enum CSVFormat: ReportFormat {
    package static let name = "csv"

    package static func text(of report: Report) -> String {
        let scenario = report.scenario
        let result = report.result
        var header = [
            "time", "import_price_\(scenario.currency.lowercased())_per_kwh",
            "export_price_\(scenario.currency.lowercased())_per_kwh", "import_kw", "export_kw", "curtailed_kw",
        ]
        for vehicle in result.vehicles {
            header += [
                "\(vehicle.id)_charge_kw", "\(vehicle.id)_discharge_kw", "\(vehicle.id)_energy_kwh",
                "\(vehicle.id)_soc",
            ]
        }
        let loads = result.loads ?? []
        header += loads.flatMap { $0.energyKWh == nil ? ["\($0.id)_kw"] : ["\($0.id)_kw", "\($0.id)_heat_kwh"] }
        let committed = NamedPower.reserve(of: result)
        header += committed.map(\.column)
        var out = header.map(\.csvField).joined(separator: ",") + "\r\n"
        for step in result.steps.indices {
            var row = [result.steps[step]]
            row += [
                scenario.importPricePerKWh[step], scenario.exportPricePerKWh[step], result.site.importKW[step],
                result.site.exportKW[step], result.site.curtailedKW[step],
            ].map(number)
            for vehicle in result.vehicles {
                row += [
                    vehicle.chargeKW[step], vehicle.dischargeKW[step], vehicle.energyKWh[step + 1],
                    vehicle.soc[step + 1],
                ].map(number)
            }
            for load in loads { row += ([load.kW[step]] + (load.energyKWh.map { [$0[step + 1]] } ?? [])).map(number) }
            row += committed.map { number($0.kw[step]) }
            out += row.joined(separator: ",") + "\r\n"
        }
        return out
    }

    private static func number(_ value: Double) -> String {
        let rounded = (value * 1e9).rounded() / 1e9
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
