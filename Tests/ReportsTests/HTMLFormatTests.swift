import Sensitivity
import Verification
import Accounting
import Ageing
import Foundation
import GLPKSolver
import Scenarios
import Scheduling
import Testing

@testable import Reports

/// The page itself; what a browser makes of it is `scripts/check-report`'s to see.
@Suite struct HTMLFormatTests {
    private func page(
        name: String = "n", vehicles: Int = 1, steps: Int = 24, id: String = "ev"
    ) throws -> (html: String, report: Report) {
        let grid = TimeGrid(
            start: Instant(epochSeconds: 1_705_316_400), stepSeconds: 3600, count: steps, timeZone: "Europe/Amsterdam")
        let fleet = (0..<vehicles).map { number in
            Vehicle(
                id: "\(id)\(number)",
                battery: Battery(
                    capacityKWh: 60, socStart: 0.5, temperatureC: Array(repeating: 20, count: steps),
                    ageing: .functions(calendar: [], cycle: [.init(depth: 1, costPerKWh: 0.02)])),
                charger: Charger(chargeKW: 11, dischargeKW: 10), windows: [PlugWindow(from: grid.start, to: grid.end)])
        }
        let prices = (0..<steps).map { 0.2 + 0.1 * Double($0 % 7) }
        let scenario = Scenario(
            name: name, currency: "EUR", grid: grid, importPricePerKWh: prices, exportPricePerKWh: prices,
            site: Site(unlimitedFor: steps), vehicles: fleet)
        let planner = Planner(
            Scheduler(
                scenario: scenario, ageing: try fleet.map { try AgeingPrices(vehicle: $0, grid: grid) },
                solver: DirectSolver()))
        guard case .schedule(let solved) = planner.schedule(.v2x), case .schedule(let usual) = planner.baseline() else {
            throw AgeingError(message: "no schedule")
        }
        var report = Report(scenario: scenario, result: ResultFile(solved, scenario: scenario), solved: solved)
        report.baseline = ResultFile(usual, scenario: scenario)
        report.marginal = try planner.scheduler.marginalCosts()
        return (try HTMLFormat.text(of: report), report)
    }

    private func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

    @Test("a name that is markup is shown, not run: in the text, in attributes, and in the data")
    func hostileNames() throws {
        let attack = "</script><img src=x onerror=alert(1)>\"'&"
        let html = try page(name: attack, id: attack).html
        #expect(!html.contains("<img"))
        #expect(count("</script>", in: html) == 2)
        #expect(html.contains("<h1>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;</h1>"))
    }

    @Test("the page asks nobody for anything: it works on a plane, and tells nobody of one's plans")
    func offline() throws {
        let html = try page().html
        #expect(html.contains("default-src 'none'"))
        for reference in ["http:", "https:", "src=", "@import", "url("] { #expect(!html.contains(reference)) }
        #expect(count("href=", in: html) == 1 && html.contains("href=\"data:,\""))
    }

    @Test("each picture says in words what it shows, for those who cannot see it")
    func alternatives() throws {
        let html = try page().html
        #expect(count("<figure", in: html) == count("role=\"img\" aria-label=\"", in: html))
        #expect(html.contains("aria-label=\"ev0 begins at 50.0 %, is lowest at"))
    }

    @Test("the data in the page is the result, to the last digit")
    func data() throws {
        let (html, report) = try page()
        let island = try #require(html.firstMatch(of: /id="data">(.*)<\/script>/)?.1)
        struct Data: Decodable { var result: ResultFile }
        let read = try JSONDecoder().decode(Data.self, from: Foundation.Data(island.utf8))
        #expect(read.result == report.result)
    }

    @Test("the same schedule is the same page")
    func deterministic() throws { #expect(try page().html == page().html) }

    @Test("a fleet has pictures of its first vehicles and every vehicle in the table; a month has no table of steps")
    func large() throws {
        let fleet = try page(vehicles: 11, steps: 8).html
        #expect(count("id=\"power-", in: fleet) == HTMLFormat.maxPictured)
        #expect(fleet.contains("The other 3 vehicles are in the table below."))
        #expect(fleet.contains("ev10: charge, kW"))
        #expect(!(try page(steps: 720).html.contains("<table id=\"steps\"")))
    }

    @Test("an axis ends on round numbers around its values")
    func axes() {
        let axis = ValueAxis([0.3, 11], includesZero: true)
        #expect(axis.ticks == [0, 2, 4, 6, 8, 10, 12])
        let cents = ValueAxis([7.26, 23.4], includesZero: false)
        #expect(
            cents.low <= 7.26 && cents.high >= 23.4 && cents.ticks.map(cents.label) == ["5", "10", "15", "20", "25"])
        let flat = ValueAxis([25, 25], includesZero: false)
        #expect(flat.high > flat.low)
    }

    @Test("a day of 23 or 25 hours is marked in wall time")
    func clockChange() throws {
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        let start = try #require(clock.instant("2024-10-27T00:00"))
        let grid = TimeGrid(start: start, stepSeconds: 3600, count: 25, timeZone: "Europe/Amsterdam")
        let ticks = TimeAxis(grid, clock: clock).ticks
        #expect(ticks.map(\.label) == ["Sun 27", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"])
        // 03:00 is the fifth hour of the day on which two o'clock comes twice.
        #expect(abs(ticks[1].position - 4.0 / 25) < 1e-12)
    }
}
