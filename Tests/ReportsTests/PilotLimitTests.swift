import Accounting
import Scenarios
import Testing

@testable import Reports

/// Plans that a charger takes as they are meant. What a user would lose: a car that stops at 2.4 A and leaves below its
/// target, or profiles that a station rejects for their level.
@Suite struct PilotLimitTests {
    private static func energy(_ parts: [PlugSession.Part]) -> Double {
        parts.reduce(0) { $0 + $1.kW * Double($1.seconds) / 3600 }
    }

    @Test("a power below 6 A of each phase becomes 6 A for a part of the step, beside a neighbour that is on")
    func split() {
        let limit = PilotLimit(Charger(chargeKW: 11))
        let powers = [0, 1.72, 11, 2.07, 0, 2.07, 2.07, 0]
        let parts = powers.enumerated().map { PlugSession.Part(step: $0, seconds: 900, kW: $1) }
        let kept = limit.kept(parts)
        #expect(kept.count.charging == 4 && kept.count.discharging == 0)
        #expect(
            kept.parts.map { "\($0.seconds) s \(($0.kW * 100).rounded() / 100)" } == [
                "900 s 0.0", "527 s 0.0", "373 s 4.14", "900 s 11.0", "450 s 4.14", "450 s 0.0", "900 s 0.0",
                "450 s 0.0", "450 s 4.14", "450 s 4.15", "450 s 0.0", "900 s 0.0",
            ])
    }

    @Test("each step keeps its energy to a second of the least power, whatever the powers", arguments: 0..<40)
    func energyHolds(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let limit = PilotLimit(Charger(chargeKW: 11, dischargeKW: 10))
        let parts = (0..<50).map { step in
            let kW = -10 + 21 * random.share()
            return PlugSession.Part(step: step, seconds: 1 + Int(900 * random.share()), kW: [0, kW, kW / 4][step % 3])
        }
        let kept = limit.kept(parts).parts
        #expect(!kept.contains { abs($0.kW) > 1e-6 && abs($0.kW) < 4.14 - 1e-6 })
        for step in 0..<50 {
            let before = Self.energy(parts.filter { $0.step == step })
            let after = Self.energy(kept.filter { $0.step == step })
            #expect(abs(after - before) <= 2 * 4.14 / 3600 + 1e-9)
            let seconds = kept.filter { $0.step == step }.map(\.seconds).reduce(0, +)
            #expect(seconds == parts[step].seconds)
        }
        // What is left over is carried, not lost each time; a change of direction begins anew.
        let (charged, planned) = (Self.energy(kept.filter { $0.kW > 0 }), Self.energy(parts.filter { $0.kW > 0 }))
        #expect(charged <= planned + 1e-9)
        #expect(abs(Self.energy(kept) - Self.energy(parts)) < 50 * 4.14 / 3600)
    }

    @Test(
        "the least power is that of the phases the charger has; a scenario's own least power stands",
        arguments: [(11.0, 3, 4.14), (3.7, 3, 2.76), (2.3, 3, 1.38), (1.0, 3, 1.0), (7.4, 1, 1.38)])
    func phases(chargeKW: Double, phases: Int, least: Double) {
        var charger = Charger(chargeKW: chargeKW)
        charger.phases = Array(1...phases)
        #expect(abs(PilotLimit(charger).chargeKW - least) < 1e-9)
        #expect(PilotLimit(Charger(chargeKW: chargeKW, minChargeKW: 0.5)).chargeKW == 0)
    }

    @Test("no OCPP format writes anything between 0 and 6 A, and the note names the key that the plan can keep")
    func formats() throws {
        for unit in [ProfileOptions.RateUnit.watts, .amperes] {
            for netKW in [[0, 1.0, 2.0, 11.0], [3.0, 3.0, 3.0, 3.0]] {
                var plan = HandPlan(
                    importPrice: [0.1, 0.2, 0.3, 0.4], vehicles: [.init(netKW: netKW, charger: Charger(chargeKW: 11))])
                plan.options.rateUnit = unit
                for format in [OCPP16Format.self, OCPP201Format.self, OCPP21Format.self] as [any ReportFormat.Type] {
                    let output = try format.output(of: plan.report())
                    #expect(output.notes.contains { $0.contains("set min_charge_kw: 4.14") }, "\(output.notes)")
                    let look = try JSONLook(output.text)
                    let request = look["requests"][0]["request"]
                    let profile =
                        format.name == "ocpp1.6"
                        ? request["csChargingProfiles"]["chargingSchedule"]
                        : request["chargingProfile"]["chargingSchedule"][0]
                    let limits = profile["chargingSchedulePeriod"].list.compactMap { $0["limit"].number }
                    let least = unit == .watts ? 4140.0 : 6
                    #expect(!limits.isEmpty && limits.allSatisfy { $0 == 0 || $0 >= least }, "\(limits)")
                    let written = look["requests"][0]["charge_kwh"].number ?? 0
                    let planned = look["requests"][0]["planned_charge_kwh"].number ?? 0
                    #expect(abs(written - planned) < (unit == .watts ? 1e-4 : 0.02))
                }
            }
        }
    }

    @Test("stays beyond the highest level are one profile with no power between them")
    func levels() throws {
        var plan = HandPlan(
            importPrice: Array(repeating: 0.2, count: 8),
            vehicles: [
                .init(
                    netKW: [8, 0, 0, 8, 0, 0, 8, 0], stays: [(0, 15), (45, 60), (90, 105)],
                    charger: Charger(chargeKW: 11))
            ])
        func levels() throws -> [Double] {
            try JSONLook(OCPP21Format.text(of: plan.report()))["requests"].list.compactMap {
                $0["request"]["chargingProfile"]["stackLevel"].number
            }
        }
        #expect(try levels() == [0, 1, 2])
        #expect(try OCPP21Format.output(of: plan.report()).notes.first?.contains("stack levels 0 to 2") == true)
        plan.options.maxStackLevel = 1
        #expect(try levels() == [0, 1])
        #expect(try OCPP21Format.output(of: plan.report()).notes == [])
        plan.options.maxStackLevel = 0
        #expect(try levels() == [0])
        let look = try JSONLook(OCPP21Format.text(of: plan.report()))
        let request = look["requests"][0]["request"]
        #expect(OCPPFormatTests.broken21(request).isEmpty)
        #expect(abs(OCPPFormatTests.energy21(request).charge - 6) < 1e-9)
        let periods = request["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"].list
        #expect(periods.map { $0["startPeriod"].number } == [0, 900, 2700, 3600, 5400])
        #expect(periods.map { $0["limit"].number } == [8000, 0, 8000, 0, 8000])
        // A transaction's own profile stands apart.
        plan.options.transactionIDs = ["ev1": "t1"]
        #expect(try levels() == [0, 0])
    }
}
