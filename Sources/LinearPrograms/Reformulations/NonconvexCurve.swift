/// A value that follows a piecewise-linear function of an expression exactly, convex or not.
///
/// At first only a relaxation is in the program: the pieces of the function's hull (from below for a cost, on the side
/// that pays for a value in a row) and, for a value in a row, a slack as wide as the hull is away from the function.
/// Written out, the function's own pieces take over, filled in order by binaries (the incremental formulation):
///
///     s_q >= length_q y_q,   s_{q+1} <= length_{q+1} y_q,   y_q binary at the kinks where order does not come by itself
package struct NonconvexCurve: Sendable {
    /// Where the value goes.
    package enum Sink: Sendable {
        /// Into a cost line: less is better, so kinks where slopes rise need no binary.
        case cost(CostLineIndex)
        /// Into a row, with a coefficient: exact at every kink. The function must be 0 at its first point.
        case row(Row, Double)
    }

    /// Which hull relaxes a value in a row: the side on which the value would lie if it could.
    package enum Side: Sendable { case below, above }

    private var curve: PiecewiseLinear
    private var sink: Sink
    /// The argument.
    private var expression: LinearExpression
    /// The row `expression - sum of pieces = x_0`.
    private var argumentRow: Row
    /// Columns of the relaxation, and the slope of each; the slack is among them with its sign as slope.
    private var relaxed: [(column: Column, slope: Double)] = []
    /// The most that each of these can be.
    private var lengths: [Double] = []
    private var slack: (column: Column, slope: Double)?
    private var label: Label
    private var block: Int?

    /// Adds the relaxation of `value = curve(expression)` to `program`, and the condition itself to its disjunctions.
    ///
    /// - Returns: the columns and the row of the relaxation.
    @discardableResult
    package static func add(
        _ curve: PiecewiseLinear, of expression: LinearExpression, to program: inout LinearProgram, sink: Sink,
        side: Side = .below, label: NameTable.Family, member: Int?, index: Int, block: Int?
    ) -> (columns: [Column], row: Row) {
        let hull = side == .below ? curve.lowerHull : curve.upperHull
        var row = expression
        row.constant -= curve.points[0].x
        var relaxed: [(column: Column, slope: Double)] = []
        for (part, segment) in hull.segments.enumerated() {
            let column = program.addColumn(label(member, index, part: part), upper: segment.length, block: block)
            row.add(column, -1)
            relaxed.append((column, segment.slope))
        }
        let argumentRow = program.addRow(label(member, index), row, lower: 0, upper: 0)
        var condition = NonconvexCurve(
            curve: curve, sink: sink, expression: expression, argumentRow: argumentRow, relaxed: relaxed,
            label: label(member, index),
            block: block)
        condition.lengths = hull.segments.map(\.length)
        if case .cost(let line) = sink { program.addCost(line, constant: curve.points[0].y) }
        // The slack lets the columns say what the function is where it leaves its hull. In a row what pays is not always the
        // hull's side (a negative price rewards waste); as a cost it is 0 as long as the function is relaxed.
        let widest = curve.points.map { abs(hull($0.x) - $0.y) }.max() ?? 0
        let column = program.addColumn(label(member, index, part: relaxed.count), upper: widest, block: block)
        condition.slack = (column, side == .below ? 1 : -1)
        for (column, slope) in condition.columns { condition.emit(column, slope: slope, into: &program) }
        program.add(.curve(condition))
        return (condition.ownColumns, argumentRow)
    }

    private var columns: [(column: Column, slope: Double)] { relaxed + (slack.map { [$0] } ?? []) }

    private func emit(_ column: Column, slope: Double, into program: inout LinearProgram) {
        switch sink {
        case .cost(let line): program.addCost(line, column, slope)
        case .row(let row, let coefficient): program.addEntry(row, column, coefficient * slope)
        }
    }

    var ownColumns: [Column] { columns.map(\.column) }

    func moved(column: (Column) -> Column, row: (Row) -> Row) -> NonconvexCurve {
        var copy = self
        copy.argumentRow = row(argumentRow)
        copy.expression.terms = expression.terms.map { Term(column($0.column), $0.coefficient) }
        copy.relaxed = relaxed.map { (column($0.column), $0.slope) }
        copy.slack = slack.map { (column($0.column), $0.slope) }
        if case .row(let old, let coefficient) = sink { copy.sink = .row(row(old), coefficient) }
        return copy
    }

    /// Fills the relaxation's columns as the argument's own columns in `values` demand: the value is the function's.
    package func place(in values: inout [Double]) {
        var rest = expression.terms.reduce(expression.constant - curve.points[0].x) {
            $0 + $1.coefficient * values[$1.column.index]
        }
        for (number, length) in lengths.enumerated() {
            let part = min(max(rest, 0), length)
            values[relaxed[number].column.index] = part
            rest -= part
        }
        guard let slack else { return }
        let hull = relaxed.reduce(curve.points[0].y) { $0 + $1.slope * values[$1.column.index] }
        values[slack.column.index] = max(0, (curve(argument(at: values)) - hull) * slack.slope)
    }

    /// The argument, in columns that are the program's rather than the relaxation's.
    public var argument: LinearExpression { expression }

    /// What the relaxation says that the function is: a sum of its columns.
    public var value: LinearExpression {
        LinearExpression(
            terms: columns.map { Term($0.column, $0.slope) }, constant: curve.points[0].y)
    }

    /// The function between two arguments.
    public func function(from low: Double, to high: Double) -> PiecewiseLinear {
        let (first, last) = (curve.points[0].x, curve.points[curve.points.count - 1].x)
        return curve.restricted(to: min(max(low, first), last), min(max(high, first), last))
    }

    /// Whether values above the function are impossible too, rather than only too dear.
    public var isExact: Bool { if case .row = sink { true } else { false } }

    private func argument(at values: [Double]) -> Double {
        relaxed.reduce(curve.points[0].x) { $0 + values[$1.column.index] }
    }

    func isBroken(at values: [Double]) -> Bool {
        let value = columns.reduce(curve.points[0].y) { $0 + $1.slope * values[$1.column.index] }
        let wanted = curve(argument(at: values))
        switch sink {
        case .cost: return wanted - value > 1e-9 * max(1e-3, abs(wanted))
        case .row: return abs(wanted - value) > 1e-7
        }
    }

    /// A cost at a kink where its slope falls: there the hull touches the function, so that kink ends the range.
    func isOpen(at values: [Double]) -> Bool {
        guard case .cost = sink else { return false }
        let argument = argument(at: values)
        let slopes = curve.segments.map(\.slope)
        return slopes.indices.dropFirst().contains {
            needsBinary(slopes[$0 - 1], slopes[$0]) && abs(curve.points[$0].x - argument) <= 1e-7
        }
    }

    func write(into program: inout LinearProgram, near values: [Double]) -> [(binary: Column, value: Double)] {
        for (column, _) in columns { program.setBounds(column, upper: 0) }
        let name = program.names.families[Int(label.family)]
        let (exact, order) = (program.family(name + ".exact"), program.family(name + ".order"))
        let member = label.member >= 0 ? Int(label.member) : nil
        let place = label.index >= 0 ? Int(label.index) : nil
        let argument = argument(at: values)

        let segments = curve.segments
        var pieces: [Column] = []
        for (part, segment) in segments.enumerated() {
            let column = program.addColumn(exact(member, place, part: part), upper: segment.length, block: block)
            program.addEntry(argumentRow, column, -1)
            emit(column, slope: segment.slope, into: &program)
            pieces.append(column)
        }
        // Pieces between two binaries fill in order by themselves.
        var groups: [Range<Int>] = []
        var start = 0
        for part in 1..<max(1, segments.count) where needsBinary(segments[part - 1].slope, segments[part].slope) {
            groups.append(start..<part)
            start = part
        }
        groups.append(start..<segments.count)

        var binaries: [(binary: Column, value: Double)] = []
        var rowNumber = 0
        for (number, (left, right)) in zip(groups, groups.dropFirst()).enumerated() {
            let binary = program.addBinary(order(member, place, part: number), block: block)
            for part in left.lowerBound..<right.upperBound {
                let isLeft = part < right.lowerBound
                program.addRow(
                    order(member, place, part: rowNumber),
                    LinearExpression(terms: [Term(pieces[part]), Term(binary, -segments[part].length)]),
                    lower: isLeft ? 0 : -.infinity, upper: isLeft ? .infinity : 0)
                rowNumber += 1
            }
            binaries.append((binary, argument > curve.points[right.lowerBound].x ? 1 : 0))
        }
        return binaries
    }

    private func needsBinary(_ left: Double, _ right: Double) -> Bool {
        switch sink {
        case .cost: right < left
        case .row: left != right
        }
    }
}
