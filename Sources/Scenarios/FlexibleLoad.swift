/// A load behind the connection whose time can be chosen (`site.loads`).
///
/// It has no tariff of its own: what it takes is part of the site's balance.
public struct FlexibleLoad: Sendable, Equatable {
    /// Unique among the site's loads.
    public var id: String
    /// What it is.
    public var kind: Kind
    /// Weight of its shortfalls, > 0: where not all targets can be met, those of a higher one are met first.
    public var priority: Double

    /// What kind of load it is.
    public enum Kind: Sendable, Equatable {
        /// An amount of energy by a deadline, such as a boiler or an appliance that can be modulated.
        case energy(EnergyByDeadline)
        /// A fixed profile that starts once, such as a washing machine.
        case run(Run)
        /// A store of heat, such as a heat pump with its buffer or house.
        case heat(HeatStore)
    }

    /// Memberwise.
    package init(id: String, kind: Kind, priority: Double = 1) {
        self.id = id
        self.kind = kind
        self.priority = priority
    }

    /// Energy within each of its spans, at 0 or `minKW ... maxKW`. What is missing at a span's end is a shortfall.
    public struct EnergyByDeadline: Sendable, Equatable {
        /// Wanted in each span, kWh.
        public var energyKWh: Double
        /// Minimum power when it takes any, kW.
        public var minKW: Double
        /// Maximum power, kW.
        public var maxKW: Double
        /// When it may take it, in time order.
        public var spans: [Span]
        /// Memberwise.
        package init(energyKWh: Double, minKW: Double = 0, maxKW: Double, spans: [Span]) {
            self.energyKWh = energyKWh
            self.minKW = minKW
            self.maxKW = maxKW
            self.spans = spans
        }
    }

    /// A profile that starts once within each of its spans, or not at all at the shortfall of its energy.
    public struct Run: Sendable, Equatable {
        /// kW in each step of a run.
        public var profileKW: [Double]
        /// From the earliest start to the latest end, in time order.
        public var spans: [Span]
        /// Memberwise.
        package init(profileKW: [Double], spans: [Span]) {
            self.profileKW = profileKW
            self.spans = spans
        }
    }

    /// A time from `from` to `to`, and what has happened in it before the horizon begins.
    public struct Span: Sendable, Equatable {
        /// Its start.
        public var from: Instant
        /// Its end.
        public var to: Instant
        /// Energy that was taken in it before the horizon, kWh.
        public var takenKWh = 0.0
        /// Steps of a run that are over; nil: it has not started.
        public var stepsRun: Int?
        /// Memberwise.
        package init(from: Instant, to: Instant) {
            self.from = from
            self.to = to
        }

        /// The share of its length that lies before `instant`.
        package func share(before instant: Instant) -> Double {
            let length = Double(to.epochSeconds - from.epochSeconds)
            return min(1, max(0, Double(instant.epochSeconds - from.epochSeconds) / length))
        }
    }

    /// A store of heat in kWh of heat: `q[t+1] = q[t] (1 - loss h) + h cop[t] p[t] - h demand[t]`.
    public struct HeatStore: Sendable, Equatable {
        /// Capacity, kWh.
        public var capacityKWh: Double
        /// What it holds at the start, kWh.
        public var startKWh: Double
        /// Minimum that it should hold, kWh.
        public var minKWh: Double
        /// Share of what it holds that is lost in an hour.
        public var lossPerHour: Double
        /// Heat that is taken from it in each step, kW; T values.
        public var demandKW: [Double]
        /// Heat from each kWh of electricity, kWh, in each step; T values.
        public var cop: [Double]
        /// Minimum power when it takes any, kW.
        public var minKW: Double
        /// Maximum power, kW.
        public var maxKW: Double
        /// Memberwise.
        package init(
            capacityKWh: Double, startKWh: Double, minKWh: Double = 0, lossPerHour: Double = 0, demandKW: [Double],
            cop: [Double], minKW: Double = 0, maxKW: Double
        ) {
            self.capacityKWh = capacityKWh
            self.startKWh = startKWh
            self.minKWh = minKWh
            self.lossPerHour = lossPerHour
            self.demandKW = demandKW
            self.cop = cop
            self.minKW = minKW
            self.maxKW = maxKW
        }

        /// The heat after a step that begins with `heatKWh` and takes `kW`, kWh.
        package func after(_ heatKWh: Double, kW: Double, step: Int, hours: Double) -> Double {
            heatKWh * (1 - lossPerHour * hours) + hours * (cop[step] * kW - demandKW[step])
        }

        /// Where `heatKWh` (T + 1 values) lies deepest below what is wanted, and by how much, kWh; the first such boundary.
        package func deepest(_ heatKWh: [Double], hours: Double) -> (boundary: Int, kWh: Double) {
            let depths = zip(floorKWh(hours: hours), heatKWh).map { $0 - $1 }
            let boundary = depths.indices.max { depths[$0] < depths[$1] - 1e-9 }
            return boundary.map { ($0, depths[$0]) } ?? (0, 0)
        }

        /// What is wanted at each boundary, kWh, T + 1 values: `minKWh`, or where it begins below that, what heating at
        /// full power could have reached.
        package func floorKWh(hours: Double) -> [Double] {
            var reached = startKWh
            var isBelow = startKWh < minKWh
            return [min(minKWh, startKWh)]
                + cop.indices.map { step in
                    guard isBelow else { return minKWh }
                    reached = after(reached, kW: maxKW, step: step, hours: hours)
                    isBelow = reached < minKWh
                    return min(minKWh, reached)
                }
        }
    }
}

extension FlexibleLoad {
    /// The load over `steps` alone.
    func part(_ steps: Range<Int>) -> FlexibleLoad {
        guard case .heat(var store) = kind else { return self }
        store.demandKW = Array(store.demandKW[steps])
        store.cop = Array(store.cop[steps])
        return FlexibleLoad(id: id, kind: .heat(store), priority: priority)
    }
}
