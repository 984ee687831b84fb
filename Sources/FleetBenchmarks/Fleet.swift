import Scenarios

/// A fleet overnight: each vehicle with its own battery, charger, times and need, drawn from a seed.
struct Fleet {
    var vehicles: Int
    var segments: Int
    /// `real` prices, `flat` tariff, `oneway` (no discharging), `fine` (5-minute steps).
    var kind: String
    var prices: [Double]
    var seed: UInt64

    func scenario() -> Scenario {
        var random = SplitMix(state: seed)
        let steps = kind == "fine" ? 288 : 96
        let grid = TimeGrid(
            start: Instant(epochSeconds: 1_705_316_400), stepSeconds: 86_400 / steps, count: steps,
            timeZone: "Europe/Amsterdam")
        let hour = { (step: Int) in kind == "flat" ? 0.2 : prices[11 + step * 24 / steps] / 1000 }
        var site = Site(unlimitedFor: steps)
        site.importLimitKW = Array(repeating: 2.5 * Double(vehicles), count: steps)
        site.exportLimitKW = Array(repeating: 2.0 * Double(vehicles), count: steps)
        site.loadKW = (0..<steps).map { 0.3 * Double(vehicles) * (1 + Double(($0 * 96 / steps) % 17) / 17) }
        let cycle = (1...segments).map {
            CycleCostSegment(
                depth: Double($0) / Double(segments),
                costPerKWh: segments == 1 ? 0.012 : 0.004 + 0.025 * Double($0 - 1) / Double(segments))
        }
        let calendar = [(0.0, 0.004), (0.2, 0.0045), (0.4, 0.0054), (0.6, 0.007), (0.8, 0.0105), (1, 0.018)]
            .map { CalendarCostPoint(soc: $0.0, costPerHour: $0.1) }
        let temperature = Array(repeating: 20.0, count: steps)
        let list = (0..<vehicles).map { index in
            let capacity = [40.0, 52, 60, 77][Int(random.next() * 4)]
            let battery = Battery(
                capacityKWh: capacity, socMin: 0.1, socStart: 0.25 + 0.45 * random.next(),
                temperatureC: temperature, ageing: .functions(calendar: calendar, cycle: cycle))
            let arrival = 14_400 + Int(random.next() * 18_000)
            let departure = 61_200 + Int(random.next() * 14_400)
            let window = PlugWindow(
                from: grid.start.adding(seconds: arrival), to: grid.start.adding(seconds: departure),
                departureSoC: 0.6 + 0.25 * random.next(), tripKWh: 4 + 8 * random.next())
            let charger = Charger(
                chargeKW: random.next() < 0.7 ? 11 : 7.4, dischargeKW: kind == "oneway" ? 0 : 10,
                chargeEfficiency: .constant(0.95), dischargeEfficiency: .constant(0.95))
            return Vehicle(id: "ev\(index)", battery: battery, charger: charger, windows: [window])
        }
        return Scenario(
            name: "fleet", currency: "EUR", grid: grid,
            importPricePerKWh: (0..<steps).map { hour($0) * 1.21 + 0.05 },
            exportPricePerKWh: (0..<steps).map { hour($0) }, site: site, vehicles: list)
    }
}

/// The generator SplitMix64: the same fleets everywhere.
struct SplitMix {
    var state: UInt64
    /// Uniform in 0..<1.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) / Double(1 << 53)
    }
}
