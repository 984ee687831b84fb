import Sensitivity
import Foundation
import Testing

/// Schedules for chargers and markets as commands: exit codes, and what is reported beside the output.
@Suite struct ProfileTests {
    private static let day = CommandLineTests.scenario("002-negative-hours")

    @Test(
        "a plan that a version cannot say is exit 1 with one sentence and no output: nothing half-right reaches a charger"
    )
    func refused() throws {
        let run = try CommandLineTests.v2x(["schedule", ProfileTests.day, "--format", "ocpp1.6"])
        #expect(run.code == 1 && run.out.isEmpty)
        #expect(run.err.hasPrefix("v2x: OCPP 1.6 cannot discharge: ev1 is to discharge 10.00 kW at 2024-05-0"))
        #expect(run.err.hasSuffix("; write it as ocpp2.1, or plan with --mode v1x\n"))
        let oneWay = try CommandLineTests.v2x(["schedule", ProfileTests.day, "--format", "ocpp1.6", "--mode", "v1x"])
        #expect(oneWay.code == 0 && oneWay.err.isEmpty && oneWay.out.contains("\"connectorId\" : 1"))
    }

    @Test("merging says its loss on standard error, and the output stays a file for programs")
    func merged() throws {
        let run = try CommandLineTests.v2x(
            ["schedule", ProfileTests.day, "--format", "ocpp2.1", "--max-periods", "6"])
        #expect(run.code == 0)
        #expect(run.err.hasPrefix("v2x: merged from 16 to 6 periods: "))
        #expect(run.err.contains(" kWh at another time than planned, energy -7.6735 -> -6."))
        #expect((try? JSONSerialization.jsonObject(with: Data(run.out.utf8))) != nil)
    }

    @Test(
        "options that cannot be meant are usage errors",
        arguments: [
            (["--max-periods", "0"], "--max-periods must be 1 to 1024, got 0"),
            (["--max-periods", "1025"], "--max-periods must be 1 to 1024, got 1025"),
            (["--stack-level=-1"], "--stack-level must be 0 to 1000000, got -1"),
            (["--evse-id", "ev1=x"], "--evse-id must be a whole number from 1, got x"),
            (["--evse-id", "ev1=1", "--evse-id", "ev1=2"], "--evse-id is given twice for ev1"),
        ])
    func usage(arguments: [String], says: String) throws {
        let run = try CommandLineTests.v2x(
            ["schedule", ProfileTests.day, "--format", "ocpp2.1"] + arguments)
        #expect(run.code == 64 && run.out.isEmpty && run.err.contains(says), "\(run.err)")
    }

    @Test("a transaction's id needs its vehicle's name only where there are several")
    func transaction() throws {
        let one = try CommandLineTests.v2x(
            ["schedule", ProfileTests.day, "--format", "ocpp2.1", "--transaction-id", "abc"])
        #expect(one.code == 0 && one.out.contains("\"transactionId\" : \"abc\""))
        let three = CommandLineTests.scenario("013-three-vehicles-on-one-fuse")
        let unnamed = try CommandLineTests.v2x(["schedule", three, "--format", "ocpp2.1", "--transaction-id", "abc"])
        #expect(unnamed.code == 64 && unnamed.err.contains("--transaction-id must name its vehicle, ev1=abc"))
    }

    @Test("a house's offer in the exchange's sheet says that it is too small")
    func nordpool() throws {
        let run = try CommandLineTests.v2x(
            ["offer", CommandLineTests.night, "--format", "nordpool", "--mtu", "1h"])
        #expect(run.code == 0 && run.out.hasPrefix("buy_mw_at_eur_per_mwh,-500.00,4000.00\r\n"))
        #expect(
            run.err
                == "v2x: rounded toward zero to 0.1 MW: up to 11.0 kW of an offer are lost; 15 of 24 offers are empty "
                + "now (--sites 1000 offers a thousand such sites as one)\n")
    }
}
