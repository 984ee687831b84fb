/// A request of evcc's optimizer protocol. Energy in Wh, power in W, time in seconds, money per Wh.
///
/// Names are those of the protocol; keys that it does not know are passed over.
public struct ChargeRequest: Decodable, Sendable {
    public var strategy: Strategy?
    public var grid: Grid?
    public var batteries: [Battery]
    public var timeSeries: TimeSeries
    /// Share of what is charged that arrives in the cells; 0.95 where absent.
    public var chargeEfficiency: Double?
    /// Share of what leaves the cells that is delivered; 0.95 where absent.
    public var dischargeEfficiency: Double?

    enum CodingKeys: String, CodingKey {
        case strategy, grid, batteries
        case timeSeries = "time_series"
        case chargeEfficiency = "eta_c"
        case dischargeEfficiency = "eta_d"
    }

    /// What is preferred among plans of equal worth.
    public struct Strategy: Decodable, Sendable {
        public enum Charging: String, Decodable, Sendable, CaseIterable {
            case none
            case beforeExport = "charge_before_export"
            case attenuateDemandPeaks = "attenuate_demand_peaks"
            case attenuateFeedinPeaks = "attenuate_feedin_peaks"
            case attenuateGridPeaks = "attenuate_grid_peaks"
        }
        public enum Discharging: String, Decodable, Sendable, CaseIterable {
            case none
            case beforeImport = "discharge_before_import"
        }
        public var charging: Charging?
        public var discharging: Discharging?

        enum CodingKeys: String, CodingKey {
            case charging = "charging_strategy"
            case discharging = "discharging_strategy"
        }
    }

    /// The grid connection.
    public struct Grid: Decodable, Sendable {
        /// Most import, W. It gives way, at a penalty; with a demand rate it is where the rate begins.
        public var importLimitW: Double?
        /// Most export, W; what is beyond it is lost, at a penalty.
        public var exportLimitW: Double?
        /// Demand rate, money per W of the highest import beyond the limit.
        public var demandRatePerW: Double?

        enum CodingKeys: String, CodingKey {
            case importLimitW = "p_max_imp"
            case exportLimitW = "p_max_exp"
            case demandRatePerW = "prc_p_exc_imp"
        }
    }

    /// A battery, of a house or of a car.
    public struct Battery: Decodable, Sendable {
        /// Whether it may charge while the site imports; no where absent.
        public var chargesFromGrid: Bool?
        /// Whether it may discharge while the site exports; no where absent.
        public var dischargesToGrid: Bool?
        /// All that it holds, Wh; `mostWh` where absent.
        public var capacityWh: Double?
        /// Least and most energy, Wh. Both give way, at a penalty.
        public var leastWh: Double
        public var mostWh: Double
        /// Energy at the start, Wh.
        public var startWh: Double
        /// Least power while it charges, W.
        public var leastChargeW: Double
        public var chargeW: Double
        public var dischargeW: Double
        /// Worth of the energy at the end, money per Wh.
        public var endValuePerWh: Double
        /// What is to be charged in each step, Wh.
        public var demandWh: [Double]?
        /// Energy to be held at the end of each step, Wh; 0: none is asked for. That of the first step is passed over.
        public var goalWh: [Double]?
        /// 0...2: who goes first among plans of equal worth.
        public var priority: Int?

        enum CodingKeys: String, CodingKey {
            case chargesFromGrid = "charge_from_grid"
            case dischargesToGrid = "discharge_to_grid"
            case capacityWh = "s_capacity"
            case leastWh = "s_min"
            case mostWh = "s_max"
            case startWh = "s_initial"
            case leastChargeW = "c_min"
            case chargeW = "c_max"
            case dischargeW = "d_max"
            case endValuePerWh = "p_a"
            case demandWh = "p_demand"
            case goalWh = "s_goal"
            case priority = "c_priority"
        }
    }

    /// What is known of each step.
    public struct TimeSeries: Decodable, Sendable {
        /// Length of the step, s. Steps may differ.
        public var stepSeconds: [Double]
        /// The house's own load, Wh.
        public var loadWh: [Double]
        /// More loads, Wh, each added to the first.
        public var moreLoadsWh: [[Double]]?
        /// Sun, Wh.
        public var solarWh: [Double]
        /// Money per Wh.
        public var importPricePerWh: [Double]
        public var exportPricePerWh: [Double]

        enum CodingKeys: String, CodingKey {
            case stepSeconds = "dt"
            case loadWh = "gt"
            case moreLoadsWh = "gt_add"
            case solarWh = "ft"
            case importPricePerWh = "p_N"
            case exportPricePerWh = "p_E"
        }

        /// All loads of a step, Wh.
        func totalLoadWh(_ step: Int) -> Double {
            loadWh[step] + (moreLoadsWh ?? []).reduce(0) { $0 + $1[step] }
        }
    }
}
