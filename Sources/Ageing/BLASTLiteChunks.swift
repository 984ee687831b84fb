import Scenarios

/// How BLAST-Lite 1.1.1 cuts a trace and what it takes a chunk to be (`_find_breakpoints`, `_extract_stressors`).
enum BLASTLiteChunks {
    private static let maxHours = 24.0
    private static let maxCycles = 1.0
    /// Slower than this is storage, 1/h.
    private static let storageRate = 1e-2

    /// Samples of each chunk: cut at turning points after more than a day or more than one equivalent full cycle.
    static func ranges(of trace: SoCTrace) -> [Range<Int>] {
        let last = trace.soc.count - 1
        var cycles: [Double] = [0]
        for (left, right) in zip(trace.soc, trace.soc.dropFirst()) {
            cycles.append(cycles[cycles.count - 1] + abs(right - left) / 2)
        }
        // Rest counts for no cycle here; BLAST-Lite's counter has the end of the path in any case.
        let turningPoints = Set(Rainflow.cycles(of: trace.soc).map(\.end) + [last]).sorted()
        func hours(_ from: Int, _ to: Int) -> Double { Double(to - from) * trace.stepHours }
        var breakpoints: [Int] = []
        var latest = 0
        for point in turningPoints {
            if hours(latest, point) > maxHours + 1e-9 {
                for sample in latest..<point where hours(latest, sample) > maxHours + 1e-9 {
                    breakpoints.append(sample)
                    latest = sample
                }
            } else if cycles[point] - cycles[latest] > maxCycles {
                breakpoints.append(point)
                latest = point
            }
        }
        if breakpoints.last != last { breakpoints.append(last) }
        var ranges: [Range<Int>] = []
        var start = 0
        // A chunk begins one sample after the one before it ended: the step between them is counted in neither.
        for breakpoint in breakpoints {
            ranges.append(start..<(breakpoint + 1))
            start = breakpoint + 1
        }
        return ranges
    }

    /// The stress of `samples` on a cell of which `health` (0...1) is left.
    static func chunk(
        _ samples: Range<Int>, of trace: SoCTrace, cell: any CellModel, health: Double
    ) -> LifeChunk {
        let soc = trace.soc[samples]
        var (distance, area) = (0.0, 0.0)
        var rates: [Double] = []
        for (left, right) in zip(soc, soc.dropFirst()) {
            distance += abs(right - left)
            let rate = abs(right - left) / trace.stepHours
            rates.append(rate < storageRate ? 0 : rate)
        }
        // One trapezoid fewer than there are steps, over all of the time.
        for (left, right) in zip(rates, rates.dropFirst()) { area += (left + right) / 2 }
        let days = Double(soc.count - 1) * trace.stepHours / 24
        let cRate = rates.isEmpty ? 0 : area / Double(rates.count) * health
        let depth = (soc.max() ?? 0) - (soc.min() ?? 0)
        let state = cell.representativeSoC(of: soc)
        func stress(_ sample: Int) -> CycleStress {
            CycleStress(
                depth: depth, cRate: cRate, temperatureK: trace.temperatureC[sample] + 273.15, meanSoC: state)
        }
        let halfLives = samples.compactMap { cell.activeMaterialHalfLife(stress($0)) }
        return LifeChunk(
            days: days, equivalentFullCycles: distance / 2 * health,
            calendarRate: LifeChunk.calendarRate(samples, of: trace, cell: cell),
            cycleRate: LifeChunk.mean(samples.map { cell.cycleRate(stress($0)) }),
            activeMaterialHalfLife: halfLives.count < 2 ? nil : LifeChunk.mean(halfLives))
    }
}
