import Scenarios

/// A part of a trace over which the rates of ageing are averaged.
struct LifeChunk {
    var days: Double
    var equivalentFullCycles: Double
    /// Mean `k` of the calendar law.
    var calendarRate: Double
    /// Mean `k` of the cycle law.
    var cycleRate: Double
    /// Equivalent full cycles to the loss of half the active material; nil where the cell has no such law.
    var activeMaterialHalfLife: Double?

    /// Mean calendar rate over samples, by trapezoids.
    static func calendarRate(_ samples: Range<Int>, of trace: SoCTrace, cell: any CellModel) -> Double {
        mean(
            samples.map {
                cell.calendarRate(soc: trace.soc[$0], temperatureK: trace.temperatureC[$0] + 273.15)
            })
    }

    /// Mean by trapezoids of evenly spaced samples; 0 where there are no two.
    static func mean(_ samples: [Double]) -> Double {
        guard samples.count >= 2 else { return 0 }
        return zip(samples, samples.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(samples.count - 1)
    }

    /// The trace in days (or shorter parts of one equivalent full cycle); each rainflow cycle counts where it closes.
    static func byRainflow(of trace: SoCTrace, cell: any CellModel) -> [LifeChunk] {
        let soc = trace.soc
        let steps = soc.count - 1
        var ends: [Int] = []
        var (hours, travelled) = (0.0, 0.0)
        for step in 0..<steps {
            hours += trace.stepHours
            travelled += abs(soc[step + 1] - soc[step]) / 2
            if hours >= 24 - 1e-9 || travelled >= 1 || step == steps - 1 {
                ends.append(step + 1)
                (hours, travelled) = (0, 0)
            }
        }
        var chunks: [LifeChunk] = []
        var start = 0
        for end in ends {
            chunks.append(
                LifeChunk(
                    days: Double(end - start) * trace.stepHours / 24, equivalentFullCycles: 0,
                    calendarRate: calendarRate(start..<(end + 1), of: trace, cell: cell), cycleRate: 0))
            start = end
        }
        let moved = MotionSums(trace)
        var halfLives = [Double](repeating: 0, count: chunks.count)
        for cycle in Rainflow.cycles(of: soc) where cycle.range > 0 {
            let stress = CycleStress(
                depth: cycle.range, cRate: moved.meanRate(cycle.start, cycle.end),
                temperatureK: moved.meanTemperatureC(cycle.start, cycle.end) + 273.15, meanSoC: cycle.mean)
            let chunk = firstIndex(of: ends, atLeast: cycle.end)
            let throughput = cycle.count * cycle.range
            chunks[chunk].equivalentFullCycles += throughput
            chunks[chunk].cycleRate += throughput * cell.cycleRate(stress)
            if let halfLife = cell.activeMaterialHalfLife(stress) { halfLives[chunk] += throughput / halfLife }
        }
        for index in chunks.indices where chunks[index].equivalentFullCycles > 0 {
            chunks[index].cycleRate /= chunks[index].equivalentFullCycles
            if halfLives[index] > 0 {
                chunks[index].activeMaterialHalfLife = chunks[index].equivalentFullCycles / halfLives[index]
            }
        }
        return chunks
    }

    private static func firstIndex(of ends: [Int], atLeast value: Int) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Running sums of a trace, so that a cycle over months costs no more than one over hours.
private struct MotionSums {
    private let stepHours: Double
    private var distance: [Double] = [0]
    private var steps: [Int] = [0]
    private var temperature: [Double] = [0]

    init(_ trace: SoCTrace) {
        stepHours = trace.stepHours
        for (left, right) in zip(trace.soc, trace.soc.dropFirst()) {
            distance.append(distance[distance.count - 1] + abs(right - left))
            steps.append(steps[steps.count - 1] + (right == left ? 0 : 1))
        }
        for value in trace.temperatureC { temperature.append(temperature[temperature.count - 1] + value) }
    }

    /// Mean |dSoC/dt| while it moves, 1/h.
    func meanRate(_ start: Int, _ end: Int) -> Double {
        let moving = steps[end] - steps[start]
        return moving > 0 ? (distance[end] - distance[start]) / (Double(moving) * stepHours) : 0
    }

    func meanTemperatureC(_ start: Int, _ end: Int) -> Double {
        (temperature[end + 1] - temperature[start]) / Double(end + 1 - start)
    }
}
