import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// Files as people have them, each from a public report (`Files/`). What a user would lose: prices of another hour, in
/// another unit or another currency, without a word.
@Suite("Files of the field")
struct PeoplesFilesTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Files")

    private func load(_ name: String, _ change: (String) -> String = { $0 }) throws -> ScenarioLoader.Loaded {
        let folder = Self.folder.appendingPathComponent(name)
        let text = try String(contentsOf: folder.appendingPathComponent("scenario.yaml"), encoding: .utf8)
        return try ScenarioLoader().load(text: change(text), named: "scenario.yaml", directory: folder.path)
    }

    private func words(_ name: String, _ change: (String) -> String = { $0 }) -> [String] {
        do { return try load(name, change).warnings.map(\.words) } catch let error as InputError {
            return error.words
        } catch {
            return ["\(error)"]
        }
    }

    @Test(
        "the first import prices, money per kWh",
        arguments: [
            ("01-utc-csv-read-as-local", [0.1301, 0.121, 0.1042, 0.0953, 0.06959, 0.05742]),
            ("02-cents-sensor-read-as-euro", [0.081, 0.072, 0.064, 0.059, 0.055]),
            ("04-column-ignored-export-at-retail-price", [0.293, 0.293, 0.293, 0.293]),
            ("11-hours-then-quarters-in-one-file", [0.07, 0.07, 0.07, 0.07, 0.071]),
            ("17-spot-plus-time-of-day-grid-fee", [0.16, 0.173125, 0.318375, 0.332625]),
            ("18-entsoe-hours-and-quarters-of-one-day", [0.0841, 0.0792]),
            ("19-openadr-duration-with-zero-parts", [0.17, 0.19, 0.21]),
            ("21-null-is-no-gap-in-home-assistant", [0.1, 0.11, 0.12, 0.13]),
            ("23-unknown-json-read-as-csv", [0.0841, 0.0792]), ("24-zip-html-utf16-two-documents", [0.0841, 0.0792]),
            ("30-entsoe-gui-csv", [0.0841, 0.0792]), ("31-smard-csv", [0.0841, 0.0792]),
            ("33-energidataservice-json", [0.0841, 0.0792]), ("34-elering-json", [0.0841, 0.0792]),
            ("37-amber", [0.08, 0.09, 0.10]), ("38-ha-epex-spot", [0.0841, 0.0792]),
            ("41-ha-octopus-event", [0.18, 0.19, 0.20]), ("42-porssisahko-and-other-national", [0.0841, 0.0792]),
            ("44-aemo-csv", [0.0805, 0.0815]), ("46-excel-german-csv", [0.0841, 0.0792]),
            ("47-evcc-api-state", [0.0841, 0.0792]), ("48-home-assistant-yaml-dump", [0.0841, 0.0792]),
            ("50-hvakosterstrommen-elprisetjustnu", [0.841, 0.792]),
        ])
    func prices(name: String, expected: [Double]) throws {
        let prices = try load(name).scenario.importPricePerKWh
        for (price, right) in zip(prices, expected) {
            #expect(abs(price - right) < 1e-9, "\(name): \(prices.prefix(6))")
        }
    }

    @Test("what is paid for energy fed in is the column that is named")
    func exportColumn() throws {
        let loaded = try load("04-column-ignored-export-at-retail-price")
        #expect(loaded.scenario.exportPricePerKWh.allSatisfy { $0 == 0.1201 } && loaded.warnings.isEmpty)
        #expect(
            words("04-column-ignored-export-at-retail-price") { $0.replacing(", column: energy", with: "") }.contains {
                $0.contains("taxes and fees are part of these prices (total)")
            })
        #expect(
            words("04-column-ignored-export-at-retail-price") { $0.replacing("column: energy", with: "column: enrgy") }
                == [
                    "has no column \"enrgy\"; did you mean energy? (energy, tax, total)"
                ])
    }

    @Test("hours, then quarters: Tibber's rows too last to the next one")
    func hoursThenQuarters() throws {
        let loaded = try load("11-hours-then-quarters-in-one-file") {
            $0.replacing("{ file: prices.csv, unit: EUR/MWh }", with: "{ file: tibber.json }")
        }
        #expect(loaded.scenario.importPricePerKWh[0...4].map { ($0 * 100).rounded() } == [40, 40, 40, 40, 41])
        #expect(loaded.warnings.isEmpty)
    }

    @Test("two ways of paying: named, and chosen")
    func payment() throws {
        #expect(words("13-octopus-two-payment-methods").first?.contains("choose with payment: direct_debit") == true)
        let chosen = try load("13-octopus-two-payment-methods") {
            $0.replacing("file: rates.json", with: "file: rates.json, payment: direct_debit")
        }
        #expect(chosen.scenario.importPricePerKWh.allSatisfy { abs($0 - 0.26381355) < 1e-12 })
    }

    @Test("values that are hardly what they are taken for: a warning with the likely reason")
    func doubts() {
        #expect(
            words("05-unpublished-day-comes-as-zeros") == [
                "warning: tariff.import: every price from 2023-12-29 00:00 on is exactly 0 (24 in a row): not published yet?"
            ])
        #expect(
            words("15-24-values-on-a-day-of-23-hours").first?.contains("1 h more than the horizon of 23 h has") == true)
        #expect(
            words("27-intraday-only-taken-for-day-ahead") == [
                "warning: holds no day-ahead prices: A07 only (A07: intraday auctions)"
            ])
        #expect(
            words("07-sensor-in-sek-taken-for-euro") == [
                "tariff.import: is in SEK, but the scenario's currency is EUR: convert it with scale"
            ])
    }

    @Test("fill: previous stops after three hours, and reports what it filled")
    func fill() throws {
        #expect(
            words("26-fill-previous-fills-a-night-unsaid").first?.contains("filled 3 h from 2025-11-11 00:00") == true)
        let asked = try load("26-fill-previous-fills-a-night-unsaid") {
            $0.replacing("fill: previous", with: "fill: { previous: 8h }")
        }
        #expect(
            asked.warnings.map(\.words) == [
                "warning: tariff.import.file: filled 7 h from 2025-11-11 00:00 on with 0.43, the last value there is"
            ])
        #expect(asked.scenario.importPricePerKWh.last == 0.43)
    }

    @Test(
        "a file that is something else is called what it is",
        arguments: [
            (
                "23-unknown-json-read-as-csv", "energy-charts.json", "error-answer.json",
                "is an error answer: \"No valid access token\""
            ),
            (
                "23-unknown-json-read-as-csv", "energy-charts.json", "truncated.json",
                "is not JSON: the text ends within quotes"
            ),
            (
                "24-zip-html-utf16-two-documents", "utf16.csv, unit: EUR/MWh", "a44.zip",
                "is a zip archive: unpack it, and name the file that is in it"
            ),
            (
                "24-zip-html-utf16-two-documents", "utf16.csv, unit: EUR/MWh", "maintenance.xml",
                "is a web page (HTML), not data: \"503 Service Temporarily Unavailable\""
            ),
        ])
    func otherContent(name: String, old: String, new: String, says: String) {
        #expect(words(name) { $0.replacing(old, with: new) } == [says])
    }

    @Test("a line sep=, and two documents in one file")
    func oddFiles() throws {
        let sep = try load("24-zip-html-utf16-two-documents") { $0.replacing("utf16.csv", with: "excel-sep.csv") }
        #expect(sep.scenario.importPricePerKWh == [0.0841, 0.0792])
        let folder = Self.folder.appendingPathComponent("24-zip-html-utf16-two-documents").path
        #expect(try FeedFile(path: folder + "/two-documents.xml", options: .init()).intervals.count == 48)
    }

    @Test(
        "sessions: from, to, kWh delivered, kW of the charger, vehicle",
        arguments: [
            (
                "25-session-across-the-repeated-hour/sessions.csv", "2025-10-26T00:50:00Z", "2025-10-26T01:10:00Z", 3.0,
                nil, "ev1"
            ),
            ("60-sessions-elaadnl/transactions.csv", "2019-01-01T00:09:00Z", "2019-01-01T07:35:00Z", 11.4, 3.7, nil),
            (
                "61-sessions-palo-alto-boulder/chargepoint.csv", "2019-07-30T03:17:00Z", "2019-07-30T06:20:00Z",
                6.249457, nil, nil
            ),
            (
                "63-sessions-evcc-export/sessions.csv", "2023-01-05T16:12:03Z", "2023-01-06T05:58:40Z", 12.7, nil,
                "e-Auto"
            ),
            ("65-acn-session-going-on/acn.json", "2018-04-25T14:08:04Z", "2018-04-25T22:20:10Z", 7.932, nil, nil),
        ] as [(String, String, String, Double, Double?, String?)])
    func sessions(file: String, from: String, to: String, energy: Double, power: Double?, vehicle: String?) throws {
        let clock = try #require(WallClock(timeZone: "Europe/Amsterdam"))
        let source = try SourceFile(path: Self.folder.appendingPathComponent(file).path)
        let sessions = try SessionFile(source, format: nil, clock: clock).sessions
        try #require(sessions.count == 1)
        #expect(sessions[0].from == moment(from) && sessions[0].to == moment(to))
        #expect(sessions[0].energyKWh == energy && sessions[0].powerKW == power && sessions[0].vehicle == vehicle)
    }
}
