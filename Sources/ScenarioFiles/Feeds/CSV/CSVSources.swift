import Scenarios

/// What is known of a source of CSV files beyond its header.
struct CSVSource: Sendable {
    /// For `v2x feeds` and the documentation.
    var name: String
    /// Columns that all of its files have.
    var columns: [String]
    /// The column of starts (or of stamps), and of ends; nil: found by name and content.
    var time: String?
    var end: String?
    /// The columns that may hold the value, the usual one first (`*`: whatever follows); none: found by content.
    var values: [String] = []
    /// The unit of those, where their names have none; `currency` stands for the one of a column `Currency`.
    var unit: String?
    /// Of times without an offset.
    var zone: String?
    var isDayFirst: Bool?
    var stampsAreEnds = false
    /// Rows last until the next one, however long: a history of changes.
    var isHeld = false
    /// Columns that tell zones apart, beside those that are called so everywhere.
    var zones: [String] = []
}

/// The sources of CSV files that are known by their columns.
enum CSVSources {
    static let all: [CSVSource] = [
        CSVSource(
            name: "ENTSO-E file library", columns: ["DateTime(UTC)", "ResolutionCode", "AreaCode"],
            time: "DateTime(UTC)",
            values: ["Price[Currency/MWh]", "Price", "TotalLoadValue"], unit: "currency/MWh", zone: "UTC"),
        CSVSource(
            name: "ENTSO-E file library", columns: ["DateTime", "ResolutionCode", "AreaCode"], time: "DateTime",
            values: ["Price", "Price[Currency/MWh]", "TotalLoadValue"], unit: "currency/MWh", zone: "UTC"),
        CSVSource(
            name: "ENTSO-E website", columns: ["MTU (CET/CEST)"], time: "MTU (CET/CEST)",
            values: ["Day-ahead Price*"], isDayFirst: true),
        CSVSource(
            name: "ENTSO-E website", columns: ["MTU (UTC)"], time: "MTU (UTC)",
            values: ["Day-ahead Price*"], isDayFirst: true),
        CSVSource(
            name: "ENTSO-E website", columns: ["MTU (EET/EEST)"], time: "MTU (EET/EEST)",
            values: ["Day-ahead Price*"], isDayFirst: true),
        CSVSource(
            name: "ENTSO-E website", columns: ["MTU (WET/WEST)"], time: "MTU (WET/WEST)",
            values: ["Day-ahead Price*"], isDayFirst: true),
        CSVSource(
            name: "SMARD", columns: ["Datum von", "Datum bis"], time: "Datum von", end: "Datum bis",
            zone: "Europe/Berlin"),
        CSVSource(name: "SMARD", columns: ["Datum", "Anfang", "Ende"], zone: "Europe/Berlin"),
        CSVSource(
            name: "SMARD", columns: ["Start date", "End date"], time: "Start date", end: "End date",
            zone: "Europe/Berlin"),
        CSVSource(
            name: "Energi Data Service", columns: ["HourUTC", "PriceArea"], time: "HourUTC",
            values: ["SpotPriceEUR", "SpotPriceDKK"], unit: "name/MWh", zone: "UTC"),
        CSVSource(
            name: "Energi Data Service", columns: ["TimeUTC", "PriceArea"], time: "TimeUTC",
            values: ["DayAheadPriceEUR", "DayAheadPriceDKK"], unit: "name/MWh", zone: "UTC"),
        CSVSource(
            name: "Elering", columns: ["Ajatempel (UTC)"], time: "Ajatempel (UTC)", values: ["NPS*"], unit: "EUR/MWh",
            zone: "UTC"),
        CSVSource(
            name: "OMIE", columns: ["year", "month", "day", "period", "MarginalPT", "MarginalES"],
            values: ["MarginalES", "MarginalPT"], unit: "EUR/MWh", zone: "Europe/Madrid"),
        CSVSource(
            name: "AEMO", columns: ["SETTLEMENTDATE", "RRP"], time: "SETTLEMENTDATE", values: ["RRP"], unit: "AUD/MWh",
            zone: "Australia/Brisbane", stampsAreEnds: true),
        CSVSource(
            name: "CAISO OASIS", columns: ["INTERVALSTARTTIME_GMT", "INTERVALENDTIME_GMT", "LMP_TYPE"],
            time: "INTERVALSTARTTIME_GMT", end: "INTERVALENDTIME_GMT", values: ["MW", "VALUE", "PRC", "LMP_PRC"],
            unit: "USD/MWh", zone: "UTC"),
        CSVSource(
            name: "CAISO OASIS", columns: ["INTERVALSTARTTIME_GMT", "INTERVALENDTIME_GMT"],
            time: "INTERVALSTARTTIME_GMT", end: "INTERVALENDTIME_GMT", zone: "UTC"),
        CSVSource(
            name: "PJM Data Miner", columns: ["datetime_beginning_utc", "total_lmp_da"], time: "datetime_beginning_utc",
            values: ["total_lmp_da"], unit: "USD/MWh", zone: "UTC", isDayFirst: false),
        CSVSource(
            name: "PJM Data Miner", columns: ["datetime_beginning_utc", "total_lmp_rt"], time: "datetime_beginning_utc",
            values: ["total_lmp_rt"], unit: "USD/MWh", zone: "UTC", isDayFirst: false),
        CSVSource(
            name: "PJM Data Miner", columns: ["datetime_beginning_utc"], time: "datetime_beginning_utc", zone: "UTC",
            isDayFirst: false),
        CSVSource(
            name: "PJM Data Miner", columns: ["datetime_beginning_ept"], time: "datetime_beginning_ept",
            zone: "America/New_York", isDayFirst: false),
        CSVSource(
            name: "NYISO", columns: ["Time Stamp", "Name", "PTID"], time: "Time Stamp", values: ["LBMP ($/MWHr)"],
            unit: "USD/MWh", zone: "America/New_York", isDayFirst: false, zones: ["Name", "PTID"]),
        CSVSource(
            name: "Home Assistant history", columns: ["entity_id", "state", "last_changed"], time: "last_changed",
            values: ["state"], zone: "UTC", isHeld: true),
    ]

    /// The first source whose columns are all in `header`.
    static func recognised(_ header: [String]) -> CSVSource? {
        let names = Set(header.map { $0.lowercased() })
        return all.first { $0.columns.allSatisfy { names.contains($0.lowercased()) } }
    }
}
