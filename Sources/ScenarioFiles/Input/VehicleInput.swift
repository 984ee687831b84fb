import Scenarios

/// A vehicle and the group that it names.
struct ReadVehicle {
    var vehicle: Vehicle
    var group: InputValue?
}

enum VehicleKeys {
    /// Every key of a vehicle, in a list of them.
    static let listed = all()

    /// Every key of a vehicle.
    ///
    /// - Parameters:
    ///   - battery: the definition of its battery in the schema.
    ///   - charger: the definition of its charger.
    static func all(battery: String = "battery", charger: String = "charger") -> [SectionKey<Vehicle>] {
        [
            .ofReader(Schema.required("id", .text, "Unique in the scenario."), isColumn: true),
            .ofReader(Schema.required("battery", .defined(battery), "What it stores.")),
            .ofReader(Schema.required("charger", .defined(charger), "What it is plugged into.")),
            .ofReader(Schema.required("plugged", .list(.defined("window")), "When it is plugged in.")),
            .ofReader(
                Schema.key(
                    "actual",
                    .any([
                        .list(.defined("window")),
                        .map([
                            Schema.key("arrival_sd", .duration, "Standard deviation."),
                            Schema.key("departure_sd", .duration, "Standard deviation."),
                            Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
                        ]),
                    ]), "When it is really there, in a simulation.")),
            minGain,
            .key(
                Schema.key(
                    "tariff",
                    .map([
                        Schema.key("charge", .series, "Paid for a kWh charged, on top of the site's price."),
                        Schema.key("discharge", .series, "Earned by a kWh discharged, on top of the site's price."),
                    ]), "Prices at its own charger, money per kWh.")
            ) { value, vehicle in
                if let value, let grid = value.grid { vehicle.tariff = value.shared { $0.vehicleTariff(grid) } }
                return true
            },
            priority,
            .ofReader(Schema.key("group", .text, "The group that it is in."), isColumn: true),
        ]
    }

    static let minGain: SectionKey<Vehicle> = .number(
        "min_gain_per_kwh", .nonNegative, .pricePerKWh, byDefault: 0, isColumn: true,
        "What a kWh discharged must gain, money per kWh", \.minGainPerKWh)
    static let priority: SectionKey<Vehicle> = .number(
        "priority", .positive, byDefault: 1, isColumn: true,
        "Weight of its shortfalls where not all targets can be met", \.priority)
}

extension Vehicle {
    /// What the keys of a vehicle are read into.
    static let unread = Vehicle(
        id: "", battery: Battery(capacityKWh: 0, socStart: 0, temperatureC: [], ageing: .none),
        charger: Charger(chargeKW: 0), windows: [])
}

extension InputValue {
    /// The `vehicles` section, a list or a fleet; ids are unique.
    func vehicles(_ grid: TimeGrid, cellNames: Set<String>?) -> [ReadVehicle]? {
        if case .mapping = node { return fleet(grid, cellNames: cellNames) }
        guard let items = list() else { return nil }
        if items.isEmpty { error("must hold at least one vehicle") }
        var ids: Set<String> = []
        let vehicles = items.map { $0.vehicle(grid, cellNames: cellNames, ids: &ids) }
        return items.isEmpty || vehicles.contains { $0 == nil } ? nil : vehicles.compactMap { $0 }
    }

    /// One vehicle: an entry of `vehicles`, or a fleet's `defaults` with what its file says of one vehicle.
    ///
    /// - Parameter sessions: when it is there and what it needs, where that is not written here.
    func vehicle(
        _ grid: TimeGrid, cellNames: Set<String>?, ids: inout Set<String>, sessions: VehicleSessions? = nil
    ) -> ReadVehicle? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let idValue = reader.required("id", "ev1")
        let id = idValue?.text()
        if let id, !ids.insert(id).inserted { idValue?.error("\"\(id)\" is the id of another vehicle") }
        let readBattery = reader.required("battery", "{ capacity_kwh: 60, soc_start: 0.5 }")?.shared {
            $0.battery(grid, cellNames: cellNames, startsByEnergy: sessions?.decidesStart ?? false)
        }
        let charger = reader.required("charger", "{ charge_kw: 11 }")?.shared { $0.charger() }
        let windows: [LocatedWindow]?
        if sessions == nil {
            windows = reader.required("plugged", "[{ from: 2024-01-15T17:40, to: 2024-01-16T07:25 }]")?.shared {
                $0.windows(grid)
            }
        } else {
            reader.optional("plugged")?.error("does not go with sessions: they tell when each vehicle is plugged in")
            windows = []
        }
        let actualValue = reader.optional("actual")
        var vehicle = Vehicle.unread
        _ = reader.read(VehicleKeys.listed, into: &vehicle)
        let group = reader.optional("group")
        guard let id, var battery = readBattery, var charger, var windows else { return nil }
        if let sessions {
            windows = sessions.windows(&battery, &charger, grid).map { LocatedWindow(window: $0, place: self) }
        }
        // Each vehicle of a fleet has errors of its own.
        let actual = actualValue?.actualWindows(windows.map(\.window), grid, salt: UInt64(ids.count))
        for located in windows {
            if let soc = located.window.departureSoC, soc * battery.capacityKWh > battery.ceilingKWh + 1e-9 {
                located.place.warning(
                    "departure_soc \(soc.short) is above soc_max (\(battery.socMax.short)) and cannot be reached")
            }
            if located.window.tripKWh > battery.capacityKWh {
                located.place.warning(
                    "trip_kwh \(located.window.tripKWh.short) is more than the battery holds (\(battery.capacityKWh.short) kWh)"
                )
            }
        }
        (vehicle.id, vehicle.battery, vehicle.charger) = (id, battery, charger)
        (vehicle.windows, vehicle.actualWindows) = (windows.map(\.window), actual)
        return ReadVehicle(vehicle: vehicle, group: group)
    }
}

extension InputValue {
    /// The `tariff` section of a vehicle. Nil, and findings, where it is none.
    fileprivate func vehicleTariff(_ grid: TimeGrid) -> VehicleTariff? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (charge, discharge) = (reader.optional("charge"), reader.optional("discharge"))
        if charge == nil, discharge == nil { error("must have charge or discharge") }
        let none = Array(repeating: 0.0, count: grid.count)
        let paid = charge.map { $0.series(.energyPrice) } ?? none
        let earned = discharge.map { $0.series(.energyPrice) } ?? none
        guard let paid, let earned else { return nil }
        return VehicleTariff(chargePerKWh: paid, dischargePerKWh: earned)
    }
}
