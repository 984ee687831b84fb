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
            let base = (site.loadKW[step] - site.pvKW[step] + result.site.curtailedKW[step]) / 3
            for phase in 1...3 {
                var flow = base
                for (vehicle, plan) in zip(scenario.vehicles, result.vehicles)
                where vehicle.charger.phases.contains(phase) {
                    flow += (plan.chargeKW[step] - plan.dischargeKW[step]) / Double(vehicle.charger.phases.count)
                }
                expect(
                    abs(flow) <= limit + allowance(limit) * Double(1 + result.vehicles.count),
                    "site: \(place(step)): phase \(phase) carries \(text(flow)) kW, \(text(abs(flow) - limit)) kW beyond "
                        + "its fuse of \(text(limit))")
            }
        }
    }
}
