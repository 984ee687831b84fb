import Ageing
import BlockAngular
import Foundation
import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// Times fleets behind one connection, in one process; writes the same programs as MPS for another solver.
@main
struct FleetBenchmarks {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 5, let vehicles = Int(arguments[2]), let segments = Int(arguments[3]) else {
            print("usage: v2x-bench-fleet PRICES.csv VEHICLES SEGMENTS real|flat|oneway|fine [MPS-FILE|direct] [log]")
            return
        }
        let kind = arguments[4]
        let fleet = Fleet(vehicles: vehicles, segments: segments, kind: kind, prices: try prices(arguments[1]), seed: 1)
        let scenario = fleet.scenario()
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: scenario.grid) }
        if arguments.contains("parts") {
            try inParts(scenario, ageing, gap: vehicles > 20_000 ? 1e-4 : 1e-6, segments: segments, kind: kind)
            return
        }
        var model: SchedulingModel?
        let clock = ContinuousClock()
        let build = clock.measure { model = SchedulingModel(scenario: scenario, ageing: ageing, streams: []) }
        guard var program = model?.program else { return }
        model = nil
        let extra = arguments.count > 5 ? arguments[5] : ""
        let isLogging = arguments.contains("log")
        let report: @Sendable (DecompositionProgress) -> Void = { progress in
            guard isLogging else { return }
            print(progress.round, progress.bound, progress.best ?? .nan, progress.gap, progress.seconds)
        }
        var solver: any LinearProgramSolver = DecompositionSolver(report: report)
        if extra == "direct" { solver = DirectSolver() }
        if extra.hasSuffix(".mps") {
            // Disjunctions are no part of the file: the linear program is what both solve.
            try MPSWriter.text(of: program, name: "fleet").write(toFile: extra, atomically: true, encoding: .utf8)
        }
        program.tieBreakers = []
        var outcome = Outcome.limit
        let time = clock.measure {
            outcome = solver.solve(
                program, options: SolveOptions(relativeGap: 1e-6, timeLimitSeconds: 600, breaksTies: false))
        }
        guard case .solved(let solution) = outcome else {
            print("no solution: \(outcome)")
            return
        }
        print(
            "{\"vehicles\": \(vehicles), \"segments\": \(segments), \"kind\": \"\(kind)\", \"build\": \(seconds(build)),",
            "\"seconds\": \(seconds(time)), \"objective\": \(solution.objective), \"bound\": \(solution.bound),",
            "\"rounds\": \(solution.iterations), \"proven\": \(solution.isProven), \"megabytes\": \(megabytes())}")
    }

    /// As `v2x schedule` does it for a large fleet: in parts, building and reading off included.
    static func inParts(
        _ scenario: Scenario, _ ageing: [AgeingPrices], gap: Double, segments: Int, kind: String
    ) throws {
        var scenario = scenario
        scenario.solver.mipGap = gap
        scenario.solver.timeLimitSeconds = 600
        let isLogging = CommandLine.arguments.contains("log")
        let solver = DecompositionSolver { progress in
            if isLogging {
                print(progress.round, progress.bound, progress.best ?? .nan, progress.gap, progress.seconds)
            }
        }
        var outcome: ScheduleOutcome?
        let time = ContinuousClock().measure {
            outcome = Scheduler(scenario: scenario, ageing: ageing, solver: solver).schedule()
        }
        guard case .schedule(let schedule) = outcome else {
            print("no schedule")
            return
        }
        print(
            "{\"vehicles\": \(scenario.vehicles.count), \"segments\": \(segments), \"kind\": \"\(kind)\", \"build\": 0,",
            "\"seconds\": \(seconds(time)), \"objective\": \(schedule.objective), \"bound\": \(schedule.bound),",
            "\"rounds\": \(schedule.statistics.iterations), \"proven\": \(schedule.status == .optimal), \"megabytes\": \(megabytes())}"
        )
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    /// Most memory that the process held, MB (Linux).
    static func megabytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
    }

    static func prices(_ path: String) throws -> [Double] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: ",").dropFirst().first.flatMap { Double($0) }
        }
    }
}
