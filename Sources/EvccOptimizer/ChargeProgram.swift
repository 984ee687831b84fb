import LinearPrograms

/// A request as a linear program, in kWh and money per kWh: each law in a file of its own.
struct ChargeProgram {
    let request: ChargeRequest
    var program = LinearProgram()
    /// By step.
    private(set) var grid: [GridColumns] = []
    /// By battery, then step.
    private(set) var stores: [[StoreColumns]] = []
    /// By battery: the rows and columns of each of its steps that are its own.
    var stages: [[StoreChain.Stage]] = []
    /// By battery and step.
    private(set) var mayBeNearFull: [[Bool]] = []
    /// By step: where all that flows meets.
    var balanceRows: [Row] = []
    /// The highest import beyond the limit, kW; nil without a demand rate.
    var excessPeak: Column?

    /// A step's exchange with the grid, kWh.
    struct GridColumns {
        /// All import and all export; what is beyond the limits is part of them.
        var imported: Column
        var exported: Column
        /// The part beyond the limit; nil where there is none.
        var importedBeyond: Column?
        var exportedBeyond: Column?
    }

    /// A battery's step, kWh.
    struct StoreColumns {
        var charge: Column
        var discharge: Column
        /// At the end of the step.
        var level: Column
    }

    init(_ request: ChargeRequest) {
        self.request = request
        program.setMembers((0..<request.batteries.count).map { "battery\($0 + 1)" })
        addColumns()
        addDirectionBounds()
        addBalance()
        addEnergyCost()
        addDirections()
        addStorage()
        mayBeNearFull = stepsNearFull()
        addGoals()
        addDemands()
        addLeastPowers()
        addChain()
        addPreferences()
    }

    var stepCount: Int { request.timeSeries.stepSeconds.count }
    func stepHours(_ step: Int) -> Double { request.timeSeries.stepSeconds[step] / 3600 }
    var chargeEfficiency: Double { request.chargeEfficiency ?? 0.95 }
    var dischargeEfficiency: Double { request.dischargeEfficiency ?? 0.95 }
    /// The demand rate, money per kW; nil where none applies.
    var demandRatePerKW: Double? {
        request.grid?.importLimitW == nil ? nil : request.grid?.demandRatePerW.map { $0 * 1000 }
    }

    /// What penalties are multiples of, money per kWh: more than any energy of the request is worth.
    var penaltyBase: Double {
        let series = request.timeSeries
        var worths = series.importPricePerWh + series.exportPricePerWh + request.batteries.map(\.endValuePerWh)
        if let rate = request.grid?.demandRatePerW, demandRatePerKW != nil,
            let shortest = series.stepSeconds.filter({ $0 > 0 }).min()
        {
            worths.append(rate * 3600 / shortest)
        }
        return 1000 * max(1e-4, worths.max() ?? 0)
    }

    private mutating func addColumns() {
        let families = (
            imported: program.family("grid.import_kwh"), exported: program.family("grid.export_kwh"),
            importedBeyond: program.family("grid.import_beyond_kwh"),
            exportedBeyond: program.family("grid.export_beyond_kwh"), charge: program.family("charge_kwh"),
            discharge: program.family("discharge_kwh"), level: program.family("level_kwh")
        )
        let limits = (imported: request.grid?.importLimitW, exported: request.grid?.exportLimitW)
        for step in 0..<stepCount {
            let hours = stepHours(step)
            // No more than all loads, the sun and all batteries together.
            let batteriesKW = request.batteries.reduce(0) { $0 + $1.chargeW + $1.dischargeW } / 1000
            let most =
                abs(request.timeSeries.totalLoadWh(step)) / 1000 + request.timeSeries.solarWh[step] / 1000
                + batteriesKW * hours
            grid.append(
                GridColumns(
                    imported: program.addColumn(families.imported(nil, step), upper: most),
                    exported: program.addColumn(families.exported(nil, step), upper: most),
                    importedBeyond: limits.imported.map { _ in
                        program.addColumn(families.importedBeyond(nil, step), upper: most)
                    },
                    exportedBeyond: limits.exported.map { _ in
                        program.addColumn(families.exportedBeyond(nil, step), upper: most)
                    }))
        }
        for (index, battery) in request.batteries.enumerated() {
            stores.append(
                (0..<stepCount).map { step in
                    let hours = stepHours(step)
                    return StoreColumns(
                        charge: program.addColumn(
                            families.charge(index, step), upper: battery.chargeW / 1000 * hours, block: index),
                        discharge: program.addColumn(
                            families.discharge(index, step), upper: battery.dischargeW / 1000 * hours, block: index),
                        level: program.addColumn(
                            families.level(index, step), upper: (battery.capacityWh ?? battery.mostWh) / 1000,
                            block: index))
                })
        }
    }
}
