import GLPKSolver
import LinearPrograms
import Scenarios
import Scheduling

/// The marginal cost of V2X (Scheduling.docc/Model.md section 6): what one more kWh delivered by a vehicle in a step costs, and what one
/// kWh less saves, split by where the cost arises.
///
/// In the optimal program the vehicle's net output of the step is held at its optimum plus `delta / h`, the site keeps
/// seeing the optimum's part, and everything else moves: the slope of the optimal cost on either side of zero. A vehicle
/// and step at a time, from the optimal basis by the dual simplex method; the split is that basis's direction.
/// Binaries are held where the optimum has them; so is the state of a charger at its minimum power or on a piece of its
/// efficiency curve where it needed none.
public struct MarginalCost: Sendable, Encodable {
    /// One side of zero.
    public struct Side: Sendable, Encodable, Equatable {
        /// Money per AC kWh.
        public var total: Double
        /// `electricity` (the replacement energy as if nothing were lost), `efficiency` (what is bought only to be lost),
        /// and every other cost line; they sum to `total`.
        public var parts: [String: Double]
        /// How many kWh it holds for.
        public var upToKWh: Double
        /// Where the kWh is made up for: start of the step, and AC kWh charged more (or discharged less) there per kWh.
        public var replacedIn: [Replacement]

        enum CodingKeys: String, CodingKey {
            case total, parts
            case upToKWh = "up_to_kwh"
            case replacedIn = "replaced_in"
        }
    }

    /// Where a kWh is made up for.
    public struct Replacement: Sendable, Encodable, Equatable {
        /// The id of the vehicle that makes up for it.
        public var vehicle: String
        /// The start of the step, ISO 8601 with the zone's offset.
        public var step: String
        /// AC kWh charged more (or discharged less) there per kWh.
        public var kwh: Double
    }

    /// The marginal costs of one vehicle.
    public struct VehicleSide: Sendable, Encodable {
        /// The vehicle's or stationary battery's id.
        public var id: String
        /// Cost of one more kWh delivered, one per step; nil where none is possible.
        public var deliver: [Side?]
        /// Saving of one kWh less delivered (or one more absorbed), one per step; nil where none is possible.
        public var absorb: [Side?]
        /// Why no kWh more can be delivered, one per step; nil where one can.
        public var deliverBlockedBy: [Obstacle?]
        /// Why no kWh less can be delivered (or more absorbed), one per step; nil where one can.
        public var absorbBlockedBy: [Obstacle?]

        enum CodingKeys: String, CodingKey {
            case id, deliver, absorb
            case deliverBlockedBy = "deliver_blocked_by"
            case absorbBlockedBy = "absorb_blocked_by"
        }
    }

    /// Why not one kWh more is possible.
    public enum Obstacle: String, Sendable, Encodable {
        /// Not plugged in.
        case away
        /// The charger already gives (or takes) all it can.
        case power
        /// A target, a floor, the battery's limits or the connection's: nothing else can make up for it.
        case limit
    }

    /// The scenario's name.
    public var scenario: String
    /// ISO 4217 code of every amount of money.
    public var currency: String
    /// The start of each step, ISO 8601 with the zone's offset.
    public var steps: [String]
    /// In the scenario's order.
    public var vehicles: [VehicleSide]
}

/// Why there are no marginal costs, offers or explanations.
package enum MarginalFailure: Error {
    case noSchedule(ScheduleOutcome)
    case solver(String)
    /// A result cannot be taken for this scenario's; why.
    case result(String)
}

extension Scheduler {
    /// The marginal costs of every vehicle and step of the schedule in `mode` (`v2x` or `v1x`).
    package func marginalCosts(mode: ScheduleMode = .v2x) throws(MarginalFailure) -> MarginalCost {
        try marginalCosts(of: solved(mode))
    }

    /// The marginal costs of every vehicle and step of a schedule that this scheduler made.
    package func marginalCosts(of solved: SolvedSchedule) throws(MarginalFailure) -> MarginalCost {
        do {
            return try marginalCosts(of: optimum(of: solved))
        } catch let failure as MarginalFailure {
            throw failure
        } catch let error as GLPKError {
            throw .solver(error.description)
        } catch {
            throw .solver("\(error)")
        }
    }

    /// The marginal costs of every vehicle and step at a model's values.
    func marginalCosts(of optimum: Scheduler.Optimum) throws(GLPKError) -> MarginalCost {
        var costs: MarginalCost?
        for side in try optimum.idleSides() {
            let found = try MarginalRun(optimum, idle: side).costs()
            guard var best = costs else {
                costs = found
                continue
            }
            for index in best.vehicles.indices { best.vehicles[index].keepBetter(of: found.vehicles[index]) }
            costs = best
        }
        guard let costs else { throw GLPKError.noOptimum }
        return costs
    }

    /// The schedule in `mode`, or why there is none.
    func solved(_ mode: ScheduleMode) throws(MarginalFailure) -> SolvedSchedule {
        let outcome = schedule(mode: mode)
        guard case .schedule(let solved) = outcome else { throw .noSchedule(outcome) }
        return solved
    }

    /// The model's values at a schedule.
    func optimum(of solved: SolvedSchedule) throws(MarginalFailure) -> Scheduler.Optimum {
        guard let optimum: Optimum = self.optimum(of: solved) else {
            throw .solver("the schedule is not a solution of its own program")
        }
        return optimum
    }
}

extension MarginalCost.VehicleSide {
    /// Delivers as cheaply, and absorbs as well, as the better of the two can.
    fileprivate mutating func keepBetter(of other: MarginalCost.VehicleSide) {
        for step in deliver.indices {
            if let its = other.deliver[step], its.total < deliver[step]?.total ?? .infinity {
                (deliver[step], deliverBlockedBy[step]) = (its, nil)
            }
            if let its = other.absorb[step], its.total > absorb[step]?.total ?? -.infinity {
                (absorb[step], absorbBlockedBy[step]) = (its, nil)
            }
        }
    }
}
