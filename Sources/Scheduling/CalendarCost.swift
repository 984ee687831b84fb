import LinearPrograms
import Scenarios

/// The cost of calendar ageing: over every step of the horizon, parked or driving, by the trapezoid rule.
///
///     cost "calendar" = sum_t h (g_t(e[t] / E) + g_t(e[t+1] / E)) / 2
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | g_t | cost per hour at a state of charge, at the temperature of step t | money/h |
/// | E | usable capacity | kWh |
///
/// The cost is a sum over boundaries, each term a function of the energy at one boundary alone (`calendarCosts`): the two
/// ends of the horizon count half a step, the boundaries between them half of each step beside them. Boundaries between
/// which nothing can be decided share one energy column and are one function of it. Where a function is not convex the
/// optimum of the non-convex problem is meant: a `NonconvexCurve`. Source: Scheduling.docc/Model.md section 4.
extension SchedulingModel {
    /// The calendar cost at each boundary as a function of the energy stored there (kWh, 0 to the capacity), money; T + 1
    /// values, empty where calendar ageing costs nothing.
    package func calendarCosts(vehicle index: Int) -> [PiecewiseLinear] {
        let prices = ageing[index]
        let capacity = scenario.vehicles[index].battery.capacityKWh
        let halves = prices.calendarFunctions.map { points in
            PiecewiseLinear(points: points.map { .init($0.soc * capacity, 0.5 * grid.stepHours * $0.costPerHour) })
        }
        let wholes = halves.map { half in PiecewiseLinear(points: half.points.map { .init($0.x, 2 * $0.y) }) }
        let functions = prices.calendarFunctionOfStep
        guard let first = functions.first, let last = functions.last else { return [] }
        let inner = zip(functions, functions.dropFirst()).map { before, after in
            before == after
                ? wholes[before] : shiftedSum([(halves[before], 0), (halves[after], 0)], from: 0, to: capacity)
        }
        return [halves[first]] + inner + [halves[last]]
    }

    mutating func addCalendarCost(vehicle index: Int) {
        let costs = calendarCosts(vehicle: index)
        let line = program.costLine("calendar")
        let label = program.family("calendar")
        let path = vehicles[index].energyKWh
        // The marginal questions move bounds by a little: the functions must not end just there.
        let margin = keepsConnection ? 0.01 : 0
        let reach = reachableEnergy(vehicle: index)

        var boundary = 0
        while boundary < costs.count {
            let energy = path[boundary]
            // The boundaries from here on whose energy is this one's, moved by a constant.
            var end = boundary + 1
            while end < costs.count, path[end].terms == energy.terms { end += 1 }
            let low = max(0, reach[boundary].lowerBound - margin)
            let high = max(low, reach[boundary].upperBound + margin)
            let cost =
                end == boundary + 1
                ? costs[boundary].restricted(to: low, high)
                : shiftedSum(
                    (boundary..<end).map { (costs[$0], path[$0].constant - energy.constant) }, from: low, to: high)
            let segments = cost.segments
            if energy.isConstant || segments.isEmpty {
                program.addCost(line, constant: cost(energy.isConstant ? energy.constant : low))
            } else if segments.count == 1 {
                program.addCost(line, constant: cost.points[0].y - segments[0].slope * cost.points[0].x)
                program.addCost(line, energy, times: segments[0].slope)
            } else if cost.isConvex {
                let parts = ConvexCurve.add(
                    cost, of: energy, to: &program, line: line, label: label, member: index, index: boundary,
                    block: index)
                noteHolding(cost, of: energy, vehicle: index, parts)
            } else {
                let parts = NonconvexCurve.add(
                    cost, of: energy, to: &program, sink: .cost(line), label: label, member: index, index: boundary,
                    block: index)
                noteHolding(cost, of: energy, vehicle: index, parts)
            }
            boundary = end
        }
    }

    /// Notes a cost of stored energy with the stage after which it is stored.
    ///
    /// - Parameter parts: what states the cost in the program; its constant is `cost` at its first point.
    private mutating func noteHolding(
        _ cost: PiecewiseLinear, of energy: LinearExpression, vehicle index: Int, _ parts: (columns: [Column], row: Row)
    ) {
        guard let stage = vehicles[index].stage(of: energy) else { return }
        // As a function of the level column; the expression is that plus a constant.
        let points = cost.points.map { PiecewiseLinear.Point($0.x - energy.constant, $0.y) }
        vehicles[index].chain?.stages[stage].holding = PiecewiseLinear(points: points)
        vehicles[index].chain?.stages[stage].holdingConstant = cost.points[0].y
        vehicles[index].chain?.stages[stage].columns += parts.columns
        vehicles[index].chain?.stages[stage].rows.append(parts.row)
    }

    /// `sum of f(x + shift)` over `parts`, for x in `low...high`.
    private func shiftedSum(
        _ parts: [(function: PiecewiseLinear, shift: Double)], from low: Double, to high: Double
    ) -> PiecewiseLinear {
        var xs = [low, high]
        for (function, shift) in parts {
            for point in function.points where point.x - shift > low + 1e-9 && point.x - shift < high - 1e-9 {
                xs.append(point.x - shift)
            }
        }
        xs.sort()
        var kept: [Double] = []
        for x in xs where kept.last.map({ x > $0 + 1e-9 }) ?? true { kept.append(x) }
        let points = kept.map { x in
            PiecewiseLinear.Point(x, parts.reduce(0) { $0 + $1.function(x + $1.shift) })
        }
        return PiecewiseLinear(points: points).withoutFlatKinks
    }

    /// The energies that a vehicle's charger and trips can bring it to at each boundary, targets aside.
    func reachableEnergy(vehicle index: Int) -> [ClosedRange<Double>] {
        let battery = scenario.vehicles[index].battery
        let charger = scenario.vehicles[index].charger
        let timeline = timelines[index]
        let h = grid.stepHours
        let most = (
            charge: charger.batterySideCharging.points.last?.y ?? 0,
            discharge: charger.batterySideDischarging.points.last?.y ?? 0
        )
        var low = battery.startKWh
        var high = battery.startKWh
        var reach = [low...high]
        for step in 0..<grid.count {
            let share = timeline.pluggedShare[step]
            let trip = timeline.tripKWh[step]
            low = max(0, low - trip - h * share * most.discharge)
            high = max(low, min(maxEnergyKWh(index, step + 1), high - trip + h * share * most.charge))
            reach.append(low...high)
        }
        return reach
    }
}

extension PiecewiseLinear {
    /// Without the points at which the slope does not change.
    var withoutFlatKinks: PiecewiseLinear {
        var kept: [Point] = []
        for (index, point) in points.enumerated() {
            if let last = kept.last, index + 1 < points.count {
                let next = points[index + 1]
                let left = (point.y - last.y) / (point.x - last.x)
                let right = (next.y - point.y) / (next.x - point.x)
                if abs(left - right) <= 1e-12 * max(1e-6, abs(left)) { continue }
            }
            kept.append(point)
        }
        return PiecewiseLinear(points: kept)
    }
}
