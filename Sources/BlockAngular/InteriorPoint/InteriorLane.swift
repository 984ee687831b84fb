/// One lane's blocks: each phase of a round on them. Used by one thread at a time.
final class InteriorLane: @unchecked Sendable {
    let blocks: [Int]
    var factor: MultifrontalFactor
    /// The factors of its blocks, one behind the other.
    let factors: UnsafeMutablePointer<Double>
    let factorStart: [Int]
    /// Its blocks' part of the Schur complement of the linking rows, as `pattern` stores it, and of its right-hand side.
    let matrix: UnsafeMutablePointer<Double>
    let linkRight: UnsafeMutablePointer<Double>
    /// Its blocks' part of the linking rows' residuals.
    let linkResidual: UnsafeMutablePointer<Double>
    /// Of one block: what is solved for, duals and residuals of its rows, followed by the linking rows.
    let local: UnsafeMutablePointer<Double>
    let duals: UnsafeMutablePointer<Double>
    let residual: UnsafeMutablePointer<Double>
    let localMatrix: UnsafeMutablePointer<Double>
    let linkingCount: Int
    let pattern: LinkPattern

    var measure = InteriorMeasure()
    /// The longest steps that keep slacks and duals positive.
    var primalStep = 1.0
    var dualStep = 1.0
    var stepTimesDual = 0.0
    var slackTimesDualStep = 0.0
    var stepTimesDualStep = 0.0
    var snapScale = SnapScale()

    init(_ problem: InteriorProblem, blocks: [Int]) {
        self.blocks = blocks
        let patterns = blocks.map { problem.blocks[$0].pattern }
        factor = MultifrontalFactor(patterns)
        var starts: [Int] = []
        var total = 0
        for pattern in patterns {
            starts.append(total)
            total += pattern.factorCount
        }
        factorStart = starts
        factors = .allocate(capacity: total + 1)
        linkingCount = problem.linkingCount
        pattern = problem.linkPattern
        matrix = .allocate(capacity: pattern.size + 1)
        linkRight = .allocate(capacity: linkingCount + 1)
        linkResidual = .allocate(capacity: linkingCount + 1)
        let rows = (patterns.map { $0.rowCount + $0.linkCount }.max() ?? 0) + 1
        local = .allocate(capacity: rows)
        duals = .allocate(capacity: rows)
        residual = .allocate(capacity: rows)
        let links = patterns.map(\.linkCount).max() ?? 0
        localMatrix = .allocate(capacity: links * links + 1)
    }

    func deallocate() {
        factor.deallocate()
        for pointer in [factors, matrix, linkRight, linkResidual, local, duals, residual, localMatrix] {
            pointer.deallocate()
        }
    }

    /// One block's part of the memory.
    struct Place {
        let pattern: FrontalPattern
        let multiplicity: Double
        let barrierWeight: Double
        let columnStart: Int
        let columnCount: Int
        let rowStart: Int
        let values: UnsafePointer<Double>
        let links: UnsafePointer<Int32>
        let lower: UnsafePointer<Double>
        let upper: UnsafePointer<Double>
        let cost: UnsafePointer<Double>
        let right: UnsafePointer<Double>
        let entryRow: UnsafePointer<Int32>
        let columnEntries: UnsafePointer<Int32>
        let factor: UnsafeMutablePointer<Double>
    }

    func forEachBlock(_ problem: InteriorProblem, _ work: (Place) -> Void) {
        problem.values.withUnsafeBufferPointer { values in
            problem.links.withUnsafeBufferPointer { links in
                problem.lower.withUnsafeBufferPointer { lower in
                    problem.upper.withUnsafeBufferPointer { upper in
                        problem.cost.withUnsafeBufferPointer { cost in
                            problem.right.withUnsafeBufferPointer { right in
                                guard let values = values.baseAddress, let links = links.baseAddress,
                                    let lower = lower.baseAddress, let upper = upper.baseAddress,
                                    let cost = cost.baseAddress, let right = right.baseAddress
                                else { return }
                                for (index, number) in blocks.enumerated() {
                                    let block = problem.blocks[number]
                                    block.pattern.entryRow.withUnsafeBufferPointer { rows in
                                        block.pattern.columnStart.withUnsafeBufferPointer { starts in
                                            guard let rows = rows.baseAddress, let starts = starts.baseAddress else {
                                                return
                                            }
                                            work(
                                                Place(
                                                    pattern: block.pattern, multiplicity: block.multiplicity,
                                                    barrierWeight: block.barrierWeight,
                                                    columnStart: block.columnStart, columnCount: block.columnCount,
                                                    rowStart: block.rowStart, values: values + block.valueStart,
                                                    links: links + block.linkStart, lower: lower + block.columnStart,
                                                    upper: upper + block.columnStart,
                                                    cost: cost + block.columnStart, right: right + block.rowStart,
                                                    entryRow: rows, columnEntries: starts,
                                                    factor: factors + factorStart[index]))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// `A' y` of one column, with the block's row duals in `local`.
    @inline(__always)
    func times(_ block: Place, _ column: Int) -> Double {
        var total = 0.0
        var entry = Int(block.columnEntries[column])
        let end = Int(block.columnEntries[column + 1])
        while entry < end {
            total += block.values[entry] * local[Int(block.entryRow[entry])]
            entry &+= 1
        }
        return total
    }

    /// Adds `amount * column` to `local`.
    @inline(__always)
    func add(_ amount: Double, _ block: Place, _ column: Int) {
        var entry = Int(block.columnEntries[column])
        let end = Int(block.columnEntries[column + 1])
        while entry < end {
            local[Int(block.entryRow[entry])] += block.values[entry] * amount
            entry &+= 1
        }
    }

    /// Brings the block's and the linking rows' part of `rows` together.
    func load(
        _ rows: UnsafeMutablePointer<Double>, _ problem: InteriorProblem, _ block: Place,
        into local: UnsafeMutablePointer<Double>
    ) {
        let own = block.pattern.rowCount
        local.update(from: rows + block.rowStart, count: own)
        for link in 0..<block.pattern.linkCount {
            local[own + link] = rows[problem.linkingRow + Int(block.links[link])]
        }
    }
}
