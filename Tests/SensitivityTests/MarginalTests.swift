import Accounting
import Sensitivity
import Ageing
import Foundation
import GLPKSolver
import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling
import TestSupport
import Testing
import ValueStreams

@testable import Sensitivity

/// What one kWh more costs: bids are made of these numbers, so each is held to a program solved again from nothing.
@Suite struct MarginalTests {
    /// A random day of 12 hours, one or two vehicles.
    static func scenario(seed: UInt64, isConvex: Bool = true) -> Scenario {
        var random = SeededGenerator(seed: seed)
        let count = 12
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: count, timeZone: "UTC")
        let prices = (0..<count).map { _ in 0.05 + 0.3 * random.share() }
        var site = Site(unlimitedFor: count)
        if random.share() < 0.5 { site.loadKW = (0..<count).map { _ in 2 * random.share() } }
        if random.share() < 0.5 { site.importLimitKW = Array(repeating: 14, count: count) }
        let vehicles = (0..<(random.share() < 0.7 ? 1 : 2)).map { index -> Vehicle in
            var (level, slope) = (0.002, 0.0)
            let calendar = (0...4).map { knot -> CalendarCostPoint in
                slope += 0.002 * random.share()
                level += knot > 0 ? (isConvex ? slope : 0.006 * random.share()) : 0
                return CalendarCostPoint(soc: Double(knot) / 4, costPerHour: level)
            }
            let steps = [0.01, 0.02, 0.03].map { $0 + 0.01 * random.share() }
            let cycle = steps.enumerated().map { CycleCostSegment(depth: Double($0 + 1) / 3, costPerKWh: $1) }
            let battery = Battery(
                capacityKWh: 50, socMin: 0.1, socStart: 0.3 + 0.4 * random.share(), socEnd: 0.5,
                temperatureC: Array(repeating: 20, count: count),
                ageing: .functions(
                    calendar: calendar,
                    cycle: [.init(depth: cycle[0].depth, costPerKWh: cycle[0].costPerKWh)]
                        + [.init(depth: 2.0 / 3, costPerKWh: cycle[1].costPerKWh)]
                        + [.init(depth: 1, costPerKWh: cycle[2].costPerKWh)]))
            let start = grid.start.adding(seconds: 3600 * Int(3 * random.share()))
            return Vehicle(
                id: "ev\(index)", battery: battery,
                charger: Charger(
                    chargeKW: 11, dischargeKW: 8, chargeEfficiency: .constant(0.93),
                    dischargeEfficiency: .constant(0.93)),
                windows: [PlugWindow(from: start, to: grid.end)])
        }
        return Scenario(
            name: "random", currency: "EUR", grid: grid, importPricePerKWh: prices,
            exportPricePerKWh: prices.map { $0 - 0.03 }, site: site, vehicles: vehicles)
    }

    static func scheduler(_ scenario: Scenario) throws -> Scheduler {
        Scheduler(
            scenario: scenario,
            ageing: try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) },
            streams: StreamRegistry.streams(of: scenario), solver: DirectSolver())
    }

    /// The optimal cost with the step's output as scheduled, and `kwh` more delivered to nobody by a vehicle in a step; nil where that is impossible.
    static func forced(_ optimum: Scheduler.Optimum, vehicle: Int, step: Int, kwh: Double) -> Double? {
        let model = optimum.model
        // Binaries are held, and targets stay as well met as they can be (Scheduling.docc/Model.md section 6).
        var program = optimum.solution.finalProgram
        program.holdIntegers(at: optimum.solution.finalValues)
        let (charge, discharge) = (model.vehicles[vehicle].chargeKW[step], model.vehicles[vehicle].dischargeKW[step])
        guard charge != nil || discharge != nil, let balance = model.site.balanceRows[step] else { return nil }
        var net = LinearExpression()
        if let charge { net.add(charge, -1) }
        if let discharge { net.add(discharge) }
        let held = net.value(at: optimum.solution.finalValues) + kwh / model.scenario.grid.stepHours
        let label = program.family("forced")
        let phantom = program.addColumn(
            label(), lower: kwh / model.scenario.grid.stepHours, upper: kwh / model.scenario.grid.stepHours)
        program.add(1, phantom, to: balance)
        // The kWh is delivered at the vehicle's own phases: fuses see what it replaces.
        let phases = model.scenario.vehicles[vehicle].charger.phases
        for (phase, row) in model.site.phaseRows[step] ?? [] where phases.contains(phase) {
            program.add(1 / Double(phases.count), phantom, to: row)
        }
        program.addRow(label(), net, lower: held, upper: held)
        let options = SolveOptions(relativeGap: 1e-9, breaksTies: false)
        guard case .solved(let solution) = DirectSolver().solve(program, options: options) else { return nil }
        return solution.objective
    }

    @Test("a hundredth of a kWh forced and solved again costs what the marginal cost says", arguments: 0..<200)
    func againstForcedDelivery(seed: UInt64) throws {
        let scenario = MarginalTests.scenario(seed: seed)
        let scheduler = try MarginalTests.scheduler(scenario)
        let compared = try MarginalTests.compare(scheduler, steps: stride(from: Int(seed) % 5, to: 12, by: 5))
        #expect(compared > 0)
    }

    @Test("in every case folder too, with its targets, curves, binaries, limits and streams", arguments: cases)
    func casesAgainstForcedDelivery(name: String) throws {
        let path = MarginalTests.folder.appendingPathComponent(name).appendingPathComponent("scenario.yaml").path
        let scenario = try ScenarioLoader(sections: StreamRegistry.sections, cellNames: CellRegistry.names).load(
            path: path
        ).scenario
        let steps = stride(from: 3, to: scenario.grid.count, by: max(1, scenario.grid.count / 8))
        _ = try MarginalTests.compare(MarginalTests.scheduler(scenario), steps: steps)
    }

    static let folder = Repository.cases
    static let cases = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        .filter { !$0.hasPrefix(".") }

    /// Holds both sides of each step, and that there is none, to a program solved again; how many there were.
    static func compare(_ scheduler: Scheduler, steps: StrideTo<Int>) throws -> Int {
        guard case .schedule(let solved) = scheduler.schedule() else { return 0 }
        let costs = try scheduler.marginalCosts(of: solved)
        let optimum = try #require(scheduler.optimum(of: solved))
        var compared = 0
        for (index, vehicle) in costs.vehicles.enumerated() {
            for step in steps {
                let base = MarginalTests.forced(optimum, vehicle: index, step: step, kwh: 0)
                for (side, sign) in [(vehicle.deliver[step], 1.0), (vehicle.absorb[step], -1.0)] {
                    let change = MarginalTests.forced(optimum, vehicle: index, step: step, kwh: sign * 0.01)
                    guard let side else {
                        #expect(change == nil, "\(vehicle.id), step \(step): \(sign) is possible")
                        continue
                    }
                    #expect(abs(side.parts.values.reduce(0, +) - side.total) < 1e-6)
                    compared += 1
                    guard side.upToKWh >= 0.01 else { continue }
                    let forced = try #require(change) - #require(base)
                    #expect(
                        abs(forced / (sign * 0.01) - side.total) <= 1e-5 * max(0.1, abs(side.total)),
                        "\(vehicle.id), step \(step), \(sign)")
                }
            }
        }
        return compared
    }

    @Test("one kWh through 81 % at 0.2: 0.2 as if nothing were lost, the rest is what is bought only to be lost")
    func efficiencyByHand() throws {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 3, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 40, socStart: 0.5, temperatureC: [20, 20, 20],
            ageing: .functions(calendar: [], cycle: [.init(depth: 1, costPerKWh: 0.09)]))
        let vehicle = Vehicle(
            id: "a", battery: battery,
            charger: Charger(
                chargeKW: 10, dischargeKW: 10, chargeEfficiency: .constant(0.9), dischargeEfficiency: .constant(0.9)),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: [0.3, 0.3, 0.2],
            exportPricePerKWh: [0.1, 0.1, 0.1],
            site: Site(unlimitedFor: 3), vehicles: [vehicle])
        let side = try #require(try MarginalTests.scheduler(scenario).marginalCosts().vehicles[0].deliver[0])
        #expect(abs((side.parts["electricity"] ?? 0) - 0.2) < 1e-7)
        #expect(abs((side.parts["efficiency"] ?? 0) - 0.2 * (1 / 0.81 - 1)) < 1e-7)
        #expect(abs((side.parts["cycle"] ?? 0) - 0.1) < 1e-7)
        #expect(side.replacedIn.map(\.step) == ["1970-01-01T02:00:00+00:00"])
    }

    @Test("away, at its power limit, or held by a target: no kWh is possible, and none is priced")
    func impossible() throws {
        var scenario = MarginalTests.scenario(seed: 1)
        scenario.vehicles[0].windows = [
            PlugWindow(from: scenario.grid.start, to: scenario.grid.start.adding(seconds: 7200))
        ]
        let costs = try MarginalTests.scheduler(scenario).marginalCosts()
        let vehicle = costs.vehicles[0]
        #expect(vehicle.deliver[6] == nil && vehicle.absorb[6] == nil)
        #expect(vehicle.deliverBlockedBy[6] == .away && vehicle.absorbBlockedBy[6] == .away)
        for step in 0..<2 {
            #expect((vehicle.deliver[step] == nil) == (vehicle.deliverBlockedBy[step] != nil))
            #expect((vehicle.absorb[step] == nil) == (vehicle.absorbBlockedBy[step] != nil))
        }
    }

    @Test(
        "offers are for quarters of an hour, as day-ahead markets have them, or for steps that do not divide those",
        arguments: [(300, 900), (900, 900), (1800, 1800), (3600, 3600), (600, 600)])
    func usualMarketTimeUnit(stepSeconds: Int, unitSeconds: Int) {
        #expect(MarketOffers.usualUnitSeconds(stepSeconds: stepSeconds) == unitSeconds)
    }

    /// Starts and lengths in steps of the units of a grid in Amsterdam.
    private func units(_ start: Int, stepSeconds: Int, count: Int, steps: Int) -> [Int] {
        MarketOffers.units(
            of: TimeGrid(
                start: Instant(epochSeconds: start), stepSeconds: stepSeconds, count: count,
                timeZone: "Europe/Amsterdam"),
            steps: steps
        ).map(\.count)
    }

    @Test("market time units begin at quarters of the clock, whenever the horizon begins: a market knows no others")
    func unitsAreRound() {
        // Monday 2024-01-15 16:05 and 16:00 in Amsterdam.
        let five = 1_705_331_100
        #expect(units(five, stepSeconds: 300, count: 12, steps: 3) == [2, 3, 3, 3, 1])
        #expect(units(five - 300, stepSeconds: 300, count: 12, steps: 3) == [3, 3, 3, 3])
        // Blocks of four hours begin at 16:00 and 20:00.
        #expect(units(five - 300 + 3600, stepSeconds: 3600, count: 9, steps: 4) == [3, 4, 2])
        // Seven hours divide no day; steps of ten minutes from five past never meet a half hour.
        #expect(units(five - 300, stepSeconds: 3600, count: 9, steps: 7) == [7, 2])
        #expect(units(five, stepSeconds: 600, count: 7, steps: 3) == [3, 3, 1])
    }

    @Test("hours that a clock skips or repeats are units of their own, or none")
    func unitsOverClockChanges() {
        // From midnight to 05:00: 2024-03-31 has no 02:00, 2024-10-27 has two.
        #expect(units(1_711_839_600, stepSeconds: 1800, count: 8, steps: 2) == [2, 2, 2, 2])
        #expect(units(1_711_839_600, stepSeconds: 1800, count: 8, steps: 4) == [4, 2, 2])
        #expect(units(1_729_980_000, stepSeconds: 1800, count: 12, steps: 2) == [2, 2, 2, 2, 2, 2])
        #expect(units(1_729_980_000, stepSeconds: 1800, count: 12, steps: 4) == [4, 2, 4, 2])
    }

    // A calendar cost that is not convex makes each solve a search: one such scenario is enough.
    @Test(
        "an offer's quantity at any price is what solving at that price gives",
        arguments: [(0, true), (1, true), (2, true), (1, false)])
    func offersAgainstSolving(seed: UInt64, isConvex: Bool) throws {
        let scenario = MarginalTests.scenario(seed: seed, isConvex: isConvex)
        let offers = try MarginalTests.scheduler(scenario).offers(unitSteps: 1, floor: -0.2, cap: 1)
        for step in [2, 5, 9] {
            let points = offers.offers[step].points
            for (left, right) in zip(points, points.dropFirst()) {
                #expect(right.price > left.price && right.kw < left.kw)
            }
            for (index, point) in points.enumerated() {
                let upper = index + 1 < points.count ? points[index + 1].price : 1.0
                guard upper - point.price > 1e-5 else { continue }
                let price = (point.price + upper) / 2
                var changed = scenario
                changed.exportPricePerKWh[step] = price
                changed.importPricePerKWh[step] =
                    price + scenario.importPricePerKWh[step] - scenario.exportPricePerKWh[step]
                guard case .schedule(let solved) = try MarginalTests.scheduler(changed).schedule() else {
                    Issue.record("no schedule at \(price)")
                    continue
                }
                let net = solved.schedule.importKW[step] - solved.schedule.exportKW[step]
                #expect(abs(net - point.kw) < 1e-5, "step \(step) at \(price)")
            }
        }
    }

    @Test("a spared battery is shown as one: against charging at once to the top, V2X has a negative cost")
    func sparedBattery() throws {
        var scenario = MarginalTests.scenario(seed: 3)
        scenario.vehicles[0].battery.ageing = .cell(CellAgeing(cell: "nca"))
        scenario.vehicles = [scenario.vehicles[0]]
        let modes = try Planner(MarginalTests.scheduler(scenario)).compare().modes
        let v2x = try #require(modes.first { $0.mode == .v2x })
        #expect((v2x.account.trueCostAgainst["immediate"] ?? 0) < 0)
        // The scenario's own cell is among the eight that judge the same schedule.
        let verdicts = try #require(v2x.account.cells)
        #expect(Set(verdicts.keys) == CellRegistry.names)
        #expect(verdicts["nca"]?.trueCostAgainst["immediate"] == v2x.account.trueCostAgainst["immediate"])
        let immediate = try #require(modes.first { $0.mode == .immediate })
        #expect((immediate.account.trueCostAgainst["v1x"] ?? 0) > 0)
    }
}
