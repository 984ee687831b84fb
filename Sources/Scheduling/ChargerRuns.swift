import LinearPrograms
import Scenarios

/// Runs of a charger: what a start costs, and how long a run lasts.
///
///     c[t] + d[t] = sum_m p_m[t],   low_m a[t] on_m[t] <= p_m[t] <= high_m a[t] on_m[t],   sum_m on_m[t] <= 1
///     start_m[t] >= on_m[t] - on_m[t-1],   sum over s = t-R+1 ... t of start_m[s] <= on_m[t]
///     cost "switching" = switch_cost sum_m sum_t start_m[t]
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | m | mode: a direction and the phases that the charger is on | |
/// | on_m | whether it runs in the mode, binary; 0 where the vehicle is not plugged in, and before the horizon | 1 |
/// | low_m, high_m | minimum and maximum power of the mode | kW |
/// | a[t] | share of the step in which the vehicle is plugged in | 1 |
/// | R | `min_run`: steps that a run lasts at least; the horizon's end may cut it | 1 |
///
/// A run is a number of steps one after another in one mode, so that turning to other phases or to the other direction is a
/// start too. Stopping costs nothing.
extension SchedulingModel {
    /// The columns of one mode in the steps in which the vehicle can act; nil elsewhere.
    struct ModeColumns: Sendable {
        var mode: ChargerMode
        var powerKW: [Column?]
        var isOn: [Column?]
        /// Empty where runs do not matter.
        var start: [Column?] = []
    }

    /// Whether a vehicle's modes need columns of their own: its runs matter, or which phases it is on.
    func needsModes(_ charger: Charger) -> Bool {
        charger.hasRuns || (!charger.fewerPhases.isEmpty && scenario.site.phaseLimitKW != nil)
    }

    mutating func addChargerRuns(vehicle index: Int) {
        let charger = scenario.vehicles[index].charger
        guard needsModes(charger) else { return }
        let timeline = timelines[index]
        let powerLabel = program.family("mode_kw")
        let onLabel = program.family("mode_on")
        let splitLabel = program.family("modes_kw")
        var modes = charger.modes.map {
            ModeColumns(
                mode: $0, powerKW: Array(repeating: nil, count: grid.count),
                isOn: Array(repeating: nil, count: grid.count))
        }
        for step in 0..<grid.count where timeline.pluggedShare[step] > 0 {
            let share = timeline.pluggedShare[step]
            let firstRow = program.rowCount
            var onlyOne = LinearExpression()
            for direction in [ChargerMode.Direction.charging, .discharging] {
                let columns = direction == .charging ? vehicles[index].chargeKW : vehicles[index].dischargeKW
                guard let total = columns[step] else { continue }
                let most = program.columnUpper[total.index]
                var split = LinearExpression(total)
                for (number, columns) in modes.enumerated()
                where columns.mode.direction == direction && share * columns.mode.lowKW <= most {
                    let mode = columns.mode
                    let high = min(most, share * mode.highKW)
                    let power = program.addColumn(powerLabel(index, step, part: number), upper: high, block: index)
                    let on = program.addBinary(onLabel(index, step, part: number), block: index)
                    program.addRow(
                        onLabel(index, step, part: 2 * number), LinearExpression(power) - LinearExpression(on, high),
                        upper: 0)
                    if mode.lowKW > 0 {
                        program.addRow(
                            onLabel(index, step, part: 2 * number + 1),
                            LinearExpression(power) - LinearExpression(on, share * mode.lowKW), lower: 0)
                    }
                    modes[number].powerKW[step] = power
                    modes[number].isOn[step] = on
                    split.add(power, -1)
                    onlyOne.add(on)
                }
                program.addRow(splitLabel(index, step, part: direction == .charging ? 0 : 1), split, lower: 0, upper: 0)
            }
            if onlyOne.terms.count > 1 { program.addRow(splitLabel(index, step, part: 2), onlyOne, upper: 1) }
            vehicles[index].modeRows[step] = (firstRow..<program.rowCount).map { program.row(at: $0) }
        }
        vehicles[index].modes = modes
        if charger.hasRuns { addStarts(vehicle: index) }
    }

    private mutating func addStarts(vehicle index: Int) {
        let charger = scenario.vehicles[index].charger
        let label = program.family("mode_start")
        let line = charger.switchCost > 0 ? program.costLine(CostLine.switchingName) : nil
        let length = charger.minRunSteps
        for (number, columns) in vehicles[index].modes.enumerated() {
            var starts: [Column?] = Array(repeating: nil, count: grid.count)
            for step in 0..<grid.count {
                guard let on = columns.isOn[step] else { continue }
                // A run that could not last is not begun.
                let canLast = (step..<min(grid.count, step + length)).allSatisfy { columns.isOn[$0] != nil }
                let start = program.addColumn(
                    label(index, step, part: number), upper: canLast ? 1 : 0, block: index)
                starts[step] = start
                if let line { program.addCost(line, start, charger.switchCost) }
                var row = LinearExpression(start) - LinearExpression(on)
                if step > 0, let before = columns.isOn[step - 1] { row.add(before) }
                vehicles[index].modeRows[step]?.append(
                    program.addRow(label(index, step, part: 2 * number), row, lower: 0))
                guard length > 1 else { continue }
                var begun = LinearExpression(on, -1)
                for earlier in max(0, step - length + 1)...step {
                    if let start = starts[earlier] { begun.add(start) }
                }
                vehicles[index].modeRows[step]?.append(
                    program.addRow(label(index, step, part: 2 * number + 1), begun, upper: 0))
            }
            vehicles[index].modes[number].start = starts
        }
    }

    /// The modes of a step as those of a store's flows, charging first.
    func chainModes(vehicle index: Int, step: Int) -> [StoreChain.Mode] {
        let columns = vehicles[index]
        let share = timelines[index].pluggedShare[step]
        return columns.modes.enumerated().compactMap { number, mode in
            guard let power = mode.powerKW[step], let isOn = mode.isOn[step] else { return nil }
            let isFirst = mode.mode.direction == .charging || columns.chargeKW[step] == nil
            return StoreChain.Mode(
                number: number, flow: isFirst ? 0 : 1, low: share * mode.mode.lowKW,
                high: program.columnUpper[power.index], power: power, isOn: isOn,
                start: mode.start.isEmpty ? nil : mode.start[step])
        }
    }

    /// Power of a vehicle through one phase of the connection, kW; discharging counts below 0.
    func phaseFlowKW(vehicle index: Int, step: Int, phase: Int) -> LinearExpression {
        var flow = LinearExpression()
        let columns = vehicles[index]
        guard columns.modes.isEmpty else {
            for mode in columns.modes where mode.mode.phases.contains(phase) {
                guard let power = mode.powerKW[step] else { continue }
                flow.add(power, (mode.mode.direction == .charging ? 1 : -1) / Double(mode.mode.phases.count))
            }
            return flow
        }
        let phases = scenario.vehicles[index].charger.phases
        guard phases.contains(phase) else { return flow }
        if let charge = columns.chargeKW[step] { flow.add(charge, 1 / Double(phases.count)) }
        if let discharge = columns.dischargeKW[step] { flow.add(discharge, -1 / Double(phases.count)) }
        return flow
    }
}

/// The modes that a plan of powers runs in: the cheapest choice among those whose runs last long enough.
///
/// It knows nothing of the dynamic program (`RunStates`), whose plans it judges.
package struct ChargerRunReading: Sendable {
    /// Number of starts.
    package var starts: Int
    /// The mode in each step; nil where it does not run.
    package var modes: [ChargerMode?]

    /// The times at which powers begin, or turn to the other direction.
    package static func blocks(_ chargeKW: [Double], _ dischargeKW: [Double]) -> Int {
        let signs = zip(chargeKW, dischargeKW).map { $0 > 1e-6 ? 1 : $1 > 1e-6 ? -1 : 0 }
        return zip([0] + signs, signs).count { $1 != 0 && $0 != $1 }
    }

    /// Nil where no choice of modes has these powers with runs that are long enough.
    ///
    /// - Parameters:
    ///   - chargeKW: of each step, AC kW.
    ///   - dischargeKW: of each step, AC kW.
    ///   - pluggedShare: the share of each step in which the vehicle is plugged in.
    ///   - tolerance: by how much a power may be outside the range of its mode, kW.
    package init?(
        _ charger: Charger, chargeKW: [Double], dischargeKW: [Double], pluggedShare: [Double], tolerance: Double = 1e-6
    ) {
        let modes = charger.modes
        let length = max(1, charger.minRunSteps)
        // States: 0 off; then for each mode the steps that it has run, `length` standing for that many or more.
        let count = 1 + modes.count * length
        func state(_ mode: Int, _ age: Int) -> Int { 1 + mode * length + age - 1 }
        var cost = [Int](repeating: .max, count: count)
        cost[0] = 0
        var from: [[Int]] = []
        for step in chargeKW.indices {
            let share = pluggedShare[step]
            let isIdle = chargeKW[step] <= tolerance && dischargeKW[step] <= tolerance
            func fits(_ mode: ChargerMode) -> Bool {
                guard share > 0 else { return false }
                let (power, other) =
                    mode.direction == .charging
                    ? (chargeKW[step], dischargeKW[step]) : (dischargeKW[step], chargeKW[step])
                return other <= tolerance && power >= share * mode.lowKW - tolerance
                    && power <= share * mode.highKW + tolerance
            }
            var next = [Int](repeating: .max, count: count)
            var origin = [Int](repeating: -1, count: count)
            func reach(_ target: Int, from source: Int, adding starts: Int) {
                guard cost[source] < .max, cost[source] + starts < next[target] else { return }
                (next[target], origin[target]) = (cost[source] + starts, source)
            }
            let ended = [0] + modes.indices.map { state($0, length) }
            if isIdle { for source in ended { reach(0, from: source, adding: 0) } }
            for (number, mode) in modes.enumerated() where fits(mode) {
                for age in 1...length {
                    reach(state(number, min(age + 1, length)), from: state(number, age), adding: 0)
                }
                for source in ended where source != state(number, length) {
                    reach(state(number, 1), from: source, adding: 1)
                }
            }
            from.append(origin)
            cost = next
        }
        guard var last = cost.indices.filter({ cost[$0] < .max }).min(by: { cost[$0] < cost[$1] }) else { return nil }
        starts = cost[last]
        var read: [ChargerMode?] = []
        for origin in from.reversed() {
            read.append(last == 0 ? nil : modes[(last - 1) / length])
            last = origin[last]
        }
        self.modes = read.reversed()
    }
}
