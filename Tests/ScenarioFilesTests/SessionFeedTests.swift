import Foundation
import Scenarios
import TestSupport
import Testing

@testable import ScenarioFiles

/// Files of sessions, each in a small one of its shape with the traps that real ones have. Lost, a car is there at another
/// time, needs another energy, or a whole file is refused for a field that many lack.
@Suite struct SessionFeedTests {
    private func read(_ text: String, zone: String = "UTC") throws -> (
        format: String, sessions: [ChargingSession], words: [String]
    ) {
        let bytes = Array(text.utf8)
        let feed = try #require(SessionFeedRegistry.recognised(bytes))
        let log = FindingLog()
        let problems = FeedProblems(file: "f", log: log)
        let clock = try #require(WallClock(timeZone: zone))
        let sessions = SessionFeedRegistry.read(bytes, as: feed, clock: clock, problems: problems)
        problems.finish()
        return (feed.name, sessions ?? [], log.findings.map(\.description))
    }

    @Test("every file of the folder is in the registry, and the other way round; no two have one name")
    func registry() throws {
        let folder = Repository.folder("Sources/ScenarioFiles/SessionFeeds")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix("Sessions.swift") }.map { String($0.dropLast(".swift".count)) }
        #expect(files.sorted() == Set(SessionFeedRegistry.all.map { "\(type(of: $0))" }).sorted())
        let names = SessionFeedRegistry.all.map { $0.name } + FeedRegistry.all.map { $0.name }
        #expect(Set(names).count == names.count)
    }

    private func acn(_ items: String..., meta: String = "") -> String {
        "{\"_meta\": {\(meta)}, \"_items\": [\(items.joined(separator: ","))]}"
    }
    private func item(
        id: String = "s1", from: String = "Wed, 25 Apr 2018 15:08:04 GMT", to: String = "Wed, 25 Apr 2018 23:20:10 GMT",
        kwh: String = "7.93", more: String = ""
    ) -> String {
        """
        {"sessionID": "\(id)", "stationID": "2-39", "connectionTime": "\(from)", "disconnectTime": "\(to)",
         "kWhDelivered": \(kwh), "timezone": "America/Los_Angeles"\(more)}
        """
    }

    @Test(
        "more energy than a car can take gives a warning that it may be in Wh",
        arguments: [(12.5, false), (12_500, true)])
    func energies(energy: Double, isLarge: Bool) throws {
        let text =
            "[{\"id\":\"1\",\"start_date_time\":\"2025-11-10T16:09:27Z\",\"end_date_time\":\"2025-11-11T05:35:00Z\",\"total_energy\":\(energy)}]"
        let words = try read(text).words
        #expect(words.contains { $0.contains("is the energy in Wh?") } == isLarge, "\(words)")
    }

    @Test("ACN-Data: times are GMT whatever the zone; charging done after leaving, no user and no done time are normal")
    func acnShape() throws {
        let file = try read(
            acn(
                item(more: ", \"doneChargingTime\": \"Thu, 26 Apr 2018 01:00:00 GMT\", \"userInputs\": null"),
                item(
                    id: "s2",
                    more:
                        ", \"doneChargingTime\": null, \"userInputs\": [{\"kWhRequested\": 30, \"minutesAvailable\": 60}]"
                )), zone: "America/Los_Angeles")
        #expect(file.format == "acn" && file.words == [])
        #expect(file.sessions.map(\.id) == ["s1", "s2"])
        #expect(
            file.sessions[0].from == moment("2018-04-25T15:08:04Z")
                && file.sessions[0].to == moment("2018-04-25T23:20:10Z"))
        // Delivered counts, not what was asked for.
        #expect(file.sessions.map(\.energyKWh) == [7.93, 7.93] && file.sessions[0].vehicle == nil)
    }

    @Test("ACN-Data: nothing delivered, the same session twice, one page of several: a word, and the rest is read")
    func acnWarnings() throws {
        let file = try read(acn(item(), item(), item(id: "s2", kwh: "0"), meta: "\"total\": 900"))
        #expect(file.sessions.count == 1)
        #expect(
            file.words == [
                "f: warning: 1 of 3 sessions delivered nothing: left out",
                "f: warning: 1 of 3 sessions are there twice: taken once",
                "f: warning: is one page of several: 3 of 900 sessions",
            ])
    }

    @Test("ACN-Data: what cannot be right is an error that names the item")
    func acnErrors() throws {
        #expect(
            try read(acn(item(), item(kwh: "9"))).words == ["f: _items[1]: session s1 is there twice, and differs"])
        #expect(
            try read(acn(item(to: "Wed, 25 Apr 2018 15:08:04 GMT"))).words == [
                "f: _items[0] is disconnected before it is connected"
            ])
        #expect(
            try read(acn(item(from: "25.04.2018 15:08"))).words == [
                "f: _items[0].connectionTime is not a time: 25.04.2018 15:08"
            ])
        #expect(try read(acn(item(kwh: "null"))).words == ["f: _items[0] has no kWhDelivered"])
    }

    @Test(
        "evprof: columns in any order with others between, wall times in the zone, NA left out, power is the charger's")
    func evprof() throws {
        let file = try read(
            """
            Profile,Session,ConnectionStartDateTime,ConnectionEndDateTime,Power,Energy,ConnectionHours
            Worktime,S1,2018-10-08 06:25:00,2018-10-08 14:51:10,3.7,22.6,8.43
            Visit,S2,2018-10-08T08:00:00Z,2018-10-08T09:00:00Z,NA,NA,1
            Visit,S3,2018-10-08T08:00:00Z,2018-10-08T09:00:00Z,,4,1
            """, zone: "Europe/Amsterdam")
        #expect(file.format == "evprof" && file.words == ["f: warning: 1 of 3 sessions have no energy: left out"])
        #expect(file.sessions.map(\.id) == ["S1", "S3"] && file.sessions.map(\.powerKW) == [3.7, nil])
        #expect(file.sessions[0].from == moment("2018-10-08T04:25:00Z") && file.sessions[0].energyKWh == 22.6)
        let wrong = """
            Session,ConnectionStartDateTime,ConnectionEndDateTime,Energy
            S1,2018-10-08 06:25,2018-10-08 05:25,1
            S2,2018-03-25 02:30,2018-03-25 05:25,1
            S3,2018-10-08 06:25,2018-10-08 07:25,much
            S4,2018-10-08 06:25,2018-10-08 07:25,1
            S4,2018-10-09 06:25,2018-10-09 07:25,1
            """
        #expect(
            try read(wrong, zone: "Europe/Amsterdam").words == [
                "f:2:21: ConnectionEndDateTime: must be after ConnectionStartDateTime, got 2018-10-08 05:25",
                "f:3:4: ConnectionStartDateTime: clocks in Europe/Amsterdam skip 2018-03-25 02:30 (summer time begins)",
                "f:4:38: Energy: must be a finite number or NA, got \"much\"",
                "f:6:1: Session: session S4 is there twice",
            ])
        #expect(
            try read(wrong.replacing(",Energy", with: ",kWh")).words == ["f:1:1: has no column Energy"])
    }

    @Test("emobpy: steps at a charger make a session, what is driven after it is its trip, the least power holds")
    func emobpy() throws {
        let file = try read(
            """
            ,hh,state,distance,consumption,charging_point,charging_cap
            2020-01-06 06:00:00,0,driving,10,1.5,none,0
            2020-01-06 07:00:00,1,workplace,0,0,workplace,11
            2020-01-06 08:00:00,2,workplace,0,0,workplace,7.4
            2020-01-06 09:00:00,3,driving,20,3.5,none,0
            2020-01-06 10:00:00,4,driving,5,0.5,none,0
            2020-01-06 11:00:00,5,home,0,0,home,3.7
            """)
        #expect(file.format == "emobpy")
        #expect(
            file.words == [
                "f: warning: 1.5 kWh are driven before the first charger: left out, soc_start is on arrival there"
            ])
        #expect(file.sessions.count == 2 && file.sessions.map(\.vehicle) == ["ev1", "ev1"])
        #expect(
            file.sessions[0].from == moment("2020-01-06T07:00:00Z")
                && file.sessions[0].to == moment("2020-01-06T09:00:00Z"))
        #expect(file.sessions.map(\.tripKWh) == [4, 0] && file.sessions.map(\.powerKW) == [7.4, 3.7])
        #expect(file.sessions[1].to == moment("2020-01-06T12:00:00Z") && file.sessions[0].energyKWh == nil)
    }

    @Test("emobpy: without its index the times are lost, and a missing step is no parked hour")
    func emobpyErrors() throws {
        #expect(
            try read("hh,state,consumption,charging_cap\n0,home,0,11\n0.5,home,0,11\n").words == [
                "f:2:1: must begin with the time of the step, got \"0\": write the table with its index"
            ])
        #expect(
            try read(
                "date,consumption,charging_cap\n2020-01-06 06:00,0,11\n2020-01-06 07:00,0,11\n2020-01-06 09:00,0,11\n"
            ).words == ["f:4:1: does not follow line 3 by 60 min"])
    }

    @Test("a fleet from each kind of file: ids, powers, targets; sessions beyond the horizon are passed over")
    func fleets() throws {
        func load(_ sessions: String, _ start: String, _ defaults: String) throws -> Scenario {
            try ScenarioText.withFolder(["s": sessions]) {
                try ScenarioText.load(
                    """
                    horizon: { start: \(start)T00:00, end: \(start)T24:00, step: 1h, timezone: UTC }
                    tariff: { import: 0.2 }
                    vehicles: { sessions: s, defaults: { \(defaults) } }
                    """, directory: $0)
            }
        }
        let battery = "battery: { capacity_kwh: 50, ageing: none }"
        let work = try load(
            acn(item(), item(id: "old", from: "Wed, 25 Apr 2012 15:08:04 GMT", to: "Wed, 25 Apr 2012 16:08:04 GMT")),
            "2018-04-25", battery + ", charger: { charge_kw: 6.6 }")
        #expect(work.vehicles.map(\.id) == ["s1"] && abs(work.vehicles[0].battery.socStart - (0.8 - 7.93 / 50)) < 1e-12)
        let prof = try load(
            "Session,ConnectionStartDateTime,ConnectionEndDateTime,Energy,Power\nS1,2018-04-25 06:25,2018-04-25 14:00,20,3.7\n",
            "2018-04-25", battery + ", charger: { charge_kw: 11, discharge_kw: 5, min_charge_kw: 6 }")
        #expect(prof.vehicles[0].charger.chargeKW == 3.7 && prof.vehicles[0].charger.minChargeKW == 3.7)
        let mob = try load(
            "date,consumption,charging_cap\n2018-04-25 06:00,0,11\n2018-04-25 07:00,2,0\n2018-04-25 08:00,0,22\n2018-04-25 09:00,0,22\n",
            "2018-04-25", "battery: { capacity_kwh: 50, soc_start: 0.4 }, charger: { charge_kw: 1 }")
        #expect(mob.vehicles[0].charger.chargeKW == 11 && mob.vehicles[0].windows.map(\.tripKWh) == [2, 0])
        #expect(mob.vehicles[0].battery.socStart == 0.4 && mob.vehicles[0].windows[0].departureSoC == nil)
    }

    @Test("a file with nothing in the horizon, or of no known kind, says so with its span, or with the formats")
    func nothing() throws {
        func findings(_ sessions: String) throws -> [String] {
            try ScenarioText.withFolder(["s": sessions]) {
                ScenarioText.findings(
                    """
                    horizon: { start: 2024-01-15T12:00, end: 2024-01-16T12:00, step: 1h }
                    tariff: { import: 0.2 }
                    vehicles: { sessions: s, defaults: { battery: { capacity_kwh: 50 }, charger: { charge_kw: 1 } } }
                    """, directory: $0)
            }
        }
        #expect(
            try findings(acn(item())) == [
                "s.yaml:3:23: vehicles.sessions: s: holds 1 sessions from 2018-04-25 15:08 to 2018-04-25 23:20, none within "
                    + "the horizon"
            ])
        #expect(
            try findings("a,b\n1,2\n") == [
                "s.yaml:3:23: vehicles.sessions: s: is not recognised as a file of sessions; set format "
                    + "(table, acn, evprof, emobpy, elaadnl, chargepoint, boulder, dundee, evccsessions, ocpi, zaptec)"
            ])
    }
}
