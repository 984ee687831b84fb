import LinearPrograms

// What is asked of a battery, and gives way at a penalty.
extension ChargeProgram {
    /// `level + lack >= goal` at the end of each step that has a goal, the first one's left out as the protocol does.
    mutating func addGoals() {
        let family = program.family("goal_lack_kwh")
        let penalty = program.costLine("penalty")
        for (index, battery) in request.batteries.enumerated() {
            guard let goals = battery.goalWh else { continue }
            for step in 0..<stepCount where step > 0 && goals[step] > 0 {
                let lack = program.addColumn(family(index, step), block: index)
                program.addCost(penalty, lack, penaltyBase * 100)
                let row = program.addRow(
                    family(index, step), LinearExpression(terms: [Term(stores[index][step].level), Term(lack)]),
                    lower: goals[step] / 1000)
                stages[index][step].shortfalls.append(
                    StoreChain.Shortfall(column: lack, row: row, target: goals[step] / 1000))
            }
        }
    }

    /// `charge + lack >= demand`, unless the battery is full at the end of the step. The least power holds, unless less
    /// than a step of it is missing then.
    ///
    ///     room = s_max - level;   room <= s_max (1 - full);   room <= s_max (1 - near) + c_min
    ///     charge + lack >= demand (1 - full);   charge >= c_min (on - near);   charge <= c_max on
    mutating func addDemands() {
        let (lacks, fulls, nears, ons) = (
            program.family("demand_lack_kwh"), program.family("full"), program.family("nearly_full"),
            program.family("charges")
        )
        let penalty = program.costLine("penalty")
        for (index, battery) in request.batteries.enumerated() {
            guard let demands = battery.demandWh else { continue }
            let (most, count) = (battery.mostWh / 1000, Double(stepCount))
            for step in 0..<stepCount where demands[step] > 0 {
                let (columns, hours) = (stores[index][step], stepHours(step))
                let demand = min(battery.chargeW / 1000 * hours, demands[step] / 1000)
                let least = battery.leastChargeW / 1000 * hours
                let lack = program.addColumn(lacks(index, step))
                program.addCost(penalty, lack, penaltyBase * 100 * (1 + (count - Double(step)) / count))
                guard mayBeNearFull[index][step] else {
                    // No choice beside that of the least power.
                    program.addRow(
                        lacks(index, step), LinearExpression(terms: [Term(columns.charge), Term(lack)]), lower: demand)
                    continue
                }
                let full = program.addBinary(fulls(index, step))
                program.addRow(
                    fulls(index, step), LinearExpression(terms: [Term(columns.level), Term(full, -most)]), lower: 0)
                program.addRow(
                    lacks(index, step),
                    LinearExpression(terms: [Term(columns.charge), Term(lack), Term(full, demand)]), lower: demand)
                guard least > 0 else { continue }
                let (near, on) = (program.addBinary(nears(index, step)), program.addBinary(ons(index, step)))
                program.addRow(
                    nears(index, step), LinearExpression(terms: [Term(columns.level), Term(near, -most)]), lower: -least
                )
                program.addRow(
                    ons(index, step, part: 0),
                    LinearExpression(terms: [Term(columns.charge), Term(near, least), Term(on, -least)]), lower: 0)
                program.addRow(
                    ons(index, step, part: 1),
                    LinearExpression(terms: [Term(columns.charge), Term(on, -battery.chargeW / 1000 * hours)]), upper: 0
                )
            }
        }
    }
    /// By battery and step: whether something is demanded, and less than a step of the least power may be missing to full at
    /// its end. What a battery holds is at most what it holds when it charges all the time.
    func stepsNearFull() -> [[Bool]] {
        request.batteries.enumerated().map { index, battery in
            var energyKWh = battery.startWh / 1000
            return (0..<stepCount).map { step in
                energyKWh += chargeEfficiency * program.columnUpper[stores[index][step].charge.index]
                let missing = battery.leastChargeW / 1000 * stepHours(step)
                return (battery.demandWh?[step] ?? 0) > 0 && energyKWh > battery.mostWh / 1000 - missing - 1e-9
            }
        }
    }
}
