import Accounting
import Sensitivity
import Foundation
import Ageing
import GLPKSolver
import ScenarioFiles
import Scenarios
import Scheduling
import TestSupport
import Testing

@testable import Sensitivity

/// An owner who is told at which price the car would switch, or what a target costs, acts on it: each number is held to a
/// scenario that was changed accordingly and solved again from nothing.
@Suite struct ExplanationTests {
    private func cost(_ scenario: Scenario) throws -> Double {
        guard case .schedule(let solved) = try MarginalTests.scheduler(scenario).schedule() else {
            throw AgeingError(message: "no schedule")
        }
        return solved.objective
    }

    private func net(_ scenario: Scenario, vehicle: Int, step: Int) throws -> Double {
        guard case .schedule(let solved) = try MarginalTests.scheduler(scenario).schedule() else {
            throw AgeingError(message: "no schedule")
        }
        let plan = solved.schedule.vehicles[vehicle]
        return plan.chargeKW[step] - plan.dischargeKW[step]
    }

    /// Hours at `prices`, a 40 kWh battery without ageing, half full, and what it is to hold in the end.
    private func hours(
        _ prices: [Double], socEnd: Double, efficiency: Double = 1, chargeKW: Double = 10, importLimitKW: Double? = nil
    ) -> Scenario {
        let grid = TimeGrid(
            start: Instant(epochSeconds: 0), stepSeconds: 3600, count: prices.count, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 40, socStart: 0.5, socEnd: socEnd, temperatureC: prices.map { _ in 20 }, ageing: .none)
        var site = Site(unlimitedFor: prices.count)
        if let importLimitKW { site.importLimitKW = prices.map { _ in importLimitKW } }
        let vehicle = Vehicle(
            id: "a", battery: battery,
            charger: Charger(chargeKW: chargeKW, chargeEfficiency: .constant(efficiency)),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        return Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices.map { _ in 0 },
            site: site, vehicles: [vehicle])
    }

    private func prices(_ scenario: Scenario) throws -> [ShadowPrice] {
        try MarginalTests.scheduler(scenario).explanation().shadowPrices
    }

    /// Import at night below the price of export: with both open a dual has no end, and the whole explanation was lost.
    @Test("a car that only charges is explained where export is paid above import")
    func exportAboveImport() throws {
        for hasConnection in [false, true] {
            var scenario = hours([0.1, 0.2, 0.1, 0.3], socEnd: 0.8)
            scenario.exportPricePerKWh = [0.3, 0.3, 0.3, 0.3]
            if hasConnection { scenario.site.loadKW = [1, 1, 1, 1] }
            let explanation = try MarginalTests.scheduler(scenario).explanation()
            #expect(explanation.steps.contains { $0.action == .charge })
        }
    }

    @Test("what a kW more through a car park's cable saves is what solving again with it saves")
    func groups() throws {
        let path = Repository.folder("scenarios/cases/060-car-park/scenario.yaml").path
        let scenario = try ScenarioLoader().load(path: path).scenario
        func cost(_ change: (inout Scenario) -> Void) throws -> Double {
            var changed = scenario
            change(&changed)
            guard case .schedule(let solved) = try MarginalTests.scheduler(changed).schedule() else { return .nan }
            return solved.objective
        }
        let prices = try MarginalTests.scheduler(scenario).explanation().shadowPrices
            .filter { $0.group != nil }
        #expect(
            prices.map { "\($0.group ?? "") \($0.kind.rawValue)" } == [
                "hall group_import_limit_kw", "hall group_export_limit_kw", "west group_import_limit_kw",
                "east group_import_limit_kw", "east group_export_limit_kw",
            ])
        let steps = try MarginalTests.scheduler(scenario).explanation().steps
        #expect(steps.contains { $0.vehicle == "ev1" && $0.heldBy == .groupImportLimit && $0.action == .charge })
        #expect(steps.contains { $0.vehicle == "ev3" && $0.heldBy == .groupExportLimit && $0.action == .discharge })
        let before = try cost { _ in }
        for price in prices {
            let number = try #require(scenario.groups.firstIndex { $0.id == price.group })
            let after = try cost {
                for step in 0..<$0.grid.count {
                    if price.kind == .groupImportLimit {
                        $0.groups[number].importLimitKW[step] += 1e-3
                    } else {
                        $0.groups[number].exportLimitKW[step] += 1e-3
                    }
                }
            }
            #expect(abs((before - after) / 1e-3 - (price.price ?? 0)) < 1e-5, "\(price)")
        }
    }

    @Test("a target that is bought at 0.20 through 90 % costs 0.2222 a kWh, and 0.4 kWh are a percent")
    func targetByHand() throws {
        let scenario = hours([0.3, 0.3, 0.2], socEnd: 0.7, efficiency: 0.9)
        let end = try #require(try prices(scenario).first { $0.kind == .end })
        #expect(abs((end.price ?? 0) - 0.2 / 0.9) < 1e-6)
        #expect(abs((end.pricePerPercent ?? 0) - 0.4 * 0.2 / 0.9) < 1e-6)
    }

    @Test("a kW more through the fuse moves a kWh from the dear hour to the cheap one: it saves their difference")
    func fuseByHand() throws {
        let scenario = hours([0.1, 0.3], socEnd: 0.8, chargeKW: 20, importLimitKW: 8)
        let limit = try #require(try prices(scenario).first { $0.kind == .importLimit })
        #expect(abs((limit.price ?? 0) - 0.2) < 1e-6)
        #expect(limit.bindsAt == ["1970-01-01T00:00:00+00:00"])
        #expect(limit.amount == 8)
        // And the charger, which is not what holds it, costs nothing.
        #expect(try prices(scenario).allSatisfy { $0.kind != .chargePower })
    }

    @Test("a target that cannot be met has no price: it says what is missing")
    func unreachable() throws {
        let end = try #require(try prices(hours([0.3, 0.3], socEnd: 1, chargeKW: 5)).first { $0.kind == .end })
        #expect(end.price == nil)
        #expect(abs((end.shortfallKWh ?? 0) - 10) < 1e-6)
    }

    @Test("a little less asked, or more allowed, and solved again saves what the shadow price says", arguments: 0..<15)
    func againstSolvingAgain(seed: UInt64) throws {
        let scenario = MarginalTests.scenario(seed: seed)
        let explained = try prices(scenario)
        let base = try cost(scenario)
        for (index, vehicle) in scenario.vehicles.enumerated() {
            func price(_ kind: ShadowPrice.Kind) -> Double {
                explained.first { $0.kind == kind && $0.vehicle == vehicle.id }?.price ?? 0
            }
            var less = scenario
            less.vehicles[index].battery.socEnd -= 1e-3 / vehicle.battery.capacityKWh
            #expect(abs((base - (try cost(less))) / 1e-3 - price(.end)) < 2e-5)
            less = scenario
            less.vehicles[index].battery.socMin -= 1e-3 / vehicle.battery.capacityKWh
            #expect(abs((base - (try cost(less))) / 1e-3 - price(.floor)) < 2e-5)
            var more = scenario
            more.vehicles[index].charger.chargeKW += 1e-3
            #expect(abs((base - (try cost(more))) / 1e-3 - price(.chargePower)) < 2e-5)
            more = scenario
            more.vehicles[index].charger.dischargeKW += 1e-3
            #expect(abs((base - (try cost(more))) / 1e-3 - price(.dischargePower)) < 2e-5)
        }
        if scenario.site.importLimitKW[0].isFinite {
            var more = scenario
            more.site.importLimitKW = more.site.importLimitKW.map { $0 + 1e-3 }
            let limit = explained.first { $0.kind == .importLimit }?.price ?? 0
            #expect(abs((base - (try cost(more))) / 1e-3 - limit) < 2e-5)
        }
    }

    @Test("just beyond its switch price a waiting car charges or discharges, just before it waits", arguments: 0..<12)
    func switchPrices(seed: UInt64) throws {
        var scenario = MarginalTests.scenario(seed: seed)
        scenario.vehicles = [scenario.vehicles[0]]
        let steps = try MarginalTests.scheduler(scenario).explanation().steps
        var tried = 0
        for step in steps where step.action == .wait && step.beyondTariff == 0 {
            let imports = scenario.site.loadKW[step.index] > 0
            if let worth = step.takesMoreBelow {
                for (price, charges) in [(worth - 1e-4, true), (worth + 1e-4, false)] {
                    var changed = scenario
                    changed.importPricePerKWh[step.index] = price
                    changed.exportPricePerKWh[step.index] = min(price, scenario.exportPricePerKWh[step.index])
                    #expect((try net(changed, vehicle: 0, step: step.index) > 1e-6) == charges)
                    tried += 1
                }
            }
            if let cost = step.givesMoreAbove {
                for (price, discharges) in [(cost + 1e-4, true), (cost - 1e-4, false)] {
                    var changed = scenario
                    if imports {
                        changed.importPricePerKWh[step.index] = price
                        changed.exportPricePerKWh[step.index] = min(price, scenario.exportPricePerKWh[step.index])
                    } else {
                        changed.exportPricePerKWh[step.index] = price
                        changed.importPricePerKWh[step.index] = max(price, scenario.importPricePerKWh[step.index])
                    }
                    #expect((try net(changed, vehicle: 0, step: step.index) < -1e-6) == discharges)
                    tried += 1
                }
            }
        }
        #expect(tried > 0 || steps.allSatisfy { $0.action != .wait })
    }

    @Test("what is explained is what is scheduled", arguments: 0..<25)
    func sameSchedule(seed: UInt64) throws {
        let scenario = MarginalTests.scenario(seed: seed)
        let scheduler = try MarginalTests.scheduler(scenario)
        guard case .schedule(let solved) = scheduler.schedule() else {
            Issue.record("no schedule")
            return
        }
        for step in try scheduler.explanation().steps {
            let plan = try #require(solved.schedule.vehicles.first { $0.id == step.vehicle })
            let (charge, discharge) = (plan.chargeKW[step.index], plan.dischargeKW[step.index])
            switch step.action {
            case .charge: #expect(abs(charge - step.kw) < 1e-6)
            case .discharge: #expect(abs(discharge - step.kw) < 1e-6)
            case .wait, .away: #expect(max(charge, discharge) < 1e-6)
            }
        }
    }
}
