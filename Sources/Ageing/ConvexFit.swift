/// The convex piecewise-linear function that is nearest to samples, by least squares.
///
///     f(x) = a + b x + sum_i c_i max(0, x - t_i),   c_i >= 0
///
/// The knots t_i are fixed and equal, so that the normal matrix is one for all; the rest is a non-negative least squares
/// problem (Lawson and Hanson 1974) of nine unknowns and two free ones.
enum ConvexFit {
    static let pieceCount = 10
    static let sampleCount = 101
    static let samples: [Double] = (0..<sampleCount).map { Double($0) / Double(sampleCount - 1) }
    private static let unknowns = pieceCount + 1

    private static func basis(_ index: Int, _ x: Double) -> Double {
        switch index {
        case 0: 1
        case 1: x
        default: max(0, x - Double(index - 1) / Double(pieceCount))
        }
    }

    private static let design: [[Double]] = samples.map { x in (0..<unknowns).map { basis($0, x) } }
    private static let normal: [[Double]] = (0..<unknowns).map { row in
        (0..<unknowns).map { column in design.reduce(0) { $0 + $1[row] * $1[column] } }
    }

    /// Values at the `pieceCount + 1` equal knots of the fit to `values` at `samples`.
    static func knots(_ values: [Double]) -> [Double] {
        let right = (0..<unknowns).map { row in zip(design, values).reduce(0) { $0 + $1.0[row] * $1.1 } }
        var isFree = [Bool](repeating: false, count: unknowns)
        isFree[0] = true
        isFree[1] = true
        var solution = solve(isFree, right)
        let scale = max(1e-300, right.map(abs).max() ?? 0)
        for _ in 0..<(4 * unknowns) {
            let gradient = (0..<unknowns).map { row in
                right[row] - (0..<unknowns).reduce(0) { $0 + normal[row][$1] * solution[$1] }
            }
            guard
                let best = (2..<unknowns).filter({ !isFree[$0] }).max(by: { gradient[$0] < gradient[$1] }),
                gradient[best] > 1e-12 * scale
            else { break }
            isFree[best] = true
            var next = solve(isFree, right)
            // Steps back to where the first coefficient reaches zero, which is then held there.
            while let blocked = (2..<unknowns).filter({ isFree[$0] && next[$0] <= 0 })
                .min(by: { ratio(solution, next, $0) < ratio(solution, next, $1) })
            {
                let step = ratio(solution, next, blocked)
                for index in 0..<unknowns { solution[index] += step * (next[index] - solution[index]) }
                isFree[blocked] = false
                solution[blocked] = 0
                next = solve(isFree, right)
            }
            solution = next
        }
        return (0...pieceCount).map { knot in
            let x = Double(knot) / Double(pieceCount)
            return (0..<unknowns).reduce(0) { $0 + solution[$1] * basis($1, x) }
        }
    }

    private static func ratio(_ from: [Double], _ to: [Double], _ index: Int) -> Double {
        from[index] / max(from[index] - to[index], 1e-300)
    }

    /// Least squares over the free unknowns, by elimination with pivots.
    private static func solve(_ isFree: [Bool], _ right: [Double]) -> [Double] {
        let free = (0..<unknowns).filter { isFree[$0] }
        var rows = free.map { row in free.map { normal[row][$0] } + [right[row]] }
        for column in free.indices {
            let pivot = (column..<free.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            for row in free.indices where row != column {
                let factor = rows[row][column] / rows[column][column]
                guard factor != 0 else { continue }
                for index in column...free.count { rows[row][index] -= factor * rows[column][index] }
            }
        }
        var solution = [Double](repeating: 0, count: unknowns)
        for (index, unknown) in free.enumerated() { solution[unknown] = rows[index][free.count] / rows[index][index] }
        return solution
    }
}
