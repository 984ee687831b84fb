/// A battery as the schedule sees it. States of charge are shares of `capacityKWh`, 0...1.
public struct Battery: Sendable, Equatable {
    /// Usable capacity, kWh.
    public var capacityKWh: Double
    /// Lowest state of charge while plugged in; a target that may give way.
    /// Where it changes in time, the highest.
    public var socMin: Double
    /// Highest state of charge.
    public var socMax: Double
    /// At the horizon's start (or on arrival, where the vehicle arrives later).
    public var socStart: Double
    /// At the horizon's end, where the vehicle is plugged in then.
    public var socEnd: Double
    /// Worth of energy left at the horizon's end, money per kWh; nil where the scenario sets none.
    public var endValuePerKWh: Double?
    /// Cell temperature in each step, degC.
    public var temperatureC: [Double]
    /// What existing and cycling cost.
    public var ageing: AgeingSpecification
    /// Maximum charging power at a state of charge, AC kW: concave, rising in SoC to 1; empty where the charger alone limits.
    public var chargeLimit: [ChargeLimitPoint] = []
    /// Maximum energy discharged at the charger in a calendar day, in capacities; nil where the scenario sets no limit.
    public var maxCyclesPerDay: Double?
    /// `soc_min` of each step, T values, where it changes in time; nil: `socMin` holds throughout.
    public var socMinSeries: [Double]?
    /// `soc_max` of each step, T values, where it changes in time; nil: `socMax` holds throughout.
    public var socMaxSeries: [Double]?
    /// How long a battery that begins above `soc_max` may stay there, from the horizon's start or the arrival after it, s.
    public var socMaxGraceSeconds = 12 * 3600

    /// Memberwise.
    package init(
        capacityKWh: Double, socMin: Double = 0, socMax: Double = 1, socStart: Double, socEnd: Double? = nil,
        endValuePerKWh: Double? = nil, temperatureC: [Double], ageing: AgeingSpecification
    ) {
        self.capacityKWh = capacityKWh
        self.socMin = socMin
        self.socMax = socMax
        self.socStart = socStart
        self.socEnd = socEnd ?? socStart
        self.endValuePerKWh = endValuePerKWh
        self.temperatureC = temperatureC
        self.ageing = ageing
    }

    /// Energy at the start, kWh.
    public var startKWh: Double { socStart * capacityKWh }
    /// The floor while plugged in, kWh.
    public var floorKWh: Double { socMin * capacityKWh }
    /// The maximum that it may ever hold, kWh: the highest `soc_max` or, where that is more, what was there at the start.
    /// `PlugTimeline.ceilingKWh` gives the limit of each boundary.
    public var ceilingKWh: Double { max(socMax * capacityKWh, startKWh) }
    /// The floor at a boundary, kWh: that of the step which begins there (the last, at the horizon's end).
    package func floorKWh(at boundary: Int) -> Double { value(socMinSeries, boundary, socMin) * capacityKWh }
    /// `soc_max` at a boundary, kWh, in the same way.
    package func fullKWh(at boundary: Int) -> Double { value(socMaxSeries, boundary, socMax) * capacityKWh }

    private func value(_ series: [Double]?, _ boundary: Int, _ constant: Double) -> Double {
        series.map { $0[min(boundary, $0.count - 1)] } ?? constant
    }
}

extension Battery {
    /// The lines whose minimum is the charging limit: power at SoC 0, and its change to SoC 1, kW.
    package var chargeLimitLines: [(interceptKW: Double, slopeKW: Double)] {
        guard let first = chargeLimit.first else { return [] }
        let slopes = zip(chargeLimit, chargeLimit.dropFirst()).map { left, right in
            let slope = (right.acKW - left.acKW) / (right.soc - left.soc)
            return (interceptKW: left.acKW - slope * left.soc, slopeKW: slope)
        }
        return [(first.acKW, 0)] + slopes
    }

    /// The maximum AC power that the battery takes at a mean state of charge, kW; infinite where nothing limits it.
    package func chargeLimitKW(atMeanSoC soc: Double) -> Double {
        chargeLimitLines.map { $0.interceptKW + $0.slopeKW * soc }.min() ?? .infinity
    }
}

/// A point of the charging power that a battery takes at a state of charge.
public struct ChargeLimitPoint: Sendable, Equatable {
    /// State of charge, 0...1.
    public var soc: Double
    /// AC power, kW.
    public var acKW: Double
    /// Memberwise.
    package init(soc: Double, acKW: Double) {
        self.soc = soc
        self.acKW = acKW
    }
}
