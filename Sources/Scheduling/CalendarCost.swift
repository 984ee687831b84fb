import LinearPrograms
import Scenarios

/// What existing costs: calendar ageing, over every step of the horizon, parked or driving.
///
///     cost "calendar" = sum_t h g_t((e[t] + e[t+1]) / (2E))
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | g_t | cost per hour of existing at a state of charge, at the step's temperature | money/h |
/// | E | usable capacity | kWh |
///
/// A run of steps that share one energy column is one function of it (their shifted sum). Where that is not convex the
/// optimum of the non-convex problem is meant: a `NonconvexCurve`.
extension SchedulingModel {
    mutating func addCalendarCost(vehicle index: Int) {
        let prices = ageing[index]
        guard !prices.calendarFunctions.isEmpty else { return }
        let battery = scenario.vehicles[index].battery
        let line = program.costLine("calendar")
        let label = program.family("calendar")
        let path = vehicles[index].energyKWh
        let functions = prices.calendarFunctions.map { points in
            PiecewiseLinear(
                points: points.map { .init($0.soc * battery.capacityKWh, $0.costPerHour * grid.stepHours) })
        }
        // Those who ask further move bounds by a little: the functions must not end just there.
        let margin = keepsConnection ? 0.01 : 0
        let reach = reachableEnergy(vehicle: index)

        var step = 0
        while step < grid.count {
            let mean = 0.5 * (path[step] + path[step + 1])
            // The steps from here on whose mean is this one's, moved by a constant.
            var end = step + 1
            while end < grid.count, !vehicles[index].isActive(step), !vehicles[index].isActive(end),
                path[end + 1].terms == path[step].terms, path[step + 1].terms == path[step].terms
            {
                end += 1
            }
            let low = max(0, 0.5 * (reach[step].lowerBound + reach[step + 1].lowerBound) - margin)
            let high = max(low, 0.5 * (reach[step].upperBound + reach[step + 1].upperBound) + margin)
            var cost = functions[prices.calendarFunctionOfStep[step]].restricted(to: low, high)
            if end > step + 1 {
                let parts = (step..<end).map { inner in
                    let shift = 0.5 * (path[inner].constant + path[inner + 1].constant) - mean.constant
                    return (functions[prices.calendarFunctionOfStep[inner]], shift)
                }
                cost = shiftedSum(parts, from: low, to: high)
            }
            let segments = cost.segments
            if mean.isConstant || segments.isEmpty {
                program.addCost(line, constant: cost(mean.isConstant ? mean.constant : low))
            } else if segments.count == 1 {
                program.addCost(line, constant: cost.points[0].y - segments[0].slope * cost.points[0].x)
                program.addCost(line, mean, times: segments[0].slope)
            } else if cost.isConvex {
                ConvexCurve.add(
                    cost, of: mean, to: &program, line: line, label: label, member: index, index: step, block: index)
            } else {
                NonconvexCurve.add(
                    cost, of: mean, to: &program, sink: .cost(line), label: label, member: index, index: step,
                    block: index)
            }
            step = end
        }
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
            high = max(low, min(battery.ceilingKWh, high - trip + h * share * most.charge))
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
