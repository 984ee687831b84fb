import Ageing
import Foundation
import LinearPrograms
import Scenarios
import Synchronization

/// A large fleet a part at a time: the program of all its vehicles is never held at once, only that of some hundred.
///
/// For fleets of which no law and no stream needs the whole (`Law.swift`), and whose targets can all be met. Of equally good schedules any one is the answer.
struct FleetParts {
    let scenario: Scenario
    let ageing: [AgeingPrices]

    /// Vehicles from which on a fleet is scheduled in parts.
    static let minVehicles = 5_000
    private static let vehiclesOfPart = 100

    /// Nil where the vehicles share more than the connection.
    init?(_ scenario: Scenario, _ ageing: [AgeingPrices], streams: [any ValueStream], least: Int = minVehicles) {
        guard scenario.vehicles.count >= max(2, least),
            !SchedulingModel.needsWholeFleet(scenario, streams: streams)
        else { return nil }
        self.scenario = scenario
        self.ageing = ageing
    }

    private var partCount: Int {
        (scenario.vehicles.count + FleetParts.vehiclesOfPart - 1) / FleetParts.vehiclesOfPart
    }

    private func model(_ part: Int) -> SchedulingModel {
        let first = part * FleetParts.vehiclesOfPart
        let range = first..<min(first + FleetParts.vehiclesOfPart, scenario.vehicles.count)
        var some = scenario
        some.vehicles = Array(scenario.vehicles[range])
        return SchedulingModel(scenario: some, ageing: Array(ageing[range]), streams: [], isPart: true)
    }

    var program: PartedProgram { PartedProgram(partCount: partCount) { model($0).program } }

    /// One part's share of the answer: without the cost of the connection.
    private struct Reading: Sendable {
        var schedule: Schedule
        var costs: [CostLine]
    }

    /// The schedule that a solution stands for, and what its cost is made of; nil where a condition that is no part of the
    /// linear program (charging or discharging, not both) cannot be made to hold.
    func schedule(of solution: inout any PartedSolution) -> (schedule: Schedule, costs: [CostLine])? {
        let found = solution
        let read = Mutex<[Int: Reading]>([:])
        DispatchQueue.concurrentPerform(iterations: partCount) { part in
            guard let reading = reading(of: found, part: part, model(part)) else { return }
            read.withLock { $0[part] = reading }
        }
        var readings = read.withLock { $0 }
        // One after the other, as each moves what they share.
        for part in 0..<partCount where readings[part] == nil {
            let model = model(part)
            guard solution.mend(part: part, model.program),
                let reading = reading(of: solution, part: part, model)
            else { return nil }
            readings[part] = reading
        }
        let parts = (0..<partCount).compactMap { readings[$0] }
        let first = model(0)
        let values = solution.values(ofPart: 0, first.program)
        let curtailed = first.schedule(at: values, streams: []).curtailedKW
        let vehicles = parts.flatMap(\.schedule.vehicles)
        let net = SchedulingModel.netKW(of: vehicles, scenario: scenario, curtailed: curtailed)
        // From the net power, as a search that was stopped may leave both directions of the connection open.
        let h = scenario.grid.stepHours
        let energy = net.indices.reduce(0) {
            $0 + h * (net[$1] > 0 ? scenario.importPricePerKWh[$1] : scenario.exportPricePerKWh[$1]) * net[$1]
        }
        var costs = [CostLine(name: "energy", amount: energy)]
        for line in parts.flatMap(\.costs) {
            if let index = costs.firstIndex(where: { $0.name == line.name }) {
                costs[index].amount += line.amount
            } else {
                costs.append(line)
            }
        }
        return (
            Schedule(
                vehicles: vehicles, importKW: net.map { max(0, $0) }, exportKW: net.map { max(0, -$0) },
                curtailedKW: curtailed, unservedKW: [], shortfalls: []), costs
        )
    }

    /// Nil where a disjunction is broken.
    private func reading(of solution: any PartedSolution, part: Int, _ model: SchedulingModel) -> Reading? {
        var values = solution.values(ofPart: part, model.program)
        guard model.program.holdsDisjunctions(at: values) else { return nil }
        let schedule = model.schedule(at: values, streams: [])
        for column in values.indices where model.program.columnBlock[column] < 0 { values[column] = 0 }
        let amounts = model.program.costLineAmounts(at: values)
        return Reading(
            schedule: schedule,
            costs: zip(model.program.costLineNames, amounts).map { CostLine(name: $0, amount: $1) })
    }
}
