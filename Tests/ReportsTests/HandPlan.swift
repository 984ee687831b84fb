import Verification
import Accounting
import Foundation
import Scenarios
import Scheduling

@testable import Reports

/// A report of a plan that is written by hand: no solver, so that every number is known.
struct HandPlan {
    /// Monday 2024-01-15 12:00 in Amsterdam.
    static let noon = Instant(epochSeconds: 1_705_316_400)

    var stepSeconds = 900
    var name = "by hand"
    var importPrice: [Double]
    var exportPrice: [Double]?
    var importLimitKW = Double.infinity
    var loadKW = 0.0
    var vehicles: [Entry]
    var options = ProfileOptions()

    struct Entry {
        var id = "ev1"
        /// Net power in each step, kW: the mean over the step.
        var netKW: [Double]
        /// Minutes after noon; by default the whole horizon.
        var stays: [(from: Double, to: Double)]?
        var charger = Charger(chargeKW: 11, dischargeKW: 10)
        var startSoC = 0.5
        var departureSoC: Double?
    }

    func report() -> Report {
        let count = importPrice.count
        let grid = TimeGrid(
            start: HandPlan.noon, stepSeconds: stepSeconds, count: count, timeZone: "Europe/Amsterdam")
        var site = Site(unlimitedFor: count)
        site.importLimitKW = Array(repeating: importLimitKW, count: count)
        site.loadKW = Array(repeating: loadKW, count: count)
        var scenario = Scenario(
            name: name, currency: "EUR", grid: grid, importPricePerKWh: importPrice,
            exportPricePerKWh: exportPrice ?? importPrice, site: site, vehicles: [])
        var net = Array(repeating: loadKW, count: count)
        var plans: [VehicleSchedule] = []
        for entry in vehicles {
            let stays = entry.stays ?? [(0, Double(count * stepSeconds) / 60)]
            let vehicle = Vehicle(
                id: entry.id,
                battery: Battery(
                    capacityKWh: 60, socStart: entry.startSoC, temperatureC: Array(repeating: 20, count: count),
                    ageing: .none),
                charger: entry.charger,
                windows: stays.map {
                    PlugWindow(
                        from: HandPlan.noon.adding(seconds: Int($0.from * 60)),
                        to: HandPlan.noon.adding(seconds: Int($0.to * 60)), departureSoC: entry.departureSoC)
                })
            scenario.vehicles.append(vehicle)
            var plan = VehicleSchedule(
                id: entry.id, chargeKW: entry.netKW.map { max(0, $0) }, dischargeKW: entry.netKW.map { max(0, -$0) },
                energyKWh: [vehicle.battery.startKWh])
            let flows = CellFlows(vehicle: vehicle, plan: plan, grid: grid)
            for step in 0..<count {
                plan.energyKWh.append(plan.energyKWh[step] + flows.inKWh[step] - flows.outKWh[step])
                net[step] += entry.netKW[step]
            }
            plans.append(plan)
        }
        let schedule = Schedule(
            vehicles: plans, importKW: net.map { max(0, $0) }, exportKW: net.map { max(0, -$0) },
            curtailedKW: Array(repeating: 0, count: count))
        let solved = SolvedSchedule(
            mode: .v2x, status: .optimal, schedule: schedule, costs: [CostLine(name: "energy", amount: 0)],
            objective: 0,
            bound: 0,
            statistics: SolverStatistics(
                name: "none", method: "rule", rows: 0, columns: 0, iterations: 0, seconds: 0))
        var report = Report(scenario: scenario, result: ResultFile(solved, scenario: scenario), solved: solved)
        report.profileOptions = options
        return report
    }
}

/// JSON as a tree, for looking into what was written.
struct JSONLook {
    let value: Any
    init(_ text: String) throws { value = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    private init(_ value: Any) { self.value = value }
    subscript(_ key: String) -> JSONLook { JSONLook((value as? [String: Any])?[key] ?? NSNull()) }
    subscript(_ index: Int) -> JSONLook {
        let list = value as? [Any] ?? []
        return JSONLook(list.indices.contains(index) ? list[index] : NSNull())
    }
    var list: [JSONLook] { (value as? [Any] ?? []).map(JSONLook.init) }
    var number: Double? { value as? Double }
    var text: String? { value as? String }
    var keys: [String] { (value as? [String: Any] ?? [:]).keys.sorted() }
}
