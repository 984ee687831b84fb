import LinearPrograms
import Scenarios

/// Everything behind one connection.
///
///     load[t] - pv[t] + curtailed[t] + l[t] + sum_i (c_i[t] - d_i[t]) = imp[t] - exp[t],   not both imp and exp
///     0 <= imp[t] <= import_limit,   0 <= exp[t] <= export_limit,   0 <= curtailed[t] <= pv[t]
///     in an outage: imp[t] = exp[t] = 0, and load[t] is less by f[t] / h, 0 <= f[t] <= h load[t], a shortfall
///     cost "energy" = sum_t h (buy[t] imp[t] - sell[t] exp[t])
///
/// l[t] is the power of the flexible loads. In steps where nothing can be decided, and where the site is one vehicle and
/// nothing else, import and export are not columns of their own.
extension SchedulingModel {
    mutating func addSiteBalance() {
        let line = program.costLine("energy")
        let isDirect = isVehicleTheConnection
        let keepsApart = scenario.vehicles.contains { !$0.feedsVehicles }
        let stages = loadStages
        for step in 0..<grid.count {
            if isDirect {
                site.importKW.append(vehicles[0].chargeKW[step].map { LinearExpression($0) } ?? LinearExpression())
                site.exportKW.append(vehicles[0].dischargeKW[step].map { LinearExpression($0) } ?? LinearExpression())
                site.curtailedKW.append(LinearExpression())
                site.balanceRows.append(nil)
            } else {
                addConnection(step: step, keepsApart: keepsApart, loadStages: stages?[step])
            }
            program.addCost(line, site.importKW[step], times: grid.stepHours * scenario.importPricePerKWh[step])
            program.addCost(line, site.exportKW[step], times: -grid.stepHours * scenario.exportPricePerKWh[step])
        }
    }

    /// - Parameters:
    ///   - keepsApart: whether some battery may not feed vehicles.
    ///   - loadStages: the stages of loads in this step; nil where loads are more than stores.
    private mutating func addConnection(step: Int, keepsApart: Bool, loadStages: [LoadStage]?) {
        let limits = (import: scenario.site.importLimitKW[step], export: scenario.site.exportLimitKW[step])
        let pv = scenario.site.pvKW[step]
        var net = LinearExpression(constant: scenario.site.loadKW[step] - pv)
        // What other parts' vehicles do is not known here.
        var highest = isPart ? Double.infinity : net.constant
        var lowest = isPart ? -Double.infinity : net.constant
        for vehicle in vehicles {
            if let charge = vehicle.chargeKW[step] {
                net.add(charge)
                highest += program.columnUpper[charge.index]
            }
            if let discharge = vehicle.dischargeKW[step] {
                net.add(discharge, -1)
                lowest -= program.columnUpper[discharge.index]
            }
        }
        let flexible = flexibleKW(step)
        net.add(flexible)
        highest += program.largestValue(of: flexible)
        var curtailed = LinearExpression()
        let maxCurtailed = scenario.site.maxCurtailedKW(step)
        if maxCurtailed > 0 {
            let column = program.addColumn(program.family("curtailed_kw")(nil, step), upper: maxCurtailed)
            curtailed.add(column)
            net.add(column)
            highest += maxCurtailed
        }
        if scenario.site.isIsland[step], let unserved = unservedKWh(step: step) {
            net.add(unserved, times: -1 / grid.stepHours)
        }
        site.curtailedKW.append(curtailed)

        if !isPart, net.isConstant, net.constant <= limits.import, -net.constant <= limits.export {
            site.importKW.append(LinearExpression(constant: max(0, net.constant)))
            site.exportKW.append(LinearExpression(constant: max(0, -net.constant)))
            site.balanceRows.append(nil)
            return
        }
        let buy = scenario.importPricePerKWh[step]
        let sell = scenario.exportPricePerKWh[step]
        let importColumn = program.addColumn(
            program.family("import_kw")(nil, step), upper: min(limits.import, max(0, highest)))
        let exportColumn = program.addColumn(
            program.family("export_kw")(nil, step), upper: min(limits.export, max(0, -lowest)))
        var importKW = LinearExpression(importColumn)
        var exportKW = LinearExpression(exportColumn)
        if let over = overflow(of: "site.import_limit_kw", at: grid.boundary(step), unit: "kW") { importKW.add(over) }
        if let over = overflow(of: "site.export_limit_kw", at: grid.boundary(step), unit: "kW") { exportKW.add(over) }
        let row = program.addRow(program.family("site")(nil, step), net - importKW + exportKW, lower: 0, upper: 0)
        site.balanceRows.append(row)
        // Where export pays no more than import, both at once never gain: what is read off is their difference.
        // A battery that may not feed vehicles would gain by it all the same.
        let isExclusive = sell > buy || keepsApart
        if isExclusive { program.add(.exclusive(Exclusive(importColumn, exportColumn, isLikely: sell > buy))) }
        site.importKW.append(importKW)
        site.exportKW.append(exportKW)
        noteConnection(
            Connection(
                row: row, incoming: importColumn, outgoing: exportColumn,
                spilled: curtailed.terms.first.map(\.column), isExclusive: isExclusive), step: step, loadStages)
    }

    /// Notes the connection with the stages whose flows meet there.
    private mutating func noteConnection(_ connection: Connection, step: Int, _ loadStages: [LoadStage]?) {
        // A load that may go unfed, or runs by a profile, makes the connection more than a store can know of.
        guard !isPart, let loadStages, targets != .elasticLimits, !scenario.site.isIsland[step] else { return }
        program.connections.append(connection)
        for index in vehicles.indices {
            guard let stage = vehicles[index].stageOfStep[step] else { continue }
            vehicles[index].chain?.stages[stage].connection = program.connections.count - 1
        }
        for place in loadStages {
            loads[place.load].chains[place.chain].chain.stages[place.stage].connection = program.connections.count - 1
        }
    }

    /// Load of an island's step that nothing feeds, kWh; nil where there is no load, or targets are hard.
    private mutating func unservedKWh(step: Int) -> LinearExpression? {
        let load = scenario.site.loadKW[step] * grid.stepHours
        guard load > 0 else { return nil }
        if targets == .elasticLimits {
            // It gives way before any limit is blamed.
            return LinearExpression(program.addColumn(program.family("unserved_kwh")(nil, step), upper: load))
        }
        guard
            let unserved = shortfall(
                .outage, vehicle: nil, window: nil, at: grid.boundary(step), targetKWh: load, index: step),
            let column = unserved.terms.first?.column
        else { return nil }
        program.setBounds(column, upper: load)
        return unserved
    }
}
