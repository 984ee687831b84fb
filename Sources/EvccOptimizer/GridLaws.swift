import LinearPrograms

// The grid connection: balance, limits that give way, and one direction per step.
extension ChargeProgram {
    /// `sum of (discharge - charge) + sun + import = export + load`, what is beyond the limits included; and
    /// `import - beyond <= p_max_imp`, `export - beyond <= p_max_exp`.
    mutating func addBalance() {
        let family = program.family("balance")
        let (importLimits, exportLimits) = (program.family("grid.import_limit"), program.family("grid.export_limit"))
        for step in 0..<stepCount {
            let columns = grid[step]
            var balance = LinearExpression(columns.exported)
            balance.add(columns.imported, -1)
            for store in stores {
                balance.add(store[step].charge)
                balance.add(store[step].discharge, -1)
            }
            let surplus = (request.timeSeries.solarWh[step] - request.timeSeries.totalLoadWh(step)) / 1000
            balanceRows.append(program.addRow(family(nil, step), balance, lower: surplus, upper: surplus))
            func limit(_ flow: Column, _ beyond: Column?, _ limitW: Double?, _ label: Label) {
                guard let beyond, let limitW else { return }
                program.addRow(
                    label, LinearExpression(terms: [Term(flow), Term(beyond, -1)]),
                    upper: limitW / 1000 * stepHours(step))
            }
            limit(columns.imported, columns.importedBeyond, request.grid?.importLimitW, importLimits(nil, step))
            limit(columns.exported, columns.exportedBeyond, request.grid?.exportLimitW, exportLimits(nil, step))
        }
    }

    /// Import and export at their prices, what is stored at the end, the demand rate, and the penalties of the limits.
    mutating func addEnergyCost() {
        let (energy, stored, penalty) = (
            program.costLine("energy"), program.costLine("stored"), program.costLine("penalty")
        )
        let prices = request.timeSeries
        for step in 0..<stepCount {
            let columns = grid[step]
            program.addCost(energy, columns.imported, prices.importPricePerWh[step] * 1000)
            program.addCost(energy, columns.exported, -prices.exportPricePerWh[step] * 1000)
            if let beyond = columns.importedBeyond, demandRatePerKW == nil {
                program.addCost(penalty, beyond, penaltyBase * 100)
            }
            // What is lost is not paid for. A little less as time goes on, so that what must be lost is lost late.
            if let beyond = columns.exportedBeyond {
                let price = prices.exportPricePerWh[step] * 1000
                program.addCost(energy, beyond, price)
                program.addCost(penalty, beyond, max(-price, penaltyBase * 100 * (1 - Double(step) * 1e-5)))
            }
        }
        for (battery, store) in zip(request.batteries, stores) {
            if let last = store.last { program.addCost(stored, last.level, -battery.endValuePerWh * 1000) }
        }
        guard let rate = demandRatePerKW else { return }
        let family = program.family("demand.excess_kw")
        let peak = program.addColumn(family())
        program.addCost(program.costLine("demand"), peak, rate)
        for step in 0..<stepCount {
            guard let beyond = grid[step].importedBeyond else { continue }
            program.addRow(
                family(nil, step), LinearExpression(terms: [Term(beyond), Term(peak, -stepHours(step))]), upper: 0)
        }
        excessPeak = peak
    }

    /// In each step the site imports or exports. Batteries that do not charge from the grid charge only while nothing is
    /// imported; those that do not discharge to it, only while nothing is exported. What is beyond a limit of 0 knows no
    /// direction, as in the protocol.
    mutating func addDirections() {
        let family = program.family("direction")
        for step in 0..<stepCount {
            let (whileExporting, whileImporting) = directions(step)
            let (imported, exported) = (grid[step].imported, grid[step].exported)
            func open(_ columns: [Column]) -> [Column] { columns.filter { program.columnUpper[$0.index] > 0 } }
            let sides = (open(whileExporting), open(whileImporting))
            if sides == ([imported], [exported]) {
                program.add(.exclusive(Exclusive(imported, exported)))
            } else if !sides.0.isEmpty, !sides.1.isEmpty {
                func zero(_ columns: [Column]) -> [LinearExpression] { columns.map { LinearExpression($0) } }
                program.add(
                    .either(
                        Either(
                            zero(sides.0), or: zero(sides.1), sided: directionSums(step), label: family(nil, step))))
            }
            program.connections.append(
                Connection(
                    row: balanceRows[step], incoming: imported, outgoing: exported, spilled: nil,
                    isExclusive: sides.0.contains(imported) && sides.1.contains(exported)))
        }
    }

    /// What the balance says of sums while a step exports (the first side), and while it imports:
    ///
    ///     import + discharge of batteries that may not discharge to the grid - charge of those that may charge from it
    ///         <= 0, load - sun
    ///     export + charge of batteries that may not charge from the grid - discharge of those that may discharge to it
    ///         <= sun - load, 0
    private func directionSums(_ step: Int) -> [Either.SidedBound] {
        guard request.grid?.importLimitW != 0, request.grid?.exportLimitW != 0 else { return [] }
        let surplus = (request.timeSeries.solarWh[step] - request.timeSeries.totalLoadWh(step)) / 1000
        var (imported, exported) = (LinearExpression(grid[step].imported), LinearExpression(grid[step].exported))
        for (battery, store) in zip(request.batteries, stores) {
            let columns = store[step]
            if battery.dischargesToGrid == true {
                exported.add(columns.discharge, -1)
            } else {
                imported.add(columns.discharge)
            }
            if battery.chargesFromGrid == true {
                imported.add(columns.charge, -1)
            } else {
                exported.add(columns.charge)
            }
        }
        return [
            Either.SidedBound(imported, whileFirst: 0, whileSecond: -surplus),
            Either.SidedBound(exported, whileFirst: surplus, whileSecond: 0),
        ]
    }

    /// What is 0 while a step exports, and while it imports.
    private func directions(_ step: Int) -> (whileExporting: [Column], whileImporting: [Column]) {
        var whileExporting = request.grid?.importLimitW == 0 ? [] : [grid[step].imported]
        var whileImporting = request.grid?.exportLimitW == 0 ? [] : [grid[step].exported]
        for (battery, store) in zip(request.batteries, stores) {
            if battery.chargesFromGrid != true { whileImporting.append(store[step].charge) }
            if battery.dischargesToGrid != true { whileExporting.append(store[step].discharge) }
        }
        return (whileExporting, whileImporting)
    }

    /// Holds each step's direction as load and sun alone have it: fewer plans, and fewer conditions.
    mutating func holdDirections() {
        for step in 0..<stepCount {
            let exports = request.timeSeries.solarWh[step] > request.timeSeries.totalLoadWh(step)
            let (exporting, importing) = directions(step)
            for column in exports ? exporting : importing { program.setBounds(column, upper: 0) }
        }
    }
}
