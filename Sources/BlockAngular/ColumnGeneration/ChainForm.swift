/// The form that dynamic programming can price: a chain of columns, each met only by its neighbours.
///
/// The columns that stand in several rows of the block are the *states* s_0 ... s_n; every other column is a *leaf* of
/// the one row it stands in. A row holds one state or two neighbouring ones:
///
///     lower <= alpha s_k + beta s_{k+1} + sum_i a_i x_i <= upper        x_i leaves, within their bounds
///
/// For given states the leaves of a row are chosen cheapest first, so that each row is a convex piecewise-linear function
/// of its states. A store over time is such a block: a tank, or an inventory.
struct ChainForm {
    /// A row and its leaves. `beta` is 0 where the row holds one state.
    struct Row {
        var alpha: Double
        var beta: Double
        var lower: Double
        var upper: Double
        var leaves: Range<Int>
    }

    /// One chain of states: between state k and k+1 the rows `pairs[k]`, on state k alone the rows `singles[k]`.
    struct Chain {
        var states: [Int] = []
        var pairs: [[Row]] = []
        var singles: [[Row]] = []
        /// Range of each state that its neighbours can reach.
        var low: [Double] = []
        var high: [Double] = []
    }

    var chains: [Chain] = []
    /// Columns that stand in no row.
    var loose: [Int] = []
    /// Leaves of all rows, by row: column of the block and its coefficient there.
    var leafColumn: [Int] = []
    var leafCoefficient: [Double] = []
    /// Bounds, with those that a row on one column alone sets.
    var lower: [Double]
    var upper: [Double]

    /// Nil where the block has another form.
    init?(_ block: Block) {
        guard !block.isInteger else { return nil }
        lower = block.lower
        upper = block.upper
        let rowCount = block.rowLower.count
        var entriesOfRow = [[Block.Entry]](repeating: [], count: rowCount)
        for entry in block.entries { entriesOfRow[Int(entry.row)].append(entry) }
        var (rowLower, rowUpper) = (block.rowLower, block.rowUpper)
        guard tightenBounds(&entriesOfRow, &rowLower, &rowUpper) else { return nil }

        var rowsOfColumn = [Int](repeating: 0, count: lower.count)
        for row in entriesOfRow { for entry in row { rowsOfColumn[Int(entry.column)] += 1 } }
        var isState = rowsOfColumn.map { $0 >= 2 }
        for row in entriesOfRow where !row.isEmpty && !row.contains(where: { isState[Int($0.column)] }) {
            isState[Int(row[0].column)] = true
        }
        loose = rowsOfColumn.indices.filter { rowsOfColumn[$0] == 0 }

        var singles: [Int: [Row]] = [:]
        var links: [Int: [(neighbour: Int, row: Row)]] = [:]
        for (index, row) in entriesOfRow.enumerated() where !row.isEmpty {
            let states = row.filter { isState[Int($0.column)] }.sorted { $0.column < $1.column }
            guard states.count <= 2 else { return nil }
            let start = leafColumn.count
            for entry in row where !isState[Int(entry.column)] {
                leafColumn.append(Int(entry.column))
                leafCoefficient.append(entry.value)
            }
            let first = Int(states[0].column)
            let made = Row(
                alpha: states[0].value, beta: states.count == 2 ? states[1].value : 0, lower: rowLower[index],
                upper: rowUpper[index], leaves: start..<leafColumn.count)
            if states.count == 2 {
                let second = Int(states[1].column)
                links[first, default: []].append((second, made))
                let turned = Row(
                    alpha: made.beta, beta: made.alpha, lower: made.lower, upper: made.upper, leaves: made.leaves)
                links[second, default: []].append((first, turned))
            } else {
                singles[first, default: []].append(made)
            }
        }
        guard chainUp(isState, singles, links) else { return nil }
        for index in chains.indices { guard chains[index].narrow(self) else { return nil } }
    }

    /// Takes fixed columns out of the rows, and turns rows on one column into bounds; false where they contradict.
    private mutating func tightenBounds(
        _ rows: inout [[Block.Entry]], _ rowLower: inout [Double], _ rowUpper: inout [Double]
    ) -> Bool {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for row in rows.indices where !rows[row].isEmpty {
                var kept: [Block.Entry] = []
                for entry in rows[row] {
                    let column = Int(entry.column)
                    if lower[column] == upper[column] {
                        rowLower[row] -= entry.value * lower[column]
                        rowUpper[row] -= entry.value * lower[column]
                        hasChanged = true
                    } else {
                        kept.append(entry)
                    }
                }
                if kept.count == 1 {
                    let (column, value) = (Int(kept[0].column), kept[0].value)
                    let ends = [rowLower[row] / value, rowUpper[row] / value]
                    lower[column] = max(lower[column], min(ends[0], ends[1]))
                    upper[column] = min(upper[column], max(ends[0], ends[1]))
                    if lower[column] > upper[column] {
                        guard lower[column] <= upper[column] + Parameters.Chain.boundTolerance else { return false }
                        upper[column] = lower[column]
                    }
                    kept = []
                    hasChanged = true
                } else if kept.isEmpty,
                    rowLower[row] > Parameters.Chain.rowTolerance || rowUpper[row] < -Parameters.Chain.rowTolerance
                {
                    return false
                }
                rows[row] = kept
            }
        }
        return true
    }

    /// Strings the states together; false where they branch or form a ring.
    private mutating func chainUp(
        _ isState: [Bool], _ singles: [Int: [Row]], _ links: [Int: [(neighbour: Int, row: Row)]]
    ) -> Bool {
        var isSeen = [Bool](repeating: false, count: isState.count)
        func neighbours(_ state: Int) -> Set<Int> { Set((links[state] ?? []).map(\.neighbour)) }
        let states = isState.indices.filter { isState[$0] }
        for start in states where !isSeen[start] && neighbours(start).count <= 1 {
            var chain = Chain()
            var current: Int? = start
            while let state = current {
                isSeen[state] = true
                chain.states.append(state)
                chain.singles.append(singles[state] ?? [])
                let next = neighbours(state).filter { !isSeen[$0] }
                guard neighbours(state).count <= 2, next.count <= 1 else { return false }
                current = next.first
                if let current {
                    chain.pairs.append((links[state] ?? []).filter { $0.neighbour == current }.map(\.row))
                }
            }
            chains.append(chain)
        }
        return states.allSatisfy { isSeen[$0] }
    }

    /// Range of `alpha s + beta s'` that a row's leaves can balance.
    func reach(_ row: Row) -> (low: Double, high: Double) {
        var (low, high) = (row.lower, row.upper)
        for leaf in row.leaves {
            let (column, value) = (leafColumn[leaf], leafCoefficient[leaf])
            let ends = (value * lower[column], value * upper[column])
            low -= max(ends.0, ends.1)
            high -= min(ends.0, ends.1)
        }
        return (low, high)
    }
}

extension ChainForm.Chain {
    /// Narrows each state to what its neighbours can reach; false where nothing is left, or a state is unbounded.
    fileprivate mutating func narrow(_ form: ChainForm) -> Bool {
        low = states.map { form.lower[$0] }
        high = states.map { form.upper[$0] }
        for (k, rows) in singles.enumerated() {
            for row in rows {
                let (least, most) = form.reach(row)
                let ends = (least / row.alpha, most / row.alpha)
                low[k] = max(low[k], min(ends.0, ends.1))
                high[k] = min(high[k], max(ends.0, ends.1))
            }
        }
        // Forwards: s' = w s + z with z in the row's range, by interval arithmetic.
        for (k, rows) in pairs.enumerated() {
            for row in rows {
                let z = row.zRange(form)
                let moved = (row.velocity * low[k], row.velocity * high[k])
                low[k + 1] = max(low[k + 1], min(moved.0, moved.1) + z.low)
                high[k + 1] = min(high[k + 1], max(moved.0, moved.1) + z.high)
            }
        }
        // Backwards, exactly: for which s does some s' satisfy every row of the pair and its own range?
        for k in pairs.indices.reversed() {
            var lines = [(low: low[k + 1], high: high[k + 1], velocity: 0.0)]
            for row in pairs[k] {
                let z = row.zRange(form)
                lines.append((z.low, z.high, row.velocity))
            }
            for f in lines {
                for g in lines where f.velocity != g.velocity {
                    let limit = (g.high - f.low) / (f.velocity - g.velocity)
                    if f.velocity > g.velocity { high[k] = min(high[k], limit) } else { low[k] = max(low[k], limit) }
                }
            }
        }
        for k in states.indices {
            guard low[k].isFinite, high[k].isFinite, low[k] <= high[k] + Parameters.Chain.rowTolerance else {
                return false
            }
            if low[k] > high[k] { high[k] = low[k] }
        }
        return true
    }
}

extension ChainForm.Row {
    /// How fast s' moves with s where the leaves stand still.
    var velocity: Double { -alpha / beta }

    /// Range of `s' - velocity s`.
    fileprivate func zRange(_ form: ChainForm) -> (low: Double, high: Double) {
        let (least, most) = form.reach(self)
        return beta > 0 ? (least / beta, most / beta) : (most / beta, least / beta)
    }
}
