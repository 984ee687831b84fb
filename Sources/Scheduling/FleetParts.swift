import Ageing
import LinearPrograms
import Scenarios

/// A large fleet a part at a time: the program of all its vehicles is never held at once, only that of some hundred.
///
/// For fleets that share nothing but the connection (no streams, no groups of chargers, no phases), whose targets can all be
/// met. Of equally good schedules any one is the answer.
struct FleetParts {
    let scenario: Scenario
    let ageing: [AgeingPrices]

    /// Vehicles from which on a fleet is scheduled in parts.
    static let leastVehicles = 5_000
    private static let vehiclesOfPart = 250

    /// Nil where the vehicles share more than the connection.
    init?(_ scenario: Scenario, _ ageing: [AgeingPrices], streams: [any ValueStream], least: Int = leastVehicles) {
        guard scenario.vehicles.count >= max(2, least), streams.isEmpty, scenario.groups.isEmpty,
            scenario.site.phaseLimitKW == nil, !scenario.site.isIsland.contains(true), scenario.habits.smoothWithin == nil
        else { return nil }
        self.scenario = scenario
        self.ageing = ageing
    }

    private var partCount: Int {
        (scenario.vehicles.count + FleetParts.vehiclesOfPart - 1) / FleetParts.vehiclesOfPart
    }

    private func model(_ part: Int) -> SchedulingModel {
        let range =
            (part * FleetParts.vehiclesOfPart)..<min(
                scenario.vehicles.count, (part + 1) * FleetParts.vehiclesOfPart)
        var some = scenario
        some.vehicles = Array(scenario.vehicles[range])
        return SchedulingModel(scenario: some, ageing: Array(ageing[range]), streams: [], isPart: true)
    }

    var program: PartedProgram { PartedProgram(partCount: partCount) { model($0).program } }

    /// The schedule that a solution stands for, and what its cost is made of; nil where a condition that is no part of the
    /// linear program (charging or discharging, not both) does not hold.
    func schedule(of solution: any PartedSolution) -> (schedule: Schedule, costs: [CostLine])? {
        var vehicles: [VehicleSchedule] = []
        var curtailed: [Double] = []
        var costs: [CostLine] = []
        for part in 0..<partCount {
            let model = model(part)
            var values = solution.values(ofPart: part, model.program)
            if model.program.disjunctions.contains(where: { $0.isBroken(at: values) }) { return nil }
            let some = model.schedule(at: values, streams: [])
            vehicles += some.vehicles
            if part == 0 {
                curtailed = some.curtailedKW
            } else {
                // What the connection costs was counted with the first part.
                for column in values.indices where model.program.columnBlock[column] < 0 { values[column] = 0 }
            }
            let amounts = zip(model.program.costLineNames, model.program.costLineAmounts(at: values))
            for (name, amount) in amounts {
                if let index = costs.firstIndex(where: { $0.name == name }) {
                    costs[index].amount += amount
                } else {
                    costs.append(CostLine(name: name, amount: amount))
                }
            }
        }
        let net = SchedulingModel.netKW(of: vehicles, scenario: scenario, curtailed: curtailed)
        return (
            Schedule(
                vehicles: vehicles, importKW: net.map { max(0, $0) }, exportKW: net.map { max(0, -$0) },
                curtailedKW: curtailed, unservedKW: [], shortfalls: []), costs
        )
    }
}
