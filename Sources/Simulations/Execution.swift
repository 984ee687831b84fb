import Accounting
import Scenarios
import Scheduling

/// A day as it is carried out: the kW of the plans, as far as the vehicles that are really there can follow them.
struct Execution {
    /// The day alone, as it really is: prices, windows, batteries.
    let scenario: Scenario
    /// What was carried out so far.
    private(set) var schedule: Schedule
    /// Missed at departures and on trips, kWh.
    private(set) var missedKWh = 0.0

    /// What the flexible loads did until now.
    private(set) var progress: LoadProgress

    private let day: Range<Int>
    private let timelines: [PlugTimeline]

    /// Of `scenario` (the whole horizon, with the windows that really are) over `day`.
    ///
    /// - Parameter progress: what the flexible loads did before.
    init(scenario: Scenario, day: Range<Int>, startKWh: [Double], progress: LoadProgress) {
        let part = scenario.part(day, startKWh: startKWh, progress: progress)
        self.scenario = part
        self.progress = progress
        self.day = day
        timelines = part.vehicles.map { PlugTimeline(vehicle: $0, grid: part.grid) }
        schedule = Schedule(
            vehicles: zip(part.vehicles, startKWh).map {
                VehicleSchedule(id: $0.id, chargeKW: [], dischargeKW: [], energyKWh: [$1])
            }, importKW: [], exportKW: [], curtailedKW: [])
        schedule.loads = part.site.flexibleLoads.map { load in
            guard case .heat(let store) = load.kind else { return LoadSchedule(id: load.id, kW: []) }
            return LoadSchedule(id: load.id, kW: [], heatKWh: [store.startKWh])
        }
    }

    /// In each battery now, kWh.
    var energyKWh: [Double] { schedule.vehicles.map { $0.energyKWh[$0.energyKWh.count - 1] } }

    /// Follows `plan`, which was made at step `start` of the horizon for what `believed` says, until `end`.
    mutating func carryOut(_ plan: Schedule, believed: Scenario, from start: Int, until end: Int) {
        let believedTimelines = believed.vehicles.map { PlugTimeline(vehicle: $0, grid: believed.grid) }
        for step in start..<end {
            let (planned, own) = (step - start, step - day.lowerBound)
            // What the site takes more than planned, since vehicles do less or more, kW.
            var extraKW = 0.0
            for index in scenario.vehicles.indices {
                let (believed, real) = (believedTimelines[index], timelines[index])
                let wanted = plan.vehicles[index]
                let now = schedule.vehicles[index].energyKWh[own]
                var flow = Flow(
                    chargeKW: wanted.chargeKW[planned], dischargeKW: wanted.dischargeKW[planned],
                    energyKWh: wanted.energyKWh[planned + 1])
                let isAsBelieved =
                    real.pluggedShare[own] == believed.pluggedShare[planned]
                    && abs(real.tripKWh[own] - believed.tripKWh[planned]) < 1e-9
                    && abs(now - wanted.energyKWh[planned]) < 1e-9
                // The plan's own energy where it is followed: streams may move some too, and no rounding adds up.
                if !isAsBelieved { flow = possible(flow, vehicle: index, own, from: now) }
                let beforeTrip = flow.energyKWh + real.tripKWh[own]
                for departure in real.departures where departure.step == own {
                    missedKWh += tidied(departure.energyKWh - beforeTrip)
                }
                if flow.energyKWh < 0 { missedKWh += tidied(-flow.energyKWh) }
                extraKW +=
                    (flow.chargeKW - wanted.chargeKW[planned]) - (flow.dischargeKW - wanted.dischargeKW[planned])
                schedule.vehicles[index].chargeKW.append(flow.chargeKW)
                schedule.vehicles[index].dischargeKW.append(flow.dischargeKW)
                // What a trip needs beyond what is there is charged on the way, elsewhere.
                schedule.vehicles[index].energyKWh.append(max(0, flow.energyKWh))
            }
            followSite(plan, planned, own, extraKW)
        }
        for (index, load) in plan.loads.enumerated() {
            let kW = load.kW.prefix(end - start)
            schedule.loads[index].kW += kW
            if let heat = load.heatKWh { schedule.loads[index].heatKWh?.append(contentsOf: heat[1...(end - start)]) }
            progress.add(load: index, kW: kW, heatKWh: load.heatKWh?[end - start])
        }
        keepServices(plan, count: end - start)
        let grid = scenario.grid
        let (from, to) = (grid.boundary(start - day.lowerBound), grid.boundary(end - day.lowerBound))
        // Departures are counted as they really are.
        schedule.shortfalls += plan.shortfalls.filter {
            $0.kind != .departure && $0.kind != .load && $0.at > from && $0.at <= to
        }
    }

    /// What the flexible loads missed in the steps that were carried out.
    var missedByLoads: [Shortfall] {
        zip(scenario.site.flexibleLoads, schedule.loads).flatMap { $0.missing(in: $1, on: scenario.grid) }
    }

    /// What a vehicle does in a step.
    private struct Flow {
        var chargeKW: Double
        var dischargeKW: Double
        /// At the step's end, the trip drawn.
        var energyKWh: Double
    }

    /// As much of `wanted` as the time at the charger and the battery allow.
    private func possible(_ wanted: Flow, vehicle index: Int, _ own: Int, from now: Double) -> Flow {
        let (vehicle, share) = (scenario.vehicles[index], timelines[index].pluggedShare[own])
        let h = scenario.grid.stepHours
        var flow = wanted
        flow.chargeKW = min(flow.chargeKW, share * vehicle.charger.chargeKW)
        flow.dischargeKW = min(flow.dischargeKW, share * vehicle.charger.dischargeKW)
        func change() -> Double {
            h * vehicle.charger.cellsPowerCharging(acKW: flow.chargeKW, pluggedShare: share)
                - h * vehicle.charger.cellsPowerDischarging(acKW: flow.dischargeKW, pluggedShare: share)
        }
        let room = max(timelines[index].ceilingKWh[own + 1], now) - now
        if change() > room { flow.chargeKW *= max(0, room / change()) }
        if change() < -now { flow.dischargeKW *= max(0, now / -change()) }
        flow.energyKWh = max(0, now + min(change(), room)) - timelines[index].tripKWh[own]
        return flow
    }

    private func tidied(_ kwh: Double) -> Double { kwh > 1e-6 ? kwh : 0 }

    private mutating func followSite(_ plan: Schedule, _ planned: Int, _ own: Int, _ extraKW: Double) {
        var (bought, sold) = (plan.importKW[planned], plan.exportKW[planned])
        var (curtailed, unserved) = (plan.curtailedKW[planned], plan.unservedKW.isEmpty ? 0 : plan.unservedKW[planned])
        if extraKW != 0 {
            let net = bought - sold + extraKW
            if scenario.site.isIsland[own] {
                (bought, sold) = (0, 0)
                unserved = max(0, unserved + net)
                curtailed += max(0, -net)
            } else {
                (bought, sold) = (max(0, net), max(0, -net))
            }
        }
        schedule.importKW.append(bought)
        schedule.exportKW.append(sold)
        schedule.curtailedKW.append(curtailed)
        if scenario.site.isIsland.contains(true) { schedule.unservedKW.append(unserved) }
    }

    /// What streams publish for the steps that were carried out; a number for the whole day is the day's first plan's.
    private mutating func keepServices(_ plan: Schedule, count: Int) {
        for (key, entries) in plan.services {
            var kept = schedule.services[key] ?? []
            for (index, entry) in entries.enumerated() {
                let power = entry.kw.map { Array($0.prefix(count)) }
                let shares = entry.shares?.map { share in
                    var share = share
                    share.givenUpKW = Array(share.givenUpKW.prefix(count))
                    share.heldKW = Array(share.heldKW.prefix(count))
                    return share
                }
                if index < kept.count {
                    if let power { kept[index].kw = (kept[index].kw ?? []) + power }
                    for (at, share) in (shares ?? []).enumerated() where at < kept[index].shares?.count ?? 0 {
                        kept[index].shares?[at].givenUpKW += share.givenUpKW
                        kept[index].shares?[at].heldKW += share.heldKW
                    }
                } else {
                    kept.append(
                        ServiceSeries(direction: entry.direction, kw: power, levelKW: entry.levelKW, shares: shares))
                }
            }
            schedule.services[key] = kept
        }
    }
}
