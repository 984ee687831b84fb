import Foundation
import Scenarios
import TestSupport
import Testing

@testable import Ageing

/// The numbers of Ageing.docc/Cells.md sections 1 and 2: a wrong digit here is a wrong price of every hour.
@Suite struct CellTests {
    @Test("the anode's potential, V, at s = 0 ... 1")
    func anodePotential() {
        let printed = [0.684, 0.233, 0.181, 0.149, 0.130, 0.123, 0.119, 0.108, 0.094, 0.088, 0.086]
        for (index, value) in printed.enumerated() {
            #expect(abs(GraphiteAnode.potential(soc: Double(index) / 10) - value) <= 0.0005)
        }
    }

    /// ct/h for 60 kWh, 100 per kWh, end of life 0.8, 10 years, 25 degC, at s = 0.1 ... 1.
    static let printed: [(String, [Double])] = [
        ("nca", [2.64, 2.98, 3.35, 3.77, 4.24, 4.78, 5.38, 6.05, 6.82, 7.67]),
        ("nmc", [1.49, 2.43, 3.43, 4.30, 4.70, 4.98, 5.77, 7.13, 7.86, 8.09]),
        ("lfp", [3.21, 4.01, 4.43, 4.58, 4.60, 4.63, 4.78, 5.19, 6.00, 7.34]),
        ("lmo", [4.81, 5.07, 5.36, 5.66, 5.97, 6.31, 6.66, 7.03, 7.42, 7.84]),
        ("lfp-prismatic", [0.34, 0.64, 0.93, 1.17, 1.27, 1.34, 1.51, 1.79, 1.93, 1.97]),
        ("nmc-a", [0.09, 0.18, 0.31, 0.46, 0.54, 0.60, 0.80, 1.25, 1.57, 1.68]),
        ("nmc111-kokam", [0.01, 0.06, 0.26, 0.59, 0.79, 0.96, 1.52, 2.81, 3.67, 3.97]),
    ]

    static func pricing(_ name: String, calendar: CellAgeing.Calendar = .fit) throws -> CellPricing {
        try CellPricing(CellAgeing(cell: name, calendar: calendar), capacityKWh: 60, chargeKW: 7.4)
    }

    @Test("the price of an hour, to the printed digit", arguments: printed)
    func priceOfAnHour(name: String, cents: [Double]) throws {
        let pricing = try CellTests.pricing(name)
        for (index, printed) in cents.enumerated() {
            let value = 100 * pricing.calendarCostPerHour(soc: Double(index + 1) / 10, temperatureC: 25)
            #expect(abs(value - printed) <= 0.00501, "\(name) at \(index + 1)0 %: \(value)")
        }
    }

    @Test(
        "rates are never negative, at any charge, depth and temperature of a car",
        arguments: CellRegistry.all.map(\.name))
    func ratesAreNotNegative(name: String) throws {
        let cell = try #require(CellRegistry.named(name))
        for celsius in stride(from: -10.0, through: 50, by: 10) {
            for share in stride(from: 0.0, through: 1, by: 0.05) {
                #expect(cell.calendarRate(soc: share, temperatureK: celsius + 273.15) >= 0)
                #expect(cell.cycleRate(CycleStress(depth: share, cRate: 0.2, temperatureK: celsius + 273.15)) >= 0)
            }
        }
    }

    @Test(
        "the convex fit is convex, has ten pieces at most, and is near the model",
        arguments: CellRegistry.all.map(\.name))
    func convexFit(name: String) throws {
        let pricing = try CellTests.pricing(name)
        let points = pricing.calendarPoints(temperatureC: 25)
        #expect(points.count <= 11 && points.first?.soc == 0 && points.last?.soc == 1)
        let slopes = zip(points, points.dropFirst()).map { ($1.costPerHour - $0.costPerHour) / ($1.soc - $0.soc) }
        for (left, right) in zip(slopes, slopes.dropFirst()) { #expect(right >= left - 1e-9) }
        #expect(try rootMeanSquare(pricing, points) <= 0.07)
    }

    @Test(
        "the hull is convex and nowhere above the model: what it says is a bound",
        arguments: CellRegistry.all.map(\.name))
    func hull(name: String) throws {
        let pricing = try CellTests.pricing(name, calendar: .hull)
        let points = pricing.calendarPoints(temperatureC: 25)
        for sample in ConvexFit.samples {
            let model = pricing.calendarCostPerHour(soc: sample, temperatureC: 25)
            #expect(interpolated(points, sample) <= model * (1 + 1e-9))
        }
    }

    @Test(
        "depth segments rise in price, end at depth 1, and add up to the loss of one full cycle",
        arguments: CellRegistry.all.map(\.name))
    func depthSegments(name: String) throws {
        let pricing = try CellTests.pricing(name)
        let segments = pricing.depthSegments(temperatureC: 25)
        #expect(segments.count <= 8 && segments.last?.depth == 1)
        for (left, right) in zip(segments, segments.dropFirst()) { #expect(right.costPerKWh > left.costPerKWh) }
        var (sum, previous) = (0.0, 0.0)
        for segment in segments {
            sum += (segment.depth - previous) * 60 * segment.costPerKWh
            previous = segment.depth
        }
        let loss = pricing.cycleLoss(depth: 1, cRate: pricing.cRate, temperatureC: 25)
        #expect(abs(sum - pricing.pricePerCapacity * loss) <= 1e-9 * sum)
    }

    @Test("each distinct temperature has one function, and each step its own")
    func temperatures() throws {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 4, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 60, socStart: 0.5, temperatureC: [10, 20, 20, 10], ageing: .cell(CellAgeing()))
        let vehicle = Vehicle(id: "a", battery: battery, charger: Charger(chargeKW: 7), windows: [])
        let prices = try AgeingPrices(vehicle: vehicle, grid: grid)
        #expect(prices.calendarFunctions.count == 2 && prices.calendarFunctionOfStep == [0, 1, 1, 0])
    }

    @Test("outside the range in which it was measured a cell warns, once")
    func warns() throws {
        let pricing = try CellTests.pricing("nca")
        #expect(pricing.warnings(temperatureC: [20, 40, 45], dischargeKW: 0).count == 1)
        #expect(pricing.warnings(temperatureC: [20, 25], dischargeKW: 0) == [])
    }

    @Test("a user's own cell is read from its tables, by interpolation over charge and temperature")
    func customCell() {
        let cell = TableCell(
            name: "mine",
            tables: CustomCell(
                calendarSoC: [0, 1], calendarTemperatureC: [10, 30], calendarRate: [[1, 2], [3, 6]],
                calendarExponent: 0.5,
                cycleDepth: [0, 1], cycleRate: [0, 4], cycleExponent: 1))
        #expect(abs(cell.calendarRate(soc: 0.5, temperatureK: 293.15) - 3) < 1e-9)
        #expect(cell.calendarRate(soc: 1, temperatureK: 350) == 6)
        #expect(cell.cycleRate(CycleStress(depth: 0.25, cRate: 1, temperatureK: 293)) == 1)
    }

    @Test("folder and registry agree")
    func registry() throws {
        let folder = Repository.folder("Sources/Ageing/Cells")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix("Cell.swift")
        }
        #expect(files.count == CellRegistry.all.count)
        #expect(Set(CellRegistry.names).count == CellRegistry.all.count)
    }

    private func interpolated(_ points: [CalendarCostPoint], _ soc: Double) -> Double {
        let right = max(1, points.firstIndex { $0.soc >= soc } ?? points.count - 1)
        let (a, b) = (points[right - 1], points[right])
        return a.costPerHour + (b.costPerHour - a.costPerHour) * (soc - a.soc) / (b.soc - a.soc)
    }

    /// Of the distance to the model, relative to the model's range.
    private func rootMeanSquare(_ pricing: CellPricing, _ points: [CalendarCostPoint]) throws -> Double {
        let model = ConvexFit.samples.map { pricing.calendarCostPerHour(soc: $0, temperatureC: 25) }
        let squares = zip(ConvexFit.samples, model).reduce(0) { $0 + pow(interpolated(points, $1.0) - $1.1, 2) }
        return sqrt(squares / Double(model.count)) / ((model.max() ?? 1) - (model.min() ?? 0))
    }
}
