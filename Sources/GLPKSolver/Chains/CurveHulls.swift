import LinearPrograms

extension ChainSearch {
    /// A curve whose argument is a column and a constant.
    struct HeldCurve {
        var curve: NonconvexCurve
        var argument: Int
        var coefficient: Double
        var constant: Double
        /// What the linear part says that the curve is.
        var value: LinearExpression

        /// The argument, and what the linear part says that the curve is there.
        func point(at values: [Double]) -> (argument: Double, value: Double) {
            (values[argument] * coefficient + constant, value.value(at: values))
        }
    }

    /// Adds rows that say what each curve is at least and at most between the present bounds of its argument, where the linear
    /// part does not know it: the program states the hull over all arguments.
    ///
    /// - Returns: whether a row was added.
    func addCurveHulls(_ values: [Double]) throws -> Bool {
        var isAdded = false
        for held in heldCurves {
            let function = function(held)
            guard function.points.count > 1 else { continue }
            let (at, now) = held.point(at: values)
            for (hull, sign) in [(function.lowerHull, 1.0), (function.upperHull, -1.0)]
            where sign > 0 || held.curve.isExact {
                let missing = sign * (hull(at) - now)
                guard missing > ChainSearch.toleranceOfHulls * max(1, abs(now)), let piece = hull.piece(at: at) else {
                    continue
                }
                // value >= y + slope (argument - x), or <= for the upper hull.
                var terms = held.value.terms.map { Term($0.column, sign * $0.coefficient) }
                terms.append(Term(program.column(at: held.argument), -sign * piece.slope * held.coefficient))
                let least = sign * (piece.start.y + piece.slope * (held.constant - piece.start.x) - held.value.constant)
                try add(
                    CutRow(
                        terms: terms.filter { $0.coefficient != 0 }, least: least - 1e-9 * max(1, abs(least)),
                        isOfConnection: false))
                isAdded = true
            }
        }
        return isAdded
    }
    private static let toleranceOfHulls = 1e-6

    /// A curve between the present bounds of its argument.
    private func function(_ held: HeldCurve) -> PiecewiseLinear {
        let ends = [lower[held.argument], upper[held.argument]].map { $0 * held.coefficient + held.constant }
        return held.curve.function(from: min(ends[0], ends[1]), to: max(ends[0], ends[1]))
    }

    /// Where the linear part has a cost below the curve: by how much, and where the curve's argument may be parted.
    func missingCosts(_ values: [Double]) -> [(argument: Int, missing: Double, at: Double)] {
        heldCurves.compactMap { held in
            guard !held.curve.isExact else { return nil }
            let function = function(held)
            let (at, now) = held.point(at: values)
            let kinks = function.points.dropFirst().dropLast().map(\.x)
            guard let kink = kinks.min(by: { abs($0 - at) < abs($1 - at) }) else { return nil }
            return (held.argument, function(at) - now, (kink - held.constant) / held.coefficient)
        }
    }

    /// The program's curves, as far as their arguments are single columns.
    static func heldCurves(of program: LinearProgram) -> [HeldCurve] {
        program.disjunctions.compactMap { disjunction in
            guard case .curve(let curve) = disjunction, curve.argument.terms.count == 1,
                let term = curve.argument.terms.first, term.coefficient != 0
            else { return nil }
            return HeldCurve(
                curve: curve, argument: term.column.index, coefficient: term.coefficient,
                constant: curve.argument.constant, value: curve.value)
        }
    }
}

extension PiecewiseLinear {
    /// The piece that an argument lies in.
    fileprivate func piece(at x: Double) -> (start: Point, slope: Double)? {
        guard points.count > 1 else { return nil }
        let right = points.dropFirst().firstIndex { $0.x >= x } ?? points.count - 1
        let (a, b) = (points[right - 1], points[right])
        return (a, (b.y - a.y) / (b.x - a.x))
    }
}
