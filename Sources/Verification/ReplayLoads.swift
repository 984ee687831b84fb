import Scenarios
import Scheduling

/// What flexible loads do, and who feeds whom.
extension Replay {
    func checkLoads() {
        for (load, plan) in zip(scenario.site.flexibleLoads, schedule.loads) {
            switch load.kind {
            case .energy(let wanted): checkPower(of: load, wanted, plan)
            case .run(let run): checkRuns(of: load, run, plan)
            case .heat(let store): checkHeat(of: load, store, plan)
            }
        }
    }

    private func checkPower(
        of load: FlexibleLoad, _ wanted: FlexibleLoad.EnergyByDeadline, _ plan: LoadSchedule
    ) {
        let grid = scenario.grid
        var (most, least) = (Array(repeating: 0.0, count: grid.count), Array(repeating: 0.0, count: grid.count))
        for span in wanted.spans {
            for step in grid.steps(from: span.from, to: span.to) {
                let share = grid.overlap(of: step, from: span.from, to: span.to)
                most[step] += share * wanted.maxKW
                // Of two spans that share a step either may be off.
                least[step] = least[step] == 0 ? share * wanted.minKW : min(least[step], share * wanted.minKW)
            }
        }
        for step in 0..<grid.count { checkRange(of: load, plan.kW[step], step, least: least[step], most: most[step]) }
    }

    private func checkRange(of load: FlexibleLoad, _ kW: Double, _ step: Int, least: Double, most: Double) {
        expect(
            kW >= -Replay.tolerance && kW <= most + allowance(most),
            "\(load.id): \(place(step)): takes \(text(kW)) kW, it may take 0 to \(text(most))")
        expect(
            kW <= Replay.tolerance || kW >= least - allowance(least),
            "\(load.id): \(place(step)): takes \(text(kW)) kW, which is below the least of \(text(least)) kW")
    }

    private func checkRuns(of load: FlexibleLoad, _ run: FlexibleLoad.Run, _ plan: LoadSchedule) {
        let grid = scenario.grid
        var rest = plan.kW
        for span in run.spans {
            let starts = span.stepsRun.map { [-$0] } ?? run.starts(within: span, on: grid)
            let start = starts.first { start in
                run.profileKW.enumerated().allSatisfy { offset, kW in
                    !rest.indices.contains(start + offset) || rest[start + offset] >= kW - allowance(kW)
                } && run.profileKW.contains { $0 > 0 }
            }
            guard let start else { continue }
            for (offset, kW) in run.profileKW.enumerated() where rest.indices.contains(start + offset) {
                rest[start + offset] -= kW
            }
        }
        for step in rest.indices {
            expect(
                abs(rest[step]) <= allowance(plan.kW[step]),
                "\(load.id): \(place(step)): \(text(plan.kW[step])) kW are no part of a run within its time")
        }
    }

    private func checkHeat(of load: FlexibleLoad, _ store: FlexibleLoad.HeatStore, _ plan: LoadSchedule) {
        guard let heat = plan.heatKWh else { return }
        let h = scenario.grid.stepHours
        expect(
            abs(heat[0] - store.startKWh) <= allowance(heat[0]),
            "\(load.id): starts with \(text(heat[0])) kWh, not with \(text(store.startKWh))")
        for step in 0..<scenario.grid.count {
            checkRange(of: load, plan.kW[step], step, least: store.minKW, most: store.maxKW)
            let expected = store.after(heat[step], kW: plan.kW[step], step: step, hours: h)
            expect(
                abs(heat[step + 1] - expected) <= 2 * allowance(expected),
                "\(load.id): \(place(step)): heat goes to \(text(heat[step + 1])) kWh, what it takes leads to "
                    + text(expected))
            expect(
                heat[step + 1] <= store.capacityKWh + allowance(store.capacityKWh),
                "\(load.id): \(boundaryPlace(step + 1)): \(text(heat[step + 1])) kWh are more than it holds "
                    + "(\(text(store.capacityKWh)))")
        }
    }

    /// `from_grid`, `to_grid` and `feeds_vehicles`, in plain kW.
    func checkFlowRules() {
        let stores = scenario.vehicles
        func sum(_ power: (VehicleSchedule) -> [Double], _ step: Int, _ isBound: (Vehicle) -> Bool) -> Double {
            zip(stores, schedule.vehicles).reduce(0) { isBound($1.0) ? $0 + power($1.1)[step] : $0 }
        }
        for step in 0..<scenario.grid.count {
            // Without a grid only the third rule forbids something.
            let hasGrid = !scenario.site.isIsland[step]
            let sun = scenario.site.pvKW[step] - result.site.curtailedKW[step]
            let load = scenario.site.loadKW[step]
            let need = load + schedule.loads.reduce(0) { $0 + $1.kW[step] } - sun
            let charging = sum(\.chargeKW, step) { _ in true }
            for (rule, flow, room) in [
                ("from_grid: false", sum(\.chargeKW, step) { hasGrid && !$0.charger.isFedByGrid }, max(0, sun - load)),
                (
                    "to_grid: false", sum(\.dischargeKW, step) { hasGrid && !$0.charger.feedsGrid },
                    max(0, need + charging)
                ),
                (
                    "feeds_vehicles: false", sum(\.dischargeKW, step) { !$0.feedsVehicles },
                    max(0, need) + result.site.exportKW[step]
                ),
            ] {
                expect(
                    flow <= room + allowance(room) * Double(2 + stores.count),
                    "\(rule): \(place(step)): \(text(flow)) kW, where \(text(room)) kW may be")
            }
        }
    }
}
