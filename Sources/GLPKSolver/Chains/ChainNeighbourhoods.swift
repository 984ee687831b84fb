import LinearPrograms

/// Better solutions near the best one: part of its decisions is held, and the rest is searched for a few nodes.
extension ChainSearch {
    /// Which decisions of the best solution are held.
    enum Neighbourhood {
        /// Those that the linear part makes as well (relaxation induced neighbourhood search; Danna, Rothberg and Le Pape 2005).
        case agreement
        /// Those outside a window of the horizon, in shares of it.
        case window(from: Double, to: Double)
        /// Those of all stores but two.
        case stores(Int, Int)
    }

    /// Nodes of a search in a neighbourhood, at first and at most; they grow where nothing is found.
    private static let firstNodesOfNeighbourhood = 25
    private static let maxNodesOfNeighbourhood = 400
    private static let growthOfNodes = 1.1
    /// Nodes of all neighbourhoods: so many, and a share of the nodes of the search itself.
    private static let freeNodesAside = 75
    private static let shareOfNodesAside = 0.5

    /// Searches the next neighbourhoods, where it is time for them.
    ///
    /// - Parameter linear: the optimum of the linear part.
    func searchNeighbourhoods(_ linear: [Double]) throws {
        guard mayLookAround, known == .infinity else { return }
        var skipped = 0
        while Double(nodesAside - ChainSearch.freeNodesAside) < ChainSearch.shareOfNodesAside * Double(nodes),
            skipped < neighbourhoods.count, !isSpent, let start = best
        {
            let neighbourhood = neighbourhoods[neighbourhoodNumber % neighbourhoods.count]
            neighbourhoodNumber += 1
            guard let near = program(near: start.values, neighbourhood, linear) else {
                skipped += 1
                continue
            }
            var limits = limits
            limits.nodes = min(
                ChainSearch.maxNodesOfNeighbourhood,
                Int(Double(ChainSearch.firstNodesOfNeighbourhood) * widening))
            let search = try ChainSearch(
                near, relativeGap: relativeGap, limits: limits,
                known: start.objective - tolerance, violationPrice: violationPrice, mayLookAround: false, isAside: true)
            let ending = try search.run()
            addIterations(search.iterations)
            nodesAside += max(1, search.nodes)
            if case .found(let better, _) = ending, better.objective < start.objective {
                offer(better)
                widening = 1
            } else {
                widening = min(widening * ChainSearch.growthOfNodes, 100)
            }
        }
    }

    /// What is searched in turn.
    private var neighbourhoods: [Neighbourhood] {
        let stores = program.chains.count
        var all: [Neighbourhood] = [.agreement]
        for place in 0..<5 {
            all.append(.window(from: Double(place) / 6, to: Double(place + 2) / 6))
            all.append(.window(from: Double(place) / 5, to: Double(place + 1) / 5))
            if stores > 2 { all.append(.stores(place % stores, (place + 1) % stores)) }
        }
        return all
    }

    /// The program with the decisions of a neighbourhood held; nil where it holds none.
    private func program(
        near values: [Double], _ neighbourhood: Neighbourhood, _ linear: [Double]
    ) -> LinearProgram? {
        let decisions = decided(at: values, linear: values, isFree: true)
        let isHeld: (Int) -> Bool
        switch neighbourhood {
        case .agreement:
            var broken: Set<Int> = []
            for disjunction in program.disjunctions where disjunction.isBroken(at: linear) {
                broken.formUnion(disjunction.columns.map(\.index))
            }
            let same = Dictionary(
                decided(at: linear, linear: linear, isFree: true).map { ($0.column, ($0.lower, $0.upper)) },
                uniquingKeysWith: { first, _ in first })
            let agreed = Set(
                decisions.filter { held in same[held.column].map { $0 == (held.lower, held.upper) } ?? false }.map(
                    \.column))
            isHeld = { agreed.contains($0) && !broken.contains($0) }
        case .window(let from, let to):
            isHeld = { self.places[$0].map { $0.share < from || $0.share > to } ?? false }
        case .stores(let one, let two):
            isHeld = { self.places[$0].map { $0.chain != one && $0.chain != two && $0.chain != nil } ?? false }
        }
        let held = decisions.filter { isHeld($0.column) }
        guard !held.isEmpty, held.count < decisions.count else { return nil }
        var near = program
        for (column, low, high) in held { near.setBounds(program.column(at: column), lower: low, upper: high) }
        return near
    }
}
