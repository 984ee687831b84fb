/// A part of a program that is one store over time: what a solver of stores needs to know of its columns and rows.
///
/// The rows and columns of the program stay what they are; this says which of them make up the store. Beyond these rows
/// the store's columns meet the rest of the program in other rows, whose duals are prices to the store.
package struct StoreChain: Sendable {
    /// A column by which the amount rises or falls.
    package struct Flow: Sendable {
        package var column: Column
        /// The rise of the amount at a value of the column, from (0, 0) on; negative where the amount falls.
        package var rise: PiecewiseLinear
        /// The column is in none of these, which rise and do not touch.
        package var gaps: [Gap]
        /// A column that is so many times the rise, where there is one.
        package var converted: (column: Column, perRise: Double)?

        package init(
            column: Column, rise: PiecewiseLinear, gaps: [Gap] = [],
            converted: (column: Column, perRise: Double)? = nil
        ) {
            self.column = column
            self.rise = rise
            self.gaps = gaps
            self.converted = converted
        }

        /// The column is 0 or at least this.
        package var threshold: Double { gaps.first { $0.low <= 0 }?.high ?? 0 }

        /// The ranges between the gaps within bounds of the column; an end may be met by a bound that is in a gap.
        package func ranges(_ lower: Double, _ upper: Double) -> [(low: Double, high: Double)] {
            var ranges: [(low: Double, high: Double)] = []
            var low = lower
            for gap in gaps {
                if gap.low >= low { ranges.append((low, min(gap.low, upper))) }
                low = max(low, gap.high)
            }
            ranges.append((low, upper))
            return ranges.filter { $0.high >= $0.low - 1e-9 }.map { (min($0.low, $0.high), $0.high) }
        }
    }

    /// A row `level + column / perAmount >= target`, by which the column counts what the amount lacks.
    package struct Shortfall: Sendable {
        package var column: Column
        /// The column's value for each unit that is lacking.
        package var perAmount: Double
        package var row: Row
        package var target: Double

        package init(column: Column, perAmount: Double = 1, row: Row, target: Double) {
            self.column = column
            self.perAmount = perAmount
            self.row = row
            self.target = target
        }
    }

    /// Values that a column does not take: those between `low` and `high`.
    package struct Gap: Sendable, Equatable {
        package var low: Double
        package var high: Double

        package init(low: Double = 0, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// A way in which a flow runs, with columns of its own: `low <= power <= high` where `isOn` is 1, else 0.
    package struct Mode: Sendable {
        /// The same number in all stages.
        package var number: Int
        /// The flow, by its number in the stage, whose column is the sum of its modes' powers.
        package var flow: Int
        package var low: Double
        package var high: Double
        package var power: Column
        package var isOn: Column
        /// 1 where a run begins; nil where runs do not matter.
        package var start: Column?

        package init(
            number: Int, flow: Int, low: Double, high: Double, power: Column, isOn: Column, start: Column? = nil
        ) {
            self.number = number
            self.flow = flow
            self.low = low
            self.high = high
            self.power = power
            self.isOn = isOn
            self.start = start
        }

        var columns: [Column] { [power, isOn] + (start.map { [$0] } ?? []) }
    }

    /// A row `rising flow - falling flow - above + below = planned`: how far a stage is from what was planned for it.
    package struct Distance: Sendable {
        package var row: Row
        package var above: Column
        package var below: Column
        package var planned: Double

        package init(row: Row, above: Column, below: Column, planned: Double) {
            self.row = row
            self.above = above
            self.below = below
            self.planned = planned
        }
    }

    package struct Stage: Sendable {
        /// At most one of them is positive.
        package var flows: [Flow]
        /// What leaves the store whatever is decided.
        package var drawn: Double
        /// The amount after the stage; its bounds are the column's.
        package var level: Column
        /// The cost of the amount after the stage, beside the level column's own.
        package var holding: PiecewiseLinear?
        /// The part of `holding` that is among the program's constants.
        package var holdingConstant = 0.0
        package var shortfalls: [Shortfall] = []
        /// How far its flows are from a plan; nil where there is none.
        package var distance: Distance?
        /// The modes of its flows; empty where they have none.
        package var modes: [Mode] = []
        /// Whether every run of a mode has ended before the stage.
        package var endsRuns = false
        /// The other columns of the store (parts of its curves), and its rows.
        package var columns: [Column]
        package var rows: [Row]
        /// Index into the program's connections; nil where the flows meet none.
        package var connection: Int?

        package init(flows: [Flow], drawn: Double, level: Column, columns: [Column], rows: [Row]) {
            self.flows = flows
            self.drawn = drawn
            self.level = level
            self.columns = columns
            self.rows = rows
        }
    }

    /// The block that its columns belong to.
    package var block: Int
    /// The amount before the first stage.
    package var start: Double
    package var stages: [Stage] = []
    /// Stages that a run of a mode lasts at least.
    package var leastRun = 1
    /// Whether a run may still be shorter after the last stage.
    package var runMayBeCut = true

    package init(block: Int, start: Double) {
        self.block = block
        self.start = start
    }

    /// The same chain in a program in which its columns and rows stand elsewhere.
    ///
    /// - Parameters:
    ///   - block: its block there.
    ///   - column: the column there of each of its columns.
    ///   - row: the row there of each of its rows.
    ///   - connection: the numbers of the connections there; nil where one is not part of it.
    package func moved(
        block: Int, column: (Column) -> Column, row: (Row) -> Row, connection: (Int) -> Int?
    ) -> StoreChain {
        var copy = self
        copy.block = block
        copy.stages = stages.map { stage in
            var moved = stage
            moved.level = column(stage.level)
            moved.columns = stage.columns.map(column)
            moved.rows = stage.rows.map(row)
            moved.connection = stage.connection.flatMap(connection)
            moved.flows = stage.flows.map { flow in
                Flow(
                    column: column(flow.column), rise: flow.rise, gaps: flow.gaps,
                    converted: flow.converted.map { (column($0.column), $0.perRise) })
            }
            moved.modes = stage.modes.map {
                Mode(
                    number: $0.number, flow: $0.flow, low: $0.low, high: $0.high, power: column($0.power),
                    isOn: column($0.isOn), start: $0.start.map(column))
            }
            moved.distance = stage.distance.map {
                Distance(row: row($0.row), above: column($0.above), below: column($0.below), planned: $0.planned)
            }
            moved.shortfalls = stage.shortfalls.map {
                Shortfall(
                    column: column($0.column), perAmount: $0.perAmount, row: row($0.row), target: $0.target)
            }
            return moved
        }
        return copy
    }

    /// Columns and rows of the store, in no order.
    package var ownColumns: [Column] {
        stages.flatMap { stage -> [Column] in
            let parts = [stage.flows.map(\.column), stage.shortfalls.map(\.column), stage.modes.flatMap(\.columns)]
            let distance = stage.distance.map { [$0.above, $0.below] } ?? []
            return parts.joined() + [stage.level] + distance + stage.columns
        }
    }
    package var ownRows: [Row] {
        stages.flatMap { $0.rows + $0.shortfalls.map(\.row) + ($0.distance.map { [$0.row] } ?? []) }
    }
}

/// A row in which the flows of stores meet what comes in and what goes out:
///
///     sum of flows + spilled - incoming + outgoing = constant
package struct Connection: Sendable {
    package var row: Row
    package var incoming: Column
    package var outgoing: Column
    package var spilled: Column?
    /// Not both `incoming` and `outgoing` are positive.
    package var isExclusive: Bool

    /// The same connection in a program in which its columns and row stand elsewhere.
    package func moved(column: (Column) -> Column, row: (Row) -> Row) -> Connection {
        Connection(
            row: row(self.row), incoming: column(incoming), outgoing: column(outgoing), spilled: spilled.map(column),
            isExclusive: isExclusive)
    }

    package init(row: Row, incoming: Column, outgoing: Column, spilled: Column?, isExclusive: Bool) {
        self.row = row
        self.incoming = incoming
        self.outgoing = outgoing
        self.spilled = spilled
        self.isExclusive = isExclusive
    }
}
