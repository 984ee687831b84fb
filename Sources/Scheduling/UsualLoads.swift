import Scenarios

/// What a flexible load does without a plan, and what it misses: plain kW, no program.
///
/// - `energy`: full power from the start of each span until it has its energy.
/// - `run`: at the earliest start of each span.
/// - `heat`: a thermostat keeps what there is at the start, or `min_kwh` where that is more.
extension FlexibleLoad {
    /// Its part of a schedule by rule.
    package func usualSchedule(on grid: TimeGrid) -> LoadSchedule {
        var kW = Array(repeating: 0.0, count: grid.count)
        switch kind {
        case .energy(let load):
            for span in load.spans {
                var left = load.energyKWh - span.takenKWh
                for step in grid.steps(from: span.from, to: span.to) where left > 1e-9 {
                    let share = grid.overlap(of: step, from: span.from, to: span.to)
                    let power = min(share * load.maxKW, max(share * load.minKW, left / grid.stepHours))
                    kW[step] += power
                    left -= power * grid.stepHours
                }
            }
        case .run(let run):
            for span in run.spans {
                let start = span.stepsRun.map { -$0 } ?? run.starts(within: span, on: grid).first
                for (offset, power) in run.profileKW.enumerated() {
                    if let start, kW.indices.contains(start + offset) { kW[start + offset] += power }
                }
            }
        case .heat(let store):
            let kept = max(store.startKWh, store.minKWh)
            var heat = [store.startKWh]
            for step in 0..<grid.count {
                let cold = store.after(heat[step], kW: 0, step: step, hours: grid.stepHours)
                var power = min(store.maxKW, max(0, kept - cold) / (grid.stepHours * store.cop[step]))
                if power < store.minKW {
                    // All or nothing: on where the floor would be missed, as long as what is made can be held.
                    let least = store.after(heat[step], kW: store.minKW, step: step, hours: grid.stepHours)
                    power = cold < store.minKWh && least <= store.capacityKWh ? store.minKW : 0
                }
                kW[step] = power
                heat.append(store.after(heat[step], kW: power, step: step, hours: grid.stepHours))
            }
            return LoadSchedule(id: id, kW: kW, heatKWh: heat)
        }
        return LoadSchedule(id: id, kW: kW)
    }

    /// The targets that `schedule` misses, each by more than 1e-6 kWh.
    package func missing(in schedule: LoadSchedule, on grid: TimeGrid) -> [Shortfall] {
        func shortfall(_ span: Int?, _ at: Instant, _ kWh: Double) -> Shortfall? {
            guard kWh > 1e-6 else { return nil }
            return Shortfall(kind: .load, vehicle: nil, load: id, window: span, at: at, kwh: kWh, reachedSoC: nil)
        }
        switch kind {
        case .energy(let load):
            return load.spans.enumerated().compactMap { index, span in
                guard span.isDue(on: grid) else { return nil }
                return shortfall(index, span.to, load.energyKWh - span.takenKWh - schedule.kWh(within: span, on: grid))
            }
        case .run(let run):
            let energy = run.profileKW.reduce(0, +) * grid.stepHours
            return run.spans.enumerated().compactMap { index, span in
                guard span.isDue(on: grid), span.stepsRun == nil else { return nil }
                return shortfall(index, span.to, schedule.kWh(within: span, on: grid) < energy / 2 ? energy : 0)
            }
        case .heat(let store):
            guard let heat = schedule.heatKWh else { return [] }
            let deepest = store.deepest(heat, hours: grid.stepHours)
            return [shortfall(nil, grid.boundary(deepest.boundary), deepest.kWh)].compactMap { $0 }
        }
    }
}

extension LoadSchedule {
    /// Energy in the steps that a span touches, kWh.
    package func kWh(within span: FlexibleLoad.Span, on grid: TimeGrid) -> Double {
        grid.steps(from: span.from, to: span.to).reduce(0) { $0 + kW[$1] } * grid.stepHours
    }
}
