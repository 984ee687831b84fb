import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// Each feed on small files in its shape, with the traps that real ones have. Lost, a price is read for another hour, in
/// another unit, or out of another auction, and nobody notices.
@Suite("Price feeds")
struct FeedTests {
    /// The file as a series, or the findings.
    private func read(_ text: String, _ change: (inout FeedFile.Options) -> Void = { _ in }) throws -> (
        format: String, unit: String?, intervals: [SeriesTable.Interval], warnings: [String]
    ) {
        try TemporaryFolder.with(["f": text]) { folder in
            var options = FeedFile.Options()
            change(&options)
            let file = try FeedFile(path: folder.path + "/f", options: options)
            return (file.format, file.unit, file.intervals, file.warnings.map(\.message))
        }
    }

    private func problem(_ text: String, _ change: (inout FeedFile.Options) -> Void = { _ in }) -> String {
        do {
            _ = try read(text, change)
            return "none"
        } catch let error as InputError { return error.words.joined(separator: "; ") } catch { return "\(error)" }
    }

    private func at(_ time: String) -> Int { moment(time).epochSeconds }

    // MARK: Choices and totals of named sources

    private func frank(_ prices: String) -> String {
        "{\"data\":{\"marketPrices\":{\"electricityPrices\":["
            + (0..<2).map {
                "{\"from\":\"2025-11-10T0\($0):00:00.000Z\",\"till\":\"2025-11-10T0\($0 + 1):00:00.000Z\",\(prices),\"perUnit\":\"KWH\"}"
            }.joined(separator: ",") + "]}}}"
    }

    @Test("Frank: the all-in price of its later answers is the total, and a market price alone is none")
    func frankTotals() throws {
        let later = frank("\"marketPrice\":0.08,\"marketPricePlus\":0.115,\"allInPrice\":0.2378")
        #expect(try read(later).intervals.map(\.value) == [0.2378, 0.2378])
        #expect(try read(later).unit == "EUR/kWh")
        #expect(try read(later) { $0.column = "marketPrice" }.intervals.map(\.value) == [0.08, 0.08])
        let parts = frank("\"marketPrice\":0.08,\"marketPriceTax\":0.0168,\"energyTaxPrice\":0.12")
        #expect(abs(try read(parts).intervals[0].value - 0.2168) < 1e-12)
        let bare = try read(frank("\"marketPrice\":0.08"))
        #expect(bare.intervals.map(\.value) == [0.08, 0.08])
        #expect(!bare.warnings.contains { $0.contains("all taxes in") })
    }

    @Test("several zones of one table are never chosen among silently")
    func zonesOfTables() throws {
        let elering =
            "\"Ajatempel (UTC)\";\"Kuupäev (Eesti aeg)\";\"NPS Läti\";\"NPS Eesti\"\n1762725600;\"10.11.2025 00:00\";\"84,10\";\"86,10\"\n"
            + "1762729200;\"10.11.2025 01:00\";\"79,20\";\"81,20\"\n"
        #expect(problem(elering).contains("several value columns"))
        #expect(try read(elering) { $0.column = "NPS Eesti" }.intervals.map(\.value) == [86.1, 81.2])
        let nyiso =
            "\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\"\n"
            + ["00", "01"].flatMap { hour in
                [("CAPITL", 61757, 40), ("N.Y.C.", 61761, 50)].map {
                    "\"11/10/2025 \(hour):00\",\"\($0.0)\",\($0.1),\($0.2).25\n"
                }
            }.joined()
        #expect(problem(nyiso).contains("choose with zone: CAPITL"))
        for zone in ["N.Y.C.", "61761"] {
            #expect(try read(nyiso) { $0.zone = zone }.intervals.map(\.value) == [50.25, 50.25])
        }
        let caiso =
            "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,NODE,LMP_TYPE,MW\n"
            + [("MCL", 1.1), ("LMP", 41.2)].map {
                "2025-11-10T08:00:00-00:00,2025-11-10T09:00:00-00:00,TH_NP15_GEN-APND,\($0.0),\($0.1)\n"
            }.joined()
        #expect(problem(caiso).contains("choose with where: { LMP_TYPE: LMP }"))
    }

    @Test("forecast.solar: energies are those of the period before, and a day that was cut off gives nothing after it")
    func forecastSolar() throws {
        func text(_ last: String) -> String {
            "{\"result\":{\"watts\":{\"2025-06-10 05:30:00\":0,\"2025-06-10 06:00:00\":120,\"2025-06-10 07:00:00\":500\(last)},"
                + "\"watt_hours_period\":{\"2025-06-10 05:30:00\":0,\"2025-06-10 06:00:00\":30,\"2025-06-10 07:00:00\":310,"
                + "\"2025-06-10 07:30:00\":125}},\"message\":{\"info\":{\"timezone\":\"Europe/Amsterdam\"}}}"
        }
        func watts(_ found: [SeriesTable.Interval], _ time: String) -> Double? {
            found.first { $0.start <= at(time) && at(time) < $0.end }?.value
        }
        let energies = try read(text(",\"2025-06-10 07:30:00\":0")) { $0.column = "watt_hours_period" }.intervals
        #expect(watts(energies, "2025-06-10T05:45:00+02:00") == 60)
        #expect(watts(energies, "2025-06-10T06:45:00+02:00") == 310)
        #expect(watts(energies, "2025-06-10T07:15:00+02:00") == 250)
        let whole = try read(text(",\"2025-06-10 07:30:00\":0")).intervals
        #expect(watts(whole, "2025-06-10T07:15:00+02:00") == 500)
        #expect(watts(whole, "2025-06-10T20:00:00+02:00") == 0)
        let cut = try read(text("")).intervals
        #expect(watts(cut, "2025-06-10T20:00:00+02:00") == nil)
    }

    @Test("units and ends in names that are written together")
    func wordsInNames() throws {
        #expect(try read("time,price_eur_mwh\n2025-11-10T00:00Z,84\n2025-11-10T01:00Z,79\n").unit == "EUR/MWh")
        let solcast = try read(
            "PvEstimate,PeriodEnd,Period\n0.5,2025-06-10T04:30:00Z,PT30M\n1.5,2025-06-10T05:00:00Z,PT30M\n")
        #expect(solcast.intervals[0].start == at("2025-06-10T04:00:00Z"))
        let pounds = try read(
            "{\"data\":[{\"start_time\":\"2025-11-10T00:00:00+00:00\",\"end_time\":\"2025-11-10T01:00:00+00:00\",\"price_per_kwh\":0.1}],"
                + "\"unit_of_measurement\":\"£/kWh\"}")
        #expect(pounds.unit == "GBP/kWh")
    }

    // MARK: ENTSO-E

    private func period(_ start: String, _ end: String, _ resolution: String, _ points: [Int: Double]) -> String {
        "<Period><timeInterval><start>\(start)</start><end>\(end)</end></timeInterval><resolution>\(resolution)</resolution>"
            + points.sorted { $0.key < $1.key }.map {
                "<Point><position>\($0.key)</position><price.amount>\($0.value)</price.amount></Point>"
            }.joined() + "</Period>"
    }

    private func series(
        _ periods: String, curve: String = "A03", sequence: Int? = nil, contract: String = "A01",
        currency: String = "EUR"
    ) -> String {
        """
        <TimeSeries><mRID>1</mRID>
        \(sequence.map { "<classificationSequence_AttributeInstanceComponent.position>\($0)</classificationSequence_AttributeInstanceComponent.position>" } ?? "")
        <contract_MarketAgreement.type>\(contract)</contract_MarketAgreement.type>
        <currency_Unit.name>\(currency)</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
        <curveType>\(curve)</curveType>\(periods)</TimeSeries>
        """
    }

    private func document(_ series: String..., version: String = "7:3") -> String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <!-- an answer -->
        <Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:\(version)">
        \(series.joined(separator: "\n"))
        </Publication_MarketDocument>
        """
    }

    @Test(
        "ENTSO-E: positions that curve A03 leaves out repeat the price before, to the period's end",
        arguments: ["7:0", "7:3"])
    func entsoeA03(version: String) throws {
        let found = try read(
            document(
                series(period("2026-01-14T23:00Z", "2026-01-15T00:00Z", "PT15M", [1: 50, 3: -7.5])), version: version))
        #expect(found.format == "entsoe" && found.unit == "EUR/MWh")
        #expect(found.intervals.map(\.value) == [50, 50, -7.5, -7.5])
        #expect(found.intervals[0].start == at("2026-01-14T23:00:00Z"))
        #expect(found.intervals[3].end == at("2026-01-15T00:00:00Z"))
    }

    @Test("ENTSO-E: a day of 95 points has 96 quarters, one of 23 hours 92")
    func entsoeDays() throws {
        let day = Dictionary(uniqueKeysWithValues: (1...95).map { ($0, Double($0)) })
        let whole = try read(document(series(period("2026-01-14T23:00Z", "2026-01-15T23:00Z", "PT15M", day))))
        #expect(whole.intervals.count == 96 && whole.intervals[95].value == 95)
        let spring = try read(document(series(period("2026-03-28T23:00Z", "2026-03-29T22:00Z", "PT15M", [1: 3]))))
        #expect(spring.intervals.count == 92)
    }

    @Test("ENTSO-E: what lies between two periods is a gap, never filled from the one before")
    func entsoeGap() throws {
        let periods =
            period("2026-01-14T00:00Z", "2026-01-14T02:00Z", "PT60M", [1: 10])
            + period("2026-01-14T03:00Z", "2026-01-14T04:00Z", "PT60M", [1: 30])
        let found = try read(document(series(periods)))
        #expect(found.intervals.map(\.value) == [10, 10, 30])
        #expect(
            found.intervals[1].end == at("2026-01-14T02:00:00Z")
                && found.intervals[2].start == at("2026-01-14T03:00:00Z"))
    }

    @Test("ENTSO-E: a hole in curve A01, and A03 without position 1, are errors")
    func entsoeHoles() {
        let hole = period("2026-01-14T00:00Z", "2026-01-14T03:00Z", "PT60M", [1: 10, 3: 30])
        #expect(
            problem(document(series(hole, curve: "A01"))) == "position 2 of 3 is missing (curve A01 leaves none out)")
        let headless = period("2026-01-14T00:00Z", "2026-01-14T03:00Z", "PT60M", [2: 10])
        #expect(problem(document(series(headless))) == "position 1 is missing: nothing to repeat (curve A03)")
        let beyond = period("2026-01-14T00:00Z", "2026-01-14T01:00Z", "PT60M", [1: 1, 2: 2])
        #expect(problem(document(series(beyond))) == "position 2 lies outside its Period of 1")
    }

    @Test("ENTSO-E: of two auctions one is taken, of day-ahead and intraday the day-ahead")
    func entsoeAuctions() throws {
        func hour(_ price: Double) -> String { period("2026-01-14T00:00Z", "2026-01-14T01:00Z", "PT60M", [1: price]) }
        let both = document(
            series(hour(10), sequence: 1), series(hour(20), sequence: 2), series(hour(30), contract: "A07"))
        #expect(try read(both).intervals.map(\.value) == [10])
        #expect(try read(both) { $0.sequence = 2 }.intervals.map(\.value) == [20])
        #expect(problem(both) { $0.sequence = 3 } == "has no series of sequence 3 (it has 1, 2)")
    }

    @Test(
        "ENTSO-E: the same day twice is dropped where it is equal, and an error where it is not; hours and quarters mix"
    )
    func entsoeTwice() throws {
        func hour(_ price: Double) -> String {
            series(period("2026-01-14T00:00Z", "2026-01-14T01:00Z", "PT60M", [1: price]))
        }
        #expect(try read(document(hour(10), hour(10))).intervals.count == 1)
        #expect(problem(document(hour(10), hour(11))) == "has two values for 2026-01-14T00:00:00+00:00: 10 and 11")
        let mixed = document(
            hour(10), series(period("2026-01-14T01:00Z", "2026-01-14T02:00Z", "PT15M", [1: 1, 2: 2, 3: 3, 4: 4])))
        #expect(try read(mixed).intervals.map { $0.end - $0.start } == [3600, 900, 900, 900, 900])
    }

    @Test("ENTSO-E: an acknowledgement shows its reason, a day of zeros warns, other documents are named")
    func entsoeOthers() throws {
        let no =
            "<Acknowledgement_MarketDocument><Reason><code>999</code><text>No matching data &amp; no fun</text></Reason></Acknowledgement_MarketDocument>"
        #expect(problem(no) == "holds no prices; ENTSO-E says: No matching data & no fun")
        let zeros = try read(document(series(period("2026-01-14T00:00Z", "2026-01-14T02:00Z", "PT60M", [1: 0]))))
        #expect(zeros.warnings == ["every value is 0"])
        #expect(
            problem("<GL_MarketDocument></GL_MarketDocument>")
                == "is not an A44 document: its root is GL_MarketDocument")
        #expect(problem("<Publication_MarketDocument><a></Publication_MarketDocument>").hasPrefix("is not XML: "))
        let pounds = document(
            series(period("2026-01-14T00:00Z", "2026-01-14T01:00Z", "PT60M", [1: 1])),
            series(period("2026-01-14T01:00Z", "2026-01-14T02:00Z", "PT60M", [1: 1]), currency: "GBP"))
        #expect(problem(pounds) == "has prices in EUR/MWH and GBP/MWH, not in one currency per MWH")
    }

    // MARK: JSON

    @Test("Octopus: newest first, VAT as asked, no end holds on, more pages are reported")
    func octopus() throws {
        let text = """
            {"count": 4, "next": "https://api.octopus.energy/?page=2", "results": [
             {"value_exc_vat": 30.0, "value_inc_vat": 31.5, "valid_from": "2026-01-15T01:00:00Z", "valid_to": null},
             {"value_exc_vat": 20.0, "value_inc_vat": 21.0, "valid_from": "2026-01-15T00:30:00Z", "valid_to": "2026-01-15T01:00:00Z"},
             {"value_exc_vat": -10, "value_inc_vat": -10.5, "valid_from": "2026-01-15T00:00:00Z", "valid_to": "2026-01-15T00:30:00Z"}]}
            """
        let found = try read(text)
        #expect(found.format == "octopus" && found.unit == "p/kWh")
        #expect(found.intervals.map(\.value) == [-10.5, 21, 31.5])
        // An open end lasts until it is replaced.
        #expect(found.intervals[2].end > at("2099-01-01T00:00:00Z"))
        #expect(found.warnings == ["is one page of several; the next is https://api.octopus.energy/?page=2"])
        #expect(try read(text) { $0.includesVAT = false }.intervals.map(\.value) == [-10, 20, 30])
    }

    @Test("aWATTar: epoch milliseconds, EUR/MWh; another unit is refused")
    func awattar() throws {
        func text(_ unit: String) -> String {
            """
            {"object": "list", "data": [{"start_timestamp": 1768431600000, "end_timestamp": 1768435200000, "marketprice": 83.51, "unit": "\(unit)"},
             {"start_timestamp": 1768435200000, "end_timestamp": 1768438800000, "marketprice": -2, "unit": "\(unit)"}]}
            """
        }
        let found = try read(text("Eur/MWh"))
        #expect(found.format == "awattar" && found.unit == "EUR/MWh" && found.intervals.map(\.value) == [83.51, -2])
        #expect(found.intervals[0].start == at("2026-01-14T23:00:00Z"))
        #expect(problem(text("ct/kWh")) == "none")
    }

    @Test("Nord Pool: the area must be named where there are several")
    func nordpool() throws {
        let text = """
            {"currency": "EUR", "multiAreaEntries": [
              {"deliveryStart": "2026-01-14T23:00:00Z", "deliveryEnd": "2026-01-14T23:15:00Z", "entryPerArea": {"SE3": 41.2, "SE4": 50}},
              {"deliveryStart": "2026-01-14T23:15:00Z", "deliveryEnd": "2026-01-14T23:30:00Z", "entryPerArea": {"SE3": 42.2, "SE4": 51}}]}
            """
        #expect(problem(text) == "holds several zones (SE3, SE4): choose with zone: SE3")
        let found = try read(text) { $0.zone = "SE4" }
        #expect(found.format == "nordpool" && found.unit == "EUR/MWh" && found.intervals.map(\.value) == [50, 51])
        #expect(problem(text) { $0.zone = "SE5" }.hasPrefix("has no zone SE5; did you mean SE"))
    }

    @Test("Tibber: no end is the next start, tomorrow may be empty, times have offsets")
    func tibber() throws {
        let text = """
            {"data": {"viewer": {"homes": [{"currentSubscription": {"priceInfo": {
              "today": [{"total": 0.31, "energy": 0.2, "tax": 0.11, "startsAt": "2026-01-15T00:00:00.000+01:00", "currency": "SEK"},
                        {"total": 0.32, "energy": 0.2, "tax": 0.12, "startsAt": "2026-01-15T01:00:00.000+01:00", "currency": "SEK"}],
              "tomorrow": []}}}]}}}
            """
        let found = try read(text)
        #expect(found.format == "tibber" && found.unit == "SEK/kWh" && found.intervals.map(\.value) == [0.31, 0.32])
        #expect(
            found.intervals[0].start == at("2026-01-14T23:00:00Z")
                && found.intervals[1].end == at("2026-01-15T01:00:00Z"))
    }

    @Test(
        "evcc and Home Assistant: a list, rates, or raw_today",
        arguments: [
            "[{\"start\": \"2026-01-15T00:00:00+01:00\", \"end\": \"2026-01-15T01:00:00+01:00\", \"value\": 0.25}]",
            "{\"rates\": [{\"start\": \"2026-01-15T00:00:00+01:00\", \"end\": \"2026-01-15T01:00:00+01:00\", \"price\": 0.25}]}",
            "{\"attributes\": {\"raw_today\": [{\"start\": \"2026-01-14T23:00:00Z\", \"end\": \"2026-01-15T00:00:00Z\", \"value\": 0.25}], \"raw_tomorrow\": []}}",
        ])
    func evcc(text: String) throws {
        let found = try read(text)
        #expect(found.format == "evcc" && found.unit == nil)
        #expect(
            found.intervals == [.init(start: at("2026-01-14T23:00:00Z"), end: at("2026-01-15T00:00:00Z"), value: 0.25)])
    }

    @Test(
        "OpenADR: intervals without a period follow, the type is chosen, a number without a unit is refused, now is no time"
    )
    func openadr() throws {
        func text(start: String, descriptors: String) -> String {
            """
            {"objectType": "EVENT", "intervalPeriod": {"start": "\(start)", "duration": "PT1H"}, "payloadDescriptors": [\(descriptors)],
             "intervals": [{"id": 0, "payloads": [{"type": "PRICE", "values": [0.17]}, {"type": "GHG", "values": [300]}]},
                           {"id": 1, "payloads": [{"type": "PRICE", "values": [0.19]}, {"type": "GHG", "values": [280]}]}]}
            """
        }
        let price = "{\"payloadType\": \"PRICE\", \"units\": \"KWH\", \"currency\": \"USD\"}"
        let good = text(start: "2026-01-15T00:00:00Z", descriptors: price)
        let found = try read(good)
        #expect(found.format == "openadr" && found.unit == "USD/kWh" && found.intervals.map(\.value) == [0.17, 0.19])
        #expect(found.intervals[1].start == at("2026-01-15T01:00:00Z"))
        #expect(
            problem(good) { $0.column = "GHG" }
                == "has no payloadDescriptor with units for GHG: a number without a unit is refused")
        #expect(
            problem(text(start: "0001-01-01T00:00:00Z", descriptors: price))
                == "starts now (0001-01-01): the file does not tell when that was")
    }

    @Test("two prices for one hour, prices that overlap, and flags for numbers are errors in any feed")
    func contradictions() {
        func rates(_ second: String) -> String {
            "[{\"start\": \"2026-01-15T00:00:00Z\", \"end\": \"2026-01-15T01:00:00Z\", \"value\": 1}, \(second)]"
        }
        #expect(
            problem(rates("{\"start\": \"2026-01-15T00:00:00Z\", \"end\": \"2026-01-15T01:00:00Z\", \"value\": 2}"))
                == "has two values for 2026-01-15T00:00:00+00:00: 1 and 2")
        #expect(
            problem(rates("{\"start\": \"2026-01-15T00:30:00Z\", \"end\": \"2026-01-15T01:30:00Z\", \"value\": 2}"))
                == "has a value from 2026-01-15T00:00:00+00:00 to 2026-01-15T01:00:00+00:00, and another one from 2026-01-15T00:30:00+00:00"
        )
        #expect(
            problem(rates("{\"start\": \"2026-01-15T01:00:00Z\", \"end\": \"2026-01-15T02:00:00Z\", \"value\": true}"))
                == "has a value that is no number at 2026-01-15T01:00:00+00:00")
        #expect(problem("[{\"start\": ") == "is not JSON: the text ends where a value is missing")
        #expect(problem("[]") { $0.format = "evcc" } == "holds no values")
    }

    // MARK: in a scenario

    private static let xml = """
        <Publication_MarketDocument><TimeSeries><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
        <curveType>A03</curveType><Period><timeInterval><start>2024-01-14T23:00Z</start><end>2024-01-15T03:00Z</end></timeInterval>
        <resolution>PT60M</resolution><Point><position>1</position><price.amount>100</price.amount></Point>
        <Point><position>3</position><price.amount>-20</price.amount></Point></Period></TimeSeries></Publication_MarketDocument>
        """

    @Test(
        "a scenario needs no unit where the feed says it, knows the file by its content, and takes scale and offset after"
    )
    func inScenario() throws {
        var sample = Sample(tariff: "{ import: { file: p.xml } }", files: ["p.xml": Self.xml])
        #expect(try sample.prices() == [0.1, 0.1, -0.02, -0.02])
        sample.tariff =
            "{ import: { file: p.xml, format: entsoe, unit: EUR/MWh, scale: 2, offset: 0.05, sequence: 1 } }"
        #expect(try sample.prices().map { ($0 * 1000).rounded() } == [250, 250, 10, 10])
    }

    @Test("a unit that contradicts the file, another currency, and options of other feeds are findings")
    func findings() throws {
        var sample = Sample(tariff: "{ import: { file: p.xml, unit: EUR/kWh } }", files: ["p.xml": Self.xml])
        #expect(try sample.messages() == ["tariff.import.unit: is EUR/kWh, but the file itself has EUR/MWh"])
        sample.tariff = "{ import: { file: p.xml, area: SE3 } }"
        #expect(
            try sample.messages() == [
                "zone is of no use here: this file (entsoe) has nothing for it to choose or to change"
            ])
        sample.tariff = "{ import: { file: p.xml, sequence: 2 } }"
        #expect(try sample.messages() == ["has no series of sequence 2 (it has 1)"])
        sample.head = "currency: GBP\n"
        sample.tariff = "{ import: { file: p.xml } }"
        #expect(try sample.messages().first?.contains("is in EUR, but the scenario's currency is GBP") == true)
    }

    @Test("a second line of the header with units, and two columns of times of which one is an epoch")
    func headers() throws {
        let units = try read(
            "Datum (MEZ),Day Ahead Auktion (DE-LU)\n,Preis (EUR/MWh)\n2025-11-10T00:00+01:00,84.1\n2025-11-10T01:00+01:00,79.2\n"
        )
        #expect(units.unit == "EUR/MWh" && units.intervals.map(\.value) == [84.1, 79.2])
        let elering = try read(
            "\"Ajatempel (UTC)\";\"Kuupäev (Eesti aeg)\";\"NPS Eesti\"\n\"1762725600\";\"10.11.2025 00:00\";\"84,10\"\n"
                + "\"1762729200\";\"10.11.2025 01:00\";\"79,20\"\n")
        #expect(elering.unit == "EUR/MWh" && elering.intervals.map(\.value) == [84.1, 79.2])
        #expect(elering.intervals[0].start == at("2025-11-09T22:00:00Z"))
    }

    @Test("the hour that ends at 24:00 is the day's last one")
    func hourEnding() throws {
        let rows = (1...24).map { "11/30/2025,\($0 < 10 ? "0" : "")\($0):00,\($0).5\n" }.joined()
        let found = try read("Date,Hour Ending,LMP ($/MWh)\n" + rows) { $0.currency = "USD" }
        #expect(found.intervals.count == 24 && found.unit == "$/MWh")
        #expect(found.intervals[0].start == at("2025-11-30T00:00:00Z") && found.intervals[0].value == 1.5)
        #expect(found.intervals[23].start == at("2025-11-30T23:00:00Z") && found.intervals[23].value == 24.5)
    }

    @Test("numbered hours: from 1, from 0 where there is a 0, with letters, and a word where neither end is there")
    func numberedHours() throws {
        func starts(_ hours: [String]) throws -> [Int] {
            let rows = hours.map { "2025-11-30,\($0),5.\($0.count)\n" }.joined()
            return try read("Date,Hour,Price (EUR/MWh)\n" + rows).intervals.map(\.start)
        }
        let midnight = at("2025-11-30T00:00:00Z")
        #expect(try starts(["1", "2", "24"]) == [midnight, midnight + 3600, midnight + 23 * 3600])
        #expect(try starts(["0", "1", "23"]) == [midnight, midnight + 3600, midnight + 23 * 3600])
        #expect(try starts(["HE01", "HE02", "HE24"]) == [midnight, midnight + 3600, midnight + 23 * 3600])
        let part = try read("Date,Hour,Price (EUR/MWh)\n2025-11-30,17,1\n2025-11-30,18,2\n")
        #expect(
            part.warnings == [
                "has numbered hours from 17 to 18: hour 1 is taken for the one that begins at midnight"
            ])
    }
}
