import LinearPrograms
import Scenarios

/// Loads whose time can be chosen (`site.loads`): energy by a deadline, runs of a given profile, stores of heat.
///
///     energy: 0 <= p[t] <= w[t] max_kw,  p[t] = 0 or p[t] >= w[t] min_kw,   sum_t h p[t] + f >= energy_kwh
///     run:    p[t] = sum_s profile[t - s] z[s],   z[s] in {0, 1},   sum_s z[s] <= 1,   H sum_s z[s] + f >= H
///     heat:   q[t+1] = q[t] (1 - loss h) + h cop[t] p[t] - h demand[t],   q[k] <= capacity,   q[k] + f >= floor[k]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p[t] | power of the load in step t | kW |
/// | w[t] | share of step t that lies within the load's span | 1 |
/// | z[s] | whether the run starts in step s; all of it lies within its span and the horizon | 1 |
/// | H | energy of the profile | kWh |
/// | q[k] | heat at boundary k | kWh |
/// | floor[k] | `min_kwh`, or what heating at full power could have reached where it starts below | kWh |
///
/// The shortfalls f (kWh; of heat for a heat store) count with those of vehicles. A span that ends after the horizon has no
/// target in it. Heat below zero is a debt: what was taken and is still to be made.
extension SchedulingModel {
    /// One load's expressions.
    package struct LoadExpressions: Sendable {
        /// kW in each step, T values.
        package internal(set) var powerKW: [LinearExpression]
        /// Heat at each boundary, kWh, T + 1 values; empty where it is not a heat store.
        package internal(set) var heatKWh: [LinearExpression] = []
        /// The stores that it is planned as, each with the step of every stage.
        var chains: [(chain: StoreChain, steps: [Int])] = []
        /// Whether its power is the flows of its stores and nothing else.
        var isChained: Bool {
            powerKW.reduce(0) { $0 + $1.terms.count } == chains.reduce(0) { $0 + $1.steps.count }
        }
    }

    mutating func addFlexibleLoads() {
        for (number, load) in scenario.site.flexibleLoads.enumerated() {
            var expressions = LoadExpressions(powerKW: Array(repeating: LinearExpression(), count: grid.count))
            switch load.kind {
            case .energy(let wanted): add(wanted, number, &expressions)
            case .run(let run): add(run, number, &expressions)
            case .heat(let store): add(store, number, &expressions)
            }
            loads.append(expressions)
        }
    }

    /// Power of all flexible loads in a step, kW.
    func flexibleKW(_ step: Int) -> LinearExpression {
        loads.reduce(into: LinearExpression()) { $0.add($1.powerKW[step]) }
    }

    /// A stage of a load's store.
    struct LoadStage {
        var load: Int
        /// Index into the load's chains.
        var chain: Int
        var stage: Int
    }

    /// The stages of the loads' stores in each step; nil where some load's power is more than its stores' flows.
    var loadStages: [[LoadStage]]? {
        guard loads.allSatisfy(\.isChained) else { return nil }
        var stages: [[LoadStage]] = Array(repeating: [], count: grid.count)
        for (load, expressions) in loads.enumerated() {
            for (chain, entry) in expressions.chains.enumerated() {
                for (stage, step) in entry.steps.enumerated() {
                    stages[step].append(LoadStage(load: load, chain: chain, stage: stage))
                }
            }
        }
        return stages
    }

    // MARK: - The three kinds

    private mutating func add(
        _ load: FlexibleLoad.EnergyByDeadline, _ number: Int, _ expressions: inout LoadExpressions
    ) {
        let label = program.family("load_kw")
        let target = program.family("load")
        let spanCount = load.spans.count { !grid.steps(from: $0.from, to: $0.to).isEmpty }
        for (index, span) in load.spans.enumerated() {
            let steps = grid.steps(from: span.from, to: span.to)
            guard !steps.isEmpty else { continue }
            let isDue = span.isDue(on: grid) && targets != .elasticLimits && load.energyKWh > span.takenKWh
            // The energy so far is a store, which is planned by itself where the program is not linear. Many spans are left
            // together: a block of each would make a household look like a fleet.
            let isStore = targets != .elasticLimits && spanCount <= SchedulingModel.maxLoadStores
            let block = isStore ? newBlock(number) : nil
            var chain = isStore ? StoreChain(block: block ?? 0, start: span.takenKWh) : nil
            var taken = LinearExpression(constant: span.takenKWh)
            for step in steps {
                let share = grid.overlap(of: step, from: span.from, to: span.to)
                let column = program.addColumn(
                    label(block, step, part: number), upper: share * load.maxKW, block: block)
                expressions.powerKW[step].add(column)
                if load.minKW > 0 {
                    program.add(.semicontinuous(Semicontinuous(column, threshold: share * load.minKW)))
                }
                guard chain != nil else {
                    taken.add(column, grid.stepHours)
                    continue
                }
                let level = program.addColumn(
                    program.family("load_kwh")(block, step + 1),
                    upper: span.takenKWh + Double(step + 1 - steps.lowerBound) * grid.stepHours * load.maxKW,
                    block: block)
                var row = LinearExpression(level) - taken
                row.add(column, -grid.stepHours)
                let balance = program.addRow(program.family("load_kwh")(block, step + 1), row, lower: 0, upper: 0)
                chain?.stages.append(
                    stage(
                        column, most: share * load.maxKW, perKW: grid.stepHours, threshold: share * load.minKW,
                        drawn: 0,
                        level: level, row: balance))
                taken = LinearExpression(level)
            }
            if isDue {
                let missing = shortfall(
                    ofLoad: number, span: index, at: span.to, targetKWh: load.energyKWh, block: block)
                var reached = taken
                if let missing { reached.add(missing) }
                let holder = require(reached, atLeast: load.energyKWh, label: target(nil, index, part: number))
                if let term = missing?.terms.first, case .row(let row)? = holder?.place, let last = chain?.stages.count
                {
                    chain?.stages[last - 1].shortfalls.append(
                        StoreChain.Shortfall(
                            column: term.column, perAmount: 1 / term.coefficient, row: row,
                            target: holder?.lower ?? 0))
                }
            }
            if let chain { expressions.chains.append((chain, Array(steps))) }
        }
    }

    /// Spans of a load that are stores of their own.
    private static let maxLoadStores = 3

    /// A block of its own for a load's store, called as the load is.
    private mutating func newBlock(_ number: Int) -> Int {
        program.addMember(scenario.site.flexibleLoads[number].id)
    }

    private func stage(
        _ column: Column, most: Double, perKW: Double, threshold: Double, drawn: Double, level: Column, row: Row
    ) -> StoreChain.Stage {
        StoreChain.Stage(
            flows: [
                StoreChain.Flow(
                    column: column, rise: PiecewiseLinear(points: [.init(0, 0), .init(most, perKW * most)]),
                    gaps: threshold > 0 ? [.init(high: threshold)] : [])
            ], drawn: drawn, level: level, columns: [], rows: [row])
    }

    private mutating func add(_ load: FlexibleLoad.Run, _ number: Int, _ expressions: inout LoadExpressions) {
        let label = program.family("load_starts")
        let target = program.family("load")
        for (index, span) in load.spans.enumerated() {
            if let over = span.stepsRun {
                for (step, kW) in load.profileKW.dropFirst(over).prefix(grid.count).enumerated() {
                    expressions.powerKW[step].constant += kW
                }
                continue
            }
            var starts = LinearExpression()
            for step in load.starts(within: span, on: grid) {
                let start = program.addBinary(label(nil, step, part: number))
                starts.add(start)
                for (offset, kW) in load.profileKW.enumerated() where kW > 0 {
                    expressions.powerKW[step + offset].add(start, kW)
                }
            }
            let energy = load.profileKW.reduce(0, +) * grid.stepHours
            if starts.terms.count > 1 { program.addRow(target(nil, index, part: number), starts, upper: 1) }
            guard span.isDue(on: grid), targets != .elasticLimits, energy > 0 else { continue }
            var ran = energy * starts
            if let missing = shortfall(ofLoad: number, span: index, at: span.to, targetKWh: energy) {
                ran.add(missing)
            }
            require(ran, atLeast: energy, label: program.family("load_runs")(nil, index, part: number))
        }
    }

    /// Losses grow with what is held, so the columns are the heat as it would be without them:
    ///
    ///     q[k] = (1 - loss h)^k y[k],   y[t+1] = y[t] + (h cop[t] p[t] - h demand[t]) / (1 - loss h)^(t+1)
    ///
    /// Then the store is one that keeps what it holds (`StoreChain`). Over a long horizon, where the factor would span too many
    /// orders of magnitude, it starts again at 1 from time to time, and the store is no chain.
    private mutating func add(_ store: FlexibleLoad.HeatStore, _ number: Int, _ expressions: inout LoadExpressions) {
        let block = newBlock(number)
        let powerLabel = program.family("load_kw")
        let (heatLabel, floorLabel) = (program.family("heat_kwh"), program.family("heat_floor"))
        let h = grid.stepHours
        let kept = 1 - store.lossPerHour * h
        let floor = store.floorKWh(hours: h)
        let missing =
            targets == .elasticLimits
            ? nil : shortfall(ofLoad: number, span: nil, at: grid.start, targetKWh: store.minKWh, block: block)
        var chain = targets == .elasticLimits ? nil : StoreChain(block: block, start: store.startKWh)
        // The heat with nothing taken is the minimum, kWh.
        var least = store.startKWh
        var (factor, held) = (1.0, LinearExpression(constant: store.startKWh))
        expressions.heatKWh.append(held)
        for step in 0..<grid.count {
            if factor * kept < SchedulingModel.minHeatFactor {
                held = factor * held
                (factor, chain) = (1, nil)
            }
            factor *= kept
            least = store.after(least, kW: 0, step: step, hours: h)
            let power = program.addColumn(powerLabel(block, step), upper: store.maxKW, block: block)
            if store.minKW > 0 { program.add(.semicontinuous(Semicontinuous(power, threshold: store.minKW))) }
            expressions.powerKW[step].add(power)
            let isHeld = targets == .hard && floor[step + 1] <= store.capacityKWh
            let after = program.addColumn(
                heatLabel(block, step + 1),
                lower: (isHeld ? max(floor[step + 1], least) : least) / factor, upper: store.capacityKWh / factor,
                block: block)
            var row = held - LinearExpression(after)
            row.add(power, h * store.cop[step] / factor)
            row.constant -= h * store.demandKW[step] / factor
            let balance = program.addRow(heatLabel(block, step + 1), row, lower: 0, upper: 0)
            chain?.stages.append(
                stage(
                    power, most: store.maxKW, perKW: h * store.cop[step] / factor, threshold: store.minKW,
                    drawn: h * store.demandKW[step] / factor, level: after, row: balance))
            held = LinearExpression(after)
            expressions.heatKWh.append(factor * held)
            guard let missing else { continue }
            require(
                factor * held + missing, atLeast: floor[step + 1], label: floorLabel(block, step + 1))
        }
        if let chain { expressions.chains.append((chain, Array(0..<grid.count))) }
    }
    /// The heat's factor does not become smaller than this.
    private static let minHeatFactor = 1e-3

    /// What is missing of a load's target, kWh; nil where targets are hard.
    private mutating func shortfall(
        ofLoad number: Int, span: Int?, at instant: Instant, targetKWh: Double, block: Int? = nil
    ) -> LinearExpression? {
        guard targets == .soft else { return nil }
        let priority = scenario.site.flexibleLoads[number].priority
        let label = program.family("shortfall.load_kwh")
        let column = SoftTarget.addViolation(to: &program, label(nil, span, part: number), block: block)
        shortfallMeanings.append(
            ShortfallMeaning(
                column: column, perKWh: priority, kind: .load, vehicle: nil, load: number, window: span, at: instant,
                targetKWh: targetKWh))
        return LinearExpression(column, 1 / priority)
    }
}

extension FlexibleLoad.Span {
    /// Whether its target is due within the horizon.
    package func isDue(on grid: TimeGrid) -> Bool { to > grid.start && to <= grid.end }
}

extension FlexibleLoad.Run {
    /// The steps in which a run may start, so that all of it lies within `span` and the horizon.
    package func starts(within span: FlexibleLoad.Span, on grid: TimeGrid) -> [Int] {
        (0..<max(0, grid.count - profileKW.count + 1)).filter {
            grid.boundary($0) >= span.from && grid.boundary($0 + profileKW.count) <= span.to
        }
    }
}
