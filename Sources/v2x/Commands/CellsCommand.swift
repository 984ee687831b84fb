import Ageing
import ArgumentParser
import Reports
import Scenarios

struct CellsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cells",
        abstract: "The cells that are built in: loss over charge and temperature, prices, and the loss of any trace.",
        discussion: """
            Without a name: the list. With one: what resting and cycling cost it. With --trace FILE (a CSV with a time \
            and a state of charge, as `v2x schedule --format csv` writes it): what that trace, repeated for years, does \
            to the cell (or, without a name, to each).
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "A cell; none: all of them.", completion: .list(CellRegistry.all.map(\.name)))
    var name: String?
    @Option(help: "A CSV of states of charge (0...1), evenly spaced; - is standard input.", completion: .file())
    var trace: String?
    @Option(help: "The trace's column; by default the one that ends in soc.") var column: String?
    @Option(help: "For how many years the trace is repeated; by default it runs once.") var repeatYears: Double?
    @Flag(help: "Writes the trace's rainflow cycles (ASTM E1049-85) as CSV instead.") var cycles = false
    @Option(help: "How a life is simulated: rainflow, blast-lite, or blast-lite-constant.")
    var convention = LifeSimulation.Convention.rainflow
    @Option(help: "Temperature of the cell, °C, where the trace has no column temperature_c.") var temperature = 25.0
    @Option(help: "Of the battery whose wear is priced, kWh.") var capacityKwh = 60.0
    @Option(help: "Rated power of its charger, kW.") var chargeKw = 7.4
    @Option(name: .shortAndLong, help: "text or json.") var format: Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    func validate() throws {
        if let name, !CellRegistry.names.contains(name) {
            throw ValidationError(
                "unknown cell \"\(name)\" (\(CellRegistry.all.map(\.name).joined(separator: ", ")))")
        }
        if let repeatYears, !(repeatYears > 0 && repeatYears <= 1000) {
            throw ValidationError("--repeat-years must lie above 0 and not above 1000, got \(repeatYears)")
        }
        if !(capacityKwh > 0 && capacityKwh.isFinite) || !(chargeKw > 0 && chargeKw.isFinite) {
            throw ValidationError("--capacity-kwh and --charge-kw must be > 0")
        }
        if !(-40...80).contains(temperature) {
            throw ValidationError("--temperature must lie in -40...80 °C, got \(temperature)")
        }
        if trace == nil, repeatYears != nil || column != nil || cycles {
            throw ValidationError("--repeat-years, --column and --cycles go with --trace")
        }
    }

    func run() throws {
        let format = try OutputFormats.chosen(format, output: output, usual: .text)
        let destination = try Destination(output)
        let cells = CellRegistry.all.filter { name == nil || $0.name == name }
        if let trace, cycles {
            try destination.write(RainflowTable.csv(Rainflow.cycles(of: read(trace).soc)))
        } else if let trace {
            let losses = try losses(of: trace, cells)
            try destination.write(format == .text ? TraceLoss.text(losses) : JSONFormat.text(of: losses))
        } else if name == nil, format == .text {
            try destination.write(CellTable.list(cells))
        } else {
            let sheets = try cells.map {
                try CellSheet(
                    CellAgeing(cell: $0.name), capacityKWh: capacityKwh, chargeKW: chargeKw, temperatureC: temperature)
            }
            try destination.write(
                format == .text ? sheets.map(CellTable.text).joined() : JSONFormat.text(of: sheets))
        }
    }

    private func losses(of path: String, _ cells: [any CellModel]) throws -> [TraceLoss] {
        let trace = try read(path)
        return cells.map {
            let range = $0.validity.temperatureC
            if let low = trace.temperatureC.min(), let high = trace.temperatureC.max(),
                low < range.lowerBound || high > range.upperBound
            {
                Terminal.error(
                    "v2x: warning: \($0.name) was measured at \(range.lowerBound) to \(range.upperBound) °C, "
                        + "the trace has \(low) to \(high)")
            }
            return TraceLoss($0, trace: trace, years: repeatYears ?? trace.days / 365, convention: convention)
        }
    }

    private func read(_ path: String) throws -> SoCTrace {
        do {
            return try SoCTrace(path: path, column: column, temperatureC: temperature)
        } catch {
            throw Ending.of(error)
        }
    }
}

extension LifeSimulation.Convention: ExpressibleByArgument {}
