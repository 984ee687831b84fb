import Scenarios
import Scheduling

/// What the owner asks of the battery beyond its ratings, and the fuse of each phase.
extension Replay {
    func checkHabits(_ index: Int, _ timeline: PlugTimeline) {
        let vehicle = scenario.vehicles[index]
        let plan = result.vehicles[index]
        if !vehicle.battery.chargeLimit.isEmpty {
            for step in 0..<scenario.grid.count {
                let soc = (plan.energyKWh[step] + plan.energyKWh[step + 1]) / (2 * vehicle.battery.capacityKWh)
                let limit = timeline.pluggedShare[step] * vehicle.battery.chargeLimitKW(atMeanSoC: soc)
                expect(
                    plan.chargeKW[step] <= limit + 2 * allowance(vehicle.charger.chargeKW),
                    "\(vehicle.id): \(place(step)): charging \(text(plan.chargeKW[step])) kW exceeds the \(text(limit)) kW "
                        + "that the battery takes at \(text(soc * 100)) %")
            }
        }
        if let cycles = vehicle.battery.maxCyclesPerDay {
            let most = cycles * vehicle.battery.capacityKWh
            for day in scenario.grid.calendarDays {
                let discharged = plan.dischargeKW[day].reduce(0, +) * scenario.grid.stepHours
                expect(
                    discharged <= most + allowance(most) * Double(day.count),
                    "\(vehicle.id): \(clock.dateTime(scenario.grid.boundary(day.lowerBound)).prefix(10)): discharges "
                        + "\(text(discharged)) kWh, max_cycles_per_day allows \(text(most))")
            }
        }
    }

    func checkPhases() {
        guard let limit = scenario.site.phaseLimitKW else { return }
        for step in 0..<scenario.grid.count {
            let site = scenario.site
            let flexible = schedule.loads.reduce(0) { $0 + $1.kW[step] }
            let base = (site.loadKW[step] + flexible - site.pvKW[step] + result.site.curtailedKW[step]) / 3
            for (phase, flow) in zip(1...3, phaseFlowsKW(step, base: base, limit: limit)) {
                expect(
                    abs(flow) <= limit + allowance(limit) * Double(1 + result.vehicles.count),
                    "site: \(place(step)): phase \(phase) carries \(text(flow)) kW, \(text(abs(flow) - limit)) kW beyond "
                        + "its fuse of \(text(limit))")
            }
        }
    }

    /// What the three phases carry in a step, kW: with the choice of phases that keeps their fuses, where there is one.
    private func phaseFlowsKW(_ step: Int, base: Double, limit: Double) -> [Double] {
        let powers = result.vehicles.map { $0.chargeKW[step] - $0.dischargeKW[step] }
        let choices = zip(scenario.vehicles, powers).map { $0.charger.phaseChoices(atKW: $1) }
        func flows(_ chosen: [[Int]]) -> [Double] {
            (1...3).map { phase in
                zip(chosen, powers).reduce(base) { sum, next in
                    next.0.contains(phase) ? sum + next.1 / Double(next.0.count) : sum
                }
            }
        }
        func excess(_ flows: [Double]) -> Double { (flows.map(abs).max() ?? 0) - limit }
        var best = choices.map { $0[0] }
        // One vehicle after the other takes the phases that relieve the fuses most, until none does.
        var isChanged = true
        while isChanged, excess(flows(best)) > allowance(limit) {
            isChanged = false
            for vehicle in choices.indices {
                for choice in choices[vehicle] {
                    var other = best
                    other[vehicle] = choice
                    if excess(flows(other)) < excess(flows(best)) - 1e-12 { (best, isChanged) = (other, true) }
                }
            }
        }
        return flows(best)
    }
}
