import Accounting
import Ageing
import Foundation
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Reports

/// What people and programs read.
@Suite struct FormatTests {
    private func report(steps: Int, colour: Bool = false) throws -> Report {
        let grid = TimeGrid(
            start: Instant(epochSeconds: 1_705_316_400), stepSeconds: 900, count: steps, timeZone: "Europe/Amsterdam")
        let battery = Battery(
            capacityKWh: 60, socStart: 0.5, socEnd: 0.9, temperatureC: Array(repeating: 20, count: steps), ageing: .none
        )
        let vehicle = Vehicle(
            id: "a, b", battery: battery, charger: Charger(chargeKW: 11, dischargeKW: 10),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        let prices: [Double] = (0..<steps).map { step in
            let wave = Double(step % 11) * 0.03
            return step % 17 == 0 ? wave - 0.2 : wave + 0.2
        }
        let scenario = Scenario(
            name: "n", currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices,
            site: Site(unlimitedFor: steps), vehicles: [vehicle])
        let ageing = try scenario.vehicles.map { try AgeingPrices(vehicle: $0, grid: grid) }
        guard
            case .schedule(let solved) = Scheduler(scenario: scenario, ageing: ageing, solver: DirectSolver())
                .schedule()
        else { throw AgeingError(message: "no schedule") }
        return Report(
            scenario: scenario, result: ResultFile(solved, scenario: scenario), solved: solved, usesColour: colour)
    }

    @Test("text fits 80 columns, whatever the horizon", arguments: [4, 30, 96, 100, 192, 672])
    func textFits(steps: Int) throws {
        let text = try TextFormat.text(of: report(steps: steps))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("no colour codes unless they are asked for: a log file is no terminal")
    func colours() throws {
        #expect(!(try TextFormat.text(of: report(steps: 96))).contains("\u{1B}"))
        #expect(try TextFormat.text(of: report(steps: 96, colour: true)).contains("\u{1B}"))
    }

    @Test("JSON comes back as the same result, keys as in the contract, the same bytes twice")
    func json() throws {
        let report = try report(steps: 8)
        let text = try JSONFormat.text(of: report)
        #expect(try JSONDecoder().decode(ResultFile.self, from: Data(text.utf8)) == report.result)
        #expect(try JSONFormat.text(of: report) == text)
        for key in [
            "objective", "bound", "gap", "shortfall_kwh", "costs", "step_hours", "import_kw", "energy_kwh", "soc",
        ] {
            #expect(text.contains("\"\(key)\" :"), "\(key)")
        }
    }

    @Test("CSV has a row a step and a quoted header where an id needs it")
    func csv() throws {
        let lines = try CSVFormat.text(of: report(steps: 8)).split(separator: "\r\n")
        #expect(lines.count == 9)
        #expect(lines[0].contains(",\"a, b_charge_kw\","))
        #expect(lines[1].hasPrefix("2024-01-15T12:00:00+01:00,"))
    }

    @Test("numbers have fixed decimals and no minus zero")
    func numbers() {
        #expect(fixed(-0.00001, 2) == "0.00" && fixed(-1.005, 1) == "-1.0" && fixed(12.3456, 3) == "12.346")
    }

    @Test("every format in the folder is in the registry, and the other way round")
    func registry() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Reports/Formats")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix("Format.swift")
        }
        #expect(files.count == FormatRegistry.all.count)
    }
}
