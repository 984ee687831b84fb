import LinearPrograms
import ScenarioFiles
import Scenarios
import Scheduling

/// Reserve: power that is held ready upward (less import), downward (more), or both ways, sold by the block.
///
///     0 <= R <= max_kw, constant over each block;   R = sum_i r_i[t],  r = r1 + r2, over vehicles plugged in throughout
///     up:    sum r1 <= c[t],   sum r2 <= Pd - d[t],   e[k] + f - sum D r2 / etad >= floor[k]   at k = t, t+1
///     down:  sum r1 <= d[t],   sum r2 <= Pc - c[t],   e[k] + etac sum D r2 <= emax             at k = t, t+1
///     cost   -sum_t h price[t] R[t]  -+ alpha h activation_price[t] R[t]  (up earns, down pays, symmetric nets to nothing)
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | R | what is sold; symmetric products the same both ways | kW |
/// | r1 | given up: charging less (up), discharging less (down) | kW |
/// | r2 | held: discharging more (up), charging more (down) | kW |
/// | D | `duration`: how long it must last | h |
/// | alpha | `activation`: share of the reserved energy that is expected to be called | 1 |
/// | floor, f | the floor at a boundary and its shortfall | kWh |
///
/// Sums over products: those of one direction share a vehicle's headroom. What is called moves through the cells: up takes
/// `alpha etac r1` from what flows in and adds `alpha r2 / etad` to what flows out, down takes `alpha r1 / etad` from what
/// flows out and adds `alpha etac r2` to what flows in. What is not sold is not called: R equals what the vehicles hold, so
/// that an unsold product moves no energy. `min_kw` and `step_kw` are a market's least bid and granularity.
/// Adds, for a vehicle, step and direction of a product, two columns, and for a direction four rows. Source: Scheduling.docc/Model.md section 5.
package struct Reserve: ValueStream, ServiceSection {
    package static let key = "reserve"
    package var key: String { Reserve.key }

    enum Direction: String, CaseIterable, Sendable { case up, down, symmetric }

    /// One side of a vehicle's headroom.
    enum Side: Int, CaseIterable, Sendable { case up, down }

    struct Product: Sendable, Equatable {
        var direction: Direction
        var pricePerKWh: [Double]
        var durationHours: Double
        /// nil: every step is a block of its own.
        var blockSeconds: Int?
        /// Infinite where the scenario sets none.
        var maxKW: Double
        var minKW: Double
        /// 0: any amount.
        var granularityKW: Double
        var activation: Double
        var activationPricePerKWh: [Double]

        var sides: [Side] {
            switch direction {
            case .up: [.up]
            case .down: [.down]
            case .symmetric: [.up, .down]
            }
        }

        /// The block that a step lies in, counted from the horizon's start.
        func block(_ step: Int, _ grid: TimeGrid) -> Int {
            blockSeconds.map { step * grid.stepSeconds / $0 } ?? step
        }

        /// Money per kW of the product in a step (negative: it earns).
        func costPerKW(_ step: Int, _ stepHours: Double) -> Double {
            let called =
                switch direction {
                case .up: -activation * activationPricePerKWh[step]
                case .down: activation * activationPricePerKWh[step]
                case .symmetric: 0.0
                }
            return stepHours * (called - pricePerKWh[step])
        }
    }
    var products: [Product]

    /// Blocks are counted anew from each part's start.
    package func part(_ steps: Range<Int>, of grid: TimeGrid) -> any ValueStream {
        var part = self
        for index in products.indices {
            part.products[index].pricePerKWh = Array(products[index].pricePerKWh[steps])
            part.products[index].activationPricePerKWh = Array(products[index].activationPricePerKWh[steps])
        }
        return part
    }

    // MARK: - The section

    package static let schema = Schema.oneOrMore(
        .map([
            Schema.required("direction", .choice(Direction.allCases.map(\.rawValue)), "Which way."),
            Schema.required("price", .series, "Money per kW and hour."),
            Schema.required("duration", .any([.duration, .zero]), "How long it must last (0: no time)."),
            Schema.key("block", .duration, "Length over which it is constant (a step)."),
            Schema.key("max_kw", .number(.nonNegative), "Maximum reserve sold, kW."),
            Schema.key("min_kw", .number(.nonNegative), "Minimum bid, kW (0)."),
            Schema.key("step_kw", .number(.nonNegative), "Granularity of bids, kW (0)."),
            Schema.key("activation", .number(.share), "Share of the reserved energy expected to be called (0)."),
            Schema.key("activation_price", .series, "Money per kWh called (0)."),
        ]))

    package static func decode(_ value: InputValue, in context: ServiceContext) -> (any Sendable)? {
        let items = value.isList ? value.list() : [value]
        guard let products = items?.map({ product($0, context) }), products.allSatisfy({ $0 != nil }) else {
            return nil
        }
        return Reserve(products: products.compactMap { $0 })
    }

    private static func product(_ value: InputValue, _ context: ServiceContext) -> Product? {
        guard let reader = value.section() else { return nil }
        defer { reader.finish() }
        let direction = reader.required("direction", "symmetric")?.choice(
            Direction.allCases.map(\.rawValue), what: "direction")
        let price = reader.series("price", .capacityPrice, example: "{ file: reserve.csv, unit: EUR/MW/h }")
        let duration = reader.required("duration", "30min")?.duration(mayBeZero: true)
        let block = reader.optional("block")
        let blockSeconds = block?.duration()
        if let blockSeconds, let block, blockSeconds % context.grid.stepSeconds != 0 {
            block.error("must be a whole number of steps")
            return nil
        }
        let most = reader.number("max_kw", .nonNegative, unit: "kW", default: .infinity)
        let least = reader.number("min_kw", .nonNegative, unit: "kW", default: 0)
        let granularity = reader.number("step_kw", .nonNegative, unit: "kW", default: 0)
        let activation = reader.number("activation", .share, default: 0)
        let activationPrice = reader.optional("activation_price").map { $0.series(.energyPrice) }
        let none = Array(repeating: 0.0, count: context.grid.count)
        guard let direction = direction.flatMap(Direction.init(rawValue:)), let price, let duration,
            block == nil || blockSeconds != nil, let activationPrice = activationPrice ?? none
        else { return nil }
        return Product(
            direction: direction, pricePerKWh: price, durationHours: Double(duration) / 3600,
            blockSeconds: blockSeconds,
            maxKW: most, minKW: least, granularityKW: granularity, activation: activation,
            activationPricePerKWh: activationPrice)
    }

    // MARK: - The program

    /// Columns of one product, side, vehicle and step.
    struct Part: Sendable {
        var product: Int
        var side: Side
        var vehicle: Int
        var step: Int
        /// r1; nil where there is nothing to give up.
        var givenUp: Column?
        /// r2; nil where nothing more can flow.
        var held: Column?
    }

    /// What `declare` and `constrain` added.
    struct Columns: Sendable {
        var parts: [Part] = []
        /// R of each product and block.
        var blocks: [[LinearExpression]] = []
    }

    package func declare(in model: inout SchedulingModel) {
        var columns = Columns()
        for (number, product) in products.enumerated() {
            for side in product.sides {
                let name = "reserve\(number + 1).\(side)"
                let (givenUp, held) = (
                    model.program.family(name + ".given_up_kw"), model.program.family(name + ".held_kw")
                )
                for (index, vehicle) in model.scenario.vehicles.enumerated() {
                    let most = side == .up ? vehicle.charger.dischargeKW : vehicle.charger.chargeKW
                    for step in 0..<model.scenario.grid.count where model.timelines[index].isPluggedThroughout(step) {
                        let expressions = model.vehicles[index]
                        let flow = side == .up ? expressions.chargeKW[step] : expressions.dischargeKW[step]
                        let part = Part(
                            product: number, side: side, vehicle: index, step: step,
                            givenUp: flow.map { _ in model.program.addColumn(givenUp(index, step), block: index) },
                            held: most > 0
                                ? model.program.addColumn(held(index, step), upper: most, block: index) : nil)
                        addCalls(part, product.activation, vehicle.charger, &model)
                        columns.parts.append(part)
                    }
                }
            }
        }
        model.declared[key] = columns
    }

    /// The expected calls of a part, on their way through the cells.
    private func addCalls(_ part: Part, _ activation: Double, _ charger: Charger, _ model: inout SchedulingModel) {
        guard activation > 0 else { return }
        let into = activation * charger.chargeEfficiency.nominal
        let out = activation / charger.dischargeEfficiency.nominal
        func add(_ column: Column?, _ coefficient: Double, _ isInflow: Bool) {
            guard let column else { return }
            if isInflow {
                model.addInflow(coefficient, column, vehicle: part.vehicle, step: part.step)
            } else {
                model.addOutflow(coefficient, column, vehicle: part.vehicle, step: part.step)
            }
        }
        switch part.side {
        case .up:
            add(part.givenUp, -into, true)
            add(part.held, out, false)
        case .down:
            add(part.givenUp, -out, false)
            add(part.held, into, true)
        }
    }

    package func constrain(_ model: inout SchedulingModel) {
        guard var columns = model.declared[key] as? Columns else { return }
        let line = model.program.costLine(key)
        addBlocks(&columns, line, &model)
        addSupply(columns, &model)
        addHeadroom(columns, &model)
        model.declared[key] = columns
    }

    private func addBlocks(_ columns: inout Columns, _ line: CostLineIndex, _ model: inout SchedulingModel) {
        let grid = model.scenario.grid
        let all = model.scenario.vehicles.reduce(0) { $0 + $1.charger.chargeKW + $1.charger.dischargeKW }
        for (number, product) in products.enumerated() {
            let label = model.program.family("reserve\(number + 1)_kw")
            let most = min(product.maxKW, all)
            var blocks: [LinearExpression] = []
            for block in 0...product.block(grid.count - 1, grid) {
                if product.granularityKW > 0 {
                    let count = model.program.addInteger(
                        label(nil, block), lower: 0, upper: (most / product.granularityKW + 1e-9).rounded(.down))
                    let least = (product.minKW / product.granularityKW - 1e-9).rounded(.up)
                    if least > 1 { model.program.add(.semicontinuous(Semicontinuous(count, threshold: least))) }
                    blocks.append(LinearExpression(count, product.granularityKW))
                } else {
                    let column = model.program.addColumn(label(nil, block), upper: most)
                    if product.minKW > 0 {
                        model.program.add(.semicontinuous(Semicontinuous(column, threshold: product.minKW)))
                    }
                    blocks.append(LinearExpression(column))
                }
            }
            for step in 0..<grid.count {
                model.program.addCost(
                    line, blocks[product.block(step, grid)], times: product.costPerKW(step, grid.stepHours))
            }
            columns.blocks.append(blocks)
        }
    }

    /// `R = sum_i r_i[t]` for each product, side and step: what is held is sold.
    private func addSupply(_ columns: Columns, _ model: inout SchedulingModel) {
        let grid = model.scenario.grid
        for (number, product) in products.enumerated() {
            for side in product.sides {
                var supply = Array(repeating: LinearExpression(), count: grid.count)
                for part in columns.parts where part.product == number && part.side == side {
                    if let column = part.givenUp { supply[part.step].add(column) }
                    if let column = part.held { supply[part.step].add(column) }
                }
                let label = model.program.family("reserve\(number + 1).\(side).supply")
                for step in 0..<grid.count {
                    model.program.addRow(
                        label(nil, step), supply[step] - columns.blocks[number][product.block(step, grid)], lower: 0,
                        upper: 0)
                }
            }
        }
    }

    /// What a vehicle has in each direction, shared by the products.
    private func addHeadroom(_ columns: Columns, _ model: inout SchedulingModel) {
        struct Place: Hashable { var side: Side, vehicle: Int, step: Int }
        var order: [Place] = []
        var shared: [Place: (givenUp: LinearExpression, held: LinearExpression, heldKWh: LinearExpression)] = [:]
        for part in columns.parts {
            let place = Place(side: part.side, vehicle: part.vehicle, step: part.step)
            if shared[place] == nil { order.append(place) }
            var sums = shared[place] ?? (LinearExpression(), LinearExpression(), LinearExpression())
            if let column = part.givenUp { sums.givenUp.add(column) }
            if let column = part.held {
                sums.held.add(column)
                sums.heldKWh.add(column, products[part.product].durationHours)
            }
            shared[place] = sums
        }
        for place in order {
            guard let sums = shared[place] else { continue }
            let (vehicle, step) = (model.scenario.vehicles[place.vehicle], place.step)
            let expressions = model.vehicles[place.vehicle]
            let name = "reserve.\(place.side)"
            let label = model.program.family(name)
            let (charge, discharge) = (expressions.chargeKW[step], expressions.dischargeKW[step])
            let (less, more) = place.side == .up ? (charge, discharge) : (discharge, charge)
            let rated = place.side == .up ? vehicle.charger.dischargeKW : vehicle.charger.chargeKW
            if let less {
                model.program.addRow(
                    label(place.vehicle, step, part: 0), sums.givenUp - LinearExpression(less), upper: 0)
            }
            guard !sums.held.isConstant else { continue }
            var flow = sums.held
            if let more { flow.add(more) }
            model.program.addRow(label(place.vehicle, step, part: 1), flow, upper: rated)
            for (part, boundary) in [(2, step), (3, step + 1)] {
                var energy = expressions.energyKWh[boundary]
                switch place.side {
                case .up:
                    energy.add(sums.heldKWh, times: -1 / vehicle.charger.dischargeEfficiency.nominal)
                    if let violation = expressions.floorViolation[boundary] { energy.add(violation, times: 1) }
                    let floor = expressions.floorKWh[boundary] ?? vehicle.battery.floorKWh(at: boundary)
                    model.program.addRow(label(place.vehicle, step, part: part), energy, lower: floor)
                case .down:
                    energy.add(sums.heldKWh, times: vehicle.charger.chargeEfficiency.nominal)
                    if let excess = expressions.ceilingExcess { energy.add(excess, times: -1) }
                    model.program.addRow(
                        label(place.vehicle, step, part: part), energy,
                        upper: model.timelines[place.vehicle].ceilingKWh[boundary])
                }
            }
        }
    }

    // MARK: - The result

    package func publish(_ model: SchedulingModel, values: [Double], schedule: Schedule) -> [ServiceSeries] {
        guard let columns = model.declared[key] as? Columns else { return [] }
        let grid = model.scenario.grid
        func value(_ column: Column?) -> Double {
            column.map { max(0, abs(values[$0.index]) < 1e-9 ? 0 : values[$0.index]) } ?? 0
        }
        return products.enumerated().map { number, product in
            var series = ServiceSeries(
                direction: product.direction.rawValue,
                kw: (0..<grid.count).map { step in
                    let sold = columns.blocks[number][product.block(step, grid)].value(at: values)
                    return sold < 1e-9 ? 0 : sold
                })
            var shares: [ServiceSeries.Share] = []
            for side in product.sides {
                for (index, vehicle) in model.scenario.vehicles.enumerated() {
                    var share = ServiceSeries.Share(
                        vehicle: vehicle.id, direction: "\(side)", givenUpKW: Array(repeating: 0, count: grid.count),
                        heldKW: Array(repeating: 0, count: grid.count))
                    for part in columns.parts
                    where part.product == number && part.side == side && part.vehicle == index {
                        share.givenUpKW[part.step] = value(part.givenUp)
                        share.heldKW[part.step] = value(part.held)
                    }
                    shares.append(share)
                }
            }
            series.shares = shares
            return series
        }
    }

    package func settle(_ schedule: Schedule, in scenario: Scenario) -> Double {
        guard let published = schedule.services[key] else { return 0 }
        var sum = 0.0
        for (product, series) in zip(products, published) {
            for (step, kw) in (series.kw ?? []).enumerated() where step < scenario.grid.count {
                sum += product.costPerKW(step, scenario.grid.stepHours) * kw
            }
        }
        return sum
    }

    package func cellFlows(
        vehicle: Int, of schedule: Schedule, in scenario: Scenario
    ) -> (inKWh: [Double], outKWh: [Double])? {
        guard products.contains(where: { $0.activation > 0 }), let published = schedule.services[key] else {
            return nil
        }
        let charger = scenario.vehicles[vehicle].charger
        let (into, out) = (charger.chargeEfficiency.nominal, 1 / charger.dischargeEfficiency.nominal)
        var inflow = [Double](repeating: 0, count: scenario.grid.count)
        var outflow = inflow
        for (product, series) in zip(products, published) where product.activation > 0 {
            let called = product.activation * scenario.grid.stepHours
            for share in series.shares ?? [] where share.vehicle == scenario.vehicles[vehicle].id {
                guard share.givenUpKW.count == inflow.count, share.heldKW.count == inflow.count else { continue }
                for step in inflow.indices {
                    if share.direction == "\(Side.up)" {
                        inflow[step] -= called * into * share.givenUpKW[step]
                        outflow[step] += called * out * share.heldKW[step]
                    } else {
                        outflow[step] -= called * out * share.givenUpKW[step]
                        inflow[step] += called * into * share.heldKW[step]
                    }
                }
            }
        }
        return (inflow, outflow)
    }

    package func problems(of schedule: Schedule, in scenario: Scenario) -> [String] {
        ReserveCheck(reserve: self, schedule: schedule, scenario: scenario).problems
    }
}
