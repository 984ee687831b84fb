import Ageing
import Foundation
import Scenarios

/// What a cell model says, in numbers: rates as a scenario's own cell takes them, and prices for one battery.
package struct CellSheet: Encodable {
    /// `name`, `calendar` and `cycle` in the form of a scenario's own cell: to be pasted, and changed.
    package struct Tables: Encodable {
        package struct Calendar: Encodable {
            var soc: [Double]
            var temperatureC: [Double]
            var rate: [[Double]]
            var exponent: Double
            enum CodingKeys: String, CodingKey {
                case soc, rate, exponent
                case temperatureC = "temperature_c"
            }
        }
        package struct Cycle: Encodable {
            var depth: [Double]
            var rate: [Double]
            var exponent: Double
        }
        var name: String
        var calendar: Calendar
        var cycle: Cycle
    }

    package struct Segment: Encodable {
        var depth: Double
        var pricePerKWh: Double
        enum CodingKeys: String, CodingKey {
            case depth
            case pricePerKWh = "price_per_kwh"
        }
    }

    var title: String
    var source: String
    var measuredFromC: Double
    var measuredToC: Double
    var cell: Tables
    var capacityKWh: Double
    var chargeKW: Double
    var temperatureC: Double
    /// Money per hour at each of `cell.calendar.soc`.
    var pricePerHour: [Double]
    /// What one full cycle of each of `cell.cycle.depth` costs, money.
    var pricePerCycle: [Double]
    var segments: [Segment]
    let pricing: CellPricing

    enum CodingKeys: String, CodingKey {
        case title, source, cell, segments
        case measuredFromC = "measured_from_c"
        case measuredToC = "measured_to_c"
        case capacityKWh = "capacity_kwh"
        case chargeKW = "charge_kw"
        case temperatureC = "temperature_c"
        case pricePerHour = "price_per_hour"
        case pricePerCycle = "price_per_cycle"
    }

    /// The sheet of a cell in a battery of `capacityKWh` behind a charger of `chargeKW`.
    ///
    /// - Throws: `AgeingError` where the cell is not known.
    package init(
        _ ageing: CellAgeing, capacityKWh: Double, chargeKW: Double, temperatureC: Double
    ) throws(AgeingError) {
        let pricing = try CellPricing(ageing, capacityKWh: capacityKWh, chargeKW: chargeKW)
        let cell = pricing.cell
        let shares = (0...20).map { Double($0) / 20 }
        let temperatures = stride(from: 0.0, through: 45, by: 5).map { $0 }
        self.pricing = pricing
        title = cell.title
        source = cell.source
        measuredFromC = cell.validity.temperatureC.lowerBound
        measuredToC = cell.validity.temperatureC.upperBound
        self.capacityKWh = capacityKWh
        self.chargeKW = chargeKW
        self.temperatureC = temperatureC
        self.cell = Tables(
            name: cell.name,
            calendar: Tables.Calendar(
                soc: shares, temperatureC: temperatures,
                rate: temperatures.map { celsius in
                    shares.map { cell.calendarRate(soc: $0, temperatureK: celsius + 273.15) }
                }, exponent: cell.calendarExponent),
            cycle: Tables.Cycle(
                depth: shares,
                rate: shares.map {
                    cell.cycleRate(
                        CycleStress(depth: $0, cRate: pricing.cRate, temperatureK: temperatureC + 273.15))
                }, exponent: cell.cycleExponent))
        pricePerHour = shares.map { pricing.calendarCostPerHour(soc: $0, temperatureC: temperatureC) }
        pricePerCycle = shares.map {
            pricing.pricePerCapacity
                * pricing.cycleLoss(depth: $0, cRate: pricing.cRate, temperatureC: temperatureC)
        }
        segments = pricing.depthSegments(temperatureC: temperatureC).map {
            Segment(depth: $0.depth, pricePerKWh: $0.costPerKWh)
        }
    }

    /// Relative capacity lost by resting for the service life.
    func lossAtRest(soc: Double, temperatureC: Double) -> Double {
        pricing.calendarLossPerHour(soc: soc, temperatureC: temperatureC) * 24 * 365
            * pricing.ageing.serviceLifeYears
    }
}

/// `v2x cells` for people, within 80 columns.
package enum CellTable {
    /// The cells that are built in, a line each.
    package static func list(_ cells: [any CellModel]) -> String {
        var out = padded("cell", 15) + padded("what it is", 35) + padded("measured", 14) + "days^p  cycles^p\n"
        for cell in cells {
            let range = cell.validity.temperatureC
            out += padded(cell.name, 15) + padded(cell.title, 35)
            out += padded("\(fixed(range.lowerBound, 0)) to \(fixed(range.upperBound, 0)) °C", 14)
            out += padded(fixed(cell.calendarExponent, 3), 6, right: true)
            out += padded(fixed(cell.cycleExponent, 3), 10, right: true) + "\n"
        }
        return out + "\n`v2x cells NAME` plots one; a scenario may hold a cell of its own as tables\n"
    }

    /// One cell: loss at rest over charge and temperature, and what its wear costs.
    package static func text(_ sheet: CellSheet) -> String {
        let years = fixed(sheet.pricing.ageing.serviceLifeYears, 0)
        var out = "\(sheet.cell.name): \(sheet.title)\n\(sheet.source); measured at "
        out += "\(fixed(sheet.measuredFromC, 0)) to \(fixed(sheet.measuredToC, 0)) °C\n\n"
        out += "capacity lost by \(years) years at rest, % (darker: more)\n\n"
        out += heatMap(sheet)
        out += "\n  °C  SoC" + (0...10).map { padded("\($0 * 10)", 6, right: true) }.joined() + "\n"
        for celsius in stride(from: 0.0, through: 45, by: 15) {
            out += padded(fixed(celsius, 0), 4, right: true) + "     "
            out +=
                (0...10).map {
                    padded(
                        fixed(100 * sheet.lossAtRest(soc: Double($0) / 10, temperatureC: celsius), 1), 6, right: true)
                }.joined() + "\n"
        }
        out += "\nwhat wear costs: \(fixed(sheet.capacityKWh, 0)) kWh at "
        out += "\(fixed(sheet.pricing.ageing.pricePerKWh, 0)) per kWh, \(fixed(sheet.temperatureC, 0)) °C, "
        out += "\(fixed(sheet.chargeKW, 1)) kW\n\n"
        out += "  SoC or depth, %  " + (1...10).map { padded("\($0 * 10)", 6, right: true) }.joined() + "\n"
        out += "  rest, ct/h       " + (1...10).map { cents(sheet.pricePerHour[2 * $0]) }.joined() + "\n"
        out += "  a cycle, ct      " + (1...10).map { cents(sheet.pricePerCycle[2 * $0]) }.joined() + "\n"
        out += "  a cycle, ct/kWh  "
        out += (1...10).map { cents(sheet.pricePerCycle[2 * $0] / (Double($0) / 10 * sheet.capacityKWh)) }.joined()
        return out + "\n"
    }

    private static func cents(_ money: Double) -> String {
        let value = money * 100
        return padded(fixed(value, value < 100 ? 2 : 1), 6, right: true)
    }

    /// Temperature down, charge across; shades by the square root, since losses span two orders of magnitude.
    private static func heatMap(_ sheet: CellSheet) -> String {
        let width = 60
        let shades: [Character] = [" ", "░", "▒", "▓", "█"]
        let temperatures = stride(from: 45.0, through: 0, by: -5).map { $0 }
        let rows = temperatures.map { celsius in
            (0..<width).map { sheet.lossAtRest(soc: Double($0) / Double(width - 1), temperatureC: celsius) }
        }
        let highest = max(rows.joined().max() ?? 0, 1e-12)
        var out = ""
        for (celsius, row) in zip(temperatures, rows) {
            var line = padded(fixed(celsius, 0), 6, right: true) + "│"
            for value in row {
                let share = (max(0, value) / highest).squareRoot()
                line.append(shades[min(shades.count - 1, Int(share * Double(shades.count)))])
            }
            while line.last == " " { line.removeLast() }
            out += line + "\n"
        }
        out += "    °C└" + String(repeating: "─", count: width) + "\n"
        out += "       0 %" + padded("SoC 50 %", 30, right: true) + padded("100 %", 27, right: true) + "\n"
        let legend = shades.indices.dropFirst().map { index in
            let share = Double(index) / Double(shades.count)
            return "\(shades[index]) from \(fixed(100 * highest * share * share, 1)) %"
        }
        return out + "       " + legend.joined(separator: "  ") + "\n"
    }
}

/// `v2x cells NAME --trace`: what a trace, repeated, does to a cell.
package struct TraceLoss: Encodable {
    package var cell: String
    package var convention: String
    package var years: Double
    package var calendarLoss: Double
    package var cycleLoss: Double
    package var loss: Double
    package var equivalentFullCycles: Double
    package var meanSoC: Double

    enum CodingKeys: String, CodingKey {
        case cell, convention, years, loss
        case calendarLoss = "calendar_loss"
        case cycleLoss = "cycle_loss"
        case equivalentFullCycles = "efc"
        case meanSoC = "mean_soc"
    }

    /// Repeats `trace` for `years`.
    package init(_ cell: any CellModel, trace: SoCTrace, years: Double, convention: LifeSimulation.Convention) {
        let life = LifeSimulation(cell, trace: trace, years: years, convention: convention)
        self.cell = cell.name
        self.convention = convention.rawValue
        self.years = years
        calendarLoss = life.calendarLoss
        cycleLoss = life.cycleLoss
        loss = life.loss
        equivalentFullCycles = life.equivalentFullCycles
        meanSoC = trace.soc.reduce(0, +) / Double(max(1, trace.soc.count))
    }

    /// One row per cell.
    package static func text(_ losses: [TraceLoss]) -> String {
        guard let first = losses.first else { return "" }
        var out = "capacity lost in \(fixed(first.years, 1)) years, % (\(first.convention)); mean SoC "
        out += "\(fixed(100 * first.meanSoC, 1)) %\n\n"
        out += padded("cell", 15)
        out += ["calendar", "cycle", "together", "full cycles"].map { padded($0, 13, right: true) }.joined() + "\n"
        for loss in losses {
            out += padded(loss.cell, 15)
            out += [loss.calendarLoss, loss.cycleLoss, loss.loss].map { padded(fixed(100 * $0, 3), 13, right: true) }
                .joined()
            out += padded(fixed(loss.equivalentFullCycles, 1), 13, right: true) + "\n"
        }
        return out
    }
}
