import Scenarios

/// What ageing costs one vehicle, as the schedule pays it: the two functions of Scheduling.docc/Model.md section 4.
package struct AgeingPrices: Sendable, Equatable {
    /// The different calendar functions of the horizon (one, unless the temperature changes): points rising in state of
    /// charge from 0 to 1, money per hour. Empty where calendar ageing costs nothing.
    package var calendarFunctions: [[CalendarCostPoint]]
    /// For each step, the index of its function in `calendarFunctions`; empty where that is empty.
    package var calendarFunctionOfStep: [Int]
    /// Depth segments, from shallow to deep, the last ending at depth 1; empty where cycling costs nothing.
    package var cycle: [CycleCostSegment]
    /// Where a cell is used outside the range in which it was measured.
    package var warnings: [String] = []

    /// Memberwise.
    package init(calendarFunctions: [[CalendarCostPoint]], calendarFunctionOfStep: [Int], cycle: [CycleCostSegment]) {
        self.calendarFunctions = calendarFunctions
        self.calendarFunctionOfStep = calendarFunctionOfStep
        self.cycle = cycle
    }

    /// The prices over `steps` alone.
    package func part(_ steps: Range<Int>) -> AgeingPrices {
        var part = self
        if !calendarFunctionOfStep.isEmpty { part.calendarFunctionOfStep = Array(calendarFunctionOfStep[steps]) }
        return part
    }

    /// The prices of `vehicle`'s ageing over the steps of `grid`.
    ///
    /// - Throws: `AgeingError` where the cell is unknown or cannot be priced.
    package init(vehicle: Vehicle, grid: TimeGrid) throws(AgeingError) {
        switch vehicle.battery.ageing {
        case .none:
            self.init(calendarFunctions: [], calendarFunctionOfStep: [], cycle: [])
        case .functions(let calendar, let cycle):
            self.init(
                calendarFunctions: calendar.isEmpty ? [] : [calendar],
                calendarFunctionOfStep: calendar.isEmpty ? [] : Array(repeating: 0, count: grid.count),
                cycle: cycle)
        case .cell(let ageing):
            let battery = vehicle.battery
            let pricing = try CellPricing(
                ageing, capacityKWh: battery.capacityKWh, chargeKW: vehicle.charger.chargeKW)
            var functions: [[CalendarCostPoint]] = []
            var known: [Double: Int] = [:]
            var functionOfStep: [Int] = []
            for temperature in battery.temperatureC {
                if known[temperature] == nil {
                    known[temperature] = functions.count
                    functions.append(pricing.calendarPoints(temperatureC: temperature))
                }
                functionOfStep.append(known[temperature] ?? 0)
            }
            // One price of cycling for the horizon, at its mean temperature.
            let mean = battery.temperatureC.reduce(0, +) / Double(max(1, battery.temperatureC.count))
            self.init(
                calendarFunctions: functions, calendarFunctionOfStep: functionOfStep,
                cycle: pricing.depthSegments(temperatureC: mean))
            warnings = pricing.warnings(
                temperatureC: battery.temperatureC, dischargeKW: vehicle.charger.dischargeKW)
        }
    }
}

/// Why a battery's ageing could not be priced.
package struct AgeingError: Error, Sendable, Equatable {
    package var message: String
    /// With a sentence for the user.
    package init(message: String) { self.message = message }
}
