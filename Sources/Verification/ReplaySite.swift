import Accounting
import Scenarios
import Scheduling

/// The connection, the money and the proof.
extension Replay {
    func checkSite() {
        for step in 0..<scenario.grid.count {
            let (imported, exported) = (result.site.importKW[step], result.site.exportKW[step])
            let curtailed = result.site.curtailedKW[step]
            let unserved = result.site.unservedKW?[step] ?? 0
            let maxUnserved = scenario.site.isIsland[step] ? scenario.site.loadKW[step] : 0
            expect(
                unserved >= -Replay.tolerance && unserved <= maxUnserved + Replay.tolerance,
                "site: \(place(step)): \(text(unserved)) kW of load are not served, of \(text(maxUnserved)) kW that "
                    + "an outage could leave without")
            var net = scenario.site.loadKW[step] - unserved - scenario.site.pvKW[step] + curtailed
            for vehicle in result.vehicles { net += vehicle.chargeKW[step] - vehicle.dischargeKW[step] }
            for load in schedule.loads { net += load.kW[step] }
            // Each one's power was rounded on its own.
            let tolerance = allowance(net) * Double(1 + result.vehicles.count + schedule.loads.count)
            expect(
                abs(imported - exported - net) <= tolerance,
                "site: \(place(step)): import less export is \(text(imported - exported)) kW, "
                    + "what is behind the connection needs \(text(net))")
            for (what, value, limit) in [
                ("import", imported, scenario.site.importLimitKW[step]),
                ("export", exported, scenario.site.exportLimitKW[step]),
            ] {
                expect(value >= -Replay.tolerance, "site: \(place(step)): \(what) \(text(value)) kW is below zero")
                expect(
                    value <= limit + tolerance,
                    "site: \(place(step)): \(what) \(text(value)) kW exceeds the \(text(limit)) kW limit by "
                        + "\(text(value - limit)) kW")
            }
            expect(
                min(imported, exported) <= Replay.tolerance,
                "site: \(place(step)): imports \(text(imported)) kW and exports \(text(exported)) kW at once")
            let maxCurtailed = scenario.site.maxCurtailedKW(step)
            expect(
                curtailed >= -Replay.tolerance && curtailed <= maxCurtailed + Replay.tolerance,
                "site: \(place(step)): \(text(curtailed)) kW curtailed of \(text(maxCurtailed)) kW that may be")
        }
    }

    func checkCosts() {
        let settled = Settlement.lines(of: schedule, scenario: scenario, ageing: ageing, streams: streams)
        let scale = max(1, settled.reduce(0) { $0 + abs($1.amount) })
        for line in settled {
            guard let claimed = result.costs[line.name] else {
                expect(
                    abs(line.amount) <= Replay.moneyTolerance * scale,
                    "costs: \(line.name) is missing (\(text(line.amount)))")
                continue
            }
            expect(
                abs(claimed - line.amount) <= Replay.moneyTolerance * scale,
                "costs: \(line.name) is \(text(claimed)), the schedule's is \(text(line.amount))")
        }
        for name in result.costs.keys.sorted() where !settled.contains(where: { $0.name == name }) {
            expect(false, "costs: \(name) cannot be checked: the scenario has no such cost")
        }
        let sum = result.costs.values.reduce(0, +)
        expect(
            abs(sum - result.objective) <= Replay.moneyTolerance * scale,
            "objective is \(text(result.objective)), the costs sum to \(text(sum))")
        let hurdle = Settlement.hurdle(of: schedule, scenario: scenario) ?? 0
        expect(
            abs((result.hurdle ?? 0) - hurdle) <= Replay.moneyTolerance * scale,
            "hurdle is \(text(result.hurdle ?? 0)), the schedule's is \(text(hurdle))")
    }

    func checkProof() {
        if isByRule {
            expect(
                result.status != .optimal,
                "status is optimal, but \(result.mode) charging is a rule: it proves nothing")
            return
        }
        guard let bound = result.bound, let stated = result.gap else {
            expect(result.status != .optimal, "status is optimal, but there is no bound")
            return
        }
        let minimised = result.objective + (result.hurdle ?? 0)
        let scale = max(1, abs(minimised))
        let gap = max(0, (minimised - bound) / scale)
        expect(
            bound <= minimised + Replay.moneyTolerance * scale,
            "bound \(text(bound)) is above the objective \(text(result.objective))")
        let allowed = max(scenario.solver.mipGap, 1e-6)
        if result.status == .optimal {
            expect(
                gap <= allowed,
                "status is optimal, but the objective is \(text(gap * 100)) % above the bound \(text(bound))")
        }
        expect(
            abs(gap - stated) <= 2 * allowed,
            "gap is \(text(stated)), objective and bound are \(text(gap)) apart")
    }
}
