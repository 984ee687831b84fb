import Ageing
import LinearPrograms
import Scenarios

/// How far the vehicle of a missed target could have come, were that target the only one.
///
///     max e_i[k]   without any target, within the limits of the vehicle, the site, the groups and the streams
///
/// Most often only the vehicle itself is in that program: another one that stays idle, or charges for its trips alone, leaves
/// it enough. Where it comes less far than without any limit of the site, and others could give way or discharge, they are in
/// it too.
///
/// Source: Scheduling.docc/Model.md section 2.
extension Scheduler {
    /// How many vehicles are put into programs of several, over all of them. Where more would be needed, how far those
    /// vehicles could have come is left open.
    static let maxReachTogether = 2_500

    /// The shortfalls of a schedule with `reachableSoC` where it is known.
    func reachable(_ shortfalls: [Shortfall], in scenario: Scenario) -> [Shortfall] {
        let indices = Dictionary(
            scenario.vehicles.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var targets: [Int: [ReachTarget]] = [:]
        for (number, shortfall) in shortfalls.enumerated() where shortfall.kind != .ceiling {
            guard let index = shortfall.vehicle.flatMap({ indices[$0] }),
                let target = ReachTarget(shortfall, number: number, of: scenario.vehicles[index], scenario.grid)
            else { continue }
            targets[index, default: []].append(target)
        }
        guard !targets.isEmpty else { return shortfalls }
        let company = Company(scenario)
        var most: [Int: Double] = [:]
        var together: [(index: Int, targets: [ReachTarget])] = []
        for (index, asked) in targets.sorted(by: { $0.key < $1.key }) {
            let left = askAlone(index, asked, scenario, company, &most)
            if !left.isEmpty { together.append((index, left)) }
        }
        for question in together {
            let others = company.others(than: question.index)
            guard together.count * (1 + others.count) <= Scheduler.maxReachTogether else { break }
            let indices = [question.index] + others
            let model = reachModel(of: scenario.only(indices), indices)
            for target in question.targets { most[target.number] = mostKWh(target, in: model) }
        }
        var answered = shortfalls
        for target in targets.values.joined() {
            guard let most = most[target.number] else { continue }
            let reached = target.askedKWh - shortfalls[target.number].kwh
            answered[target.number].reachableSoC = min(target.askedKWh, max(most, reached)) / target.capacityKWh
        }
        return answered
    }

    /// Asks with all other vehicles idle, or charging no more than their trips take.
    ///
    /// - Returns: the targets for which there may be more if others do something else, or for which there is no answer.
    private func askAlone(
        _ index: Int, _ targets: [ReachTarget], _ scenario: Scenario, _ company: Company,
        _ most: inout [Int: Double]
    ) -> [ReachTarget] {
        guard var alone = company.idle(besides: index, in: scenario) else { return targets }
        let model = reachModel(of: alone, [index])
        var unlimited: SchedulingModel?
        let isAll = company.others(than: index).isEmpty
        // Only where streams bring no energy of their own is it a bound.
        if !isAll, model.vehicles[0].extraInflowKW.isEmpty {
            alone.site = Site(unlimitedFor: scenario.grid.count)
            alone.groups = []
            unlimited = reachModel(of: alone, [index], streams: [])
        }
        return targets.filter { target in
            guard let found = mostKWh(target, in: model) else { return true }
            let slack = 1e-7 * max(1, target.askedKWh)
            if !isAll, found < target.askedKWh - slack {
                // Others are no help to a vehicle that nothing but itself holds back.
                guard let unlimited, let bound = mostKWh(target, in: unlimited), found >= bound - slack
                else { return true }
            }
            most[target.number] = found
            return false
        }
    }

    private func reachModel(
        of scenario: Scenario, _ indices: [Int], streams: [any ValueStream]? = nil
    ) -> SchedulingModel {
        SchedulingModel(
            scenario: scenario, ageing: indices.map { ageing[$0] }, streams: streams ?? self.streams, targets: .soft)
    }

    /// The most that the first vehicle of a model can hold for a target, kWh.
    private func mostKWh(_ target: ReachTarget, in model: SchedulingModel) -> Double? {
        var program = model.program
        program.tieBreakers = []
        program.freeViolations()
        let energy = model.vehicles[0].energyKWh[target.boundary]
        program.replaceObjective(energy.terms.map { Term($0.column, -$0.coefficient) }, named: "energy")
        guard case .solved(let solution) = solver.solve(program, options: options(breaksTies: false)) else {
            return nil
        }
        return energy.value(at: solution.values) + target.drawnKWh
    }
}

/// The vehicles that may matter to another one's reach.
private struct Company {
    /// Power with which each vehicle whose trips take more than it holds at the start charges enough for them, kW; nil where
    /// that is not said so simply.
    private var neededKW: [Int: [Double]?] = [:]
    /// Vehicles and batteries that may discharge.
    private var mayDischarge: [Int] = []

    init(_ scenario: Scenario) {
        let isSimple = scenario.site.phaseLimitKW == nil && !SchedulingModel.hasFlowRules(scenario)
        for (index, vehicle) in scenario.vehicles.enumerated() {
            let timeline = PlugTimeline(vehicle: vehicle, grid: scenario.grid)
            if timeline.tripKWh.reduce(0, +) > vehicle.battery.startKWh {
                neededKW[index] = .some(isSimple ? Company.tripsKW(vehicle, timeline, scenario.grid) : nil)
            }
            if vehicle.charger.dischargeKW > 0 { mayDischarge.append(index) }
        }
    }

    /// Those that do something without which another vehicle may come further, or not as far.
    func others(than index: Int) -> [Int] { Set(Array(neededKW.keys) + mayDischarge).subtracting([index]).sorted() }

    /// A vehicle with the site as the others leave it, if they do no more than they must; nil where that is not known.
    func idle(besides index: Int, in scenario: Scenario) -> Scenario? {
        var alone = scenario.only([index])
        for (other, needed) in neededKW where other != index {
            guard let needed else { return nil }
            for step in needed.indices { alone.site.loadKW[step] += needed[step] }
            for number in alone.groups.indices where scenario.groups[number].members.contains(other) {
                for step in needed.indices { alone.groups[number].importLimitKW[step] -= needed[step] }
            }
        }
        return alone
    }

    /// The same share of full power whenever plugged in, as small as trips allow, kW; nil where a charger cannot do that.
    private static func tripsKW(_ vehicle: Vehicle, _ timeline: PlugTimeline, _ grid: TimeGrid) -> [Double]? {
        let charger = vehicle.charger
        guard charger.minChargeKW == 0, !charger.hasRuns, vehicle.battery.chargeLimit.isEmpty,
            case .constant(let efficiency) = charger.chargeEfficiency
        else { return nil }
        func path(_ share: Double) -> (kw: [Double], lowest: Double, isWithin: Bool) {
            var (energy, lowest, isWithin) = (vehicle.battery.startKWh, Double.infinity, true)
            let kw = timeline.pluggedShare.map { $0 * share * charger.chargeKW }
            for step in kw.indices {
                energy += grid.stepHours * efficiency * kw[step] - timeline.tripKWh[step]
                lowest = min(lowest, energy)
                if energy > timeline.ceilingKWh[step + 1] { isWithin = false }
            }
            return (kw, lowest, isWithin)
        }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if path(middle).lowest < 0 { low = middle } else { high = middle }
        }
        let found = path(high)
        return found.lowest >= 0 && found.isWithin ? found.kw : nil
    }
}

/// A missed target as a level of stored energy.
private struct ReachTarget {
    /// Of its shortfall.
    var number: Int
    /// The boundary at which the level is looked at.
    var boundary: Int
    /// What a trip draws in the step before, after the level that counts, kWh.
    var drawnKWh: Double
    /// What was asked for, kWh.
    var askedKWh: Double
    var capacityKWh: Double

    init?(_ shortfall: Shortfall, number: Int, of vehicle: Vehicle, _ grid: TimeGrid) {
        self.number = number
        capacityKWh = vehicle.battery.capacityKWh
        askedKWh = (shortfall.reachedSoC ?? 0) * vehicle.battery.capacityKWh + shortfall.kwh
        let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
        if shortfall.kind == .departure || shortfall.kind == .target {
            let timed = timeline.departures + timeline.targets
            guard let step = timed.first(where: { $0.window == shortfall.window && $0.at == shortfall.at })?.step
            else { return nil }
            (boundary, drawnKWh) = (step + 1, timeline.tripKWh[step])
        } else {
            guard let boundary = grid.boundaryIndex(of: shortfall.at) else { return nil }
            (self.boundary, drawnKWh) = (boundary, 0)
        }
    }
}

extension Scenario {
    /// The scenario with these of its vehicles alone, in their order; groups keep their limits.
    fileprivate func only(_ indices: [Int]) -> Scenario {
        var some = self
        some.vehicles = indices.map { vehicles[$0] }
        for number in groups.indices {
            some.groups[number].members = indices.indices.filter { groups[number].members.contains(indices[$0]) }
        }
        return some
    }
}

extension TimeGrid {
    /// The boundary at a moment; nil where there is none.
    fileprivate func boundaryIndex(of instant: Instant) -> Int? {
        let seconds = instant.epochSeconds - start.epochSeconds
        guard seconds >= 0, seconds % stepSeconds == 0, seconds / stepSeconds <= count else { return nil }
        return seconds / stepSeconds
    }
}
