/// Lower bounds of what is still to come, by going backward in time with simpler functions in place of the exact ones.
///
/// With one cell each function is replaced by its convex hull. With more, by its convex hull within each cell of the
/// amounts, which is closer and takes longer.
struct CostToGo {
    /// For each boundary 0...T the least cost from there on, the holding cost at the boundary itself not included.
    var functions: [ValueFunction]

    /// By convex hulls. Nil: no plan keeps the bounds.
    init?(convex program: StoreProgram) {
        var next: ConvexFunction?
        var functions = [ValueFunction](repeating: ValueFunction(), count: program.stages.count + 1)
        guard let last = program.stages.last, last.upper >= last.lower - ValueFunction.width else { return nil }
        // At the end there is nothing more to come.
        functions[program.stages.count] = ConvexFunction(over: last.lower, last.upper).pieces
        next = ConvexFunction(over: last.lower, last.upper)
        for index in program.stages.indices.reversed() {
            let stage = program.stages[index]
            guard var after = next, !stage.moves.isEmpty else { return nil }
            after.add(ConvexFunction(hullOf: stage.holding, over: after.low, after.high))
            let moves = ConvexFunction(hullOf: stage.moves.map(\.mirrored))
            var before = after.convolved(with: moves)
            before.shift(by: stage.drawn)
            if index > 0 {
                let earlier = program.stages[index - 1]
                guard let clipped = before.clipped(earlier.lower, earlier.upper) else { return nil }
                before = clipped
            }
            functions[index] = before.pieces
            next = before
        }
        self.functions = functions
    }

    /// By convex hulls within cells. Nil: no plan keeps the bounds.
    init?(_ program: StoreProgram, cells: Int) {
        guard let last = program.stages.last, last.upper >= last.lower - ValueFunction.width else { return nil }
        var functions = [ValueFunction](repeating: ValueFunction(), count: program.stages.count + 1)
        var value = ConvexFunction(over: last.lower, last.upper).pieces
        functions[program.stages.count] = value
        for index in program.stages.indices.reversed() {
            let stage = program.stages[index]
            value.add(stage.holding)
            value = value.moved(by: stage.moves.map(\.mirrored))
            value.shift(by: stage.drawn)
            if index > 0 { value.clip(program.stages[index - 1].lower, program.stages[index - 1].upper) }
            guard !value.isEmpty else { return nil }
            value = value.hulls(cells: cells)
            functions[index] = value
        }
        self.functions = functions
    }
}

extension ValueFunction {
    /// The convex hull within each of so many equal cells of the amounts: nowhere above the function.
    func hulls(cells: Int) -> ValueFunction {
        guard count > cells else { return self }
        let low = min(intervals.first?.low ?? .infinity, points.first?.low ?? .infinity)
        let high = max(intervals.last?.high ?? -.infinity, points.last?.high ?? -.infinity)
        let width = (high - low) / Double(cells)
        guard width > 1e3 * ValueFunction.width else { return self }
        var corners = [[(x: Double, y: Double)]](repeating: [], count: cells)
        func cell(_ x: Double) -> Int { min(max(Int((x - low) / width), 0), cells - 1) }
        for piece in intervals {
            var from = piece.low
            var number = cell(from)
            while true {
                let end = low + Double(number + 1) * width
                let to = number == cells - 1 || piece.high <= end ? piece.high : end
                corners[number].append((from, piece.value(at: from)))
                corners[number].append((to, piece.value(at: to)))
                if to >= piece.high { break }
                from = to
                number += 1
            }
        }
        for point in points { corners[cell(point.low)].append((point.low, point.atLow)) }
        var result = ValueFunction()
        for corners in corners where !corners.isEmpty {
            let hull = ConvexFunction(hullOf: corners)
            if hull.xs.count == 1 {
                result.points.append(hull.pieces.points[0])
            } else {
                result.intervals += hull.pieces.intervals
            }
        }
        result.dropCoveredPoints()
        return result
    }

    /// Leaves the amounts from which, with what is to come, no more than `threshold` need be spent.
    func pruned(by toGo: ValueFunction, threshold: Double) -> ValueFunction {
        var kept = ValueFunction()
        let margin = ValueFunction.width
        for point in points {
            if let rest = toGo.value(at: point.low, tolerance: 2 * margin), point.atLow + rest <= threshold {
                kept.points.append(point)
            }
        }
        var at = 0
        func keep(_ piece: Piece, _ from: Double, _ to: Double) {
            if let last = kept.intervals.last, last.high >= from, last.move == piece.move,
                last.hasFixedRise == piece.hasFixedRise, last.reference == piece.reference, last.low >= piece.low
            {
                kept.intervals[kept.intervals.count - 1] = piece.cut(last.low, to)
            } else {
                kept.intervals.append(piece.cut(from, to))
            }
        }
        var single: [Piece] = []
        for piece in intervals {
            while at < toGo.intervals.count, toGo.intervals[at].high < piece.low { at += 1 }
            var next = at
            while next < toGo.intervals.count, toGo.intervals[next].low <= piece.high {
                let rest = toGo.intervals[next]
                var (from, to) = (max(piece.low, rest.low), min(piece.high, rest.high))
                next += 1
                let left = piece.value(at: from) + rest.value(at: from) - threshold
                let right = piece.value(at: to) + rest.value(at: to) - threshold
                if left > 0, right > 0 { continue }
                if left > 0 || right > 0 {
                    let crossing = from + (to - from) * left / (left - right)
                    if left > 0 { from = crossing } else { to = crossing }
                }
                if to - from > margin {
                    keep(piece, from, to)
                } else if kept.intervals.last.map({ $0.high < from }) ?? true {
                    single.append(piece.cut(from, from))
                }
            }
        }
        for rest in toGo.points {
            if let piece = ValueFunction(intervals: intervals).piece(at: rest.low, tolerance: margin) {
                let x = min(max(rest.low, piece.low), piece.high)
                if piece.value(at: x) + rest.atLow <= threshold { single.append(piece.cut(x, x)) }
            }
        }
        if !single.isEmpty {
            single.sort { $0.low < $1.low }
            kept = ValueFunction.lower(kept, ValueFunction(points: single))
            kept.dropCoveredPoints()
        }
        return kept
    }
}
