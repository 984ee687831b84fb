import Foundation
import Scenarios
import Testing
import VehicleToAnything

@testable import HomeLoop

/// Steps of an hour from the running one on; the price is low from 23:00 to 06:00.
private let night = """
    name: at home
    currency: EUR
    horizon: { start: now, end: 24h, step: 1h, timezone: Europe/Amsterdam }
    tariff:
      import: { hours: [{ from: "23:00", to: "06:00", value: 0.1 }, { value: 0.3 }] }
      export: 0.05
    vehicles:
      - id: EV 1
        battery: { capacity_kwh: 60, soc_start: 0.5, ageing: none }
        charger: { charge_kw: 11 }
        plugged: [{ daily: ["18:00", "07:00"], departure_soc: 0.8 }]
    """

@Suite struct WatchTests {
    /// What a watch does in a folder of its own, at times that the test sets.
    private final class Home {
        let folder: URL
        var now = WallClock.utc.instantWithOffset("2026-01-15T20:20+01:00") ?? Instant(epochSeconds: 0)
        var plans: [PlanReport] = []
        var lines: [String] = []
        var asked: [HTTPRequest] = []
        var answers: [String: String] = [:]

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("v2x-watch-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try write("night.yaml", night)
        }
        deinit { try? FileManager.default.removeItem(at: folder) }

        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        }

        func watch(_ change: (inout Watch.Options) -> Void = { _ in }) -> Watch {
            var options = Watch.Options(scenario: path("night.yaml"))
            change(&options)
            return Watch(
                options, clock: { self.now },
                fetch: { request in
                    self.asked.append(request)
                    guard let answer = self.answers[request.path] else {
                        throw TCPConnection.Failure(message: "no answer")
                    }
                    return Array(answer.utf8)
                }, log: { self.lines.append($0) }, write: { self.plans.append($0) })
        }

        /// Of each plan.
        var starts: [Double] { plans.map { $0.report.result.vehicles[0].soc[0] } }
    }

    /// Loads would take their energy again, and the dishwasher would start with each plan.
    @Test func whatLoadsDidByTheLastPlansIsKnown() throws {
        let home = try Home()
        func scenario(_ start: Int, _ more: String = "") -> String {
            night.replacing(
                "vehicles:",
                with: """
                    site:
                      loads:
                        - { id: pump, energy: { energy_kwh: 3, max_kw: 1, daily: ["20:00", "01:00"] } }
                        - { id: dishes, run: { profile_kw: [2, 1], from: 2026-01-15T20:00, to: 2026-01-15T23:00 } }
                        - { id: boiler, heat: { capacity_kwh: 9, start_kwh: \(start), demand_kw: 0.5, max_kw: 2 } }
                    vehicles:
                    """) + more
        }
        try home.write("night.yaml", scenario(4))
        let watch = home.watch()
        for _ in 0..<6 {
            watch.look()
            home.now = home.now.adding(seconds: 3600)
        }
        // What happens is the first hour of each plan, from 20:00 to 01:00: two of these are cheap, the pump needs three.
        let firsts = home.plans.map { plan in plan.report.result.loads?.map { $0.kW[0] } ?? [] }
        #expect(firsts.count == 6)
        #expect(abs(firsts.prefix(5).reduce(0) { $0 + $1[0] } - 3) < 1e-6, "\(firsts)")
        #expect(firsts.reduce(0) { $0 + $1[1] } == 3, "\(firsts)")
        #expect(home.lines.allSatisfy { !$0.hasPrefix("plan:") }, "\(home.lines)")
        let levels = home.plans.map { $0.report.result.loads?[2].energyKWh ?? [] }
        for (before, after) in zip(levels, levels.dropFirst()) { #expect(abs(before[1] - after[0]) < 1e-6) }
        // What somebody measured counts: a new number in the scenario.
        try home.write("night.yaml", scenario(6))
        watch.look()
        #expect(home.plans.last?.report.result.loads?[2].energyKWh?[0] == 6)
    }

    /// The car would follow a plan of an hour ago.
    @Test func eachStepIsPlannedFromThePresentState() throws {
        let home = try Home()
        try home.write("soc", "40")
        let source = try #require(StateSource("EV 1=\(home.path("soc"))"))
        let watch = home.watch { $0.sources = [source] }
        watch.look()
        watch.look()
        #expect(home.plans.count == 1)
        #expect(home.plans[0].report.result.steps[0].hasPrefix("2026-01-15T20:00"))
        home.now = home.now.adding(seconds: 40 * 60)
        watch.look()
        try home.write("soc", "55 %")
        watch.look()
        #expect(home.starts == [0.4, 0.4, 0.55])
        #expect(home.plans[1].report.result.steps[0].hasPrefix("2026-01-15T21:00"))
        #expect(home.lines.last?.hasSuffix("(EV 1 has changed)") == true)
    }

    /// A slip in an edit would end the loop, or the last plan.
    @Test func aBrokenScenarioKeepsTheLastPlan() throws {
        let home = try Home()
        let watch = home.watch { $0.broker = "none" }
        watch.look()
        let before = watch.retained
        try home.write("night.yaml", night.replacingOccurrences(of: "charge_kw: 11", with: "charge_kw: -11"))
        watch.look()
        #expect(home.plans.count == 1)
        #expect(home.lines.last?.contains("vehicles[0].charger.charge_kw") == true)
        #expect(watch.retained["v2x/home/problem"]?.text?.contains("charge_kw") == true)
        #expect(watch.retained["v2x/home/ev_1/state"] == before["v2x/home/ev_1/state"])
        try home.write("night.yaml", night)
        watch.look()
        #expect(home.plans.count == 2)
        #expect(watch.retained["v2x/home/problem"] == before["v2x/home/problem"])
    }

    /// Reasons of the last plan that arrive after a broken edit would take the problem back.
    @Test func lateReasonsKeepTheProblem() throws {
        let home = try Home()
        let watch = home.watch { $0.broker = "none" }
        watch.look()
        let explained = try #require(watch.plan?.explained)
        try home.write("night.yaml", night.replacingOccurrences(of: "charge_kw: 11", with: "charge_kw: -11"))
        watch.look()
        let problem = watch.retained["v2x/home/problem"]
        watch.publishReasons(explained)
        #expect(problem?.text?.contains("charge_kw") == true)
        #expect(watch.retained["v2x/home/problem"] == problem)
        #expect(watch.retained["v2x/home/ev_1/state"]?.text?.contains("because") == true)
    }

    /// A hub would be asked each second; while it is away its last word holds.
    @Test func endpointsAreAskedNowAndThen() throws {
        let home = try Home()
        let source = try #require(StateSource("EV 1=http://hub:8123/soc#state"))
        let watch = home.watch {
            $0.sources = [source]; $0.stateToken = "secret"
        }
        home.answers["/soc"] = #"{ "state": "43" }"#
        watch.look()
        home.answers = [:]
        home.now = home.now.adding(seconds: 59)
        watch.look()
        #expect(home.asked.count == 1)
        #expect(home.asked[0].token == "secret")
        home.now = home.now.adding(seconds: 3600)
        watch.look()
        watch.look()
        #expect(home.asked.count == 2)
        #expect(home.starts == [0.43, 0.43])
        #expect(home.lines.filter { $0.contains("no answer") }.count == 1)
    }

    /// Its own plan would be a new input, for ever.
    @Test func itsOwnPlanIsNoNewInput() throws {
        let home = try Home()
        try home.write("plan.json", "{}")
        try home.write("prices.csv", "x")
        let scenario = night.replacingOccurrences(
            of: "  export: 0.05", with: "  export: 0.05\nhabits: { stay: { plan: plan.json, within: 0 } }")
        try home.write("night.yaml", scenario)
        let watch = home.watch { $0.outputs = [home.path("plan.json")] }
        watch.look()
        try home.write("plan.json", "{ }")
        watch.look()
        // Whether it can stay near such a plan is another matter: it is not asked again.
        #expect(home.lines.count == 1)
    }

    /// A scenario of last week would be planned for ever.
    @Test func aScenarioOfAnotherTimeIsRefused() throws {
        let home = try Home()
        try home.write("night.yaml", night.replacingOccurrences(of: "start: now", with: "start: 2026-01-15T12:00"))
        home.watch().look()
        #expect(home.plans.isEmpty)
        #expect(home.lines == ["plan: horizon.start must be now: the plan is made anew as time goes on"])
    }

    /// evcc would charge when the plan waits.
    @Test func evccIsToldWhenTheModeChanges() throws {
        let home = try Home()
        home.answers = ["/api/loadpoints/2/mode/off": "", "/api/loadpoints/2/mode/now": ""]
        let watch = home.watch {
            $0.evcc = "http://evcc:7070"; $0.loadpoints = ["EV 1": 2]
        }
        watch.look()
        for _ in 0..<3 {
            home.now = home.now.adding(seconds: 3600)
            watch.look()
        }
        #expect(home.asked.map(\.path) == ["/api/loadpoints/2/mode/off", "/api/loadpoints/2/mode/now"])
        #expect(home.asked.allSatisfy { $0.method == "POST" })
    }

    /// A battery of the house would discharge what the plan keeps, or forget what it was told.
    @Test func evccsBatteriesAreToldUntilTheyChange() throws {
        let home = try Home()
        let site = """
            site:
              load_kw: 1
              batteries:
                - id: wall
                  feeds_vehicles: false
                  battery: { capacity_kwh: 10, soc_start: 0.2, soc_end: 0.2, ageing: none }
                  charger: { charge_kw: 5, discharge_kw: 5, charge_efficiency: 0.9, discharge_efficiency: 0.9, from_grid: true }
            """
        try home.write("night.yaml", night + "\n" + site)
        let modes = ["normal", "hold", "charge"]
        home.answers = Dictionary(uniqueKeysWithValues: modes.map { ("/api/batterymode/\($0)", "") })
        let watch = home.watch {
            $0.evcc = "http://evcc:7070"; $0.tellsEvccBatteries = true
        }
        for _ in 0..<31 {
            watch.look()
            home.now = home.now.adding(seconds: 1)
        }
        let wanted = try #require(home.asked.first?.path)
        #expect(home.asked.map(\.path) == [wanted, wanted])
        home.asked = []
        // evcc is away: it is asked again after a while.
        home.answers = [:]
        for _ in 0..<60 {
            home.now = home.now.adding(seconds: 1)
            watch.look()
        }
        #expect((3...5).contains(home.asked.count))
        home.answers = Dictionary(uniqueKeysWithValues: modes.map { ("/api/batterymode/\($0)", "") })
        var told: Set<String> = []
        for _ in 0..<24 {
            home.now = home.now.adding(seconds: 3600)
            home.asked = []
            watch.look()
            let result = try #require(home.plans.last).report.result
            let (battery, step) = (try #require(result.vehicles.last), 0)
            let mode =
                battery.dischargeKW[step] > 0
                ? "normal"
                : battery.chargeKW[step] > 0 ? (result.site.importKW[step] > 0 ? "charge" : "normal") : "hold"
            #expect(home.asked.map(\.path) == ["/api/batterymode/\(mode)"])
            told.insert(mode)
        }
        #expect(told.isSuperset(of: ["charge", "normal"]))
    }

    private func object(_ message: MQTTMessage?) throws -> [String: Any] {
        let payload = Data(try #require(message).payload)
        return try #require(try JSONSerialization.jsonObject(with: payload) as? [String: Any])
    }

    /// Home Assistant would find no entity, or one without a value.
    @Test func homeAssistantFindsEachEntityAndItsState() throws {
        let home = try Home()
        let watch = home.watch { $0.broker = "none" }
        watch.look()
        let configs = watch.retained.values.filter { $0.topic.hasSuffix("/config") }
        #expect(configs.count == 7)
        for message in configs {
            let config = try object(message)
            let name = try #require(config["unique_id"] as? String)
            #expect(message.topic.contains(name.dropFirst("v2x_home_".count)))
            let kind = message.topic.contains("/binary_sensor/") ? "binary_sensor" : "sensor"
            #expect(config["default_entity_id"] as? String == "\(kind).\(name)")
            #expect(config["availability_topic"] as? String == "v2x/home/availability")
            let topic = try #require(config["state_topic"] as? String)
            let template = try #require(config["value_template"] as? String)
            let key = template.replacingOccurrences(of: "{{ value_json.", with: "").replacingOccurrences(
                of: " }}", with: "")
            #expect(try object(watch.retained[topic])[key] != nil, "\(message.topic)")
        }
        let state = try object(watch.retained["v2x/home/ev_1/state"])
        let (result, step) = (home.plans[0].report.result, 0)
        #expect(state["power_w"] as? Int == Int((result.vehicles[0].chargeKW[step] * 1000).rounded()))
        #expect(state["action"] as? String == (result.vehicles[0].chargeKW[step] > 0 ? "charge" : "wait"))
        let totals = try object(watch.retained["v2x/home/state"])
        let (cost, saving) = (try #require(totals["cost"] as? Double), try #require(totals["saving"] as? Double))
        #expect(abs(cost - result.objective) < 1e-4)
        #expect(saving > 0)
        // The reasons come after the plan.
        #expect(state["because"] as? String == "")
        watch.explain()
        let explained = try object(watch.retained["v2x/home/ev_1/state"])
        #expect((explained["because"] as? String)?.contains("the price is 30.00 ct") == true)
        #expect((explained["next"] as? String)?.contains(" kW from 23:00 to ") == true)
        #expect((explained["next_because"] as? String)?.isEmpty == false)
    }

    /// The recorder would drop the whole plan of a long horizon.
    @Test func attributesFitTheRecorder() throws {
        let home = try Home()
        try home.write(
            "night.yaml", night.replacingOccurrences(of: "end: 24h, step: 1h", with: "end: 168h, step: 5min"))
        let watch = home.watch {
            $0.broker = "none"; $0.mode = .immediate
        }
        watch.look()
        let message = try #require(watch.retained["v2x/home/ev_1/plan"])
        #expect(message.payload.count <= HomeAssistantMessages.maxAttributeBytes)
        let plan = try object(message)
        let (power, soc) = (try #require(plan["power_w"] as? [Int]), try #require(plan["soc_percent"] as? [Double]))
        #expect(power.count > 500 && soc.count == power.count + 1)
    }

    /// A sold car's setpoint would stay in Home Assistant.
    @Test func entitiesThatAreGoneAreTakenBack() throws {
        let home = try Home()
        let watch = home.watch { $0.broker = "none" }
        watch.look()
        try home.write("night.yaml", night.replacingOccurrences(of: "EV 1", with: "van"))
        watch.look()
        #expect(watch.retained.keys.contains("v2x/home/van/state"))
        #expect(!watch.retained.keys.contains { $0.contains("ev_1") })
    }

    @Test func topicsAreToldApart() {
        let messages = HomeAssistantMessages(node: "home")
        #expect(messages.slugs(["EV 1", "ev-1", "Über/+#", ""]) == ["ev_1", "ev_1_2", "ber", "store"])
    }
}
