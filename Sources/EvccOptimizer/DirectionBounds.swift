import LinearPrograms

// What a step's direction says of its columns: bounds that no plan goes beyond. They decide most directions before the search.
extension ChargeProgram {
    /// While a step exports it imports nothing, and batteries that may not discharge to the grid rest; so export, and what
    /// batteries that may not charge from the grid charge, come of the sun's surplus and of the others' discharge:
    ///
    ///     export, charge <= sun - load + sum of d_max of those that may discharge to the grid
    ///     import, discharge <= load - sun + sum of c_max of those that may charge from the grid
    ///
    /// A limit of 0 lets what is beyond it pass in both directions: then none is reported.
    mutating func addDirectionBounds() {
        let limits = (imported: request.grid?.importLimitW, exported: request.grid?.exportLimitW)
        func toGridKW(_ battery: ChargeRequest.Battery) -> Double {
            battery.dischargesToGrid == true ? battery.dischargeW / 1000 : 0
        }
        func fromGridKW(_ battery: ChargeRequest.Battery) -> Double {
            battery.chargesFromGrid == true ? battery.chargeW / 1000 : 0
        }
        let discharging = request.batteries.reduce(0) { $0 + toGridKW($1) }
        let charging = request.batteries.reduce(0) { $0 + fromGridKW($1) }
        for step in 0..<stepCount {
            let surplus = (request.timeSeries.solarWh[step] - request.timeSeries.totalLoadWh(step)) / 1000
            let (exported, imported) = (surplus + discharging * stepHours(step), charging * stepHours(step) - surplus)
            if limits.imported != 0 { narrow(grid[step].exported, to: exported) }
            if limits.exported != 0 { narrow(grid[step].imported, to: imported) }
            for (battery, store) in zip(request.batteries, stores) {
                if battery.chargesFromGrid != true, limits.imported != 0 {
                    // Not at its own expense: it does not charge while it discharges.
                    narrow(store[step].charge, to: exported - toGridKW(battery) * stepHours(step))
                }
                if battery.dischargesToGrid != true, limits.exported != 0 {
                    narrow(store[step].discharge, to: imported - fromGridKW(battery) * stepHours(step))
                }
                let least = battery.leastChargeW / 1000 * stepHours(step)
                let isDemanded = battery.demandWh.map { $0[step] > 0 } ?? false
                if !isDemanded, program.columnUpper[store[step].charge.index] < least {
                    narrow(store[step].charge, to: 0)
                }
            }
        }
    }

    private mutating func narrow(_ column: Column, to upper: Double) {
        program.setBounds(column, upper: min(program.columnUpper[column.index], max(0, upper)))
    }
}
