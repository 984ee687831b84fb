import Ageing
import GLPKSolver
import LinearPrograms
import Scenarios
import Testing

@testable import Scheduling

/// If this breaks: a car that may charge at once waits for hours, or charges in short pieces.
@Suite("Habits of chargers that are on or off")
struct BinaryHabitTests {
    /// A car behind nothing but its charger, plugged in throughout.
    private static func power(
        prices: [Double], needKWh: Double, minKW: Double, maxKW: Double, habits: Habits
    ) throws -> (kw: [Double], cost: Double, bound: Double) {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 900, count: prices.count, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 60, socStart: 0.3, socEnd: 0.3 + needKWh / 60,
            temperatureC: Array(repeating: 20, count: prices.count), ageing: .none)
        let vehicle = Vehicle(
            id: "ev1", battery: battery, charger: Charger(chargeKW: maxKW, minChargeKW: minKW),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices,
            exportPricePerKWh: prices.map { _ in 0 }, site: Site(unlimitedFor: prices.count), vehicles: [vehicle],
            habits: habits)
        let scheduler = Scheduler(
            scenario: scenario, ageing: [try AgeingPrices(vehicle: vehicle, grid: grid)], solver: DirectSolver())
        guard case .schedule(let solved) = scheduler.schedule() else { throw AgeingError(message: "no schedule") }
        return (solved.schedule.vehicles[0].chargeKW, solved.objective, solved.bound)
    }

    @Test(
        "of equal hours the earliest, or the latest, also where the least power needs binaries",
        arguments: [1.5, 2, 3, 4.9])
    func earliest(needKWh: Double) throws {
        let flat = Array(repeating: 0.2, count: 24)
        for prefer in [Habits.Preference.early, .late] {
            let kw = try Self.power(
                prices: flat, needKWh: needKWh, minKW: 4.14, maxKW: 11.04, habits: Habits(prefer: prefer)
            ).kw
            let on = kw.map { $0 > 0 }
            let count = on.count { $0 }
            // As few steps as full power allows, side by side at the right end.
            #expect(count == Int((needKWh / (11.04 / 4)).rounded(.up)))
            #expect(prefer == .early ? on.prefix(count).allSatisfy { $0 } : on.suffix(count).allSatisfy { $0 })
        }
    }

    @Test("one step early and two at the end are smoother than two early and one at the end, though not the cheapest")
    func shareOfBlocks() throws {
        let prices = [0.296, 0.14, 0.138, 0.181, 0.289, 0.261, 0.152, 0.19, 0.223, 0.157, 0.216, 0.102]
        let kw = try Self.power(
            prices: prices, needKWh: 3.6456, minKW: 4.14, maxKW: 7.4, habits: Habits(smoothWithin: 0.1)
        ).kw
        // HiGHS with binaries: 14.253 kW of power steps.
        let steps = zip(kw, kw.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        #expect(steps < 14.26, "\(kw)")
    }

    @Test("smooth power has the fewest changes that its budget buys, whatever the prices", arguments: 0..<12)
    func smoothest(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let prices = (0..<12).map { _ in 0.1 + 0.2 * Double(random.next() % 1000) / 1000 }
        let (steps, kw, within) = (4, 4.0, 0.05)
        let found = try Self.power(
            prices: prices, needKWh: Double(steps) * kw / 4, minKW: kw, maxKW: kw,
            habits: Habits(smoothWithin: within))
        // Every choice of four steps of twelve.
        var least = Double.infinity
        var choices: [(cost: Double, changes: Int)] = []
        for mask in 0..<(1 << 12) where mask.nonzeroBitCount == steps {
            let on = (0..<12).map { mask >> $0 & 1 == 1 }
            let cost = zip(on, prices).reduce(0) { $0 + ($1.0 ? $1.1 * kw / 4 : 0) }
            choices.append((cost, zip(on, on.dropFirst()).count { $0 != $1 }))
            least = min(least, cost)
        }
        let fewest = choices.filter { $0.cost <= least + within + 1e-9 }.map(\.changes).min()
        let on = found.kw.map { $0 > 0 }
        #expect(abs(found.bound - least) < 1e-7)
        #expect(found.cost <= least + within + 1e-6)
        #expect(zip(on, on.dropFirst()).count { $0 != $1 } == fewest)
    }

    /// The budget was counted from the cost without the least power, and blocks at less than the usual power were not tried: in two
    /// nights of five the power changed more than it had to.
    @Test("smooth power between the least and the highest changes as little as its budget buys", arguments: 0..<12)
    func smoothestBetween(seed: UInt64) throws {
        var random = SeededGenerator(seed: 100 + seed)
        func draw(_ values: [Double]) -> Double { values[Int(random.next() % UInt64(values.count))] }
        let prices = (0..<8).map { _ in 0.1 + 0.2 * Double(random.next() % 1000) / 1000 }
        let (least, most, need, within) = (draw([1.38, 2.3, 4.14]), draw([7.4, 11.04]), draw([2, 3.3, 5.1]), 0.05)
        let found = try Self.power(
            prices: prices, needKWh: need, minKW: least, maxKW: most, habits: Habits(smoothWithin: within))

        /// The least cost, or the least sum of power steps within a budget, with the car charging where `isOn` says so.
        func optimum(_ isOn: [Bool], budget: Double?) -> Double? {
            var program = LinearProgram()
            let (label, line) = (program.family("kw")(), program.costLine("objective"))
            let power = isOn.map { program.addColumn(label, lower: $0 ? least : 0, upper: $0 ? most : 0) }
            program.addRow(label, LinearExpression(terms: power.map { Term($0, 0.25) }), lower: need - 1e-7)
            let cost = LinearExpression(terms: zip(power, prices).map { Term($0, 0.25 * $1) })
            if let budget {
                program.addRow(label, cost, upper: budget)
                for (one, next) in zip(power, power.dropFirst()) {
                    let step = program.addColumn(label)
                    program.addRow(label, LinearExpression(terms: [Term(step), Term(one, -1), Term(next)]), lower: 0)
                    program.addRow(label, LinearExpression(terms: [Term(step), Term(one), Term(next, -1)]), lower: 0)
                    program.addCost(line, step, 1)
                }
            } else {
                for term in cost.terms { program.addCost(line, term.column, term.coefficient) }
            }
            guard case .solved(let solution) = DirectSolver().solve(program, options: SolveOptions()) else {
                return nil
            }
            return solution.objective
        }
        let patterns = (0..<(1 << 8)).map { mask in (0..<8).map { mask >> $0 & 1 == 1 } }
        let cheapest = try #require(patterns.compactMap { optimum($0, budget: nil) }.min())
        let smoothest = try #require(patterns.compactMap { optimum($0, budget: cheapest + within) }.min())
        let steps = zip(found.kw, found.kw.dropFirst()).reduce(0) { $0 + abs($1.0 - $1.1) }
        #expect(found.cost <= cheapest + within + 1e-6)
        #expect(abs(steps - smoothest) < 1e-4)
    }
}
