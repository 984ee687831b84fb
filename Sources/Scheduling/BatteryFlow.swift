import LinearPrograms
import Scenarios

/// The energy balance of a battery, and what it costs to take energy out of the cells.
///
///     e[t+1] = e[t] + h (b_c(c[t]) - b_d(d[t])) - trip[t],   0 <= e[k] <= emax
///     cost "cycle" = sum_t sum_j kappa_j out_j[t],   sum_j out_j[t] = h b_d(d[t]) + trip[t]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | e | stored energy | kWh |
/// | b_c, b_d | battery-side power of an AC power: `etac c`, `d / etad`, or the efficiency curve | kW |
/// | kappa_j | marginal cost of energy out of depth segment j, cheapest segment first | money/kWh |
/// | y_j | energy in the j cheapest segments together, at most W_j | kWh |
/// | u_j | energy out of the other, dearer segments | kWh |
///
/// The segments are written nested: instead of the energy in each segment, the energy in the j cheapest together. What
/// goes out costs kappa_1, and each time it has to come from beyond the j cheapest it costs the next step of price more:
///
///     cost = kappa_1 sum_t out[t] + sum_j (kappa_{j+1} - kappa_j) sum_t u_j[t]
///     y_j[t+1] - y_j[t] - u_j[t] <= e[t+1] - e[t],   0 <= y_j <= W_j,   u_j >= 0
///
/// It is the same optimum as with a level, an inflow and an outflow per segment (filling the cheapest first and emptying it
/// first is optimal for every j at once), with J - 1 rows per step instead of J + 2: 0.6 of the time at J = 8.
/// A run of steps in which the vehicle can do nothing is one event at most.
/// Source: Xu et al. 2018, "Factoring the cycle aging cost of batteries participating in electricity markets".
extension SchedulingModel {
    mutating func addBatteryFlow(vehicle index: Int) {
        let battery = scenario.vehicles[index].battery
        let trip = timelines[index].tripKWh
        let columns = vehicles[index]
        let h = grid.stepHours
        let line = program.costLine("cycle")
        let energyLabel = program.family("energy_kwh")
        let balanceLabel = program.family("balance")
        let segments = DepthSegments(ageing[index].cycle, capacityKWh: battery.capacityKWh)

        var energy = LinearExpression(constant: battery.startKWh)
        var nested = segments.cheapest(of: battery.startKWh).map { LinearExpression(constant: $0) }
        var path = [energy]
        path.reserveCapacity(grid.count + 1)

        var chain = targets == .elasticLimits ? nil : StoreChain(block: index, start: battery.startKWh)
        chain?.leastRun = scenario.vehicles[index].charger.minRunSteps
        // Trips before the first stage, or since the last one, which the next stage's level does not know yet.
        var pending = 0.0

        var step = 0
        while step < grid.count {
            let runEnd = (step..<grid.count).first { columns.isActive($0) } ?? grid.count
            if runEnd > step {
                let total = trip[step..<runEnd].reduce(0, +)
                if total > 0 {
                    let given = tripOverflow(vehicle: index, step: step)
                    let drawn = LinearExpression(terms: given.map { [Term($0, -1)] } ?? [], constant: total)
                    let start = energy
                    // Inside the run, the trips so far; at its end, with what could not be drawn given back.
                    var sofar = 0.0
                    for inner in step..<(runEnd - 1) {
                        sofar += trip[inner]
                        path.append(start - LinearExpression(constant: sofar))
                    }
                    energy = start - drawn
                    pending += total
                    path.append(energy)
                    require(energy, atLeast: 0, label: energyLabel(index, runEnd))
                    if let cheapest = segments.costPerKWh.first { program.addCost(line, drawn, times: cheapest) }
                    moveSegments(
                        &nested, segments, rise: -1 * drawn, line: line, vehicle: index, step: step, end: runEnd)
                } else {
                    for _ in step..<runEnd { path.append(energy) }
                }
                step = runEnd
                continue
            }

            let before = (columns: program.columnCount, rows: program.rowCount)
            let inflow = inflowKW(vehicle: index, step: step)
            let outflow = outflowKW(vehicle: index, step: step)
            var drawn = LinearExpression(constant: trip[step])
            if trip[step] > 0, let given = tripOverflow(vehicle: index, step: step) { drawn.add(given, -1) }
            drawn.add(outflow, times: h)

            let next = program.addColumn(
                energyLabel(index, step + 1), upper: maxEnergyKWh(index, step + 1), block: index)
            var balance = LinearExpression(next)
            balance.add(energy, times: -1)
            balance.add(inflow, times: -h)
            balance.add(drawn)
            program.addRow(balanceLabel(index, step), balance, lower: 0, upper: 0)
            if columns.extraInflowKW[step] != nil || columns.extraOutflowKW[step] != nil { chain = nil }
            if chain != nil {
                let own = (before.columns..<program.columnCount).map { program.column(at: $0) }.filter { $0 != next }
                var made = StoreChain.Stage(
                    flows: flows(vehicle: index, step: step, inflow, outflow), drawn: pending + trip[step],
                    level: next, columns: own,
                    rows: (before.rows..<program.rowCount).map { program.row(at: $0) }
                        + (columns.modeRows[step] ?? []))
                made.modes = chainModes(vehicle: index, step: step)
                made.endsRuns = step == 0 || !columns.isActive(step - 1)
                chain?.stages.append(made)
                chain?.runMayBeCut = step == grid.count - 1
                let stage = (chain?.stages.count ?? 0) - 1
                vehicles[index].stageOfLevel[next] = stage
                vehicles[index].stageOfStep[step] = stage
                pending = 0
            }

            if let cheapest = segments.costPerKWh.first { program.addCost(line, drawn, times: cheapest) }
            moveSegments(
                &nested, segments, rise: LinearExpression(next) - energy, line: line, vehicle: index, step: step,
                end: step + 1)
            energy = LinearExpression(next)
            path.append(energy)
            step += 1
        }
        vehicles[index].energyKWh = path
        vehicles[index].chain = chain
    }

    /// The flows of a step as those of a store.
    ///
    /// - Parameter inflow, outflow: battery-side power into and out of the cells, as `inflowKW` and `outflowKW` give it.
    private func flows(
        vehicle index: Int, step: Int, _ inflow: LinearExpression, _ outflow: LinearExpression
    ) -> [StoreChain.Flow] {
        let charger = scenario.vehicles[index].charger
        let share = timelines[index].pluggedShare[step]
        func flow(
            _ power: Column?, _ curve: PiecewiseLinear, _ sign: Double, _ converted: LinearExpression,
            _ direction: ChargerMode.Direction
        ) -> StoreChain.Flow? {
            guard let power else { return nil }
            let scaled = scaled(curve, share: share, upper: program.columnUpper[power.index])
            let column = converted.terms.first.map(\.column)
            return StoreChain.Flow(
                column: power,
                rise: PiecewiseLinear(points: scaled.points.map { .init($0.x, sign * grid.stepHours * $0.y) }),
                gaps: gaps(of: power, charger, direction, share: share),
                converted: column == power ? nil : column.map { ($0, sign / grid.stepHours) })
        }
        let columns = vehicles[index]
        return [
            flow(columns.chargeKW[step], charger.batterySideCharging, 1, inflow, .charging),
            flow(columns.dischargeKW[step], charger.batterySideDischarging, -1, outflow, .discharging),
        ].compactMap { $0 }
    }

    /// The nested segments over an event in which the stored energy rises by `rise` (a fall is negative), kWh.
    private mutating func moveSegments(
        _ nested: inout [LinearExpression], _ segments: DepthSegments, rise: LinearExpression, line: CostLineIndex,
        vehicle: Int, step: Int, end: Int
    ) {
        guard !nested.isEmpty else { return }
        let levelLabel = program.family("cheapest_kwh")
        let beyondLabel = program.family("beyond_kwh")
        for index in nested.indices {
            let level = program.addColumn(
                levelLabel(vehicle, end, part: index), upper: segments.lengthToHereKWh(index), block: vehicle)
            let beyond = program.addColumn(beyondLabel(vehicle, step, part: index), block: vehicle)
            program.addCost(line, beyond, segments.costPerKWh[index + 1] - segments.costPerKWh[index])
            var row = LinearExpression(level)
            row.add(beyond, -1)
            row.add(nested[index], times: -1)
            row.add(rise, times: -1)
            program.addRow(levelLabel(vehicle, step, part: index), row, upper: 0)
            nested[index] = LinearExpression(level)
        }
    }

    private mutating func tripOverflow(vehicle: Int, step: Int) -> Column? {
        overflow(
            of: "vehicles[\(scenario.vehicles[vehicle].id)].trip_kwh", at: grid.boundary(step), unit: "kWh",
            block: vehicle)
    }

    /// Battery-side power into the cells, kW.
    private mutating func inflowKW(vehicle index: Int, step: Int) -> LinearExpression {
        var flow = vehicles[index].extraInflowKW[step] ?? LinearExpression()
        guard let charge = vehicles[index].chargeKW[step] else { return flow }
        let curve = scenario.vehicles[index].charger.batterySideCharging
        flow.add(converted(charge, curve, side: .above, name: "charge_cells_kw", vehicle: index, step: step))
        return flow
    }

    /// Battery-side power out of the cells for discharging, kW.
    private mutating func outflowKW(vehicle index: Int, step: Int) -> LinearExpression {
        var flow = vehicles[index].extraOutflowKW[step] ?? LinearExpression()
        guard let discharge = vehicles[index].dischargeKW[step] else { return flow }
        let curve = scenario.vehicles[index].charger.batterySideDischarging
        flow.add(converted(discharge, curve, side: .below, name: "discharge_cells_kw", vehicle: index, step: step))
        return flow
    }

    /// A curve of battery-side power over the powers that a step allows. In a partly plugged step the curve is run for a part
    /// of the step.
    private func scaled(_ curve: PiecewiseLinear, share: Double, upper: Double) -> PiecewiseLinear {
        PiecewiseLinear(points: curve.points.map { .init($0.x * share, $0.y * share) }).restricted(to: 0, upper)
    }

    private mutating func converted(
        _ power: Column, _ curve: PiecewiseLinear, side: NonconvexCurve.Side, name: String, vehicle: Int, step: Int
    ) -> LinearExpression {
        let share = timelines[vehicle].pluggedShare[step]
        let upper = program.columnUpper[power.index]
        let scaled = scaled(curve, share: share, upper: upper)
        let slopes = scaled.segments.map(\.slope)
        if slopes.count == 1 { return LinearExpression(power, slopes[0]) }
        let label = program.family(name)
        let column = program.addColumn(label(vehicle, step), block: vehicle)
        let definition = program.addRow(label(vehicle, step), LinearExpression(column), lower: 0, upper: 0)
        NonconvexCurve.add(
            scaled, of: LinearExpression(power), to: &program, sink: .row(definition, -1), side: side,
            label: program.family(name + ".curve"), member: vehicle, index: step, block: vehicle)
        return LinearExpression(column)
    }
}

extension SchedulingModel.VehicleExpressions {
    /// Whether anything can flow in `step`.
    func isActive(_ step: Int) -> Bool {
        chargeKW[step] != nil || dischargeKW[step] != nil || extraInflowKW[step] != nil
            || extraOutflowKW[step] != nil
    }
}

/// Depth segments in kWh, cheapest first (which is shallowest first where cost rises with depth, as it should).
private struct DepthSegments {
    private(set) var lengthKWh: [Double] = []
    private(set) var costPerKWh: [Double] = []
    /// Where each segment lies in the battery: its deep end, kWh from full.
    private var deepEndKWh: [Double] = []

    init(_ cycle: [CycleCostSegment], capacityKWh: Double) {
        var previous = 0.0
        var parts: [(length: Double, cost: Double, deepEnd: Double)] = []
        for segment in cycle {
            parts.append(((segment.depth - previous) * capacityKWh, segment.costPerKWh, segment.depth * capacityKWh))
            previous = segment.depth
        }
        // Stable, so that segments of one price keep their order of depth.
        for (_, part) in parts.enumerated().sorted(by: { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) })
        {
            lengthKWh.append(part.length)
            costPerKWh.append(part.cost)
            deepEndKWh.append(part.deepEnd)
        }
    }

    /// Length of the cheapest segments up to and with `index`, kWh.
    func lengthToHereKWh(_ index: Int) -> Double { lengthKWh[...index].reduce(0, +) }

    /// For each number of cheapest segments but all: what they hold together when the battery holds `energyKWh`, filled
    /// from the deepest segment up.
    func cheapest(of energyKWh: Double) -> [Double] {
        guard let capacity = deepEndKWh.max(), lengthKWh.count > 1 else { return [] }
        var together = 0.0
        return lengthKWh.indices.dropLast().map { index in
            let below = capacity - deepEndKWh[index]
            together += min(max(0, energyKWh - below), lengthKWh[index])
            return together
        }
    }
}

extension Charger {
    /// Battery-side power as a function of AC charging power, kW, from 0 to the rated power (or the last listed one).
    var batterySideCharging: PiecewiseLinear { batterySide(chargeEfficiency, ratedKW: chargeKW) { $0 * $1 } }
    /// Battery-side power as a function of AC discharging power, kW.
    var batterySideDischarging: PiecewiseLinear { batterySide(dischargeEfficiency, ratedKW: dischargeKW) { $0 / $1 } }

    private func batterySide(
        _ efficiency: Efficiency, ratedKW: Double, _ convert: (Double, Double) -> Double
    ) -> PiecewiseLinear {
        switch efficiency {
        case .constant(let value): PiecewiseLinear(points: [.init(0, 0), .init(ratedKW, convert(ratedKW, value))])
        case .curve(let points):
            PiecewiseLinear(
                points: [.init(0, 0)]
                    + points.filter { $0.acKW > 0 }.map { .init($0.acKW, convert($0.acKW, $0.efficiency)) })
        }
    }
}
