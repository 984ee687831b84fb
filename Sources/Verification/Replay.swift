import Ageing
import Scenarios
import Scheduling

/// Replays a result from the scenario alone: every limit, target and cost line, and the optimality gap.
///
/// It reads the scenario and the result, never the linear program: what it finds wrong is wrong, however it was made.
/// This file holds what is asked of the result as a whole; vehicles, targets and the site are files of their own.
///
/// What it cannot know without solving: that no other schedule is cheaper (the bound is the result's own word), and that
/// no other schedule misses its targets by less.
package struct Replay {
    /// What is wrong, in words that name vehicle, step and limit.
    package var problems: [String] { log.problems }
    /// How many conditions were looked at.
    package var checkCount: Int { log.checkCount }

    /// Energies and powers may be off by this much, kWh and kW: nine decimals are written.
    package static let tolerance = 1e-6
    /// Of large energies and powers, this share more: a thousand kW to the last watt is not a thousand times as exact.
    package static let relativeTolerance = 1e-9
    /// Money may be off by this share of the amount (or of 1).
    package static let moneyTolerance = 1e-6

    let scenario: Scenario
    let result: ResultFile
    let clock: WallClock
    let ageing: [AgeingPrices]
    let streams: [any ValueStream]
    /// The result in plain kW.
    let schedule: Schedule
    let log = Log()

    final class Log {
        var problems: [String] = []
        var checkCount = 0
    }

    /// Checks `result` against `scenario`, whose vehicles' ageing is priced by `ageing`.
    ///
    /// - Parameter streams: the scenario's value streams; a cost line that nobody settles is a finding.
    package init(
        scenario: Scenario, ageing: [AgeingPrices], result: ResultFile, streams: [any ValueStream] = []
    ) {
        self.scenario = result.scheduleMode == .v1x ? scenario.oneWay : scenario
        self.result = result
        self.ageing = ageing
        self.streams = streams
        schedule = Schedule(of: result)
        clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        guard checkShape() else { return }
        var targets: [Target] = []
        for index in scenario.vehicles.indices {
            let timeline = PlugTimeline(vehicle: self.scenario.vehicles[index], grid: scenario.grid)
            checkPower(index, timeline)
            checkDynamics(index, timeline)
            checkHabits(index, timeline)
            targets += self.targets(index, timeline)
        }
        checkShortfalls(targets)
        checkSite()
        checkFlowRules()
        checkLoads()
        checkStreams()
        checkPhases()
        checkGroups()
        checkCosts()
        checkProof()
    }

    /// Whether the result claims to follow a rule (Scheduling.docc/Model.md section 6) and not to be an optimum. The mode decides, not the
    /// solver's name: anybody can write that.
    var isByRule: Bool {
        result.scheduleMode == .immediate || result.scheduleMode == .deferred
    }

    func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
        log.checkCount += 1
        if !holds { log.problems.append(problem()) }
    }

    /// How far a power or an energy of this size may be off.
    func allowance(_ size: Double) -> Double { Replay.tolerance + Replay.relativeTolerance * abs(size) }

    func place(_ step: Int) -> String {
        "step \(step) (\(clock.dateTime(scenario.grid.boundary(step))))"
    }
    func boundaryPlace(_ k: Int) -> String { "boundary \(k) (\(clock.dateTime(scenario.grid.boundary(k))))" }

    func checkShape() -> Bool {
        let count = scenario.grid.count
        let before = problems.count
        expect(
            result.vehicles.map(\.id) == scenario.vehicles.map(\.id),
            "vehicles are \(list(result.vehicles.map(\.id))), the scenario has \(list(scenario.vehicles.map(\.id)))")
        let (planned, asked) = ((result.loads ?? []).map(\.id), scenario.site.flexibleLoads.map(\.id))
        expect(planned == asked, "loads are \(list(planned)), the scenario has \(list(asked))")
        expect(
            result.batteryCount == scenario.vehicles.count - scenario.vehicleCount,
            "there are \(result.batteryCount) batteries, the scenario has \(scenario.vehicles.count - scenario.vehicleCount)"
        )
        expect(
            abs(result.stepHours - scenario.grid.stepHours) < 1e-12,
            "step_hours is \(result.stepHours), the scenario has \(scenario.grid.stepHours)")
        expect(result.steps.count == count, "steps has \(result.steps.count) values, not \(count)")
        let wrongStep = result.steps.indices.first { result.steps[$0] != clock.iso8601(scenario.grid.boundary($0)) }
        expect(wrongStep == nil, "steps are not those of the scenario's horizon: \(wrongStepWords(wrongStep))")
        expect(
            result.scheduleMode != nil,
            "mode is \(result.mode), not one of \(ScheduleMode.allCases.map(\.rawValue).joined(separator: ", "))")
        var arrays: [(name: String, values: [Double], count: Int)] = [
            ("site.import_kw", result.site.importKW, count), ("site.export_kw", result.site.exportKW, count),
            ("site.curtailed_kw", result.site.curtailedKW, count),
        ]
        if let unserved = result.site.unservedKW { arrays.append(("site.unserved_kw", unserved, count)) }
        for vehicle in result.vehicles {
            arrays.append(("\(vehicle.id): charge_kw", vehicle.chargeKW, count))
            arrays.append(("\(vehicle.id): discharge_kw", vehicle.dischargeKW, count))
            arrays.append(("\(vehicle.id): energy_kwh", vehicle.energyKWh, count + 1))
            arrays.append(("\(vehicle.id): soc", vehicle.soc, count + 1))
        }
        for (entry, load) in zip(result.loads ?? [], scenario.site.flexibleLoads) {
            arrays.append(("\(entry.id): kw", entry.kW, count))
            if case .heat = load.kind { arrays.append(("\(entry.id): energy_kwh", entry.energyKWh ?? [], count + 1)) }
        }
        for array in arrays {
            expect(
                array.values.count == array.count, "\(array.name) has \(array.values.count) values, not \(array.count)")
            expect(array.values.allSatisfy(\.isFinite), "\(array.name) holds a value that is not a number")
        }
        expect(
            result.currency == scenario.currency,
            "currency is \(result.currency), the scenario's is \(scenario.currency)")
        return problems.count == before
    }

    private func list(_ ids: [String]) -> String { ids.isEmpty ? "none" : ids.joined(separator: ", ") }

    private func wrongStepWords(_ step: Int?) -> String {
        guard let step else { return "" }
        return "steps[\(step)] is \(result.steps[step]), not \(clock.iso8601(scenario.grid.boundary(step)))"
    }
}

/// A number for a message: up to six decimals.
func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let rounded = (value * 1e6).rounded() / 1e6
    if rounded == 0, value != 0 { return "\(value)" }
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}
