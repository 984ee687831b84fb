import Accounting
import Scenarios
import Scheduling

/// What each vehicle does, against its charger, its windows and its battery.
extension Replay {
    func checkPower(_ index: Int, _ timeline: PlugTimeline) {
        let vehicle = scenario.vehicles[index]
        let plan = result.vehicles[index]
        let sides = [
            ("charging", plan.chargeKW, vehicle.charger.chargeKW, vehicle.charger.gapsKW(.charging)),
            ("discharging", plan.dischargeKW, vehicle.charger.dischargeKW, vehicle.charger.gapsKW(.discharging)),
        ]
        for step in 0..<scenario.grid.count {
            let share = timeline.pluggedShare[step]
            for (what, power, rated, gaps) in sides {
                let value = power[step]
                let limit = share * rated
                expect(
                    value >= -Replay.tolerance, "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW is below zero"
                )
                let why =
                    share < 1
                    ? "the \(text(limit)) kW limit (plugged in for \(text(share)) of it)"
                    : "the \(text(limit)) kW limit"
                expect(
                    value <= limit + allowance(limit),
                    "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW exceeds \(why) by \(text(value - limit)) kW"
                )
                // A rule charges at full power and stops when it is done: the mean of its last step is what it is.
                for gap in gaps where !isByRule {
                    let (low, high) = (share * gap.low, share * gap.high)
                    let words =
                        gap.low > 0
                        ? "between the \(text(low)) kW of fewer phases and the \(text(high)) kW of more"
                        : "below the least of \(text(high)) kW"
                    expect(
                        value <= low + Replay.tolerance || value >= high - allowance(gap.high),
                        "\(vehicle.id): \(place(step)): \(what) \(text(value)) kW is \(words)")
                }
            }
            expect(
                min(plan.chargeKW[step], plan.dischargeKW[step]) <= Replay.tolerance,
                "\(vehicle.id): \(place(step)): charges \(text(plan.chargeKW[step])) kW and discharges "
                    + "\(text(plan.dischargeKW[step])) kW at once")
        }
        guard !isByRule, vehicle.charger.minRunSteps > 1 else { return }
        expect(
            ChargerRunReading(
                vehicle.charger, chargeKW: plan.chargeKW, dischargeKW: plan.dischargeKW,
                pluggedShare: timeline.pluggedShare, tolerance: Replay.tolerance) != nil,
            "\(vehicle.id): a run of its charger is shorter than min_run, \(vehicle.charger.minRunSteps) steps")
    }

    /// The most that the battery may hold, kWh. A rule fills it to `baseline_soc`, by default to the departure target where
    /// that is above `soc_max`.
    func ceilingKWh(_ vehicle: Vehicle, _ timeline: PlugTimeline, _ boundary: Int) -> Double {
        guard isByRule else { return timeline.ceilingKWh[boundary] }
        let soc = scenario.baseline.soc ?? vehicle.windows.compactMap(\.departureSoC).max() ?? 0
        return max(timeline.ceilingKWh[boundary], soc * vehicle.battery.capacityKWh)
    }

    func checkDynamics(_ index: Int, _ timeline: PlugTimeline) {
        let vehicle = scenario.vehicles[index]
        let plan = result.vehicles[index]
        let flows = CellFlows(vehicle: index, of: schedule, scenario: scenario, streams: streams)
        expect(
            abs(plan.energyKWh[0] - vehicle.battery.startKWh) <= allowance(plan.energyKWh[0]),
            "\(vehicle.id): starts with \(text(plan.energyKWh[0])) kWh, not with \(text(vehicle.battery.startKWh))")
        for step in 0..<scenario.grid.count {
            let expected = plan.energyKWh[step] + flows.inKWh[step] - flows.outKWh[step]
            expect(
                abs(plan.energyKWh[step + 1] - expected) <= allowance(expected),
                "\(vehicle.id): \(place(step)): stored energy goes to \(text(plan.energyKWh[step + 1])) kWh, "
                    + "its flows lead to \(text(expected))")
        }
        for (k, energy) in plan.energyKWh.enumerated() {
            expect(
                energy >= -Replay.tolerance,
                "\(vehicle.id): \(boundaryPlace(k)): stored energy \(text(energy)) kWh is below zero")
            // What may be above the ceiling is a target (`targets`).
            let ceiling = ceilingKWh(vehicle, timeline, k)
            expect(
                timeline.excessFrom.map { k >= $0 } ?? false || energy <= ceiling + allowance(energy),
                "\(vehicle.id): \(boundaryPlace(k)): stored energy \(text(energy)) kWh exceeds soc_max "
                    + "(\(text(ceiling)) kWh) by \(text(energy - ceiling))")
            expect(
                abs(plan.soc[k] - energy / vehicle.battery.capacityKWh) <= Replay.tolerance,
                "\(vehicle.id): \(boundaryPlace(k)): soc \(text(plan.soc[k])) is not \(text(energy)) kWh of "
                    + "\(text(vehicle.battery.capacityKWh))")
        }
    }
}
