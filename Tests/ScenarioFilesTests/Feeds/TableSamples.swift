import Foundation
import Scenarios

@testable import ScenarioFiles

/// Files that are no JSON: tables of every source in `CSVSources`, XML and YAML.
extension FeedSample {
    private typealias S = FeedSample

    private static func table(
        _ header: String, _ rows: [Row], mark: String = "\n", _ line: (Row) -> String
    ) -> String {
        header + mark + rows.map { line($0) + mark }.joined()
    }

    /// How tables write an empty value.
    private static let empty = ["", "-", "N/A", "null"]

    static let tables: [FeedSample] = [
        FeedSample(
            name: "CSV, ISO 8601 with an offset", unit: "EUR/MWh", nulls: empty, hasLengths: false,
            text: { table("time,price (EUR/MWh)", $0) { "\(S.iso($0.start)),\(S.decimal($0.number, null: ""))" } },
            otherUnits: [
                "ct/kWh": { table("time,price (ct/kWh)", $0) { "\(S.iso($0.start)),\(S.decimal($0.number))" } },
                "EUR/kWh": { table("time,price [EUR/kWh]", $0) { "\(S.iso($0.start)),\(S.decimal($0.number))" } },
            ]),
        FeedSample(
            name: "CSV, universal time in the header", unit: "EUR/MWh", nulls: empty, hasLengths: false,
            text: {
                table("time (UTC),price EUR/MWh", $0) {
                    "\(S.stamp($0.start, "UTC")),\(S.decimal($0.number, null: ""))"
                }
            }),
        FeedSample(
            name: "CSV, epoch seconds", unit: "EUR/MWh", nulls: empty, hasLengths: false,
            text: { table("timestamp,price EUR/MWh", $0) { "\($0.start),\(S.decimal($0.number, null: ""))" } }),
        FeedSample(
            name: "CSV, Excel in German", unit: "EUR/kWh", nulls: empty, hasLengths: false, namesZone: false,
            zone: "Europe/Berlin",
            text: {
                table("\u{FEFF}Zeit;Preis €/kWh", $0, mark: "\r\n") {
                    "\(S.german($0.start, "Europe/Berlin"));\(S.decimal($0.number, null: "", comma: true))"
                }
            },
            otherUnits: [
                "EUR/MWh": {
                    table("Zeit;Preis €/MWh", $0) {
                        "\(S.german($0.start, "Europe/Berlin"));\(S.decimal($0.number, comma: true))"
                    }
                }
            ]),
        FeedSample(
            name: "CSV, value before time", unit: "ct/kWh", nulls: empty, hasLengths: false, namesZone: false,
            zone: "Europe/Berlin",
            text: {
                table("price ct/kWh,zone,time", $0) {
                    "\(S.decimal($0.number, null: "")),DE,\(S.stamp($0.start, "Europe/Berlin"))"
                }
            }),
        FeedSample(
            name: "CSV, starts and ends", unit: "EUR/MWh", nulls: empty, namesZone: false, zone: "Europe/Berlin",
            text: {
                table("start,end,price EUR/MWh", $0) {
                    "\(S.stamp($0.start, "Europe/Berlin")),\(S.stamp($0.end, "Europe/Berlin")),"
                        + S.decimal($0.number, null: "")
                }
            }),
        FeedSample(
            name: "CSV, date and hour ending", unit: "EUR/MWh", nulls: empty, steps: [3600], hasLengths: false,
            stampsAreEnds: true, namesZone: false, zone: "Europe/Berlin",
            text: {
                table("Date;Hour Ending;Price (EUR/MWh)", $0) {
                    let (start, end) = (S.wall($0.start, "Europe/Berlin"), S.wall($0.end, "Europe/Berlin"))
                    let clock = end.clock == "00:00" ? "24:00" : end.clock
                    return "\(start.date);\(clock);\(S.decimal($0.number, null: ""))"
                }
            }),
        FeedSample(
            name: "ENTSO-E file library", unit: "EUR/MWh", nulls: empty, steps: [900],
            text: {
                table("DateTime(UTC)\tResolutionCode\tAreaCode\tPrice[Currency/MWh]\tCurrency", $0) {
                    "\(S.stamp($0.start, "UTC"))\tPT15M\t10YBE----------2\t\(S.decimal($0.number, null: ""))\tEUR"
                }
            }),
        FeedSample(
            name: "ENTSO-E website", unit: "EUR/MWh", nulls: empty, zone: "Europe/Brussels",
            text: {
                table("\"MTU (CET/CEST)\",\"Area\",\"Sequence\",\"Day-ahead Price (EUR/MWh)\"", $0) {
                    let (from, to) = (
                        S.german($0.start, "Europe/Brussels", separator: "/"),
                        S.german($0.end, "Europe/Brussels", separator: "/")
                    )
                    return
                        "\"\(from):00 - \(to):00\",\"BZN|BE\",\"Without Sequence\",\"\(S.decimal($0.number, null: ""))\""
                }
            }),
        FeedSample(
            name: "SMARD", unit: "EUR/MWh", nulls: ["-", ""], zone: "Europe/Berlin",
            text: {
                table("Datum von;Datum bis;Deutschland/Luxemburg [€/MWh] Originalauflösungen", $0) {
                    "\(S.german($0.start, "Europe/Berlin"));\(S.german($0.end, "Europe/Berlin"));"
                        + S.decimal($0.number, null: "-", comma: true)
                }
            }),
        FeedSample(
            name: "Energi Data Service", unit: "EUR/MWh", nulls: empty, steps: [3600], hasLengths: false,
            text: {
                table("HourUTC;HourDK;PriceArea;SpotPriceDKK;SpotPriceEUR", $0) {
                    "\(S.stamp($0.start, "UTC"));\(S.stamp($0.start, "Europe/Copenhagen"));DK1;"
                        + "\(S.decimal($0.number.map { $0 * 7 }, null: "", comma: true));"
                        + S.decimal($0.number, null: "", comma: true)
                }
            }),
        FeedSample(
            name: "OMIE", unit: "EUR/MWh", nulls: [], steps: [900], zone: "Europe/Madrid",
            options: { $0.column = "MarginalES" },
            text: { rows in
                "MARGINALPDBC;\n"
                    + rows.map { row in
                        let wall = S.wall(row.start, "Europe/Madrid")
                        let parts = wall.date.split(separator: "-")
                        let period = (row.start - S.midnight(row.start, "Europe/Madrid")) / 900 + 1
                        let price = S.decimal(row.number, null: "")
                        return "\(parts[0]);\(parts[1]);\(parts[2]);\(period);\(price);\(price);\n"
                    }.joined() + "*\n"
            }),
        FeedSample(
            name: "AEMO", unit: "AUD/MWh", currency: "AUD", nulls: empty, steps: [300], hasLengths: false,
            stampsAreEnds: true,
            zone: "Australia/Brisbane",
            text: {
                table("REGION,SETTLEMENTDATE,TOTALDEMAND,RRP,PERIODTYPE", $0) {
                    "NSW1,\(S.stamp($0.end, "Australia/Brisbane").replacing("-", with: "/")),7500.10,"
                        + "\(S.decimal($0.number, null: "")),TRADE"
                }
            }),
        FeedSample(
            name: "CAISO OASIS", unit: "USD/MWh", currency: "USD", nulls: empty, steps: [3600],
            options: { $0.filters = [.init(name: "LMP_TYPE", value: "LMP")] },
            text: { rows in
                table("INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,NODE,LMP_TYPE,MW", rows) { row in
                    let head =
                        "\(S.iso(row.start, "UTC").replacing("+00:00", with: "-00:00")),"
                        + "\(S.iso(row.end, "UTC").replacing("+00:00", with: "-00:00")),2025-11-10,TH_NP15_GEN-APND"
                    return "\(head),LMP,\(S.decimal(row.number, null: ""))\n\(head),MCE,1.00"
                }
            }),
        FeedSample(
            name: "PJM Data Miner", unit: "USD/MWh", currency: "USD", nulls: empty, steps: [3600], hasLengths: false,
            text: {
                table("datetime_beginning_utc,datetime_beginning_ept,pnode_id,pnode_name,total_lmp_da", $0) {
                    "\(S.american($0.start, "UTC")),\(S.american($0.start, "America/New_York")),51288,WESTERN HUB,"
                        + S.decimal($0.number, null: "")
                }
            }),
        FeedSample(
            name: "NYISO", unit: "USD/MWh", currency: "USD", nulls: empty, steps: [3600], hasLengths: false,
            zone: "America/New_York",
            text: {
                table(#""Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)""#, $0) {
                    "\"\(S.american($0.start, "America/New_York"))\",\"CAPITL\",61757,\(S.decimal($0.number, null: "")),1.02"
                }
            }),
        FeedSample(
            name: "Home Assistant history", hole: .previous, nulls: [], hasLengths: false,
            text: {
                table("entity_id,state,last_changed", $0) {
                    "sensor.price,\(S.decimal($0.number)),\(S.iso($0.start, "UTC").replacing("+00:00", with: "Z"))"
                }
            }),
        FeedSample(
            name: "Home Assistant attributes in YAML", unit: "EUR/kWh",
            text: { rows in
                "state_class: total\nraw_today:\n"
                    + rows.map {
                        "  - start: \"\(S.iso($0.start))\"\n    end: \"\(S.iso($0.end))\"\n    value: "
                            + "\(S.decimal($0.number))\n"
                    }.joined() + "unit: kWh\ncurrency: EUR\n"
            }),
        FeedSample(name: "ENTSO-E XML, curve A03", unit: "EUR/MWh", hole: .previous, nulls: [], text: entsoe("A03")),
        FeedSample(name: "ENTSO-E XML, curve A01", unit: "EUR/MWh", nulls: [], text: entsoe("A01")),
    ]

    /// The start of the day on a clock.
    private static func midnight(_ seconds: Int, _ zone: String) -> Int {
        let clock = WallClock(timeZone: zone) ?? .utc
        let wall = clock.wallTime(at: Instant(epochSeconds: seconds))
        return clock.firstInstant(of: WallTime(secondsSince1970: wall.dayNumber * 86_400)).epochSeconds
    }

    /// One period over all rows; positions of rows that are left out are left out.
    private static func entsoe(_ curve: String) -> @Sendable ([Row]) -> String {
        { rows in
            let (first, last) = (rows.map(\.start).min() ?? 0, rows.map(\.end).max() ?? 0)
            let step = rows.first?.seconds ?? 3600
            func time(_ seconds: Int) -> String { String(S.iso(seconds, "UTC").prefix(16)) + "Z" }
            let points = rows.map {
                "<Point><position>\(($0.start - first) / step + 1)</position><price.amount>\(S.decimal($0.number))"
                    + "</price.amount></Point>\n"
            }
            return """
                <?xml version="1.0" encoding="utf-8"?>
                <Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"><TimeSeries>
                <contract_MarketAgreement.type>A01</contract_MarketAgreement.type>
                <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
                <curveType>\(curve)</curveType><Period><timeInterval><start>\(time(first))</start><end>\(time(last))</end>
                </timeInterval><resolution>PT\(step / 60)M</resolution>\(points.joined())</Period></TimeSeries>
                </Publication_MarketDocument>

                """
        }
    }
}
