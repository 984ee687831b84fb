import LinearPrograms

// A battery: what it holds, its limits that give way, and its least power.
extension ChargeProgram {
    /// `level[t] = level[t-1] + eta_c charge - discharge / eta_d`; below `s_min` and above `s_max` at a penalty; never both
    /// ways in a step.
    mutating func addStorage() {
        let (storage, above, below) = (
            program.family("storage"), program.family("above_kwh"), program.family("below_kwh")
        )
        let penalty = program.costLine("penalty")
        let price = penaltyBase * 1000
        for (index, battery) in request.batteries.enumerated() {
            var stages: [StoreChain.Stage] = []
            for step in 0..<stepCount {
                let columns = stores[index][step]
                var stage = StoreChain.Stage(flows: [], drawn: 0, level: columns.level, columns: [], rows: [])
                var change = LinearExpression(columns.level)
                change.add(columns.charge, -chargeEfficiency)
                change.add(columns.discharge, 1 / dischargeEfficiency)
                var start = 0.0
                if step == 0 { start = battery.startWh / 1000 } else { change.add(stores[index][step - 1].level, -1) }
                stage.rows.append(program.addRow(storage(index, step), change, lower: start, upper: start))
                let (most, least) = (battery.mostWh / 1000, battery.leastWh / 1000)
                if program.columnUpper[columns.level.index] > most {
                    let excess = program.addColumn(above(index, step), block: index)
                    program.addCost(penalty, excess, price)
                    stage.columns.append(excess)
                    stage.rows.append(
                        program.addRow(
                            above(index, step), LinearExpression(terms: [Term(columns.level), Term(excess, -1)]),
                            upper: most))
                    let capacity = program.columnUpper[columns.level.index]
                    stage.holding = PiecewiseLinear(
                        points: (most > 0 ? [.init(0, 0)] : [])
                            + [.init(most, 0), .init(capacity, price * (capacity - most))])
                }
                if least > 0 {
                    let lack = program.addColumn(below(index, step), block: index)
                    program.addCost(penalty, lack, price)
                    let row = program.addRow(
                        below(index, step), LinearExpression(terms: [Term(columns.level), Term(lack)]), lower: least)
                    stage.shortfalls.append(StoreChain.Shortfall(column: lack, row: row, target: least))
                }
                stages.append(stage)
                if battery.chargeW > 0, battery.dischargeW > 0, stepHours(step) > 0 {
                    program.add(.exclusive(Exclusive(columns.charge, columns.discharge)))
                }
            }
            self.stages.append(stages)
        }
    }

    /// Says which rows and columns make up the battery, for dynamic programming, where there is one alone, and no choice
    /// beside its own. What several share is solved sooner as a whole.
    mutating func addChain() {
        guard request.batteries.count == 1, !program.hasIntegers else { return }
        addChains()
    }

    /// Says which rows and columns make up each battery.
    mutating func addChains() {
        program.chains = []
        for (index, battery) in request.batteries.enumerated() {
            var chain = StoreChain(block: index, start: battery.startWh / 1000)
            for (step, columns) in stores[index].enumerated() {
                var stage = stages[index][step]
                stage.connection = program.connections.isEmpty ? nil : step
                func flow(_ column: Column, _ risePerKWh: Double, least: Double) -> StoreChain.Flow {
                    let most = program.columnUpper[column.index]
                    return StoreChain.Flow(
                        column: column,
                        rise: PiecewiseLinear(
                            points: [.init(0, 0)] + (most > 0 ? [.init(most, risePerKWh * most)] : [])),
                        gaps: least > 0 && most > 0 ? [StoreChain.Gap(high: least)] : [])
                }
                let least = mayBeNearFull[index][step] ? 0 : battery.leastChargeW / 1000 * stepHours(step)
                stage.flows = [
                    flow(columns.charge, chargeEfficiency, least: least),
                    flow(columns.discharge, -1 / dischargeEfficiency, least: 0),
                ]
                chain.stages.append(stage)
            }
            program.chains.append(chain)
        }
    }

    /// `charge = 0` or `charge >= c_min`, but where a demand may let a battery off that is nearly full.
    mutating func addLeastPowers() {
        for (index, battery) in request.batteries.enumerated() where battery.leastChargeW > 0 {
            for step in 0..<stepCount where !mayBeNearFull[index][step] {
                let least = battery.leastChargeW / 1000 * stepHours(step)
                if least > 0 {
                    program.add(.semicontinuous(Semicontinuous(stores[index][step].charge, threshold: least)))
                }
            }
        }
    }

    /// Takes every choice: batteries with a least power do not charge; the others only charge while the sun gives more than
    /// the load takes, or where they have a goal, and only discharge else. What is left is linear.
    mutating func holdChoices() {
        for (index, battery) in request.batteries.enumerated() {
            let isAsked = battery.goalWh?.contains { $0 > 0 } ?? false
            for (step, columns) in stores[index].enumerated() {
                let charges =
                    isAsked || request.timeSeries.solarWh[step] > request.timeSeries.totalLoadWh(step)
                program.setBounds(charges ? columns.discharge : columns.charge, upper: 0)
                if battery.leastChargeW > 0 { program.setBounds(columns.charge, upper: 0) }
            }
        }
        for index in 0..<program.columnCount where program.columnIsInteger[index] {
            program.setBounds(program.column(at: index), upper: 0)
        }
    }
}
