import Foundation
import Scenarios
import Testing

@testable import Reports

/// Plans for cars, homes and calendars.
@Suite struct OtherFormatTests {
    @Test("a rational number is what 16 bits hold, toward zero, and never more than the power")
    func rational() {
        for (watts, value, exponent) in [
            (0, 0, 0), (11_000, 11, 3), (6526.3, 6526, 0), (1234.56, 12345, -1), (3276.7, 32767, -1), (3276.8, 3276, 0),
            (32_767, 32767, 0), (32_768, 3276, 1), (149_999, 14999, 1), (-6526.9, -6526, 0), (10_999.9999, 11, 3),
        ] as [(Double, Int, Int)] {
            let number = RationalNumber(towardZero: watts)
            #expect(number.value == value && number.exponent == exponent, "\(watts): \(number)")
            #expect(abs(number.number) <= abs(watts) + 0.001)
        }
        for step in 0..<3000 {
            let watts = Double(step) * 37.77 - 50_000
            let number = RationalNumber(towardZero: watts)
            #expect(abs(number.value) <= 32_767 && abs(number.number) <= abs(watts) + 0.001)
            // Four figures at least, and no finer than a tenth of a watt.
            #expect(abs(watts - number.number) <= max(0.1, abs(watts) / 3276))
        }
    }

    @Test("ISO 15118-20 has a schedule for each direction, of amounts, as long as the stay")
    func iso15118() throws {
        let plan = HandPlan(
            importPrice: [0.1, 0.2, 0.3, 0.4], vehicles: [.init(netKW: [3, 3, -4, 0], stays: [(5, 55)])])
        let entry = try JSONLook(ISO15118Format.text(of: plan.report()))["schedules"][0]
        func entries(_ name: String) -> [[Double?]] {
            entry["ScheduleTuple"][name]["PowerSchedule"]["PowerScheduleEntries"]["PowerScheduleEntry"].list.map {
                [$0["Duration"].number, $0["Power"]["Value"].number, $0["Power"]["Exponent"].number]
            }
        }
        #expect(entries("ChargingSchedule") == [[600, 45, 2], [900, 3, 3], [1500, 0, 0]])
        #expect(entries("DischargingSchedule") == [[1500, 0, 0], [900, 4, 3], [600, 0, 0]])
        #expect(
            entry["ScheduleTuple"]["ChargingSchedule"]["PowerSchedule"]["TimeAnchor"].number
                == Double(HandPlan.noon.epochSeconds + 300))
        let oneWay = HandPlan(importPrice: [0.1], vehicles: [.init(netKW: [3], charger: Charger(chargeKW: 11))])
        let tuple = try JSONLook(ISO15118Format.text(of: oneWay.report()))["schedules"][0]["ScheduleTuple"]
        #expect(tuple.keys == ["ChargingSchedule", "ScheduleTupleID"])
    }

    @Test("evcc's arrays cover the horizon without a gap, each price and power once")
    func evcc() throws {
        let plan = HandPlan(
            importPrice: [0.1, 0.1, 0.3, -0.4], exportPrice: [0.05, 0.05, 0.05, 0.05],
            vehicles: [.init(netKW: [3, 3, -4, 0], stays: [(5, 45)])])
        let look = try JSONLook(EvccFormat.text(of: plan.report()))
        #expect(look.keys == ["feedin", "grid", "vehicles"])
        #expect(look["grid"].list.map { $0["value"].number } == [0.1, 0.3, -0.4])
        #expect(look["feedin"].list.count == 1)
        let track = look["vehicles"]["ev1"].list
        // Away until 12:05, then what makes 3 kW of the first quarter in ten minutes.
        #expect(track.map { $0["value"].number } == [0, 4500, 3000, -4000, 0])
        #expect(track.first?["start"].text == "2024-01-15T12:00:00+01:00")
        #expect(track.last?["end"].text == "2024-01-15T13:00:00+01:00")
        for (left, right) in zip(track, track.dropFirst()) { #expect(left["end"].text == right["start"].text) }
    }

    @Test("Home Assistant gets a state now and units in every key")
    func homeassistant() throws {
        let plan = HandPlan(
            importPrice: [0.1, 0.2],
            vehicles: [
                .init(netKW: [3, 0], departureSoC: 0.5), .init(id: "ev2", netKW: [-1.25, 0]),
            ])
        let look = try JSONLook(HomeassistantFormat.text(of: plan.report()))
        #expect(look.keys == ["attributes", "state"])
        #expect(look["state"].text == "1750" && look["attributes"]["unit_of_measurement"].text == "W")
        let vehicle = look["attributes"]["vehicles"]["ev1"]
        #expect(
            vehicle.keys == [
                "charge_kwh", "departure", "departure_soc_percent", "discharge_kwh", "plan", "plugged_in", "power_w",
                "soc_percent",
            ])
        #expect(vehicle["charge_kwh"].number == 0.75 && vehicle["soc_percent"].number == 50)
        // 0.75 kWh of 60 are 1.25 %.
        #expect(vehicle["plan"][0]["soc_percent"].number == 51.3)
        #expect(vehicle["departure"].text == "2024-01-15T12:30:00+01:00")
        #expect(look["attributes"]["import_prices"][1].keys == ["end", "eur_per_kwh", "start"])
    }

    @Test("an owner's calendar shows each stretch with energy and power, the departure, and a stay without work")
    func ical() throws {
        let name = "Müller, Söhne; und \\ Töchter, mit einem Namen, der in keine Zeile passt"
        let plan = HandPlan(
            name: name, importPrice: [0.1, 0.2, 0.3, 0.4, 0.5],
            vehicles: [
                .init(netKW: [4, 8, 0, -2, 0], stays: [(0, 70)], departureSoC: 0.5),
                .init(id: "ev2", netKW: [0, 0, 0, 0, 0]),
            ])
        let text = try ICalFormat.text(of: plan.report())
        #expect(try ICalFormat.text(of: plan.report()) == text)
        for line in text.components(separatedBy: "\r\n") { #expect(line.utf8.count <= 75 && !line.contains("\n")) }
        let lines = text.replacing("\r\n ", with: "").components(separatedBy: "\r\n")
        #expect(
            lines.filter { $0.hasPrefix("SUMMARY:") } == [
                "SUMMARY:ev1: charge 3.0 kWh\\, 4.0-8.0 kW", "SUMMARY:ev1: discharge 0.5 kWh\\, 2.0 kW",
                "SUMMARY:ev2: plugged in\\, nothing to do", "SUMMARY:ev1: leaves with 54 %",
            ])
        #expect(lines.contains("DTSTART:20240115T110000Z") && lines.contains("DTEND:20240115T113000Z"))
        // 1 kWh at 0.1 and 2 at 0.2.
        #expect(lines.contains("DESCRIPTION:Mean import price 0.1667 EUR per kWh."))
        #expect(
            lines.contains(
                "X-WR-CALNAME:v2x: Müller\\, Söhne\\; und \\\\ Töchter\\, mit einem Namen\\, der in keine Zeile passt"))
        #expect(Set(lines.filter { $0.hasPrefix("UID:") }).count == 4)
        #expect(Set(lines.filter { $0.hasPrefix("DTSTAMP:") }) == ["DTSTAMP:20240115T110000Z"])
        let empty = try ICalFormat.text(of: HandPlan(importPrice: [0.1], vehicles: []).report())
        #expect(empty.contains("SUMMARY:no vehicle is plugged in\r\n"))
    }
}
