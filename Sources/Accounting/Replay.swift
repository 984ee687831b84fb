import Ageing
import Scenarios
import Scheduling

/// Replays a result from the scenario alone: every limit, target and cost line, and the optimality gap.
///
/// It reads the scenario and the result, never the linear program: what it finds wrong is wrong, however it was made.
public struct Replay {
    /// What is wrong, in words that name vehicle, step and limit.
    public var problems: [String] { log.problems }
    /// How many conditions were looked at.
    public var checkCount: Int { log.checkCount }

    /// Energies and powers may be off by this much, kWh and kW: nine decimals are written.
    public static let tolerance = 1e-6
    /// Money may be off by this share of the amount (or of 1).
    public static let moneyTolerance = 1e-6

    private let scenario: Scenario
    private let result: ResultFile
    private let clock: WallClock
    private let ageing: [AgeingPrices]
    private let log = Log()

    private final class Log {
        var problems: [String] = []
        var checkCount = 0
    }

    /// Checks `result` against `scenario`, whose vehicles' ageing is priced by `ageing`.
    public init(scenario: Scenario, ageing: [AgeingPrices], result: ResultFile) {
        self.scenario = result.mode == "v1x" ? Replay.oneWay(scenario) : scenario
        self.result = result
        self.ageing = ageing
        clock = WallClock(timeZone: scenario.grid.timeZone) ?? .utc
        guard checkShape() else { return }
        var missing: [MissedTarget] = []
        for index in scenario.vehicles.indices {
            checkPower(index)
            checkDynamics(index)
            missing += missedTargets(index)
        }
        checkShortfalls(missing)
        checkSite()
        checkCosts()
        checkProof()
    }

    private static func oneWay(_ scenario: Scenario) -> Scenario {
        var scenario = scenario
        for index in scenario.vehicles.indices { scenario.vehicles[index].charger.dischargeKW = 0 }
        return scenario
    }

    private func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
        log.checkCount += 1
        if !holds { log.problems.append(problem()) }
    }

    private func place(_ step: Int) -> String {
        "step \(step) (\(clock.dateTime(scenario.grid.boundary(step))))"
    }
    private func boundaryPlace(_ k: Int) -> String { "boundary \(k) (\(clock.dateTime(scenario.grid.boundary(k))))" }

    // MARK: - Shape

    private func checkShape() -> Bool {
        let count = scenario.grid.count
        let before = problems.count
        expect(
            result.vehicles.map(\.id) == scenario.vehicles.map(\.id),
            "vehicles are \(result.vehicles.map(\.id)), the scenario has \(scenario.vehicles.map(\.id))")
        expect(
            abs(result.stepHours - scenario.grid.stepHours) < 1e-12,
            "step_hours is \(result.stepHours), the scenario has \(scenario.grid.stepHours)")
        expect(
            result.steps == (0..<count).map { clock.iso8601(scenario.grid.boundary($0)) },
            "steps are not those of the scenario's horizon")
        var arrays: [(name: String, values: [Double], count: Int)] = [
            ("site.import_kw", result.site.importKW, count), ("site.export_kw", result.site.exportKW, count),
            ("site.curtailed_kw", result.site.curtailedKW, count),
        ]
        for vehicle in result.vehicles {
            arrays.append(("\(vehicle.id): charge_kw", vehicle.chargeKW, count))
            arrays.append(("\(vehicle.id): discharge_kw", vehicle.dischargeKW, count))
            arrays.append(("\(vehicle.id): energy_kwh", vehicle.energyKWh, count + 1))
            arrays.append(("\(vehicle.id): soc", vehicle.soc, count + 1))
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

    // MARK: - Vehicles

    private func checkPower(_ index: Int) {
        let vehicle = scenario.vehicles[index]
        let plan = result.vehicles[index]
        let timeline = PlugTimeline(vehicle: vehicle, grid: scenario.grid)
        let sides = [
            ("charging", plan.chargeKW, vehicle.charger.chargeKW, vehicle.charger.minChargeKW),
            ("discharging", plan.dischargeKW, vehicle.charger.dischargeKW, vehicle.charger.minDischargeKW),
        ]
        for step in 0..<scenario.grid.count {
            let share = timeline.pluggedShare[step]
            for (what, power, rated, least) in sides {
                let value = power[step]
                let limit = share * rated
                expect(
                    value >= -Replay.tolerance, "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW is below zero"
                )
                let why =
                    share < 1
                    ? "the \(text(limit)) kW limit (plugged in for \(text(share)) of it)"
                    : "the \(text(limit)) kW limit"
                expect(
                    value <= limit + Replay.tolerance,
                    "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW exceeds \(why) by \(text(value - limit)) kW"
                )
                expect(
                    value <= Replay.tolerance || value >= share * least - Replay.tolerance,
                    "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW is below the least of \(text(share * least)) kW"
                )
            }
            expect(
                min(plan.chargeKW[step], plan.dischargeKW[step]) <= Replay.tolerance,
                "\(vehicle.id): \(place(step)): charges \(text(plan.chargeKW[step])) kW and discharges "
                    + "\(text(plan.dischargeKW[step])) kW at once")
        }
    }

    private func checkDynamics(_ index: Int) {
        let vehicle = scenario.vehicles[index]
        let plan = result.vehicles[index]
        let extra = StreamFlows.extra(result, scenario, vehicle: index)
        var flows = CellFlows(
            vehicle: vehicle,
            plan: VehicleSchedule(
                id: plan.id, chargeKW: plan.chargeKW, dischargeKW: plan.dischargeKW, energyKWh: plan.energyKWh),
            grid: scenario.grid)
        for step in extra.indices { flows.inKWh[step] += extra[step] }
        expect(
            abs(plan.energyKWh[0] - vehicle.battery.startKWh) <= Replay.tolerance,
            "\(vehicle.id): starts with \(text(plan.energyKWh[0])) kWh, not with \(text(vehicle.battery.startKWh))")
        for step in 0..<scenario.grid.count {
            let expected = plan.energyKWh[step] + flows.inKWh[step] - flows.outKWh[step]
            expect(
                abs(plan.energyKWh[step + 1] - expected) <= Replay.tolerance,
                "\(vehicle.id): \(place(step)): stored energy goes to \(text(plan.energyKWh[step + 1])) kWh, "
                    + "its flows lead to \(text(expected))")
        }
        for (k, energy) in plan.energyKWh.enumerated() {
            expect(
                energy >= -Replay.tolerance,
                "\(vehicle.id): \(boundaryPlace(k)): stored energy \(text(energy)) kWh is below zero")
            expect(
                energy <= vehicle.battery.ceilingKWh + Replay.tolerance,
                "\(vehicle.id): \(boundaryPlace(k)): stored energy \(text(energy)) kWh exceeds soc_max "
                    + "(\(text(vehicle.battery.ceilingKWh)) kWh) by \(text(energy - vehicle.battery.ceilingKWh))")
            expect(
                abs(plan.soc[k] - energy / vehicle.battery.capacityKWh) <= Replay.tolerance,
                "\(vehicle.id): \(boundaryPlace(k)): soc \(text(plan.soc[k])) is not \(text(energy)) kWh of "
                    + "\(text(vehicle.battery.capacityKWh))")
        }
    }

    // MARK: - Targets

    private struct MissedTarget {
        var vehicle: String
        var kind: Shortfall.Kind
        var at: Set<String>
        var kwh: Double
        var words: String
    }

    private func missedTargets(_ index: Int) -> [MissedTarget] {
        let vehicle = scenario.vehicles[index]
        let energy = result.vehicles[index].energyKWh
        let timeline = PlugTimeline(vehicle: vehicle, grid: scenario.grid)
        var missed: [MissedTarget] = []
        for departure in timeline.departures {
            let reached = energy[departure.step + 1] + timeline.tripKWh[departure.step]
            missed.append(
                MissedTarget(
                    vehicle: vehicle.id, kind: .departure, at: [clock.iso8601(departure.at)],
                    kwh: departure.energyKWh - reached,
                    words: "leaves at \(clock.dateTime(departure.at)) with \(text(reached)) kWh of the "
                        + "\(text(departure.energyKWh)) wanted"))
        }
        for floor in timeline.floors {
            let depths = zip(floor.boundaries, floor.energyKWh).map { ($0, $1 - energy[$0]) }
            guard let lowest = depths.max(by: { $0.1 < $1.1 }) else { continue }
            missed.append(
                MissedTarget(
                    vehicle: vehicle.id, kind: .floor,
                    at: Set(floor.boundaries.map { clock.iso8601(scenario.grid.boundary($0)) }), kwh: lowest.1,
                    words: "is \(text(lowest.1)) kWh below its floor at \(boundaryPlace(lowest.0))"))
        }
        if let end = timeline.endKWh, let last = energy.last {
            missed.append(
                MissedTarget(
                    vehicle: vehicle.id, kind: .end, at: [clock.iso8601(scenario.grid.end)], kwh: end - last,
                    words: "ends with \(text(last)) kWh of the \(text(end)) wanted"))
        }
        return missed
    }

    private func checkShortfalls(_ missed: [MissedTarget]) {
        var unclaimed = result.shortfalls
        for target in missed {
            let claim = unclaimed.firstIndex {
                $0.vehicle == target.vehicle && $0.kind == target.kind && target.at.contains($0.at)
            }
            let claimed = claim.map { unclaimed[$0].kwh } ?? 0
            if let claim { unclaimed.remove(at: claim) }
            expect(
                abs(max(0, target.kwh) - claimed) <= 2 * Replay.tolerance,
                "\(target.vehicle): \(target.words): \(text(max(0, target.kwh))) kWh short, "
                    + "the result says \(text(claimed))")
        }
        for claim in unclaimed where claim.kind != .backup {
            expect(
                false, "\(claim.vehicle ?? "site"): a \(claim.kind.rawValue) shortfall at \(claim.at) fits no target")
        }
        let sum = result.shortfalls.reduce(0) { $0 + $1.kwh }
        expect(
            abs(sum - result.shortfallKWh) <= Replay.tolerance * Double(1 + result.shortfalls.count),
            "shortfall_kwh is \(text(result.shortfallKWh)), the shortfalls sum to \(text(sum))")
    }

    // MARK: - Site

    private func checkSite() {
        for step in 0..<scenario.grid.count {
            let (imported, exported) = (result.site.importKW[step], result.site.exportKW[step])
            let curtailed = result.site.curtailedKW[step]
            var net = scenario.site.loadKW[step] - scenario.site.pvKW[step] + curtailed
            for vehicle in result.vehicles { net += vehicle.chargeKW[step] - vehicle.dischargeKW[step] }
            let tolerance = Replay.tolerance * Double(1 + result.vehicles.count) * max(1, abs(net) * 1e-3)
            expect(
                abs(imported - exported - net) <= tolerance,
                "site: \(place(step)): import less export is \(text(imported - exported)) kW, "
                    + "what is behind the connection needs \(text(net))")
            for (what, value, limit) in [
                ("import", imported, scenario.site.importLimitKW[step]),
                ("export", exported, scenario.site.exportLimitKW[step]),
            ] {
                expect(value >= -Replay.tolerance, "site: \(place(step)): \(what) \(text(value)) kW is below zero")
                expect(
                    value <= limit + tolerance,
                    "site: \(place(step)): \(what) \(text(value)) kW exceeds the \(text(limit)) kW limit by "
                        + "\(text(value - limit)) kW")
            }
            expect(
                min(imported, exported) <= Replay.tolerance,
                "site: \(place(step)): imports \(text(imported)) kW and exports \(text(exported)) kW at once")
            let mostCurtailed = scenario.site.isPVCurtailable ? scenario.site.pvKW[step] : 0
            expect(
                curtailed >= -Replay.tolerance && curtailed <= mostCurtailed + Replay.tolerance,
                "site: \(place(step)): \(text(curtailed)) kW curtailed of \(text(mostCurtailed)) kW that may be")
        }
    }

    // MARK: - Money

    private func checkCosts() {
        let schedule = Schedule(
            vehicles: result.vehicles.map {
                VehicleSchedule(id: $0.id, chargeKW: $0.chargeKW, dischargeKW: $0.dischargeKW, energyKWh: $0.energyKWh)
            },
            importKW: result.site.importKW, exportKW: result.site.exportKW, curtailedKW: result.site.curtailedKW,
            services: result.services ?? [:])
        let settled = Settlement.lines(of: schedule, scenario: scenario, ageing: ageing)
        let scale = max(1, settled.reduce(0) { $0 + abs($1.amount) })
        for line in settled {
            guard let claimed = result.costs[line.name] else {
                expect(
                    abs(line.amount) <= Replay.moneyTolerance * scale,
                    "costs: \(line.name) is missing (\(text(line.amount)))")
                continue
            }
            expect(
                abs(claimed - line.amount) <= Replay.moneyTolerance * scale,
                "costs: \(line.name) is \(text(claimed)), the schedule's is \(text(line.amount))")
        }
        for name in result.costs.keys.sorted() where !settled.contains(where: { $0.name == name }) {
            expect(false, "costs: \(name) is not a cost of this scenario")
        }
        let sum = result.costs.values.reduce(0, +)
        expect(
            abs(sum - result.objective) <= Replay.moneyTolerance * scale,
            "objective is \(text(result.objective)), the costs sum to \(text(sum))")
    }

    private func checkProof() {
        // A rule proves nothing, and says so.
        if result.solver.method == "rule" { return }
        let scale = max(1, abs(result.objective))
        let gap = max(0, (result.objective - result.bound) / scale)
        expect(
            result.bound <= result.objective + Replay.moneyTolerance * scale,
            "bound \(text(result.bound)) is above the objective \(text(result.objective))")
        let allowed = max(scenario.solver.mipGap, 1e-6)
        if result.status == .optimal {
            expect(
                gap <= allowed,
                "status is optimal, but the objective is \(text(gap * 100)) % above the bound \(text(result.bound))")
        }
        expect(
            abs(gap - result.gap) <= 2 * allowed,
            "gap is \(text(result.gap)), objective and bound are \(text(gap)) apart")
    }
}

/// Flows that value streams cause inside the battery (expected activation of a reserve).
enum StreamFlows {
    /// Net extra energy into the cells in each step, kWh; empty: none.
    static func extra(_ result: ResultFile, _ scenario: Scenario, vehicle: Int) -> [Double] { [] }
}

/// A number for a message: up to six decimals.
func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let rounded = (value * 1e6).rounded() / 1e6
    if rounded == 0, value != 0 { return "\(value)" }
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}
