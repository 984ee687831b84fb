import Sensitivity
import Accounting
import Ageing
import Foundation
import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// Times building and solving, in one process, on nights made from a price file: medians, in milliseconds.
@main
struct Benchmarks {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            print("usage: v2x-bench PRICES.csv [MPS-FOLDER]")
            return
        }
        let prices = try Self.prices(arguments[1])
        let folder = arguments.count > 2 ? arguments[2] : nil
        var medians: [String: Double] = [:]
        for (name, steps, segments, calendar, flat) in [
            ("1 segment, 96 steps", 96, 1, true, false), ("8 segments, 96 steps", 96, 8, true, false),
            ("1 segment, 288 steps", 288, 1, true, false), ("8 segments, 288 steps", 288, 8, true, false),
            ("1 segment, 96 steps, flat", 96, 1, true, true), ("8 segments, 96 steps, flat", 96, 8, true, true),
            ("8 segments, 288 steps, flat", 288, 8, true, true),
            ("1 segment, 96 steps, no calendar", 96, 1, false, false),
            ("8 segments, 96 steps, no calendar", 96, 8, false, false),
        ] {
            var (times, builds, withTies): ([Double], [Double], [Double]) = ([], [], [])
            let nights = steps == 96 ? 40 : 12
            var solvedNights = 0
            for night in 0..<nights {
                let first = night * 9 * 24
                let scenario = scenario(
                    prices: Array(prices[first..<(first + 80)]), steps: steps, segments: segments, calendar: calendar,
                    flat: flat)
                let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
                let scheduler = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
                let clock = ContinuousClock()
                builds.append(
                    milliseconds(
                        clock.measure { _ = SchedulingModel(scenario: scenario, ageing: ageing, streams: []) }))
                times.append(milliseconds(clock.measure { _ = scheduler.optimum(breaksTies: false) }))
                withTies.append(
                    milliseconds(clock.measure { if case .schedule = scheduler.schedule() { solvedNights += 1 } }))
                if night < 7, let folder {
                    let program = try scheduler.exportableProgram(relaxed: true).get()
                    let file = name.replacing(", ", with: "-").replacing(" ", with: "-") + "-\(night).mps"
                    try MPSWriter.text(of: program, name: "night")
                        .write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
                }
            }
            precondition(solvedNights == nights, "every night has a schedule")
            medians[name] = median(times)
            print(
                name.padding(toLength: 30, withPad: " ", startingAt: 0), "build", f(median(builds)),
                " build and solve", f(median(times)), " with ties broken", f(median(withTies)), "ms")
        }
        if let folder {
            try JSONEncoder().encode(medians).write(to: URL(fileURLWithPath: folder + "/times.json"))
        }
        try theory(prices)
        for flat in [false, true] {
            let seconds = try year(prices, flat: flat)
            print("365 nights\(flat ? ", flat tariff" : ", real prices"): \(String(format: "%.2f", seconds)) s")
        }
    }

    /// What the theory costs beside the solve, a night with the default cell: as shares of the solve's own time.
    static func theory(_ prices: [Double]) throws {
        var (pricing, solving, baselines, marginal, offers): ([Double], [Double], [Double], [Double], [Double]) =
            ([], [], [], [], [])
        for night in 0..<15 {
            let first = night * 23 * 24
            var scenario = scenario(
                prices: Array(prices[first..<(first + 40)]), steps: 96, segments: 1, calendar: true, flat: false)
            scenario.vehicles[0].battery.ageing = .cell(CellAgeing())
            let clock = ContinuousClock()
            var prices: [AgeingPrices] = []
            pricing.append(
                milliseconds(
                    try clock.measure {
                        prices = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
                    }))
            let planner = Planner(Scheduler(scenario: scenario, ageing: prices, solver: DirectSolver()))
            var found: SolvedSchedule?
            solving.append(
                milliseconds(
                    clock.measure { if case .schedule(let solved) = planner.schedule(.v2x) { found = solved } }))
            guard let found else { fatalError("every night has a schedule") }
            baselines.append(
                milliseconds(
                    try clock.measure {
                        guard case .schedule(let usual) = planner.baseline() else { return }
                        _ = try planner.degradation(of: found.schedule, against: usual.schedule)
                    }))
            marginal.append(milliseconds(try clock.measure { _ = try planner.scheduler.marginalCosts() }))
            offers.append(
                milliseconds(try clock.measure { _ = try planner.scheduler.offers(unitSteps: 4, floor: -0.5, cap: 4) }))
        }
        let solve = median(solving)
        print("a night with the default cell: solve", f(solve), "ms; beside it, in solves:")
        print("  pricing", f(median(pricing) / solve), " baseline and ex-post", f(median(baselines) / solve))
        print("  marginal, 96 steps", f(median(marginal) / solve), " offer, 24 hours", f(median(offers) / solve))
    }

    /// A year of one-night scenarios, built, solved and with ties broken, on one core.
    static func year(_ prices: [Double], flat: Bool) throws -> Double {
        let elapsed = try ContinuousClock().measure {
            for day in 0..<364 {
                let scenario = scenario(
                    prices: Array(prices[(day * 24)..<(day * 24 + 40)]), steps: 96, segments: 1, calendar: true,
                    flat: flat)
                let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
                guard
                    case .schedule = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver()).schedule()
                else { fatalError("every night has a schedule") }
            }
        }
        return milliseconds(elapsed) / 1000
    }

    static func f(_ value: Double) -> String { String(format: "%8.2f", value) }
    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
    }

    static func prices(_ path: String) throws -> [Double] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: ",").dropFirst().first.flatMap { Double($0) }
        }
    }

    static func scenario(prices: [Double], steps: Int, segments: Int, calendar: Bool, flat: Bool) -> Scenario {
        let grid = TimeGrid(
            start: Instant(epochSeconds: 1_705_316_400), stepSeconds: 900, count: steps, timeZone: "Europe/Amsterdam")
        let hour = { (step: Int) in prices[step / 4] / 1000 }
        let cycle = (1...segments).map {
            CycleCostSegment(
                depth: Double($0) / Double(segments),
                costPerKWh: segments == 1 ? 0.012 : 0.004 + 0.025 * Double($0 - 1) / Double(segments))
        }
        let points = [(0.0, 0.004), (0.2, 0.0045), (0.4, 0.0054), (0.6, 0.007), (0.8, 0.0105), (1, 0.018)]
        let battery = Battery(
            capacityKWh: 60, socMin: 0.1, socStart: 0.6, temperatureC: Array(repeating: 20, count: steps),
            ageing: .functions(
                calendar: calendar ? points.map { CalendarCostPoint(soc: $0.0, costPerHour: $0.1) } : [], cycle: cycle))
        var windows: [PlugWindow] = []
        for day in 0..<(steps / 96) {
            let base = grid.start.adding(seconds: day * 86400)
            windows.append(
                PlugWindow(
                    from: base.adding(seconds: 20400), to: base.adding(seconds: 69900), departureSoC: 0.8, tripKWh: 9))
        }
        let vehicle = Vehicle(
            id: "ev1", battery: battery,
            charger: Charger(
                chargeKW: 11, dischargeKW: 10, chargeEfficiency: .constant(0.95), dischargeEfficiency: .constant(0.95)),
            windows: windows)
        return Scenario(
            name: "night", currency: "EUR", grid: grid,
            importPricePerKWh: (0..<steps).map { flat ? 0.25 : hour($0) * 1.21 + 0.05 },
            exportPricePerKWh: (0..<steps).map { flat ? 0.20 : hour($0) },
            site: Site(unlimitedFor: steps), vehicles: [vehicle])
    }
}
