import LinearPrograms
import Testing

/// Each rewriting before and after, as text: an optimum is exact only if these rows are.
@Suite struct ReformulationTests {
    private func rowsOf(_ program: LinearProgram) -> [String] {
        LPTextWriter.text(of: program, name: "t").split(separator: "\n").map { $0.trimmingPrefix(" ") }.map(String.init)
    }

    @Test("not both: one binary that opens one column and closes the other")
    func exclusive() {
        var program = LinearProgram()
        let label = program.family("power")
        let x = program.addColumn(label(nil, 0), upper: 11)
        let y = program.addColumn(label(nil, 1), upper: 10)
        program.add(.exclusive(Exclusive(x, y)))
        #expect(program.disjunctions[0].isBroken(at: [1, 0.5]))
        #expect(!program.disjunctions[0].isBroken(at: [1, 0]))
        let rows = rowsOf(program.writtenOut())
        #expect(rows.contains("exclusive.power.1[0]: + power[0] - 11.0 exclusive.power[0] <= 0.0"))
        #expect(rows.contains("exclusive.power.2[0]: + power[1] + 10.0 exclusive.power[0] <= 10.0"))
    }

    @Test("zero or at least the threshold")
    func semicontinuous() {
        var program = LinearProgram()
        let x = program.addColumn(program.family("power")(nil, 3), upper: 11)
        program.add(.semicontinuous(Semicontinuous(x, threshold: 4)))
        #expect(program.disjunctions[0].isBroken(at: [2]))
        #expect(!program.disjunctions[0].isBroken(at: [0]) && !program.disjunctions[0].isBroken(at: [4]))
        let rows = rowsOf(program.writtenOut())
        #expect(rows.contains("minimum.power.1[3]: + power[3] - 11.0 minimum.power[3] <= 0.0"))
        #expect(rows.contains("minimum.power.2[3]: + power[3] - 4.0 minimum.power[3] >= 0.0"))
    }

    @Test("a solution holds all disjunctions, some of them, or is told which ones it breaks")
    func heldAndBroken() {
        var program = LinearProgram()
        let label = program.family("power")
        let x = program.addColumn(label(nil, 0), upper: 11)
        let y = program.addColumn(label(nil, 1), upper: 10)
        #expect(program.holdsDisjunctions(at: [1, 0.5]), "there is none to break")
        program.add(.exclusive(Exclusive(x, y)))
        program.add(.semicontinuous(Semicontinuous(x, threshold: 4)))
        #expect(program.holdsDisjunctions(at: [5, 0]) && program.brokenDisjunctions(at: [5, 0]).isEmpty)
        #expect(!program.holdsDisjunctions(at: [5, 1]) && program.brokenDisjunctions(at: [5, 1]) == [0])
        #expect(program.holdsDisjunctions([1], at: [5, 1]) && !program.holdsDisjunctions([0], at: [5, 1]))
        #expect(program.brokenDisjunctions(at: [2, 1]) == [0, 1])
    }

    @Test("one of two sets of rows, and what the most of a sum is beside either")
    func either() {
        var program = LinearProgram()
        let label = program.family("power")
        let x = program.addColumn(label(nil, 0), upper: 11)
        let y = program.addColumn(label(nil, 1), upper: 10)
        let sum = LinearExpression(terms: [Term(x), Term(y)])
        program.add(
            .either(
                Either(
                    [LinearExpression(x)], or: [LinearExpression(y)],
                    sided: [Either.SidedBound(sum, whileFirst: 3, whileSecond: 5)],
                    label: program.family("side")(nil, 0))))
        #expect(program.disjunctions[0].isBroken(at: [1, 0.5]))
        #expect(!program.disjunctions[0].isBroken(at: [1, 0]))
        let rows = rowsOf(program.writtenOut())
        #expect(rows.contains { $0.hasSuffix("+ power[0] + 11.0 side.either.1[0] <= 11.0") })
        #expect(rows.contains { $0.hasSuffix("+ power[1] - 10.0 side.either.1[0] <= 0.0") })
        #expect(rows.contains { $0.hasSuffix("+ power[0] + power[1] + 2.0 side.either.1[0] <= 5.0") })
    }

    @Test("a convex cost needs bounded pieces and no binary")
    func convexCurve() {
        var program = LinearProgram()
        let x = program.addColumn(program.family("energy")(nil, 1), upper: 10)
        let line = program.costLine("calendar")
        ConvexCurve.add(
            PiecewiseLinear(points: [.init(2, 1), .init(5, 2.5), .init(10, 10)]), of: LinearExpression(x), to: &program,
            line: line, label: program.family("g"), member: nil, index: 1, block: nil)
        let rows = rowsOf(program)
        #expect(rows.contains("cost: + 0.5 g.1[1] + 1.5 g.2[1] + constant_1"))
        #expect(rows.contains("g[1]: + energy[1] - g.1[1] - g.2[1] = 2.0"))
        #expect(rows.contains("0.0 <= g.1[1] <= 3.0") && rows.contains("0.0 <= g.2[1] <= 5.0"))
    }

    @Test("a cost that is not convex begins as its hull, and gets binaries only where slopes fall")
    func nonconvexCost() {
        var program = LinearProgram()
        let x = program.addColumn(program.family("energy")(nil, 1), upper: 3)
        let line = program.costLine("calendar")
        // Slopes 1, 3, 0: the kink at 2 is the concave one.
        NonconvexCurve.add(
            PiecewiseLinear(points: [.init(0, 0), .init(1, 1), .init(2, 4), .init(3, 4)]), of: LinearExpression(x),
            to: &program, sink: .cost(line), label: program.family("g"), member: nil, index: 1, block: nil)
        let relaxed = rowsOf(program)
        #expect(relaxed.contains("cost: + g.1[1] + 1.5 g.2[1] + g.3[1]"))
        #expect(program.disjunctions[0].isBroken(at: [2, 1, 1, 0]), "the hull costs 2.5 at 2, the function 4")
        #expect(!program.disjunctions[0].isBroken(at: [3, 1, 2, 0]))
        // With the slack filled the columns say what the function is: a solution found elsewhere costs what it costs here.
        #expect(program.completed([2, 0, 0, 0]) == [2, 1, 1, 1.5])
        let exact = program.writtenOut()
        #expect((0..<exact.columnCount).filter { exact.columnIsInteger[$0] }.count == 1)
        #expect(
            rowsOf(exact).contains(
                "g[1]: + energy[1] - g.1[1] - g.2[1] - g.exact.1[1] - g.exact.2[1] - g.exact.3[1] = 0.0"))
    }

    @Test("hulls of a function from below and above")
    func hulls() {
        let curve = PiecewiseLinear(points: [.init(0, 0), .init(1, 2), .init(2, 1), .init(3, 3)])
        #expect(curve.lowerHull.points == [.init(0, 0), .init(2, 1), .init(3, 3)])
        #expect(curve.upperHull.points == [.init(0, 0), .init(1, 2), .init(3, 3)])
        #expect(!curve.isConvex && curve.lowerHull.isConvex && curve.upperHull.isConcave)
        #expect(curve.restricted(to: 0.5, 1.5).points == [.init(0.5, 1), .init(1, 2), .init(1.5, 1.5)])
    }

    @Test("free MPS says bounds, ranges, integers and the constant: another solver must find the same optimum")
    func mps() {
        var program = LinearProgram()
        let x = program.addColumn(program.family("x y")(nil, 0), lower: -1, upper: 4)
        let n = program.addBinary(program.family("n")())
        let line = program.costLine("energy")
        program.addCost(line, x, 2)
        program.addCost(line, constant: 5)
        program.addRow(program.family("r")(), LinearExpression(terms: [Term(x), Term(n, 3)]), lower: 1, upper: 2)
        #expect(
            MPSWriter.text(of: program, name: "a b") == """
                * minimise cost; cost lines: energy
                NAME a_b
                ROWS
                 N cost
                 G r
                COLUMNS
                 x_y[0] cost 2.0
                 x_y[0] r 1.0
                 MARKER 'MARKER' 'INTORG'
                 n r 3.0
                 MARKER 'MARKER' 'INTEND'
                RHS
                 rhs cost -5.0
                 rhs r 1.0
                RANGES
                 range r 1.0
                BOUNDS
                 LO bound x_y[0] -1.0
                 UP bound x_y[0] 4.0
                 UP bound n 1.0
                ENDATA

                """)
    }
}
