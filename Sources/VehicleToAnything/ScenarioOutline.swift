import Reports
import ScenarioFiles
import Scenarios

/// What a scenario holds beside its prices, resolved: what a program needs to draw a schedule and to change the scenario.
///
/// Positions are times in steps from the horizon's start: 1.5 is the middle of the second step.
package struct ScenarioOutline: Encodable, Sendable {
    /// What the connection carries beside vehicles and batteries, kW; a limit is nil where there is none in a step.
    package struct SiteEntry: Encodable, Sendable {
        package var loadKW: [Double]
        package var pvKW: [Double]
        package var importLimitKW: [Double?]
        package var exportLimitKW: [Double?]

        enum CodingKeys: String, CodingKey {
            case loadKW = "load_kw"
            case pvKW = "pv_kw"
            case importLimitKW = "import_limit_kw"
            case exportLimitKW = "export_limit_kw"
        }
    }

    /// A state of charge that is wanted at a position.
    package struct TargetEntry: Encodable, Sendable, Equatable {
        package var position: Double
        package var at: String
        package var soc: Double
    }

    /// A vehicle or stationary battery; states of charge are shares, 0...1.
    package struct VehicleEntry: Encodable, Sendable {
        package var id: String
        package var isStationary: Bool
        package var capacityKWh: Double
        package var chargeKW: Double
        package var dischargeKW: Double
        package var socMin: Double
        package var socMax: Double
        /// When it is plugged in: first and last position of each stay.
        package var plugged: [[Double]]
        /// At departures and on the way.
        package var targets: [TargetEntry]
        /// Of a new battery, money per kWh: what wear is priced by; nil where the scenario says the costs of wear itself, or none.
        package var wearPricePerKWh: Double?
        /// The scenario's keys of departure target, floor and price of wear, for `set`; nil where there is no such place.
        package var keys: Keys

        enum CodingKeys: String, CodingKey {
            case id, plugged, targets, keys
            case isStationary = "is_stationary"
            case capacityKWh = "capacity_kwh"
            case chargeKW = "charge_kw"
            case dischargeKW = "discharge_kw"
            case socMin = "soc_min"
            case socMax = "soc_max"
            case wearPricePerKWh = "wear_price_per_kwh"
        }
    }

    /// Keys of a scenario.
    package struct Keys: Encodable, Sendable {
        package var target: String?
        package var floor: String?
        package var wear: String?
    }

    /// The scenario's name.
    package var name: String
    /// ISO 4217.
    package var currency: String
    /// What prices are usually shown in, such as ct/kWh, and how many of that a price per kWh in the currency is.
    package var priceUnit: String
    package var priceFactor: Double
    /// IANA name.
    package var timezone: String
    /// Of the horizon, with offset.
    package var start: String
    package var end: String
    /// Length of a step, s, and how many there are.
    package var stepSeconds: Int
    package var stepCount: Int
    /// Whether the horizon starts at the step that is running.
    package var startsNow: Bool
    package var site: SiteEntry
    package var vehicles: [VehicleEntry]

    enum CodingKeys: String, CodingKey {
        case name, currency, timezone, start, end, site, vehicles
        case priceUnit = "price_unit"
        case priceFactor = "price_factor"
        case stepSeconds = "step_seconds"
        case stepCount = "steps"
        case startsNow = "starts_now"
    }

    /// Of `prepared`, which was read from `input`.
    package init(_ prepared: PreparedScenario, of input: ScenarioInput) {
        let scenario = prepared.scenario
        let grid = scenario.grid
        let clock = WallClock(timeZone: grid.timeZone) ?? .utc
        func position(_ instant: Instant) -> Double {
            Double(instant.epochSeconds - grid.start.epochSeconds) / Double(grid.stepSeconds)
        }
        func limit(_ values: [Double]) -> [Double?] { values.map { $0.isFinite ? $0 : nil } }
        name = scenario.name
        currency = scenario.currency
        let unit = PriceUnit(currency: scenario.currency)
        (priceUnit, priceFactor) = (unit.perKWh, unit.perMoney)
        timezone = grid.timeZone
        (start, end) = (clock.iso8601(grid.start), clock.iso8601(grid.end))
        (stepSeconds, stepCount) = (grid.stepSeconds, grid.count)
        startsNow = input.startsNow
        site = SiteEntry(
            loadKW: scenario.site.loadKW, pvKW: scenario.site.pvKW,
            importLimitKW: limit(scenario.site.importLimitKW), exportLimitKW: limit(scenario.site.exportLimitKW))
        // A table of vehicles, or a fleet that is drawn, has no place for the keys of one vehicle.
        func place(_ key: String, _ index: Int) -> String? {
            let vehicles = scenario.vehicles[index].isStationary ? "site.batteries" : "vehicles"
            let number = scenario.vehicles[index].isStationary ? index - scenario.vehicleCount : index
            let text = "\(vehicles)[\(number)].\(key)"
            return ScenarioKey(text).flatMap { input.hasPlace(for: $0) ? text : nil }
        }
        let isListed = ScenarioKey("vehicles[0].id").map(input.hasPlace) ?? false
        vehicles = scenario.vehicles.enumerated().map { index, vehicle in
            let timeline = PlugTimeline(vehicle: vehicle, grid: grid)
            var wear: Double?
            if case .cell(let cell) = vehicle.battery.ageing { wear = cell.pricePerKWh }
            let battery = vehicle.battery
            let hasKeys = isListed || vehicle.isStationary
            return VehicleEntry(
                id: vehicle.id, isStationary: vehicle.isStationary, capacityKWh: battery.capacityKWh,
                chargeKW: vehicle.charger.chargeKW, dischargeKW: vehicle.charger.dischargeKW,
                socMin: battery.socMin, socMax: battery.socMax,
                plugged: vehicle.windows.compactMap { window in
                    let (from, to) = (max(0, position(window.from)), min(Double(grid.count), position(window.to)))
                    return from < to ? [from, to] : nil
                },
                targets: (timeline.departures + timeline.targets).map {
                    TargetEntry(
                        position: position($0.at), at: clock.iso8601($0.at), soc: $0.energyKWh / battery.capacityKWh)
                },
                wearPricePerKWh: wear,
                keys: Keys(
                    target: hasKeys && !vehicle.isStationary ? place("plugged[*].departure_soc", index) : nil,
                    floor: hasKeys && battery.socMinSeries == nil ? place("battery.soc_min", index) : nil,
                    wear: hasKeys && wear != nil ? place("battery.ageing.price_per_kwh", index) : nil))
        }
    }
}
