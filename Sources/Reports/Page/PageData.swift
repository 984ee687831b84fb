import Verification
import Accounting
import Scenarios

/// What the page's cursor reads, and what a program can read of the page: the result itself, and the series beside it.
struct PageData: Encodable {
    struct Tariff: Encodable {
        var importPrice: [Double]
        var exportPrice: [Double]
        enum CodingKeys: String, CodingKey {
            case importPrice = "import"
            case exportPrice = "export"
        }
    }
    struct SiteSeries: Encodable {
        var net: [Double]
        var load: [Double]
        var pv: [Double]
    }
    struct VehicleSeries: Encodable {
        var net: [Double]
        var usualNet: [Double]?
        var deliver: [Double?]?
        var absorb: [Double?]?
        enum CodingKeys: String, CodingKey {
            case net, deliver, absorb
            case usualNet = "usual_net"
        }
    }

    var labels: [String]
    var result: ResultFile
    var baseline: ResultFile?
    var tariff: Tariff
    var site: SiteSeries
    var vehicles: [VehicleSeries]

    init(_ report: Report, clock: WallClock) {
        let scenario = report.scenario
        labels = (0..<scenario.grid.count).map { clock.dayTime(scenario.grid.boundary($0)) }
        result = report.result
        baseline = report.baseline
        tariff = Tariff(importPrice: scenario.importPricePerKWh, exportPrice: scenario.exportPricePerKWh)
        func net(_ vehicle: ResultFile.VehicleEntry) -> [Double] {
            zip(vehicle.chargeKW, vehicle.dischargeKW).map { rounded($0 - $1) }
        }
        site = SiteSeries(
            net: zip(report.result.site.importKW, report.result.site.exportKW).map { rounded($0 - $1) },
            load: scenario.site.loadKW, pv: scenario.site.pvKW)
        vehicles = report.result.vehicles.enumerated().map { index, vehicle in
            let sides = report.marginal?.vehicles[index]
            return VehicleSeries(
                net: net(vehicle), usualNet: report.baseline.map { net($0.vehicles[index]) },
                deliver: sides?.deliver.map { $0?.total }, absorb: sides?.absorb.map { $0?.total })
        }
    }
}

private func rounded(_ value: Double) -> Double { (value * 1e9).rounded() / 1e9 + 0 }
