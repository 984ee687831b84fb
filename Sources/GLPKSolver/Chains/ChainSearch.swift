import DynamicProgramming
import LinearPrograms

/// Solves a program of stores whose decisions are not linear, by dynamic programming and linear programs in turn.
///
/// 1. The linear part gives duals of the rows that are not the stores' own. At these prices each store is a program of its
///    own, solved exactly (`StoreProgram`): together they are a Lagrangian bound, at least as good as the linear one,
///
///        bound = linear optimum + sum over stores of (DP(p) - p x),   p: the prices of the store's columns
///
/// 2. What the stores decide there is held, and the rest is a linear program again: a solution, with its cost.
/// 3. Where the two differ, `p x >= DP(p)` holds for every decision of the store and is added to the linear part, and so
///    on; what is then left is found by branching.
///
/// With one store and its connection nothing is left after the first round.
final class ChainSearch {
    /// A solution: the program with its decisions held, and the values of its columns.
    struct Candidate {
        var program: LinearProgram
        var values: [Double]
        var objective: Double
    }

    enum Ending {
        /// The best solution, and a bound below every solution.
        case found(Candidate, bound: Double)
        case infeasible
        /// Nothing was found within the limits, or nothing better than what was known; no solution is below the bound.
        case none(bound: Double)
    }

    let program: LinearProgram
    let relativeGap: Double
    let limits: SolveLimits
    let known: Double
    let violationPrice: Double
    let costs: [Double]
    /// The rows that are a store's own at present.
    private var rowIsOwn: [Bool]
    /// For each connection the chain whose own it is: the only one with a flow that is still open there.
    private(set) var owners: [Int?]
    /// For each connection the stages that meet there, by chain; empty where columns of others meet there too.
    private(set) var meetings: [[(chain: Int, stage: Int)]]
    var problem: GLPKProblem
    /// The curves of the program, where their bounds say more than the program does.
    private(set) lazy var heldCurves = ChainSearch.heldCurves(of: program)
    /// The envelopes of shared connections, each with the bounds that it was made for.
    var envelopes: [Int: (bounds: [Double], envelope: ConnectionEnvelope)] = [:]
    /// Rows that were added in the search, in the order of the problem's rows after the first `fixedRowCount`.
    private(set) var cuts: [CutRow] = []
    private let fixedRowCount: Int
    var lower: [Double]
    var upper: [Double]
    private(set) var best: Candidate?
    private(set) var iterations = 0
    private(set) var nodes = 0
    /// Whether neighbourhoods of the best solution are searched.
    let mayLookAround: Bool
    /// Whether it is a part of another search.
    private let isAside: Bool
    /// Values of a solution that is known.
    private let start: [Double]?
    /// Which is next, and the nodes of all so far.
    var neighbourhoodNumber = 0
    var nodesAside = 0
    /// By how many times more nodes than at first they are searched.
    var widening = 1.0
    /// The linear optimum of the last node.
    private var lastLinear: [Double] = []
    /// The least bound of what was left out because it could not be better.
    private var leftOut = Double.infinity

    /// - Parameters:
    ///   - known: the objective of a solution that is known: only better ones are looked for.
    ///   - violationPrice: what the objective has for each violation: the gap asked for is that of the rest.
    ///   - program: with every disjunction written out that is not about a chain's own columns or an own connection.
    init(
        _ program: LinearProgram, relativeGap: Double, limits: SolveLimits,
        known: Double = .infinity, violationPrice: Double = 0, mayLookAround: Bool = true, isAside: Bool = false,
        start: [Double]? = nil
    ) throws(GLPKError) {
        (self.mayLookAround, self.isAside) = (mayLookAround, isAside)
        self.start = start
        self.known = known
        self.violationPrice = violationPrice
        self.program = program
        self.relativeGap = relativeGap
        self.limits = limits
        costs = program.objective().coefficients
        var own = [Bool](repeating: false, count: program.rowCount)
        for chain in program.chains { for row in chain.ownRows { own[row.index] = true } }
        rowIsOwn = own
        owners = Array(repeating: nil, count: program.connections.count)
        meetings = Array(repeating: [], count: program.connections.count)
        lower = program.columnLower
        upper = program.columnUpper
        problem = try GLPKProblem(program)
        // Of two columns of which one is 0 the sum of their shares is at most 1.
        for case .exclusive(let pair) in program.disjunctions {
            let (one, two) = (upper[pair.first.index], upper[pair.second.index])
            guard min(one, two) > 1e-6, max(one, two) < ChainSearch.mostOfShare else { continue }
            try problem.addRow([Term(pair.first, 1 / one), Term(pair.second, 1 / two)], lower: -.infinity, upper: 1)
        }
        fixedRowCount = problem.rowCount
        for (number, chain) in program.chains.enumerated() {
            for (place, stage) in chain.stages.enumerated() {
                if let connection = stage.connection { meetings[connection].append((number, place)) }
            }
        }
        for (number, connection) in program.connections.enumerated() {
            var known = [connection.incoming, connection.outgoing] + (connection.spilled.map { [$0] } ?? [])
            for (chain, stage) in meetings[number] {
                known += program.chains[chain].stages[stage].flows.map(\.column)
            }
            if rowTerms[connection.row.index]?.count != known.count { meetings[number] = [] }
        }
    }

    /// Finds out whose own each connection is at the present bounds.
    private func findOwners() {
        for (number, meeting) in meetings.enumerated() {
            let open = meeting.filter { chain, stage in
                program.chains[chain].stages[stage].flows.contains { upper[$0.column.index] > lower[$0.column.index] }
            }
            owners[number] = open.count == 1 ? open[0].chain : open.isEmpty ? meeting.first?.chain : nil
            rowIsOwn[program.connections[number].row.index] = owners[number] != nil
        }
    }

    // MARK: - Prices

    /// The columns' prices: costs less what the rows that are no store's own take.
    ///
    /// - Parameter withConnections: whether the connections' rows are counted among these.
    private func prices(duals: [Double], withConnections: Bool = true) -> [Double] {
        var prices = costs
        for index in program.entryRow.indices {
            let row = Int(program.entryRow[index])
            guard !rowIsOwn[row], duals[row] != 0, withConnections || rowTerms[row] == nil else { continue }
            prices[Int(program.entryColumn[index])] -= program.entryValue[index] * duals[row]
        }
        for (place, cut) in cuts.enumerated() where withConnections && cut.isOfConnection {
            let dual = duals[fixedRowCount + place]
            guard dual != 0 else { continue }
            for term in cut.terms { prices[term.column.index] -= term.coefficient * dual }
        }
        return prices
    }

    func connection(
        _ connection: Connection, _ prices: [Double], base: Double
    ) -> PricedConnection {
        func place(_ column: Column) -> PricedConnection.Place {
            .init(price: prices[column.index], lower: lower[column.index], upper: upper[column.index])
        }
        return PricedConnection(
            base: base, incoming: place(connection.incoming), outgoing: place(connection.outgoing),
            spilled: connection.spilled.map(place), isExclusive: connection.isExclusive)
    }

    private func store(_ number: Int, _ prices: [Double]) -> PricedStore {
        PricedStore(
            program.chains[number], prices: prices, lower: lower, upper: upper
        ) { stage in
            guard let connection = stage.connection, self.owners[connection] == number else { return nil }
            // The other flows are held where their bounds are.
            return self.connection(connection, prices, without: stage, self.lower)
        }
    }

    /// The columns of each chain, without those of connections.
    private lazy var chainColumns: [[Int]] = program.chains.map { $0.ownColumns.map(\.index) }

    /// The columns of a chain, with those of its own connections.
    private func ownColumns(_ number: Int) -> [Int] {
        var columns = chainColumns[number]
        for (index, owner) in owners.enumerated() where owner == number {
            let connection = program.connections[index]
            columns += [connection.incoming.index, connection.outgoing.index]
            columns += connection.spilled.map { [$0.index] } ?? []
        }
        return columns
    }

    // MARK: - Search

    struct Node {
        var changes: Bounds
        var bound: Double
        var depth: Int
        /// The number of the node that it is a part of.
        var parent: Int
        /// The cuts that bound it, beside those that hold in all nodes.
        var cuts: [CutRow] = []
        /// Its basis, with these cuts; nil: the first node's.
        var basis: GLPKProblem.Basis?
    }

    /// What a solution must cost less than.
    var ceiling: Double { min(known, best?.objective ?? .infinity) }

    var tolerance: Double {
        guard ceiling < .infinity else { return 0 }
        return 0.5 * relativeGap * max(1, abs(best.map { $0.objective - priced($0.values) } ?? ceiling))
    }

    private func priced(_ values: [Double]) -> Double {
        violationPrice == 0 ? 0 : violationPrice * program.violations.reduce(0) { $0 + values[$1.index] }
    }

    func run() throws -> Ending {
        if !holdLoneConnections() { return .infeasible }
        if let start { try offer(held(at: start, linear: start)) }
        var open = [Node(changes: [], bound: -.infinity, depth: 0, parent: 0)]
        var isFirst = true
        while !open.isEmpty {
            // The most promising one; among equals the last.
            var index = open.count - 1
            for other in open.indices.reversed() where open[other].bound < open[index].bound - 1e-12 { index = other }
            let node = open.remove(at: index)
            if node.bound >= ceiling - tolerance {
                leftOut = min(leftOut, node.bound)
                continue
            }
            if !isFirst, isSpent {
                return ending(open: open.map(\.bound) + [node.bound])
            }
            switch try visit(node, isRoot: isFirst) {
            case .closed(let bound):
                leftOut = min(leftOut, bound)
            case .split(let parts, let closed):
                open += parts
                leftOut = min(leftOut, closed)
            case .stopped(let bound):
                return ending(open: open.map(\.bound) + [bound])
            }
            if isFirst {
                (rootLower, rootUpper, narrowed, isFirst) = (lower, upper, [], false)
                try dropSlackCuts()
                (rootCutCount, rootBasis) = (cuts.count, try problem.basis())
            }
            if !open.isEmpty { try searchNeighbourhoods(lastLinear) }
        }
        return ending(open: [])
    }
    var isSpent: Bool { limits.isPast || limits.nodes.map { nodes >= $0 } ?? false }

    private func ending(open: [Double]) -> Ending {
        let bound = min(leftOut, open.min() ?? .infinity)
        if let best { return .found(best, bound: min(bound, best.objective)) }
        return bound == .infinity ? .infeasible : .none(bound: bound)
    }

    enum Visit {
        case closed(bound: Double)
        /// Parts that are looked at later, and the least bound of those that need not be.
        case split([Node], closed: Double)
        case stopped(bound: Double)
    }

    /// Rounds of cuts at the root, where they hold everywhere, and in a node.
    private static let rootRounds = 120
    /// The same at the root of a search that finds no bound for others.
    private static let rootRoundsAside = 12
    private static let nodeRounds = 4
    /// Rounds in a row that may gain little at the root: duals of the linear part jump before they settle.
    private static let mostIdleRounds = 10
    /// Pairs of columns with larger bounds than this get no row of their shares.
    private static let mostOfShare = 1e4

    private var rootRounds: Int { isAside ? ChainSearch.rootRoundsAside : ChainSearch.rootRounds }

    private func visit(_ node: Node, isRoot: Bool) throws -> Visit {
        // What holds in the node before holds in its parts.
        if !isRoot, node.parent != nodes, let rootBasis {
            try problem.removeRows(after: fixedRowCount + rootCutCount, basis: rootBasis)
            cuts.removeLast(max(0, cuts.count - rootCutCount))
            for cut in node.cuts { try add(cut) }
            if let basis = node.basis { try problem.setBasis(basis) }
        }
        nodes += 1
        try hold(node.changes)
        try holdUnreachable()
        var bound = node.bound
        var round = 0
        var idleRounds = 0
        var envelopeRounds = 0
        while true {
            let solved = try solveLinear(isFirst: isRoot && round == 0 && envelopeRounds == 0)
            switch solved {
            case .infeasible: return .closed(bound: .infinity)
            case .unbounded: throw GLPKError.noOptimum
            case .limit: return .stopped(bound: bound)
            case .optimal: break
            }
            let solution = try problem.solution()
            let objective = costs.indices.reduce(program.costConstants.reduce(0, +)) {
                $0 + costs[$1] * solution.columnValues[$1]
            }
            bound = max(bound, objective)
            if bound >= ceiling - tolerance { return .closed(bound: bound) }
            if isWhole(solution.columnValues) {
                // The linear optimum holds every condition.
                try offer(held(at: solution.columnValues, linear: solution.columnValues))
                if bound >= ceiling - tolerance { return .closed(bound: bound) }
            }
            findOwners()
            if envelopeRounds < (isRoot ? rootRounds : ChainSearch.nodeRounds),
                try addRows(solution.columnValues)
            {
                envelopeRounds += 1
                continue
            }
            let prices = prices(duals: solution.rowDuals)
            var total = objective
            var plans: [(store: PricedStore, plan: StorePlan)?] = []
            var found: [(terms: [Term], least: Double)] = []
            for number in program.chains.indices {
                let store = store(number, prices)
                let now = ownColumns(number).reduce(store.constant) { $0 + prices[$1] * solution.columnValues[$1] }
                switch store.program.solved(work: ChainSearch.work) {
                case .infeasible: return .closed(bound: .infinity)
                case .limit(let least):
                    total += max(0, least - now)
                    plans.append(nil)
                    if least > now { found.append((terms(number, prices), least - store.constant)) }
                case .optimal(let plan):
                    total += plan.cost - now
                    plans.append((store, plan))
                    let least = plan.cost - store.constant
                    // More than a cut that holds already leaves.
                    if plan.cost > now + 0.01 * tolerance + 2 * ChainSearch.slackOfCuts * max(1, abs(least)) {
                        found.append((terms(number, prices), least))
                    }
                }
            }
            let improved = total - bound
            bound = max(bound, total)
            if bound >= ceiling - tolerance { return .closed(bound: bound) }
            if round == 0 || (isRoot && (round < 4 || round % 10 == 0)), node.depth < 3 || nodes % 8 == 0 {
                try offer(held(at: solution.columnValues, linear: solution.columnValues))
                try offer(plans, solution)
                if best == nil, known == .infinity { try dive(from: solution.columnValues) }
                if known == .infinity { try improve() }
                if bound >= ceiling - tolerance { return .closed(bound: bound) }
            }
            let threshold = ceiling - tolerance
            if try reduce(plans, slack: threshold - total) {
                // Narrowing excludes solutions that cost at least the threshold: no more is known of them.
                leftOut = min(leftOut, threshold)
                // The linear part knows more now.
                round += 1
                if round < ChainSearch.mostReductions { continue }
            }
            round += 1
            let most = isRoot ? rootRounds : ChainSearch.nodeRounds
            let isWorth =
                round == 1 || improved > (isRoot ? 0.01 : 0.05) * min(ceiling - bound, max(1, abs(bound)))
            idleRounds = isWorth ? 0 : idleRounds + 1
            // What holds for fewer decisions may not hold for all: such a row is removed again where it does not.
            for cut in found {
                let slack = ChainSearch.slackOfCuts * max(1, abs(cut.least))
                try add(CutRow(terms: cut.terms, least: cut.least - slack, isOfConnection: false))
            }
            guard
                found.isEmpty || round >= most || isSpent || idleRounds > (isRoot ? ChainSearch.mostIdleRounds : 0)
            else { continue }
            if isSpent { return .stopped(bound: bound) }
            var linear = solution.columnValues
            if !found.isEmpty {
                // Where to part the program is judged by a linear part that knows all of the bound.
                switch try solveLinear(isFirst: false) {
                case .infeasible: return .closed(bound: .infinity)
                case .unbounded: throw GLPKError.noOptimum
                case .limit: return .stopped(bound: bound)
                case .optimal: linear = try problem.columnValues()
                }
            }
            lastLinear = linear
            if let parted = try split(node, bound, linear, prices, plans) { return parted }
        }
    }

    /// Rows that the linear part breaks, of shared connections and of curves.
    private func addRows(_ values: [Double]) throws -> Bool {
        let isOfConnections = try addEnvelopes(values)
        return try addCurveHulls(values) || isOfConnections
    }

    /// A row `terms >= least` that the search added.
    struct CutRow {
        var terms: [Term]
        var least: Double
        /// Whether it is of a connection and the flows that meet there, rather than within one store.
        var isOfConnection: Bool
    }

    func add(_ cut: CutRow) throws(GLPKError) {
        try problem.addRow(cut.terms, lower: cut.least, upper: .infinity)
        cuts.append(cut)
    }

    /// Removes the cuts that do not bind at the present basis, which stays optimal.
    ///
    /// - Parameter count: how many of the first cuts stay as they are.
    func dropSlackCuts(after count: Int = 0) throws(GLPKError) {
        var basis = try problem.basis()
        let places = (count..<cuts.count).filter { basis.rows[fixedRowCount + $0] != GLPKProblem.Basis.basic }
        guard places.count < cuts.count - count else { return }
        let kept = places.map { cuts[$0] }
        let statuses = places.map { basis.rows[fixedRowCount + $0] }
        basis.rows.removeLast(cuts.count - count)
        try problem.removeRows(after: fixedRowCount + count, basis: .init(rows: basis.rows, columns: basis.columns))
        cuts.removeLast(cuts.count - count)
        for cut in kept { try add(cut) }
        basis.rows += statuses
        try problem.setBasis(basis)
    }
    private static let work = 3_000_000
    /// By how much a cut is relaxed, as a share of its size.
    private static let slackOfCuts = 1e-9
    private static let mostReductions = 6
    private static let reductionWork = 400_000

    /// Narrows the bounds to what plans within the slack have in common.
    ///
    /// - Returns: whether anything was narrowed.
    private func reduce(_ plans: [(store: PricedStore, plan: StorePlan)?], slack: Double) throws -> Bool {
        guard slack < .infinity else { return false }
        var changed: Set<Int> = []
        for case let (store, plan)? in plans {
            guard
                let reduction = store.program.reduced(
                    threshold: plan.cost + max(0, slack), work: ChainSearch.reductionWork)
            else { continue }
            for (number, stage) in store.chain.stages.enumerated() {
                let level = stage.level.index
                // Where little is gained the program stays as it is.
                let margin = 0.02 * (upper[level] - lower[level]) + 1e-6
                if reduction.lower[number] > lower[level] + margin {
                    lower[level] = reduction.lower[number] - 1e-7
                    changed.insert(level)
                }
                if reduction.upper[number] < upper[level] - margin {
                    upper[level] = reduction.upper[number] + 1e-7
                    changed.insert(level)
                }
                let ways = zip(store.ways[number], reduction.moves[number]).filter(\.1).map(\.0)
                for (index, flow) in stage.flows.enumerated() {
                    let column = flow.column.index
                    if upper[column] > 0, !ways.contains(where: { $0.flow == index }) {
                        upper[column] = 0
                        changed.insert(column)
                    }
                    let least = max(flow.threshold, lower[column])
                    if lower[column] < least, upper[column] > 0, ways.allSatisfy({ $0.flow == index }) {
                        lower[column] = least
                        changed.insert(column)
                    }
                }
            }
        }
        guard !changed.isEmpty else { return false }
        let columns = changed.sorted()
        narrowed.formUnion(changed)
        try problem.setColumnBounds(
            columns.map { Int32($0) }, lower: columns.map { lower[$0] }, upper: columns.map { upper[$0] })
        return true
    }
    /// Columns whose bounds were narrowed in this node.
    var narrowed: Set<Int> = []

    /// Narrows the bounds of this node.
    func narrow(_ bounds: Bounds) throws(GLPKError) {
        for (column, low, high) in bounds { (lower[column], upper[column]) = (low, high) }
        narrowed.formUnion(bounds.map(\.column))
        try problem.setColumnBounds(
            bounds.map { Int32($0.column) }, lower: bounds.map(\.lower), upper: bounds.map(\.upper))
    }

    /// What is left out holds nothing below the bound.
    func leaveOut(_ bound: Double) { leftOut = min(leftOut, bound) }
    /// What parting at each place gained so far.
    var gains: [GainKey: Gains] = [:]

    private func terms(_ chain: Int, _ prices: [Double]) -> [Term] {
        ownColumns(chain).filter { abs(prices[$0]) > 1e-11 }.map { Term(program.column(at: $0), prices[$0]) }
    }

    /// Bounds of some columns.
    typealias Bounds = [(column: Int, lower: Double, upper: Double)]

    /// Lets `body` set bounds of columns, which are what they were afterwards.
    func restoringBounds(_ body: ((Bounds) throws -> Void) throws -> Void) throws {
        let (oldLower, oldUpper) = (lower, upper)
        var touched: Set<Int> = []
        defer {
            (lower, upper) = (oldLower, oldUpper)
            let columns = touched.sorted()
            try? problem.setColumnBounds(
                columns.map { Int32($0) }, lower: columns.map { lower[$0] }, upper: columns.map { upper[$0] })
        }
        try body { bounds in
            for (column, low, high) in bounds {
                touched.insert(column)
                (lower[column], upper[column]) = (low, high)
            }
            try problem.setColumnBounds(
                bounds.map { Int32($0.column) }, lower: bounds.map(\.lower), upper: bounds.map(\.upper))
        }
    }

    func solveLinear(isFirst: Bool, iterationLimit: Int? = nil) throws(GLPKError) -> SimplexLadder.Ending {
        if isFirst { try problem.crash(.bixby) }
        let before = problem.iterations
        defer { iterations += problem.iterations - before }
        let options = GLPKProblem.SimplexOptions(
            algorithm: .dual, steepestEdge: false, flipsBounds: true, iterationLimit: iterationLimit,
            timeLimitSeconds: limits.remainingSeconds)
        let ending: GLPKProblem.Ending
        do throws(GLPKError) { ending = try problem.simplex(options) } catch {
            // A basis that cannot be factorised, or one that GLPK cannot go on from: from the start.
            try problem.crash(.bixby)
            ending = try problem.simplex(options)
        }
        return switch ending {
        case .optimal(let objective): .optimal(objective)
        case .infeasible: .infeasible
        case .unbounded: .unbounded
        case .limit: .limit
        }
    }

    /// Sets the bounds to the program's and a node's changes.
    private func hold(_ changes: [(column: Int, lower: Double, upper: Double)]) throws(GLPKError) {
        var touched: [Int: (Double, Double)] = [:]
        for column in held + narrowed { touched[column] = (rootLower[column], rootUpper[column]) }
        for change in changes { touched[change.column] = (change.lower, change.upper) }
        held = changes.map(\.column)
        narrowed = []
        let columns = touched.keys.sorted()
        for column in columns {
            (lower[column], upper[column]) = touched[column] ?? (0, 0)
        }
        try problem.setColumnBounds(
            columns.map { Int32($0) }, lower: columns.map { lower[$0] }, upper: columns.map { upper[$0] })
    }
    private var held: [Int] = []
    /// The cuts that hold in all nodes, and the basis of the first one.
    private(set) var rootCutCount = 0
    private var rootBasis: GLPKProblem.Basis?
    /// The bounds that hold in all nodes.
    private var rootLower: [Double] = []
    private var rootUpper: [Double] = []

    /// The bounds within which a decision may change.
    func rootLowerBound(_ column: Int) -> Double { rootLower.isEmpty ? program.columnLower[column] : rootLower[column] }
    func rootUpperBound(_ column: Int) -> Double { rootUpper.isEmpty ? program.columnUpper[column] : rootUpper[column] }

    /// The objective of the best solution whose neighbours were looked at.
    var improvedObjective = Double.infinity

    /// Integers of which a row lets no more than one be chosen, by each of them.
    lazy var rivals: [Int: [Int]] = {
        var columnsOfRow: [Int: [Int]] = [:]
        var isPlain = [Bool](repeating: true, count: program.rowCount)
        for index in program.entryRow.indices {
            let (row, column) = (Int(program.entryRow[index]), Int(program.entryColumn[index]))
            if program.columnIsInteger[column], program.entryValue[index] == 1 {
                columnsOfRow[row, default: []].append(column)
            } else {
                isPlain[row] = false
            }
        }
        var rivals: [Int: [Int]] = [:]
        for (row, columns) in columnsOfRow where isPlain[row] && program.rowUpper[row] <= 1 {
            for column in columns { rivals[column, default: []] += columns.filter { $0 != column } }
        }
        return rivals
    }()

    /// Where the gaps of each column that has some begin and end, rising.
    lazy var gaps: [Int: [(low: Double, high: Double)]] = {
        var gaps: [Int: [(low: Double, high: Double)]] = [:]
        for case .semicontinuous(let condition) in program.disjunctions {
            gaps[condition.column.index, default: []].append((condition.low, condition.threshold))
        }
        return gaps.mapValues { $0.sorted { $0.low < $1.low } }
    }()

    /// The least positive value of each flow that has a gap above 0.
    lazy var thresholds: [Int: Double] = {
        var thresholds: [Int: Double] = [:]
        for flow in program.chains.flatMap({ $0.stages.flatMap(\.flows) }) where flow.threshold > 0 {
            thresholds[flow.column.index] = flow.threshold
        }
        return thresholds
    }()

    /// The rows that are not within one store and have a flow with a gap: connections, limits of groups and phases.
    lazy var rowsOfThresholds: [(row: Int, terms: [(column: Int, coefficient: Double)])] = {
        let own = Set(program.chains.flatMap { $0.ownRows.map(\.index) })
        var terms: [Int: [(column: Int, coefficient: Double)]] = [:]
        for index in program.entryRow.indices where !own.contains(Int(program.entryRow[index])) {
            terms[Int(program.entryRow[index]), default: []].append(
                (Int(program.entryColumn[index]), program.entryValue[index]))
        }
        return terms.filter { $0.value.contains { thresholds[$0.column] != nil } }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }()

    /// Where in the horizon a column of a store or of a connection stands, as a share of it, and whose it is.
    lazy var places: [Int: (share: Double, chain: Int?)] = {
        var places: [Int: (share: Double, chain: Int?)] = [:]
        for (number, chain) in program.chains.enumerated() {
            for (place, stage) in chain.stages.enumerated() {
                let share = (Double(place) + 0.5) / Double(chain.stages.count)
                for column in stage.columns + [stage.level] + stage.flows.map(\.column) {
                    places[column.index] = (share, number)
                }
                guard let connection = stage.connection.map({ program.connections[$0] }) else { continue }
                for column in [connection.incoming, connection.outgoing] { places[column.index] = (share, nil) }
            }
        }
        return places
    }()

    /// The columns that may not be positive together with a column.
    lazy var partners: [Int: [Int]] = {
        var partners: [Int: [Int]] = [:]
        for case .exclusive(let pair) in program.disjunctions {
            partners[pair.first.index, default: []].append(pair.second.index)
            partners[pair.second.index, default: []].append(pair.first.index)
        }
        return partners
    }()

    /// Where no flow meets a connection its direction is known: the cheaper one.
    ///
    /// - Returns: false where neither is possible.
    private func holdLoneConnections() -> Bool {
        let used = Set(program.chains.flatMap { $0.stages.compactMap(\.connection) })
        var columnRows = [Int](repeating: 0, count: program.columnCount)
        for column in program.entryColumn { columnRows[Int(column)] += 1 }
        for (number, connection) in program.connections.enumerated()
        where connection.isExclusive && !used.contains(number) {
            // Where other rows know of it, the search decides.
            guard columnRows[connection.incoming.index] == 1, columnRows[connection.outgoing.index] == 1 else {
                continue
            }
            guard rowTerms[connection.row.index]?.count == (connection.spilled == nil ? 2 : 3) else { continue }
            let base = -program.rowLower[connection.row.index]
            let curves = self.connection(connection, costs, base: base).curves
                .filter { base >= $0.start - 1e-9 && base <= $0.end + 1e-9 }
            guard let best = curves.min(by: { $0.value(at: base) < $1.value(at: base) }) else { return false }
            if best.direction == .incoming { upper[connection.outgoing.index] = 0 }
            if best.direction == .outgoing { upper[connection.incoming.index] = 0 }
        }
        try? problem.setColumnBounds(
            lower.indices.map { Int32($0) }, lower: lower, upper: upper)
        return true
    }

    // MARK: - Conditions

    private func isWhole(_ values: [Double]) -> Bool {
        for (index, isInteger) in program.columnIsInteger.enumerated() where isInteger {
            if abs(values[index] - values[index].rounded()) > 1e-7 { return false }
        }
        return program.holdsDisjunctions(at: values)
    }

    // MARK: - Solutions

    func addIterations(_ count: Int) { iterations += count }

    func offer(_ candidate: Candidate?) {
        guard let candidate, candidate.objective < ceiling else { return }
        best = candidate
    }

    /// Solutions near what the stores decide by themselves.
    private func offer(
        _ plans: [(store: PricedStore, plan: StorePlan)?], _ solution: GLPKProblem.BasicSolution
    ) throws {
        let linear = solution.columnValues
        var decided = linear
        guard program.chains.count > 1, !program.connections.isEmpty else {
            for case let (store, plan)? in plans { place(store, plan, in: &decided) }
            try offer(held(at: decided, linear: linear))
            return
        }
        // One store after the other, the others as they are: first as the linear part has them.
        let prices = prices(duals: solution.rowDuals, withConnections: false)
        for pass in 0..<ChainSearch.passes {
            let before = decided
            for chain in program.chains {
                let store = PricedStore(
                    chain, prices: prices, lower: lower, upper: upper
                ) { stage in
                    stage.connection.map { self.connection($0, prices, without: stage, decided) }
                }
                guard case .optimal(let plan) = store.program.solved(work: ChainSearch.work) else { continue }
                place(store, plan, in: &decided)
            }
            if pass > 0, zip(before, decided).allSatisfy({ abs($0 - $1) <= 1e-9 }) { break }
            try offer(held(at: decided, linear: linear))
        }
    }
    private static let passes = 3

    /// A connection as one store sees it: the columns' own costs, and all other flows as they are.
    private func connection(
        _ number: Int, _ prices: [Double], without stage: StoreChain.Stage, _ values: [Double]
    ) -> PricedConnection {
        let connection = program.connections[number]
        var base = -program.rowLower[connection.row.index]
        let own = Set(
            stage.flows.map(\.column.index) + [connection.incoming.index, connection.outgoing.index]
                + (connection.spilled.map { [$0.index] } ?? []))
        for (column, coefficient) in rowTerms[connection.row.index] ?? [] where !own.contains(column) {
            base += coefficient * values[column]
        }
        return self.connection(connection, prices, base: base)
    }

    /// The terms of the connections' rows.
    lazy var rowTerms: [Int: [(column: Int, coefficient: Double)]] = {
        var terms: [Int: [(column: Int, coefficient: Double)]] = [:]
        let rows = Set(program.connections.map(\.row.index))
        for index in program.entryRow.indices where rows.contains(Int(program.entryRow[index])) {
            terms[Int(program.entryRow[index]), default: []].append(
                (Int(program.entryColumn[index]), program.entryValue[index]))
        }
        return terms
    }()

    /// Writes a plan's flows and levels into `values`.
    private func place(_ store: PricedStore, _ plan: StorePlan, in values: inout [Double]) {
        store.write(plan, into: &values)
        for (number, action) in store.actions(of: plan).enumerated() {
            let stage = store.chain.stages[number]
            if let connection = stage.connection.map({ program.connections[$0] }), connection.isExclusive {
                // Which is larger says what is decided.
                values[connection.incoming.index] = action.direction == .incoming ? 1 : 0
                values[connection.outgoing.index] = action.direction == .incoming ? 0 : 1
            }
        }
    }

    /// The best solution in which everything is decided as at `values`; nil where there is none.
    ///
    /// - Parameter linear: values that say which of two columns may be positive where both are 0.
    func held(at values: [Double], linear: [Double]) throws -> Candidate? {
        var held = program
        for column in lower.indices
        where lower[column] != program.columnLower[column] || upper[column] != program.columnUpper[column] {
            held.setBounds(program.column(at: column), lower: lower[column], upper: upper[column])
        }
        for (column, low, high) in decided(at: values, linear: linear) {
            held.setBounds(program.column(at: column), lower: low, upper: high)
        }
        for column in program.columnIsInteger.indices where program.columnIsInteger[column] {
            held.relaxInteger(program.column(at: column))
        }
        var values = values
        let curves = program.disjunctions.indices.filter {
            if case .curve = program.disjunctions[$0] { true } else { false }
        }
        for number in curves {
            if case .curve(let curve) = program.disjunctions[number] { curve.place(in: &values) }
        }
        for (binary, value) in held.writeDisjunctions(at: curves, near: values) {
            held.setBounds(binary, lower: value, upper: value)
            held.relaxInteger(binary)
        }
        held.forgetDisjunctions()
        let solved = try SimplexLadder(held, limits: SolveLimits(), rungs: [.usual, .careful, .rescaled])
        iterations += solved.iterations
        guard case .optimal(let objective) = solved.ending else { return nil }
        return Candidate(program: held, values: try solved.problem.columnValues(), objective: objective)
    }

    /// The bounds that hold what values decide; curves are placed by `held`.
    ///
    /// - Parameters:
    ///   - linear: values that say which of two columns may be positive where both are 0.
    ///   - isFree: whether the bounds are the program's rather than the present ones.
    func decided(at values: [Double], linear: [Double], isFree: Bool = false) -> Bounds {
        let (lower, upper) = isFree ? (program.columnLower, program.columnUpper) : (lower, upper)
        var bounds: [Int: (lower: Double, upper: Double)] = [:]
        // A column that two conditions are about keeps the narrower bounds.
        func narrow(_ column: Int, lower low: Double? = nil, upper high: Double? = nil) {
            let old = bounds[column] ?? (lower[column], upper[column])
            bounds[column] = (max(old.lower, low ?? old.lower), min(old.upper, high ?? old.upper))
        }
        for column in program.columnIsInteger.indices where program.columnIsInteger[column] {
            let whole = min(max(values[column].rounded(), lower[column]), upper[column])
            narrow(column, lower: whole, upper: whole)
        }
        for disjunction in program.disjunctions {
            switch disjunction {
            case .semicontinuous(let condition):
                let column = condition.column.index
                if condition.share(of: values[column]) >= 0.5 {
                    narrow(column, lower: condition.threshold)
                } else {
                    narrow(column, upper: condition.low)
                }
            case .exclusive(let pair):
                var (one, two) = (values[pair.first.index], values[pair.second.index])
                if max(one, two) <= Semicontinuous.tolerance {
                    (one, two) = (linear[pair.first.index], linear[pair.second.index])
                }
                narrow((one >= two ? pair.second : pair.first).index, upper: 0)
            // Written out before the search begins (`either`), or placed by their argument (`curve`).
            case .curve, .either: continue
            }
        }
        return bounds.keys.sorted().compactMap { column in
            bounds[column].map { (column, $0.lower, $0.upper) }
        }
    }
}

extension Disjunction {
    /// Whether it is about columns of the stage's curves.
    func isIn(_ stage: StoreChain.Stage) -> Bool {
        guard case .curve = self, let first = columns.first else { return false }
        return stage.columns.contains(first)
    }
}
