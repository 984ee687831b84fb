import Sensitivity
import Accounting
import Ageing
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Reports

/// People ask their tools "why this slot": on a plan whose reasons fit on a napkin, the sentences are held to them.
@Suite struct ExplanationTextTests {
    /// Three hours at 0.20, 0.10, 0.40 (0.08 less when sold) for a battery of 20 kWh, half full, to be half full again, at
    /// 0.05 a kWh of wear. Bought in the second hour, sold in the third: 0.32 - 0.10 - 0.05.
    private func text(
        dischargeKW: Double = 10, minChargeKW: Double = 0, socEnd: Double = 0.5, importLimitKW: Double = .infinity,
        prices: [Double] = [0.2, 0.1, 0.4]
    ) throws -> ExplanationText {
        let grid = TimeGrid(start: Instant(epochSeconds: 0), stepSeconds: 3600, count: 3, timeZone: "UTC")
        let battery = Battery(
            capacityKWh: 20, socStart: 0.5, socEnd: socEnd, temperatureC: [20, 20, 20],
            ageing: .functions(calendar: [], cycle: [.init(depth: 1, costPerKWh: 0.05)]))
        let vehicle = Vehicle(
            id: "ev1", battery: battery,
            charger: Charger(chargeKW: 10, dischargeKW: dischargeKW, minChargeKW: minChargeKW),
            windows: [PlugWindow(from: grid.start, to: grid.end)])
        var site = Site(unlimitedFor: 3)
        site.importLimitKW = [importLimitKW, importLimitKW, importLimitKW]
        let scenario = Scenario(
            name: "napkin", currency: "EUR", grid: grid, importPricePerKWh: prices,
            exportPricePerKWh: prices.map { $0 - 0.08 }, site: site, vehicles: [vehicle])
        let scheduler = Scheduler(
            scenario: scenario, ageing: [try AgeingPrices(vehicle: vehicle, grid: grid)], solver: DirectSolver())
        return ExplanationText(try scheduler.explanation(), scenario: scenario)
    }

    private func sentence(_ text: ExplanationText, _ step: Int) throws -> String {
        text.sentences(try #require(text.explanation.steps.first { $0.index == step })).joined(separator: " ")
    }

    @Test func waiting() throws {
        #expect(
            try sentence(text(), 0)
                == "ev1 waits. A kWh taken here would cost 20.00 ct and save 10.00 ct (1.00 kWh less charged at 01:00): "
                + "it would charge below 10.00 ct. A kWh given here would earn 12.00 ct and cost 32.00 ct "
                + "(32.00 for electricity, 1.00 kWh less given at 02:00): it would discharge above 32.00 ct.")
    }

    @Test func charging() throws {
        #expect(
            try sentence(text(), 1)
                == "ev1 charges 10.00 kW, all that its charger can. A kWh taken here costs 10.00 ct; without it the rest of "
                + "the plan would cost 20.00 ct more (1.00 kWh more charged at 00:00). It would charge less from a price of "
                + "20.00 ct.")
    }

    @Test func discharging() throws {
        #expect(
            try sentence(text(), 2)
                == "ev1 discharges 10.00 kW, all that its charger can. A kWh given here earns 32.00 ct and costs 15.00 ct "
                + "(10.00 for electricity, 5.00 for cycling the cells, 1.00 kWh less charged at 01:00). It would give less "
                + "below a price of 15.00 ct.")
    }

    @Test("the connection's limit is named where it is what holds the car")
    func importLimit() throws {
        let words = try sentence(text(socEnd: 1, importLimitKW: 7), 1)
        #expect(words.hasPrefix("ev1 charges 7.00 kW, all that the connection's import limit leaves. A kWh taken"))
    }

    @Test("a charger that cannot discharge, or cannot charge gently, is the reason, not a price")
    func chargers() throws {
        #expect(try sentence(text(dischargeKW: 0), 0).hasSuffix("Its charger does not discharge."))
    }

    @Test("money that is paid for taking energy is not called a cost")
    func negativePrice() throws {
        let words = try sentence(text(prices: [0.2, -0.03, 0.4]), 1)
        #expect(words.contains("Each kWh taken here is paid 3.00 ct"))
    }

    @Test("the table of targets says what a kWh and a percent of each cost; no line is wider than the page")
    func table() throws {
        let overview = try text().overview
        #expect(
            overview.contains(
                "    ev1: end of 50.0 % at Thu 1 Jan 03:00: 10.00 ct per kWh (2.00 ct per 1 % of\n      SoC)\n"))
        #expect(overview.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(
            overview.contains(
                "  Thu 1 Jan 01:00-02:00  charges 10.00 kW (full power): costs 10.00 ct, worth\n"
                    + "                         20.00 ct (1.00 kWh more charged at 00:00)\n"))
    }

    @Test("a limit is not said to leave more kWh less short than there are")
    func smallShortfall() throws {
        // 9 of 10 kWh come in three hours: a whole kW would be 3 kWh.
        let overview = try text(socEnd: 1, importLimitKW: 3).overview
        #expect(overview.contains("0.1 kW more leaves 0.30 kWh less"), "\(overview)")
        // 6 of 10 kWh: 3 of the missing 4.
        #expect(try text(socEnd: 1, importLimitKW: 2).overview.contains(": one kW more leaves 3.00 kWh less"))
    }

    /// An owner would read of steps, and not of what the car does next.
    @Test func planActionsAreSentences() throws {
        let actions = try text().planActions
        #expect(actions.map(\.action) == [.wait, .charge, .discharge])
        #expect(actions.map(\.maxKW) == [0, 10, 10])
        #expect(
            actions.map(\.sentence) == [
                "waits from 00:00 to 01:00, because charging would pay below 10.00 ct, and the price is 20.00 ct; "
                    + "discharging would pay above 32.00 ct, and a kWh given earns 12.00 ct",
                "charges 10.00 kW from 01:00 to 02:00, because a kWh costs 10.00 ct then, and without it the rest of the "
                    + "plan would cost 20.00 ct more (limit: full power)",
                "discharges 10.00 kW from 02:00 to 03:00, because a kWh earns 32.00 ct then, and costs 15.00 ct with its "
                    + "wear and what replaces it (limit: full power)",
            ])
        #expect(try text(dischargeKW: 0).planActions.allSatisfy { !$0.sentence.contains("discharging") })
    }
}
