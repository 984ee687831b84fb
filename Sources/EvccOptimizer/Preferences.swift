import LinearPrograms

// What is preferred among plans of equal worth: a second objective, which never costs money.
extension ChargeProgram {
    /// The weights are those of the protocol's table, without its price: then a negative price does not turn them round.
    mutating func addPreferences() {
        var preferred: [Term] = []
        let count = Double(stepCount)
        for step in 0..<stepCount {
            let left = count - Double(step)
            if request.strategy?.charging == .beforeExport { preferred.append(Term(grid[step].exported, 2e-5 * left)) }
            if request.strategy?.discharging == .beforeImport {
                preferred.append(Term(grid[step].imported, 5e-6 * left))
            }
            for (battery, store) in zip(request.batteries, stores) {
                let weight = 5e-5 * left * Double(battery.priority ?? 0)
                if weight > 0 {
                    preferred.append(Term(store[step].charge, -weight))
                    preferred.append(Term(store[step].discharge, -weight))
                }
            }
        }
        switch request.strategy?.charging {
        case .attenuateDemandPeaks: preferred += levelling(isImport: true)
        case .attenuateFeedinPeaks: preferred += levelling(isImport: false)
        case .attenuateGridPeaks: preferred += levelling(isImport: true) + levelling(isImport: false)
        case .none?, .beforeExport, nil: break
        }
        if !preferred.isEmpty { program.tieBreakers.append(preferred) }
    }

    /// The highest power of one side, kW, and far behind it how much the power changes from step to step.
    private mutating func levelling(isImport: Bool) -> [Term] {
        let side = isImport ? "import" : "export"
        let (peaks, ramps) = (program.family("level.\(side)_peak_kw"), program.family("level.\(side)_ramp_kw"))
        let peak = program.addColumn(peaks())
        var terms = [Term(peak, 1e-3)]
        var last: LinearExpression?
        for step in 0..<stepCount where stepHours(step) > 0 {
            let columns = grid[step]
            let power = LinearExpression(isImport ? columns.imported : columns.exported, 1 / stepHours(step))
            program.addRow(peaks(nil, step), power - LinearExpression(peak), upper: 0)
            if let last {
                let ramp = program.addColumn(ramps(nil, step))
                program.addRow(ramps(nil, step, part: 0), power - last - LinearExpression(ramp), upper: 0)
                program.addRow(ramps(nil, step, part: 1), last - power - LinearExpression(ramp), upper: 0)
                terms.append(Term(ramp, 1e-5))
            }
            last = power
        }
        return terms
    }
}
