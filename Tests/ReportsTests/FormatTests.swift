import Verification
import Accounting
import Ageing
import Foundation
import GLPKSolver
import Scenarios
import Scheduling
import TestSupport
import Testing

@testable import Reports

/// What people and programs read.
@Suite struct FormatTests {
    private func report(
        steps: Int, colour: Bool = false, name: String = "n", currency: String = "EUR", socEnd: Double = 0.9,
        price: Double? = nil
    ) throws -> Report {
        let grid = TimeGrid(
            start: Instant(epochSeconds: 1_705_316_400), stepSeconds: 900, count: steps, timeZone: "Europe/Amsterdam")
        let battery = Battery(
            capacityKWh: 60, socStart: 0.5, socEnd: socEnd, temperatureC: Array(repeating: 20, count: steps),
            ageing: .none
        )
        let vehicle = Vehicle(
            id: "a, b", battery: battery, charger: Charger(chargeKW: 11, dischargeKW: 10),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        let prices: [Double] = (0..<steps).map { step in
            let wave = Double(step % 11) * 0.03
            return price ?? (step % 17 == 0 ? wave - 0.2 : wave + 0.2)
        }
        let scenario = Scenario(
            name: name, currency: currency, grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices,
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

    @Test("a list of numbers or times is one line of JSON, and names that look like JSON stay as they are")
    func jsonLines() throws {
        let name = "a\\ \"[1,\n 2] {b} \\"
        let report = try report(steps: 96, name: name)
        let text = try JSONFormat.text(of: report)
        #expect(try JSONDecoder().decode(ResultFile.self, from: Data(text.utf8)).scenario == name)
        let lines = text.split(separator: "\n")
        #expect(lines.count < 50)
        #expect(
            lines.contains {
                $0.hasPrefix("  \"steps\" : [\"2024-01-15T12:00:00+01:00\", \"2024-01-15T12:15:00+01:00\", ")
            })
        #expect(lines.contains { $0.hasPrefix("    \"import_kw\" : [") && $0.contains(", ") })
    }

    @Test("a target that gives way stands in the first lines, and is explained")
    func shortfallWords() throws {
        // 11 kW for two hours lift half of 60 kWh to 52 kWh, 2 short of 90 %.
        let text = try TextFormat.text(of: report(steps: 8))
        #expect(text.contains("8 steps of 15 min. V2X: optimal, proven; targets fall 2.00 kWh short\n"))
        #expect(
            text.contains(
                "  ! a, b ends the horizon 2.00 kWh short of its 90.0 %. It reaches 86.7 %, the\n    most that is possible.\n"
            ))
    }

    @Test("vehicles whose reachable charge is unknown are reported in one line")
    func openReach() throws {
        var open = try report(steps: 8)
        open.shortfalls[0].reachableSoC = nil
        let text = TextFormat.text(of: open)
        #expect(text.contains(" It reaches 86.7 %.\n"))
        #expect(text.contains("\n  ! How far this vehicle could have come with no other target is not known"))
        #expect(try HTMLFormat.text(of: open).contains(">How far this vehicle could have come with no other target"))
    }

    @Test("one price for every hour is a wall that starts at 0, in the words of the currency")
    func flatPrice() throws {
        let lines = try TextFormat.text(of: report(steps: 24, currency: "GBP", price: 0.25)).split(separator: "\n")
        let wall = String(repeating: "█", count: 48)
        for label in ["      25", "   price", "   p/kWh", "       0"] { #expect(lines.contains("\(label)│\(wall)")) }
        let plain = try TextFormat.text(of: report(steps: 24, currency: "CHF", price: 0.25))
        #expect(plain.contains("\n    0.25│█") && plain.contains("\n CHF/kWh│█"))
    }

    @Test("prices below zero all day hang from a line at 0, not from the highest")
    func negativePrices() throws {
        let text = try TextFormat.text(of: report(steps: 24, price: -0.25))
        #expect(text.contains("\n       0│\n   price│\n  ct/kWh│\n     -25│\n"))
    }

    @Test("CSV has one row per step and a quoted header where an id needs it")
    func csv() throws {
        let lines = try CSVFormat.text(of: report(steps: 8)).split(separator: "\r\n")
        #expect(lines.count == 9)
        #expect(lines[0].contains(",\"a, b_charge_kw\","))
        #expect(lines[1].hasPrefix("2024-01-15T12:00:00+01:00,"))
    }

    @Test("numbers have fixed decimals and no minus zero")
    func numbers() {
        #expect(fixed(-0.00001, 2) == "0.00" && fixed(-1.005, 1) == "-1.0" && fixed(12.3456, 3) == "12.346")
        #expect(fixed(71.25, 1) == "71.3" && fixed(71.25 - 1e-10, 1) == "71.3" && fixed(71.2499, 1) == "71.2")
    }

    @Test("every format in the folder is in the registry, and the other way round")
    func registry() throws {
        let folder = Repository.folder("Sources/Reports/Formats")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix("Format.swift")
        }
        #expect(files.count == FormatRegistry.all.count)
    }
}
