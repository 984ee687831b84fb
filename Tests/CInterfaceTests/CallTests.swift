import Accounting
import CInterface
import Foundation
import Sensitivity
import TestSupport
import Testing
import Verification

/// The calls as C makes them. What an embedding program would lose: an answer, the place of a mistake, or memory.
@Suite struct CallTests {
    /// Every question has an answer, the same as the library's.
    @Test(arguments: ["schedule", "compare", "marginal", "offer", "value", "explain", "simulate"])
    func everyQuestionIsAnswered(question: String) throws {
        let home = try Scenario.night.get()
        let answer = home.ask(question)
        #expect(answer.status == 0, "\(answer.text)")
        let object = try #require(JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
        #expect(object["scenario"] as? String == "a night")
        #expect(home.ask(question).text == answer.text)
    }

    /// Options would be taken for granted and have no effect.
    @Test func optionsHaveAnEffect() throws {
        let home = try Scenario.night.get()
        let plans = try ["v2x", "v1x", "immediate", "deferred"].map {
            try JSONDecoder().decode(
                ResultFile.self, from: Data(home.ask("schedule", "{\"mode\": \"\($0)\"}").text.utf8))
        }
        #expect(plans.map(\.mode) == ["v2x", "v1x", "immediate", "deferred"])
        #expect(plans[0].objective < plans[1].objective)
        #expect(plans[1].vehicles[0].dischargeKW.allSatisfy { $0 == 0 })
        #expect(plans[0].solver.seconds == 0)
        let timed = try JSONDecoder().decode(
            ResultFile.self, from: Data(home.ask("schedule", "{\"shows_seconds\": true}").text.utf8))
        #expect(timed.solver.seconds > 0 && timed.objective == plans[0].objective)
        let offers = try JSONDecoder().decode(
            MarketOffers.self,
            from: Data(home.ask("offer", "{\"unit_seconds\": 7200, \"floor\": 0, \"cap\": 1}").text.utf8))
        #expect(offers.offers.count == 6 && offers.offers.allSatisfy { $0.hours == 2 && $0.points[0].price == 0 })
    }

    /// A slip in a name or value would be taken for silence.
    @Test(arguments: [
        ("schedul", "{}", "there is no question schedul"),
        ("schedule", "{\"mod\": \"v1x\"}", "there is no option mod"),
        ("schedule", "{\"mode\": \"v1\"}", "mode must be one of v2x, v1x, immediate, deferred, got v1"),
        ("schedule", "{\"seconds\": \"1\"}", "seconds must be a number"),
        ("schedule", "{\"seconds\": 0}", "seconds must be above 0"),
        ("schedule", "{\"threads\": 1.5}", "threads must be a whole number"),
        ("schedule", "[]", "options must be a JSON object"),
        ("compare", "{\"mode\": \"v1x\"}", "there is no option mode"),
        ("simulate", "{\"horizon_hours\": 5}", "horizon_hours must be at least commit_hours"),
    ])
    func slipsAreRefused(question: String, options: String, words: String) throws {
        let answer = try Scenario.night.get().ask(question, options)
        #expect(answer.status == 7)
        #expect(answer.text.contains("\"error\":\"usage\"") && answer.text.contains(words), "\(answer.text)")
    }

    /// The kinds of failure that a caller tells apart.
    @Test func failuresHaveTheirStatus() throws {
        let home = try Scenario.night.get()
        #expect(home.ask("marginal", "{\"mode\": \"immediate\"}").status == 4)
        let island = try home.changed(["site.load_kw": "2", "site.import_limit_kw": "1", "site.export_limit_kw": "0"])
            .get()
        let tight = try island.changed(["vehicles[0].charger.discharge_kw": "0.5"]).get().ask("schedule")
        #expect(tight.status == 2 && tight.text.contains("no schedule exists"), "\(tight.text)")
        let unknown = Scenario.open(nil, "{\"path\": \"/no/such/file.yaml\"}")
        guard case .failure(let failure) = unknown else { return #expect(Bool(false), "a file that is not there") }
        #expect(failure.status == 1 && failure.text.contains("\"findings\":[{"))
    }

    /// An editor could not show where the mistake is.
    @Test func findingsCarryTheirPlace() throws {
        let text = oneNight.replacingOccurrences(of: "capacity_kwh: 60", with: "capacity_kwh: -60")
        guard case .failure(let failure) = Scenario.open(text, "{\"name\": \"my.yaml\"}") else {
            return #expect(Bool(false), "a capacity below 0")
        }
        let object = try #require(JSONSerialization.jsonObject(with: Data(failure.text.utf8)) as? [String: Any])
        let finding = try #require((object["findings"] as? [[String: Any]])?.first)
        #expect(finding["key"] as? String == "vehicles[0].battery.capacity_kwh")
        #expect(finding["file"] as? String == "my.yaml" && finding["line"] as? Int == 6)
        #expect(object["error"] as? String == "input")
    }

    /// A changed scenario would be another than the text that says the same, or change the first one.
    @Test func changesAreThoseOfTheText() throws {
        let home = try Scenario.night.get()
        let before = home.ask("schedule").text
        let changed = try home.changed(["tariff.export": "0.05", "vehicles[ev1].battery.soc_start": "0.4"]).get()
        let written = oneNight.replacingOccurrences(of: "export: 0.15", with: "export: 0.05")
            .replacingOccurrences(of: "soc_start: 0.5", with: "soc_start: 0.4")
        let other = try Scenario.open(written, nil).get()
        #expect(changed.ask("schedule").text == other.ask("schedule").text)
        #expect(home.ask("schedule").text == before)
        guard case .failure(let failure) = home.changed(["vehicles[9].id": "x"]) else {
            return #expect(Bool(false), "there is no tenth vehicle")
        }
        #expect(failure.status == 1 && failure.text.contains("vehicles has 1 item, not this one"))
    }

    /// Somebody else's scenario would read the host's files.
    @Test func filesAreReadOnlyWhereTheyMayBe() throws {
        let text = oneNight.replacingOccurrences(of: "export: 0.15", with: "export: { file: /etc/hostname }")
        for options in ["{\"reads_files\": false}", "{\"only_folder\": \"Sources\"}"] {
            guard case .failure(let failure) = Scenario.open(text, options) else {
                return #expect(Bool(false), "a file was read")
            }
            #expect(failure.status == 1 && failure.text.contains("read"))
        }
    }

    /// Questions about a scenario would read its files again, or a change would.
    @Test func filesAreReadOnce() throws {
        let prices = (0..<12).map { "2024-01-15T\(18 + $0 < 24 ? "\(18 + $0)" : "00"):00+01:00,0.\(20 + $0)" }.prefix(6)
        let table = "time,price\n" + prices.joined(separator: "\n") + "\n"
        let text =
            oneNight.replacingOccurrences(of: "end: 2024-01-16T06:00", with: "end: 2024-01-16T00:00")
            .replacingOccurrences(of: "to: 2024-01-16T06:00", with: "to: 2024-01-16T00:00")
            .replacing(/import: \{.*\}, export/, with: "import: { file: p.csv, unit: EUR/kWh }, export")
        try TemporaryFolder.with(["p.csv": table]) { folder in
            let home = try Scenario.open(text, "{\"directory\": \"\(folder.path)\"}").get()
            let before = home.ask("schedule")
            try FileManager.default.removeItem(at: folder.appendingPathComponent("p.csv"))
            #expect(before.status == 0 && home.ask("schedule").text == before.text)
            #expect(try home.changed(["tariff.export": "0.05"]).get().ask("schedule").status == 0)
        }
    }

    /// If this breaks, a program's thread waits for an answer that it cancelled.
    @Test func cancelledTasksEnd() throws {
        let home = try Scenario.night.get()
        // One that is cancelled before its turn comes is not solved: first the library's threads get other work.
        let others = (0..<ProcessInfo.processInfo.activeProcessorCount * 4).map { _ in
            v2xTaskStart(home.handle, "value", nil)
        }
        let task = v2xTaskStart(home.handle, "schedule", nil)
        v2xTaskCancel(task)
        let answer = Answer { v2xTaskAnswer(task, $0) }
        #expect(answer.status == 6 && answer.text.contains("\"error\":\"cancelled\""), "\(answer.text)")
        for other in others {
            #expect(Answer { v2xTaskAnswer(other, $0) }.status == 0)
            #expect(v2xTaskProgress(other) == 1 && v2xTaskWait(other, 0) == 1)
            v2xTaskRelease(other)
        }
        v2xTaskRelease(task)
    }

    /// NULL where a text or handle belongs would end the host's process.
    @Test func nullIsAFailure() throws {
        #expect(v2xScenarioOpen(nil, nil, nil, nil) == 7)
        var handle: UnsafeMutableRawPointer?
        #expect(v2xScenarioOpen(nil, nil, &handle, nil) == 7 && handle == nil)
        #expect(v2xScenarioChange(nil, nil, &handle, nil) == 7 && handle == nil)
        #expect(Answer { v2xAsk(nil, "schedule", nil, $0) }.status == 7)
        let night = try Scenario.night.get()
        withExtendedLifetime(night) { #expect(Answer { v2xAsk(night.handle, nil, nil, $0) }.status == 7) }
        #expect(v2xTaskStart(nil, "schedule", nil) == nil && v2xTaskWait(nil, 0) == 0)
        #expect(Answer { v2xTaskAnswer(nil, $0) }.status == 7 && Answer { v2xSweepNext(nil, 0, $0) }.status == 7)
        v2xScenarioClose(nil)
        v2xTaskRelease(nil)
        v2xSweepClose(nil)
        v2xFree(nil)
        let bytes: [CChar] = [-1, -2, 0]
        #expect(v2xScenarioOpen(bytes, nil, &handle, nil) == 7 && handle == nil)
    }

    /// A caller would load a library that is another one's.
    @Test func versions() throws {
        #expect(v2xABI() == 1)
        #expect(String(cString: try #require(v2xVersion())) == ProgramVersion.text)
    }
}
