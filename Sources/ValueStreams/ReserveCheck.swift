import Scenarios
import Scheduling

/// Whether a schedule can give the reserve that it sells: by the shares that it names, or, where it names none, by what
/// its vehicles have room for.
struct ReserveCheck {
    let problems: [String]

    init(reserve: Reserve, schedule: Schedule, scenario: Scenario) {
        guard let published = schedule.services[Reserve.key] else {
            problems = []
            return
        }
        guard published.count == reserve.products.count,
            zip(published, reserve.products).allSatisfy({ series, product in
                (series.direction ?? product.direction.rawValue) == product.direction.rawValue
                    && series.kw?.count == scenario.grid.count
            })
        else {
            problems = ["reserve: services.reserve does not hold the scenario's products, one series a product"]
            return
        }
        let run = Run(
            products: reserve.products, published: published, schedule: schedule, scenario: scenario,
            text: StreamText(scenario))
        problems = run.checkProducts() + run.checkSteps()
    }
}

private struct Run {
    let products: [Reserve.Product]
    let published: [ServiceSeries]
    let schedule: Schedule
    let scenario: Scenario
    let text: StreamText
    let timelines: [PlugTimeline]

    init(
        products: [Reserve.Product], published: [ServiceSeries], schedule: Schedule, scenario: Scenario,
        text: StreamText
    ) {
        self.products = products
        self.published = published
        self.schedule = schedule
        self.scenario = scenario
        self.text = text
        timelines = scenario.vehicles.map { PlugTimeline(vehicle: $0, grid: scenario.grid) }
    }

    private func sold(_ product: Int, _ step: Int) -> Double { published[product].kw?[step] ?? 0 }
    private func name(_ product: Int) -> String { "reserve[\(product)]" }

    /// Blocks, sizes and granularity.
    func checkProducts() -> [String] {
        var problems: [String] = []
        for (number, product) in products.enumerated() {
            for step in 0..<scenario.grid.count {
                let kw = sold(number, step)
                let slack = StreamText.allowance(kw)
                if kw < -slack || kw > product.maxKW + slack {
                    problems.append(
                        "\(name(number)): \(text.step(step)): \(text.number(kw)) kW do not lie in 0 ... "
                            + text.number(product.maxKW))
                }
                if kw > slack, kw < product.minKW - slack {
                    problems.append(
                        "\(name(number)): \(text.step(step)): \(text.number(kw)) kW are less than the least bid of "
                            + "\(text.number(product.minKW)) kW")
                }
                if product.granularityKW > 0 {
                    let count = kw / product.granularityKW
                    if abs(count - count.rounded()) * product.granularityKW > slack {
                        problems.append(
                            "\(name(number)): \(text.step(step)): \(text.number(kw)) kW are no multiple of "
                                + "\(text.number(product.granularityKW)) kW")
                    }
                }
                if step > 0, product.block(step, scenario.grid) == product.block(step - 1, scenario.grid),
                    abs(kw - sold(number, step - 1)) > slack
                {
                    problems.append("\(name(number)): \(text.step(step)): the amount changes within its block")
                }
            }
        }
        return problems
    }

    /// Supply and headroom in each step and direction.
    func checkSteps() -> [String] {
        let namesShares = published.allSatisfy { $0.shares != nil }
        var problems: [String] = []
        for side in Reserve.Side.allCases {
            let sellers = products.indices.filter { products[$0].sides.contains(side) }
            guard !sellers.isEmpty else { continue }
            for step in 0..<scenario.grid.count {
                problems += namesShares ? checkShares(side, sellers, step) : checkRoom(side, sellers, step)
            }
        }
        return problems
    }

    private func checkShares(_ side: Reserve.Side, _ sellers: [Int], _ step: Int) -> [String] {
        var problems: [String] = []
        var given = [Double](repeating: 0, count: scenario.vehicles.count)
        var (held, heldKWh) = (given, given)
        for number in sellers {
            var supply = 0.0
            for share in published[number].shares ?? [] where share.direction == "\(side)" {
                guard let index = scenario.vehicles.firstIndex(where: { $0.id == share.vehicle }),
                    share.givenUpKW.count == scenario.grid.count, share.heldKW.count == scenario.grid.count
                else { return ["\(name(number)): a share names no vehicle of the scenario, or not every step"] }
                let (r1, r2) = (share.givenUpKW[step], share.heldKW[step])
                if r1 < -StreamText.allowance(r1) || r2 < -StreamText.allowance(r2) {
                    problems.append("\(name(number)): \(share.vehicle): \(text.step(step)): a share is below zero")
                }
                if r1 + r2 > StreamText.allowance(r1), !timelines[index].isPluggedThroughout(step) {
                    problems.append(
                        "\(name(number)): \(share.vehicle): \(text.step(step)): holds reserve without being plugged in "
                            + "throughout")
                }
                supply += r1 + r2
                given[index] += r1
                held[index] += r2
                heldKWh[index] += products[number].durationHours * r2
            }
            let kw = sold(number, step)
            if abs(supply - kw) > StreamText.allowance(kw) * Double(1 + scenario.vehicles.count) {
                problems.append(
                    "\(name(number)): \(text.step(step)): \(text.number(kw)) kW \(side) are sold, the vehicles hold "
                        + "\(text.number(supply)) kW")
            }
        }
        for index in scenario.vehicles.indices {
            let room = room(side, index, step)
            let id = scenario.vehicles[index].id
            let count = Double(1 + sellers.count)
            if given[index] > room.givenUpKW + StreamText.allowance(given[index]) * count {
                problems.append(
                    "reserve: \(id): \(text.step(step)): gives up \(text.number(given[index])) kW of "
                        + "\(text.number(room.givenUpKW)) kW (\(side))")
            }
            if held[index] > room.heldKW + StreamText.allowance(held[index]) * count {
                problems.append(
                    "reserve: \(id): \(text.step(step)): holds \(text.number(held[index])) kW \(side), its charger has "
                        + "room for \(text.number(room.heldKW)) kW")
            }
            if heldKWh[index] > room.heldKWh + StreamText.allowance(room.heldKWh) * count {
                problems.append(
                    "reserve: \(id): \(text.step(step)): cannot sustain what it holds \(side): "
                        + "\(text.number(heldKWh[index])) kWh of \(text.number(room.heldKWh)) kWh")
            }
        }
        return problems
    }

    /// Without shares: what is sold together against what the vehicles have, every product lasting as long as the longest.
    private func checkRoom(_ side: Reserve.Side, _ sellers: [Int], _ step: Int) -> [String] {
        let kw = sellers.reduce(0) { $0 + sold($1, step) }
        let hours = sellers.filter { sold($0, step) > 0 }.map { products[$0].durationHours }.max() ?? 0
        let supply = scenario.vehicles.indices.reduce(0.0) { sum, index in
            let room = room(side, index, step)
            return sum + room.givenUpKW + min(room.heldKW, hours > 0 ? room.heldKWh / hours : .infinity)
        }
        guard supply < kw - StreamText.allowance(kw) * Double(1 + scenario.vehicles.count) else { return [] }
        return [
            "reserve: \(text.step(step)): \(text.number(kw)) kW \(side) are sold, the vehicles can sustain "
                + "\(text.number(supply)) kW"
        ]
    }

    /// What a vehicle can give up and hold, kW, and for how much energy at the meter, kWh.
    private func room(
        _ side: Reserve.Side, _ index: Int, _ step: Int
    ) -> (givenUpKW: Double, heldKW: Double, heldKWh: Double) {
        guard timelines[index].isPluggedThroughout(step) else { return (0, 0, 0) }
        let (vehicle, plan) = (scenario.vehicles[index], schedule.vehicles[index])
        let energies = [plan.energyKWh[step], plan.energyKWh[step + 1]]
        switch side {
        case .up:
            let spare = zip([step, step + 1], energies).map { boundary, energy in
                energy + floorShortfall(index, boundary) - floor(index, boundary)
            }
            return (
                plan.chargeKW[step], vehicle.charger.dischargeKW - plan.dischargeKW[step],
                max(0, spare.min() ?? 0) * vehicle.charger.dischargeEfficiency.nominal
            )
        case .down:
            let excess = ceilingExcess(index)
            let spare = zip([step, step + 1], energies).map { timelines[index].ceilingKWh[$0] + excess - $1 }
            return (
                plan.dischargeKW[step], vehicle.charger.chargeKW - plan.chargeKW[step],
                max(0, spare.min() ?? 0) / vehicle.charger.chargeEfficiency.nominal
            )
        }
    }

    private func floor(_ index: Int, _ boundary: Int) -> Double {
        let values = timelines[index].floors.compactMap { floor -> Double? in
            guard floor.boundaries.contains(boundary) else { return nil }
            return floor.energyKWh[boundary - floor.boundaries.lowerBound]
        }
        return values.max() ?? scenario.vehicles[index].battery.floorKWh(at: boundary)
    }

    /// What the battery holds above its ceiling where that is a shortfall, kWh.
    private func ceilingExcess(_ index: Int) -> Double {
        guard let first = timelines[index].excessFrom else { return 0 }
        let energy = schedule.vehicles[index].energyKWh
        return (first..<energy.count).reduce(0) { max($0, energy[$1] - timelines[index].ceilingKWh[$1]) }
    }

    /// The floor's one shortfall of the window that holds a boundary, kWh.
    private func floorShortfall(_ index: Int, _ boundary: Int) -> Double {
        timelines[index].floors.filter { $0.boundaries.contains(boundary) }.map { floor in
            zip(floor.boundaries, floor.energyKWh).map { $1 - schedule.vehicles[index].energyKWh[$0] }.max() ?? 0
        }.max().map { max(0, $0) } ?? 0
    }
}
