/// What flexible loads have done from the horizon's start to some step: what a part of the horizon goes on from.
package struct LoadProgress: Sendable, Equatable {
    /// Power of each load in each step that is over, kW.
    package private(set) var kW: [[Double]]
    /// Heat of each store now, kWh; nil where the load is none.
    package private(set) var heatKWh: [Double?]

    /// Of `loads`, at the horizon's start.
    package init(_ loads: [FlexibleLoad]) {
        kW = loads.map { _ in [] }
        heatKWh = loads.map { load in
            if case .heat(let store) = load.kind { return store.startKWh }
            return nil
        }
    }

    /// Adds what a load did in the next steps.
    package mutating func add(load: Int, kW: some Sequence<Double>, heatKWh: Double?) {
        self.kW[load] += kW
        self.heatKWh[load] = heatKWh ?? self.heatKWh[load]
    }

    /// The loads as they are at the start of step `now` of the horizon on `grid`.
    func resumed(_ loads: [FlexibleLoad], at now: Int, on grid: TimeGrid) -> [FlexibleLoad] {
        loads.enumerated().map { number, load in
            var load = load
            switch load.kind {
            case .energy(var wanted):
                for index in wanted.spans.indices {
                    wanted.spans[index].takenKWh +=
                        steps(of: wanted.spans[index], number, grid).reduce(0) { $0 + kW[number][$1] } * grid.stepHours
                }
                load.kind = .energy(wanted)
            case .run(var run):
                let lead = run.profileKW.firstIndex { $0 > 0 } ?? 0
                for index in run.spans.indices where run.spans[index].stepsRun == nil {
                    let first = steps(of: run.spans[index], number, grid).first { kW[number][$0] > 1e-9 }
                    run.spans[index].stepsRun = first.map { now - ($0 - lead) }
                }
                load.kind = .run(run)
            case .heat(var store):
                store.startKWh = min(store.capacityKWh, heatKWh[number] ?? store.startKWh)
                load.kind = .heat(store)
            }
            return load
        }
    }

    private func steps(of span: FlexibleLoad.Span, _ number: Int, _ grid: TimeGrid) -> Range<Int> {
        grid.steps(from: span.from, to: span.to).clamped(to: 0..<kW[number].count)
    }
}
