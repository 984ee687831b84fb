/// Linking rows within linking rows, as in a tree of groups of blocks: a group's row adds up its blocks, and the rows above add up
/// the same again.
///
///     lo <= sum of S <= hi,   ... + f sum of S + ...      becomes
///     sum of S - n = 0,  lo <= n <= hi,   ... + f n + ...
///
/// with a column `n` for the nested row's sum. A block then touches the rows of its own group alone.
extension BlockStructure {
    /// The same program with nested linking rows taken apart; itself where there are none, or few rows.
    func nested() -> BlockStructure {
        guard linkingRows.count >= Parameters.Choice.minNestedRows else { return self }
        let parents = parentRows()
        guard parents.contains(where: { $0 != nil }) else { return self }
        var made = self
        for (row, parent) in parents.enumerated() {
            guard let parent else { continue }
            let column = Int32(made.freeColumns.count + made.netBounds.count)
            made.netBounds.append((linkingLower[row], linkingUpper[row]))
            (made.linkingLower[row], made.linkingUpper[row]) = (0, 0)
            made.freeEntries.append((Int32(row), column, -1))
            made.freeEntries.append((Int32(parent.row), column, parent.factor))
        }
        for index in made.blocks.indices {
            var children: Set<Int64> = []
            for entry in blocks[index].linking {
                guard let parent = parents[Int(entry.row)] else { continue }
                children.insert(Int64(parent.row) << 32 | Int64(entry.column))
            }
            made.blocks[index].linking.removeAll { children.contains(Int64($0.row) << 32 | Int64($0.column)) }
        }
        return made
    }

    /// Whether the linking rows' matrix stays within bounds.
    var hasSmallLinks: Bool {
        var border = Block()
        border.linking = freeEntries.map { .init(row: $0.row, column: $0.column, value: $0.value) }
        return LinkPattern(count: linkingRows.count, border: border, blocks: blocks.lazy.map(\.linkingRows))
            .isSmallEnough
    }

    /// For each linking row the smallest one that holds its blocks' entries too, and how many times it does.
    private func parentRows() -> [(row: Int, factor: Double)?] {
        let count = linkingRows.count
        var sizes = [Int](repeating: 0, count: count)
        for block in blocks { for entry in block.linking { sizes[Int(entry.row)] += 1 } }
        var isFree = [Bool](repeating: true, count: count)
        for entry in freeEntries { isFree[Int(entry.row)] = false }
        func isSmaller(_ one: Int32, _ two: Int32) -> Bool {
            (sizes[Int(one)], one) < (sizes[Int(two)], two)
        }
        // How many of a row's entries stand in another one too, at the same factor.
        var shared: [Int64: (count: Int, factor: Double)] = [:]
        forEachColumn { entries in
            for one in entries where isFree[Int(one.row)] {
                for two in entries where isSmaller(one.row, two.row) {
                    let (key, factor) = (Int64(one.row) << 32 | Int64(two.row), two.value / one.value)
                    let known = shared[key] ?? (0, factor)
                    if known.factor == factor { shared[key] = (known.count + 1, factor) }
                }
            }
        }
        var parents = [(row: Int, factor: Double)?](repeating: nil, count: count)
        for (key, found) in shared where found.count == sizes[Int(key >> 32)] {
            let (row, other) = (Int(key >> 32), Int32(truncatingIfNeeded: key))
            if let known = parents[row], isSmaller(Int32(known.row), other) { continue }
            parents[row] = (Int(other), found.factor)
        }
        // Two rows that share a column cannot both be taken out of the same one: the larger stays.
        forEachColumn { entries in
            for one in entries {
                guard let parent = parents[Int(one.row)] else { continue }
                for two in entries where isSmaller(two.row, one.row) && parents[Int(two.row)]?.row == parent.row {
                    parents[Int(two.row)] = nil
                }
            }
        }
        return parents
    }

    /// The linking entries of each column of each block that has two or more.
    private func forEachColumn(_ work: (ArraySlice<Block.Entry>) -> Void) {
        for block in blocks {
            let sorted = block.linking.sorted { ($0.column, $0.row) < ($1.column, $1.row) }
            var first = 0
            while first < sorted.count {
                var end = first + 1
                while end < sorted.count, sorted[end].column == sorted[first].column { end += 1 }
                if end > first + 1 { work(sorted[first..<end]) }
                first = end
            }
        }
    }
}
