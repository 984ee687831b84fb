/// A long horizon in parts: what a scenario is from one moment to another.
extension Scenario {
    /// The horizon cut at the wall time at which it starts, one part per day (23 or 25 hours where clocks change); the last
    /// may be shorter. A day that would end inside a step ends with that step.
    package var days: [Range<Int>] { parts(ofSeconds: 86_400) }

    /// The horizon cut into parts of that many seconds on the wall clock, as `days`.
    package func parts(ofSeconds seconds: Int) -> [Range<Int>] {
        var cuts = [0]
        var number = 1
        while let last = cuts.last, last < grid.count {
            let cut = step(wallSeconds: number * seconds, after: 0)
            if cut > last { cuts.append(cut) }
            number += 1
        }
        return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    }

    /// The boundary at which clocks are `wallSeconds` further than at boundary `start`, or the next; the last at most.
    package func step(wallSeconds: Int, after start: Int) -> Int {
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        let wall = clock.wallTime(at: grid.boundary(start)).secondsSince1970 + wallSeconds
        let instant = clock.firstInstant(of: WallTime(secondsSince1970: wall))
        let steps = Double(instant.epochSeconds - grid.start.epochSeconds) / Double(grid.stepSeconds)
        return min(grid.count, Int(steps.rounded(.up)))
    }

    /// The scenario over `steps` alone, begun with `startKWh` in each battery; `services` are left out, since each stream
    /// knows its own part.
    ///
    /// A trip that the part cuts draws in it what falls in it, so that the parts together draw the whole.
    ///
    /// - Parameter progress: what the flexible loads did before; nil: nothing.
    package func part(_ steps: Range<Int>, startKWh: [Double], progress: LoadProgress? = nil) -> Scenario {
        var part = self
        part.grid = grid.part(steps)
        part.importPricePerKWh = Array(importPricePerKWh[steps])
        part.exportPricePerKWh = Array(exportPricePerKWh[steps])
        var now = site
        if let progress {
            now.flexibleLoads = progress.resumed(site.flexibleLoads, at: steps.lowerBound, on: grid)
        }
        part.site = now.part(steps)
        part.services = [:]
        if let stay = habits.stay {
            part.habits.stay = Habits.Stay(
                within: stay.within, plannedKW: stay.plannedKW.mapValues { Array($0[steps]) })
        }
        for index in groups.indices {
            part.groups[index].importLimitKW = Array(groups[index].importLimitKW[steps])
            part.groups[index].exportLimitKW = Array(groups[index].exportLimitKW[steps])
        }
        for index in vehicles.indices {
            part.vehicles[index].battery.temperatureC = Array(vehicles[index].battery.temperatureC[steps])
            part.vehicles[index].battery.socMinSeries = vehicles[index].battery.socMinSeries.map { Array($0[steps]) }
            part.vehicles[index].battery.socMaxSeries = vehicles[index].battery.socMaxSeries.map { Array($0[steps]) }
            part.vehicles[index].tariff = vehicles[index].tariff.map {
                VehicleTariff(
                    chargePerKWh: Array($0.chargePerKWh[steps]), dischargePerKWh: Array($0.dischargePerKWh[steps]))
            }
            part.vehicles[index].battery.socStart = startKWh[index] / vehicles[index].battery.capacityKWh
            part.vehicles[index].windows = windows(of: vehicles[index], from: part.grid.start, to: part.grid.end)
        }
        return part
    }

    /// The windows that matter between two moments: those that overlap, the one before them whose trip may go on, and
    /// those after (they end a trip).
    private func windows(of vehicle: Vehicle, from start: Instant, to end: Instant) -> [PlugWindow] {
        var found: [PlugWindow] = []
        for (index, window) in vehicle.windows.enumerated() {
            let next = index + 1 < vehicle.windows.count ? vehicle.windows[index + 1].from : grid.end
            guard next > start || window.to > start, window.from < end else { continue }
            var window = window
            if window.to < end, next > end, window.tripKWh > 0 {
                // A trip is drawn evenly until the next window or the horizon's end, whichever comes first: this part's end
                // must not draw it faster.
                let whole = Double(min(next, grid.end).epochSeconds - window.to.epochSeconds)
                window.tripKWh *= Double(end.epochSeconds - window.to.epochSeconds) / whole
            }
            found.append(window)
        }
        return found
    }
}

extension TimeGrid {
    /// The grid of `steps` alone.
    package func part(_ steps: Range<Int>) -> TimeGrid {
        TimeGrid(
            start: boundary(steps.lowerBound), stepSeconds: stepSeconds, count: steps.count, timeZone: timeZone)
    }
}

extension Site {
    /// The site over `steps` alone.
    func part(_ steps: Range<Int>) -> Site {
        var part = self
        part.importLimitKW = Array(importLimitKW[steps])
        part.exportLimitKW = Array(exportLimitKW[steps])
        part.loadKW = Array(loadKW[steps])
        part.pvKW = Array(pvKW[steps])
        part.isIsland = Array(isIsland[steps])
        part.flexibleLoads = flexibleLoads.map { $0.part(steps) }
        return part
    }
}
