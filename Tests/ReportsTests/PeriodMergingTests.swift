import Scenarios
import Testing
import TestSupport

@testable import Reports

/// Few periods for stations that hold few: the least loss, within the limits, and said.
@Suite struct PeriodMergingTests {
    /// Loss of cutting `parts` into `pieces`, kWh; nil where one is not allowed. Written anew, from the definition.
    private static func loss(
        _ parts: [PlugSession.Part], _ pieces: [Range<Int>], room: [ClosedRange<Double>], gaps: [Range<Double>]
    ) -> Double? {
        var loss = 0.0
        for piece in pieces {
            let hours = piece.map { Double(parts[$0].seconds) / 3600 }
            let mean = zip(piece, hours).map { parts[$0].kW * $1 }.reduce(0, +) / hours.reduce(0, +)
            if Set(piece.map { parts[$0].kW }).count > 1 {
                guard piece.allSatisfy({ room[$0].contains(mean) }) else { return nil }
                guard !gaps.contains(where: { $0.lowerBound < mean && mean < $0.upperBound }) else { return nil }
            }
            loss += zip(piece, hours).map { abs(parts[$0].kW - mean) * $1 }.reduce(0, +) / 2
        }
        return loss
    }

    /// Every way to cut `0..<count` into at most `most` pieces.
    private static func partitions(_ count: Int, most: Int) -> [[Range<Int>]] {
        (0..<(1 << (count - 1))).compactMap { cuts in
            let ends = (1..<count).filter { cuts & (1 << ($0 - 1)) != 0 } + [count]
            guard ends.count <= most else { return nil }
            return zip([0] + ends, ends).map { $0..<$1 }
        }
    }

    @Test("no other choice of periods moves less energy: all of them were tried", arguments: 0..<60)
    func bruteForce(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = 4 + Int.random(in: 0..<6, using: &random)
        let parts = (0..<count).map {
            PlugSession.Part(
                step: $0, seconds: 300 * (1 + Int.random(in: 0..<3, using: &random)),
                kW: Double(Int.random(in: 0..<9, using: &random) - 3))
        }
        // Half of the time a limit that some means break, and a least power.
        let isTight = seed % 2 == 1
        let room = parts.map { part -> ClosedRange<Double> in
            isTight
                ? (part.kW - Double(Int.random(in: 0..<6, using: &random)) - 0.0137)...(part.kW
                    + Double(Int.random(in: 0..<6, using: &random)) + 0.0137) : -100...100
        }
        let gaps: [Range<Double>] = isTight ? [0.0137..<2.0137] : []
        for most in 1...4 {
            let merging = PeriodMerging(parts, room: room, gaps: gaps, isSame: { $0 == $1 })
            let runs = PeriodMergingTests.partitions(count, most: most)
            let best = runs.compactMap { PeriodMergingTests.loss(parts, $0, room: room, gaps: gaps) }.min()
            let merged = merging.merged(most: most)
            #expect((merged == nil) == (best == nil), "\(parts)")
            guard let merged, let best else {
                #expect((merging.fewestPeriods() ?? 0) > most)
                continue
            }
            #expect(abs(merged.movedKWh - best) < 1e-9, "\(most) of \(parts): \(merged.movedKWh), best \(best)")
            #expect(merged.pieces.count <= most && merged.pieces.first?.lowerBound == 0)
            #expect(merged.pieces.last?.upperBound == count)
            let again = PeriodMergingTests.loss(parts, merged.pieces, room: room, gaps: gaps)
            #expect(again.map { abs($0 - best) < 1e-9 } == true)
            #expect((merging.fewestPeriods() ?? .max) <= most)
        }
    }

    @Test("more changes than the exact search takes are joined, not waited for")
    func long() {
        let parts = (0..<1500).map { PlugSession.Part(step: $0, seconds: 900, kW: Double(($0 * 7919) % 100) / 10) }
        let merging = PeriodMerging(
            parts, room: Array(repeating: -100...100, count: 1500), gaps: [], isSame: { $0 == $1 })
        let merged = merging.merged(most: 1200)
        #expect(merged?.pieces.count == 1200 && (merged?.movedKWh ?? 0) > 0)
    }

    @Test(
        "what merging costs is reported in kWh and money, energy at the meter stays, and the periods are as few as asked"
    )
    func lossIsSaid() throws {
        // One period of 4 kW for an hour of 8, 0, 0, 8: half of 16 kW quarters is 2 kWh... moved: 1/2 * 4 * 4 kW * 1/4 h.
        var plan = HandPlan(
            importPrice: [0.1, 0.4, 0.4, 0.1],
            vehicles: [.init(netKW: [8, 0, 0, 8], charger: Charger(chargeKW: 11, minChargeKW: 1))])
        plan.options.maxPeriods = 1
        let output = try OCPP201Format.output(of: plan.report())
        #expect(
            output.notes == [
                "merged from 3 to 1 period: 2.00 kWh at another time than planned, energy 0.4000 -> 1.0000 EUR"
            ])
        let look = try JSONLook(output.text)
        #expect(look["planned_energy_cost"].number == 0.4 && look["energy_cost"].number == 1)
        let entry = look["requests"][0]
        #expect(entry["moved_kwh"].number == 2 && entry["planned_periods"].number == 3)
        #expect(entry["charge_kwh"].number == 4 && entry["planned_charge_kwh"].number == 4)
        plan.options.maxPeriods = 2
        let two = try JSONLook(OCPP201Format.text(of: plan.report()))["requests"][0]
        // 8 | 8/3, or its mirror: 8/3 for 45 minutes moves 1/2 (2 * 8/3 + 16/3) / 4.
        #expect(abs((two["moved_kwh"].number ?? 0) - 4.0 / 3) < 1e-6)
    }

    @Test("a profile does not break the fuse that the plan kept: what else the house draws stays where it is")
    func siteLimit() throws {
        // Two cars at 8 kW in turn behind 10 kW: one period each would put 4 + 4 beside each other, with 3 kW of load 11 kW.
        var plan = HandPlan(
            importPrice: [0.1, 0.2], importLimitKW: 11, loadKW: 3,
            vehicles: ["a", "b"].map {
                .init(
                    id: $0, netKW: $0 == "a" ? [8, 0] : [0, 8],
                    charger: Charger(chargeKW: 11, dischargeKW: 10, minChargeKW: 1))
            })
        plan.options.maxPeriods = 1
        do {
            _ = try OCPP21Format.output(of: plan.report())
            Issue.record("merged beyond the limit")
        } catch {
            #expect(
                "\(error)"
                    == "a from 2024-01-15 12:00: no 1 period keeps the site's limits and the charger's least power; "
                    + "it takes --max-periods 2 at least")
        }
        plan.importLimitKW = 15
        #expect(try OCPP21Format.output(of: plan.report()).notes.count == 1)
    }

    @Test("a target that the merged plan misses is named, with what is missing")
    func targetIsNamed() throws {
        // Mean 0 of charging and discharging stores more (no loss), but the stay's first half stores less than planned.
        var plan = HandPlan(
            importPrice: [0.1, 0.1, 0.1, 0.1],
            vehicles: [
                .init(
                    netKW: [8, 8, 0, 0], stays: [(0, 60)],
                    charger: Charger(
                        chargeKW: 11, minChargeKW: 1,
                        chargeEfficiency: .curve([
                            EfficiencyPoint(acKW: 4, efficiency: 0.5), EfficiencyPoint(acKW: 11, efficiency: 0.9),
                        ])), departureSoC: 0.5)
            ])
        plan.options.maxPeriods = 1
        // 8 kW for half an hour store 3.188 kWh on this curve, 4 kW for an hour 2.
        let stored8 = (2 + (9.9 - 2) * 4 / 7) * 0.5
        let notes = try OCPP201Format.output(of: plan.report()).notes
        #expect(notes.count == 2)
        #expect(notes.last == "ev1 at 2024-01-15 13:00: \(fixed(stored8 - 2, 2)) kWh less than planned")
    }
}
