import LinearPrograms
import Scenarios

/// The energy balance of a battery, and what it costs to take energy out of the cells.
///
///     e[t+1] = e[t] + h (b_c(c[t]) - b_d(d[t])) - trip[t],   0 <= e[k] <= emax
///     e[k] = sum_j z_j[k],   z_j[t+1] - z_j[t] + out_j[t] >= 0,   sum_j out_j[t] = h b_d(d[t]) + trip[t]
///     cost "cycle" = sum_t sum_j kappa_j out_j[t]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | e, z_j | stored energy, and the part of it in depth segment j | kWh |
/// | b_c, b_d | battery-side power of an AC power: `etac c`, `d / etad`, or the efficiency curve | kW |
/// | kappa_j | marginal cost of energy out of segment j | money/kWh |
///
/// The energy into a segment is eliminated (it is the left side of the inequality). A run of steps in which the vehicle
/// can do nothing is one event at most: the energy there is that of the last node less what trips drew.
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
        var level = segments.filled(with: battery.startKWh)
        var path = [energy]
        path.reserveCapacity(grid.count + 1)

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
                    path.append(energy)
                    require(energy, atLeast: 0, label: energyLabel(index, runEnd))
                    if segments.count > 1 {
                        drain(&level, by: drawn, costs: segments.costPerKWh, line: line, vehicle: index, step: step)
                    } else if let cost = segments.costPerKWh.first {
                        program.addCost(line, drawn, times: cost)
                    }
                } else {
                    for _ in step..<runEnd { path.append(energy) }
                }
                step = runEnd
                continue
            }

            let inflow = inflowKW(vehicle: index, step: step)
            let outflow = outflowKW(vehicle: index, step: step)
            var drawn = LinearExpression(constant: trip[step])
            if trip[step] > 0, let given = tripOverflow(vehicle: index, step: step) { drawn.add(given, -1) }
            drawn.add(outflow, times: h)

            let next = program.addColumn(energyLabel(index, step + 1), upper: battery.ceilingKWh, block: index)
            var balance = LinearExpression(next)
            balance.add(energy, times: -1)
            balance.add(inflow, times: -h)
            balance.add(drawn)
            program.addRow(balanceLabel(index, step), balance, lower: 0, upper: 0)

            if segments.count > 1 {
                moveSegments(&level, segments, drawn: drawn, energy: next, line: line, vehicle: index, step: step)
            } else if let cost = segments.costPerKWh.first {
                program.addCost(line, drawn, times: cost)
            }
            energy = LinearExpression(next)
            path.append(energy)
            step += 1
        }
        vehicles[index].energyKWh = path
    }

    /// The segments over a step in which energy can flow: what is drawn comes out of some of them, the rest may only rise.
    private mutating func moveSegments(
        _ level: inout [LinearExpression], _ segments: DepthSegments, drawn: LinearExpression, energy: Column,
        line: CostLineIndex, vehicle: Int, step: Int
    ) {
        let levelLabel = program.family("segment_kwh")
        let outLabel = program.family("segment_out_kwh")
        let riseLabel = program.family("segment_in")
        let canDraw = !drawn.isConstant || drawn.constant > 0
        var total = LinearExpression(energy, -1)
        var out = drawn
        for segment in 0..<segments.count {
            let next = program.addColumn(
                levelLabel(vehicle, step + 1, part: segment), upper: segments.lengthKWh[segment], block: vehicle)
            var rise = LinearExpression(next)
            rise.add(level[segment], times: -1)
            if canDraw {
                let column = program.addColumn(outLabel(vehicle, step, part: segment), block: vehicle)
                program.addCost(line, column, segments.costPerKWh[segment])
                rise.add(column)
                out.add(column, -1)
            }
            program.addRow(riseLabel(vehicle, step, part: segment), rise, lower: 0)
            level[segment] = LinearExpression(next)
            total.add(next)
        }
        program.addRow(levelLabel(vehicle, step + 1), total, lower: 0, upper: 0)
        if canDraw { program.addRow(outLabel(vehicle, step), out, lower: 0, upper: 0) }
    }

    /// Takes `drawn` out of the segments where nothing flows in.
    private mutating func drain(
        _ level: inout [LinearExpression], by drawn: LinearExpression, costs: [Double], line: CostLineIndex, vehicle: Int,
        step: Int
    ) {
        let outLabel = program.family("segment_out_kwh")
        let leftLabel = program.family("segment_left")
        var total = -1 * drawn
        for segment in level.indices {
            let column = program.addColumn(outLabel(vehicle, step, part: segment), block: vehicle)
            program.addCost(line, column, costs[segment])
            total.add(column)
            level[segment].add(column, -1)
            require(level[segment], atLeast: 0, label: leftLabel(vehicle, step, part: segment))
        }
        program.addRow(outLabel(vehicle, step), total, lower: 0, upper: 0)
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

    private mutating func converted(
        _ power: Column, _ curve: PiecewiseLinear, side: NonconvexCurve.Side, name: String, vehicle: Int, step: Int
    ) -> LinearExpression {
        let share = timelines[vehicle].pluggedShare[step]
        let upper = program.columnUpper[power.index]
        // In a partly plugged step the curve is scaled: it is run for a part of the step.
        let scaled = PiecewiseLinear(points: curve.points.map { .init($0.x * share, $0.y * share) })
            .restricted(to: 0, upper)
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

/// Depth segments in kWh, shallow first.
private struct DepthSegments {
    var lengthKWh: [Double] = []
    var costPerKWh: [Double] = []
    var count: Int { lengthKWh.count }

    init(_ cycle: [CycleCostSegment], capacityKWh: Double) {
        var previous = 0.0
        for segment in cycle {
            // Neighbours of one price are one segment.
            if let last = costPerKWh.last, last == segment.costPerKWh {
                lengthKWh[count - 1] += (segment.depth - previous) * capacityKWh
            } else {
                lengthKWh.append((segment.depth - previous) * capacityKWh)
                costPerKWh.append(segment.costPerKWh)
            }
            previous = segment.depth
        }
    }

    /// What each segment holds when the battery holds `energyKWh`: filled from the deepest up.
    func filled(with energyKWh: Double) -> [LinearExpression] {
        var left = energyKWh
        var filled = Array(repeating: LinearExpression(), count: count)
        for segment in stride(from: count - 1, through: 0, by: -1) {
            let amount = min(left, lengthKWh[segment])
            filled[segment] = LinearExpression(constant: amount)
            left -= amount
        }
        return filled
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
                points: [.init(0, 0)] + points.filter { $0.acKW > 0 }.map { .init($0.acKW, convert($0.acKW, $0.efficiency)) })
        }
    }
}
