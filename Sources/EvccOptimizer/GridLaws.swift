import LinearPrograms

// The grid connection: balance, limits that give way, and one direction per step.
extension ChargeProgram {
    /// `sum of (discharge - charge) + sun + import = export + load`, what is beyond the limits included.
    mutating func addBalance() {
        let family = program.family("balance")
        for step in 0..<stepCount {
            var balance = LinearExpression(grid[step].imported)
            balance.add(grid[step].exported, -1)
            if let beyond = grid[step].importedBeyond { balance.add(beyond) }
            if let beyond = grid[step].exportedBeyond { balance.add(beyond, -1) }
            for store in stores {
                balance.add(store[step].discharge)
                balance.add(store[step].charge, -1)
            }
            let needed = (request.timeSeries.totalLoadWh(step) - request.timeSeries.solarWh[step]) / 1000
            program.addRow(family(nil, step), balance, lower: needed, upper: needed)
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
            if let beyond = columns.importedBeyond {
                program.addCost(energy, beyond, prices.importPricePerWh[step] * 1000)
                if demandRatePerKW == nil { program.addCost(penalty, beyond, penaltyBase * 100) }
            }
            // A little less as time goes on, so that what must be lost is lost late.
            if let beyond = columns.exportedBeyond {
                program.addCost(penalty, beyond, penaltyBase * 100 * (1 - Double(step) * 1e-5))
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
            func zero(_ columns: [Column]) -> [LinearExpression] {
                columns.filter { program.columnUpper[$0.index] > 0 }.map { LinearExpression($0) }
            }
            program.add(.either(Either(zero(whileExporting), or: zero(whileImporting), label: family(nil, step))))
        }
    }

    /// What is 0 while a step exports, and while it imports.
    private func directions(_ step: Int) -> (whileExporting: [Column], whileImporting: [Column]) {
        var (whileExporting, whileImporting) = ([grid[step].imported], [grid[step].exported])
        if let beyond = grid[step].importedBeyond, (request.grid?.importLimitW ?? 0) > 0 {
            whileExporting.append(beyond)
        }
        if let beyond = grid[step].exportedBeyond, (request.grid?.exportLimitW ?? 0) > 0 {
            whileImporting.append(beyond)
        }
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
