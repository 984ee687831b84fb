import Foundation
import Scenarios

extension ScenarioSchema {
    static let forecast = [
        Schema.key("import", .series, "Prices that are believed, money per kWh."),
        Schema.key("export", .series, "Prices that are believed, money per kWh."),
        Schema.key("persistence", .duration, "The price this long ago: 24h."),
        Schema.key(
            "noise",
            .map([
                Schema.required("sd", .number(.nonNegative), "Standard deviation, money per kWh."),
                Schema.key("correlation", .number(.share), "From step to step (0.9)."),
                Schema.key("seed", .number(.nonNegative), "Of the random numbers (1)."),
            ]), "The prices with an error."),
    ]
}

/// What only `v2x simulate` asks for: forecasts, and when vehicles are really there.
extension InputValue {
    /// The `forecast` section: `{ import: series, export: series }`, `{ persistence: 24h }` or
    /// `{ noise: { sd: 0.03, correlation: 0.9, seed: 1 } }`.
    func forecast(_ grid: TimeGrid, exportPrice: [Double]) -> Forecast? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (imported, exported) = (reader.optional("import"), reader.optional("export"))
        let (persistence, noise) = (reader.optional("persistence"), reader.optional("noise"))
        let kinds = [imported ?? exported, persistence, noise].compactMap { $0 }
        guard kinds.count == 1 else {
            error("must hold one of import (and export), persistence, noise")
            return nil
        }
        if let persistence {
            guard let seconds = persistence.duration() else { return nil }
            guard seconds >= grid.stepSeconds else {
                persistence.error("must be a step or longer")
                return nil
            }
            return .persistence(seconds: seconds)
        }
        if let noise { return noise.forecastNoise() }
        guard let imported else {
            error("import is missing")
            return nil
        }
        let seen = exported.map { $0.series(.energyPrice) } ?? exportPrice
        guard let importPrice = imported.series(.energyPrice), let seen else { return nil }
        return .series(importPricePerKWh: importPrice, exportPricePerKWh: seen)
    }

    private func forecastNoise() -> Forecast? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        guard let deviation = reader.number("sd", .nonNegative, unit: "\(currency)/kWh", example: "0.03") else {
            return nil
        }
        let correlation = reader.number("correlation", .share, default: 0.9)
        return .noise(
            standardDeviation: deviation, correlation: correlation,
            seed: UInt64(reader.number("seed", .nonNegative, default: 1)))
    }

    /// The `actual` entry of a vehicle: a list like `plugged`, one window for each planned one, or
    /// `{ arrival_sd: 30min, departure_sd: 15min, seed: 1 }`.
    ///
    /// - Parameters:
    ///   - planned: the vehicle's windows, in order.
    ///   - salt: tells vehicles that share one entry apart.
    func actualWindows(_ planned: [PlugWindow], _ grid: TimeGrid, salt: UInt64 = 0) -> [PlugWindow]? {
        guard !isList else {
            guard let listed = windows(grid)?.map(\.window) else { return nil }
            guard listed.count == planned.count else {
                error(
                    "must hold a window for each of the \(planned.count) that are planned, in order, got \(listed.count)"
                )
                return nil
            }
            // Needs are the plan's: only the times are met.
            return zip(planned, listed).map { plan, real in
                var window = plan
                (window.from, window.to) = (real.from, real.to)
                return window
            }
        }
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let (arrival, departure) = (reader.optional("arrival_sd"), reader.optional("departure_sd"))
        if arrival == nil, departure == nil { error("must be a list of windows, or hold arrival_sd or departure_sd") }
        let spreads = (arrival.map { $0.duration() } ?? 0, departure.map { $0.duration() } ?? 0)
        let seed =
            UInt64(reader.number("seed", .nonNegative, default: 1)) &+ (context.fleet == nil ? 0 : salt &* 0x1000_0001)
        guard let late = spreads.0, let early = spreads.1 else { return nil }
        return InputValue.spread(planned, arrivalSeconds: late, departureSeconds: early, seed: seed, grid)
    }

    /// Windows whose ends are off by normal errors, to the minute; each keeps a step at least, and stays off its neighbours.
    private static func spread(
        _ planned: [PlugWindow], arrivalSeconds: Int, departureSeconds: Int, seed: UInt64, _ grid: TimeGrid
    ) -> [PlugWindow] {
        var generator = SeededGenerator(seed: seed)
        func off(_ time: Instant, _ spread: Int) -> Instant {
            let minutes = (generator.normal() * Double(spread) / 60).rounded()
            return time.adding(seconds: Int(min(1440, max(-1440, minutes))) * 60)
        }
        var found: [PlugWindow] = []
        for (index, window) in planned.enumerated() {
            var actual = window
            actual.from = off(window.from, arrivalSeconds)
            actual.to = off(window.to, departureSeconds)
            // What had begun before the horizon is a fact.
            if window.from <= grid.start { actual.from = window.from }
            if let before = found.last { actual.from = max(actual.from, before.to.adding(seconds: 60)) }
            if index + 1 < planned.count {
                let next = planned[index + 1]
                actual.to = min(actual.to, next.from.adding(seconds: -60))
            }
            if actual.to < actual.from.adding(seconds: grid.stepSeconds) {
                // Off by more than the window is long: as planned.
                (actual.from, actual.to) = (max(window.from, found.last?.to ?? window.from), window.to)
            }
            found.append(actual)
        }
        return found
    }
}
