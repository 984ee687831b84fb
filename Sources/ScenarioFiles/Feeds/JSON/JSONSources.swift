import Scenarios

/// The sources of JSON that are known by their content, a line each; the first that fits is taken.
enum JSONSources {
    private typealias Source = JSONSource

    static let all: [JSONSource] = [
        Source(
            name: "octopus", title: "Octopus Energy unit rates, pence/kWh; vat, payment", lists: ["results", ""],
            start: "valid_from", end: "valid_to",
            values: Source.values(
                ["value_inc_vat", "value_exc_vat"], vat: ["value_inc_vat": true, "value_exc_vat": false]),
            unit: "p/kWh", isOpen: true),
        Source(
            name: "octopus", title: "Octopus Energy in Home Assistant (rates of a day's event), GBP/kWh",
            start: "start",
            end: "end",
            values: Source.values(
                ["value_inc_vat", "value_exc_vat"], vat: ["value_inc_vat": true, "value_exc_vat": false]),
            unit: "GBP/kWh", isOpen: true),
        Source(
            name: "awattar", title: "aWATTar market prices, EUR/MWh without VAT", start: "start_timestamp",
            end: "end_timestamp", values: Source.values(["marketprice"]), unit: "EUR/MWh"),
        Source(
            name: "nordpool", title: "Nord Pool data portal, per MWh; zone: SE3",
            lists: ["multiIndexEntries", "multiAreaEntries"], start: "deliveryStart", end: "deliveryEnd", values: [],
            unit: "currency/MWh", zoneMap: "entryPerArea"),
        Source(
            name: "nordpool", title: "Nord Pool in Home Assistant (action get_prices_for_date), per MWh",
            start: "start",
            end: "end", values: Source.values(["price"]), unit: "currency/MWh", listKey: "zone", isListKeyZone: true),
        Source(
            name: "tibber", title: "Tibber price info and ranges, currency/kWh; column: energy, home",
            lists: ["today", "tomorrow", "yesterday", "nodes", "edges", ""], start: "startsAt",
            values: Source.values(["total", "energy", "tax"], retail: ["total"]), unit: "currency/kWh", listKey: "home"),
        Source(
            name: "tibber", title: "Tibber price rating, currency/kWh", lists: ["entries"], start: "time",
            values: Source.values(["total", "energy", "tax"], retail: ["total"]), unit: "currency/kWh", listKey: "home"),
        Source(
            name: "energycharts", title: "Energy-Charts day-ahead prices, EUR/MWh", shape: .columns,
            start: "unix_seconds", values: Source.values(["price"]), unit: "EUR/MWh"),
        Source(
            name: "smard", title: "SMARD chart data, EUR/MWh", shape: .pairs, lists: ["series"], start: "0",
            values: Source.values(["1=value"]), unit: "EUR/MWh"),
        Source(
            name: "energidataservice", title: "Energi Data Service, per MWh; zone: DK1", start: "TimeUTC",
            values: Source.values(["DayAheadPriceEUR EUR/MWh", "DayAheadPriceDKK DKK/MWh"]), zone: "UTC"),
        Source(
            name: "energidataservice", title: "Energi Data Service to September 2025, per MWh", start: "HourUTC",
            values: Source.values(["SpotPriceEUR EUR/MWh", "SpotPriceDKK DKK/MWh"]), zone: "UTC"),
        Source(
            name: "energidataservice", title: "Energi Data Service in Home Assistant, currency/kWh",
            lists: ["raw_today", "raw_tomorrow", "forecast", "today", "tomorrow"], start: "hour",
            values: Source.values(["price"]), unit: "currency/kWh"),
        Source(
            name: "elering", title: "Elering (Baltics, Finland), EUR/MWh; zone: ee", start: "timestamp",
            values: Source.values(["price"]), unit: "EUR/MWh", listKey: "zone"),
        Source(
            name: "esios", title: "ESIOS indicators (Spain), EUR/MWh; zone: Península", lists: ["values"],
            start: "datetime", values: Source.values(["value"]), unit: "EUR/MWh"),
        Source(
            name: "amber", title: "Amber (Australia), c/kWh; where: { channelType: general }", start: "startTime",
            end: "endTime", values: Source.values(["perKwh", "spotPerKwh"], retail: ["perKwh"]), unit: "AUDc/kWh"),
        Source(
            name: "hvakosterstrommen", title: "hvakosterstrommen.no, NOK/kWh or EUR/kWh", start: "time_start",
            end: "time_end", values: Source.values(["NOK_per_kWh NOK/kWh", "EUR_per_kWh EUR/kWh"]),
            needs: ["NOK_per_kWh"]),
        Source(
            name: "elprisetjustnu", title: "elprisetjustnu.se, SEK/kWh or EUR/kWh", start: "time_start",
            end: "time_end",
            values: Source.values(["SEK_per_kWh SEK/kWh", "EUR_per_kWh EUR/kWh"]), needs: ["SEK_per_kWh"]),
        Source(
            name: "porssisahko", title: "porssisahko.net (Finland), c/kWh with VAT", start: "startDate", end: "endDate",
            values: Source.values(["price"], retail: ["price"]), unit: "EURct/kWh"),
        Source(
            name: "sahkotin", title: "sahkotin.fi, EUR/MWh", lists: ["prices"], start: "date",
            values: Source.values(["value"]), unit: "EUR/MWh"),
        Source(
            name: "spothinta", title: "spot-hinta.fi, EUR/kWh; vat", start: "DateTime",
            values: Source.values(
                ["PriceWithTax", "PriceNoTax"], retail: ["PriceWithTax"],
                vat: ["PriceWithTax": true, "PriceNoTax": false]), unit: "EUR/kWh"),
        Source(
            name: "energyzero", title: "EnergyZero (Netherlands), EUR/kWh", start: "readingDate",
            values: Source.values(["price"]), unit: "EUR/kWh"),
        Source(
            name: "energyzero", title: "EnergyZero's later answers, EUR/kWh; column: base, all_in", start: "start",
            end: "end", values: Source.values(["price.value"]), unit: "EUR/kWh", listKey: "column"),
        Source(
            name: "frank", title: "Frank Energie, EUR/kWh; column: total, marketPrice",
            lists: ["marketPricesElectricity", "electricityPrices", "electricity"], start: "from", end: "till",
            values: Source.values(
                [
                    "allInPrice=total", "marketPrice+marketPriceTax+sourcingMarkupPrice+energyTaxPrice=total",
                    "marketPrice", "marketPricePlus", "marketPriceTax", "sourcingMarkupPrice", "energyTaxPrice",
                ], retail: ["total"]), unit: "EUR/kWh"),
        Source(
            name: "epexspot", title: "EPEX Spot in Home Assistant, currency/kWh", start: "start_time", end: "end_time",
            values: Source.values([
                "price_per_kwh currency/kWh", "price_eur_per_mwh EUR/MWh", "price_ct_per_kwh ct/kWh",
                "price_gbp_per_mwh GBP/MWh", "price_pence_per_kwh p/kWh",
            ])),
        Source(
            name: "tibber", title: "Tibber in Home Assistant (action get_prices), currency/kWh; home",
            start: "start_time",
            values: Source.values(["price"], retail: ["price"]), unit: "currency/kWh", listKey: "home"),
        Source(
            name: "entsoeha", title: "ENTSO-E in Home Assistant, currency/kWh",
            lists: ["prices", "prices_today", "prices_tomorrow"], start: "time", values: Source.values(["price"]),
            unit: "currency/kWh"),
        Source(
            name: "smartenergy", title: "smartENERGY (Austria), ct/kWh", lists: ["data"], start: "date",
            values: Source.values(["value"]), unit: "EURct/kWh"),
        Source(
            name: "ostrom", title: "Ostrom (Germany), EUR/MWh; column: grossKwhPrice", lists: ["data"], start: "date",
            values: Source.values(
                ["netMwhPrice EUR/MWh", "netKwhPrice EURct/kWh", "grossKwhPrice EURct/kWh"], retail: ["grossKwhPrice"])),
        Source(
            name: "comed", title: "ComEd hourly pricing, US cents/kWh", start: "millisUTC",
            values: Source.values(["price"]), unit: "USDct/kWh"),
        Source(
            name: "aemo", title: "AEMO five-minute summary, AUD/MWh; zone: NSW1", start: "SETTLEMENTDATE",
            values: Source.values(["RRP"]), unit: "AUD/MWh", stampsAreEnds: true, zone: "Australia/Brisbane"),
        Source(
            name: "evcc", title: "evcc state and forecasts, currency/kWh; column: grid, feedin",
            lists: ["grid", "feedin", "planner"], start: "start", end: "end",
            values: Source.values(["value", "price"]),
            unit: "currency/kWh", listKey: "column"),
        Source(
            name: "evcc", title: "evcc tariff or Home Assistant sensor, currency/kWh",
            lists: ["rates", "raw_today", "raw_tomorrow", ""], start: "start", end: "end",
            values: Source.values(["value", "price"])),
        Source(
            name: "solcast", title: "Solcast PV forecast, kW; column: pv_estimate10", start: "period_end",
            values: Source.values(["pv_estimate kW", "pv_estimate10 kW", "pv_estimate90 kW"]), stampsAreEnds: true,
            length: "period"),
        Source(
            name: "solcast", title: "Solcast in Home Assistant, kW", start: "period_start",
            values: Source.values(["pv_estimate kW", "pv_estimate10 kW", "pv_estimate90 kW"])),
        Source(
            name: "forecastsolar", title: "forecast.solar, W; column: watts, watt_hours_period", shape: .keyed,
            lists: ["watts", "watt_hours_period"], start: "", values: Source.values(["value W"]), listKey: "column"),
        Source(
            name: "evccsolar", title: "evcc PV forecast, W", lists: ["timeseries"], start: "ts",
            values: Source.values(["val W"])),
        Source(
            name: "carbonintensity", title: "National Grid carbon intensity, g/kWh", start: "from", end: "to",
            values: Source.values(["intensity.forecast=forecast g/kWh", "intensity.actual=actual g/kWh"])),
        Source(
            name: "electricitymaps", title: "Electricity Maps carbon intensity, g/kWh", start: "datetime",
            values: Source.values(["carbonIntensity g/kWh"])),
        Source(
            name: "hahistory", title: "Home Assistant history (JSON), in the sensor's unit", start: "last_changed",
            values: Source.values(["state"]), isHeld: true),
    ]

    /// Each name once, with the titles of its lines.
    static let names: [(name: String, title: String)] = {
        var found: [(name: String, title: String)] = []
        for source in all where !found.contains(where: { $0.name == source.name }) {
            found.append((source.name, source.title))
        }
        return found
    }()
}
