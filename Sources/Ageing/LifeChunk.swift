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
        var sums = [CycleSums](repeating: CycleSums(), count: chunks.count)
        for cycle in Rainflow.cycles(of: soc) {
            sums[firstIndex(of: ends, atLeast: cycle.end)].add(cycle, moved, cell)
        }
        for index in chunks.indices { chunks[index].cycled(sums[index]) }
        return chunks
    }

    /// What closed cycles add up to, weighted by the throughput of each.
    struct CycleSums {
        private(set) var throughput = 0.0
        private(set) var weightedRate = 0.0
        private(set) var halfLives = 0.0

        mutating func add(_ cycle: Rainflow.Cycle, _ moved: MotionSums, _ cell: any CellModel) {
            guard cycle.range > 0 else { return }
            let stress = CycleStress(
                depth: cycle.range, cRate: moved.meanRate(cycle.start, cycle.end),
                temperatureK: moved.meanTemperatureC(cycle.start, cycle.end) + 273.15, meanSoC: cycle.mean)
            let share = cycle.count * cycle.range
            throughput += share
            weightedRate += share * cell.cycleRate(stress)
            if let halfLife = cell.activeMaterialHalfLife(stress) { halfLives += share / halfLife }
        }
    }

    /// Takes the cycles that close in it.
    mutating func cycled(_ sums: CycleSums) {
        guard sums.throughput > 0 else { return }
        equivalentFullCycles = sums.throughput
        cycleRate = sums.weightedRate / sums.throughput
        if sums.halfLives > 0 { activeMaterialHalfLife = sums.throughput / sums.halfLives }
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
struct MotionSums: Sendable {
    private let stepHours: Double
    private var distance: [Double] = []
    private var steps: [Int] = []
    private var temperature: [Double] = [0]
    private var last: Double?

    init(stepHours: Double) { self.stepHours = stepHours }

    init(_ trace: SoCTrace) {
        self.init(stepHours: trace.stepHours)
        for (soc, temperatureC) in zip(trace.soc, trace.temperatureC) { add(soc: soc, temperatureC: temperatureC) }
    }

    /// The next sample.
    mutating func add(soc: Double, temperatureC: Double) {
        let moved = last.map { abs(soc - $0) } ?? 0
        distance.append((distance.last ?? 0) + moved)
        steps.append((steps.last ?? 0) + (moved == 0 ? 0 : 1))
        temperature.append(temperature[temperature.count - 1] + temperatureC)
        last = soc
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
