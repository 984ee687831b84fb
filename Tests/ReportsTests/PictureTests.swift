import Accounting
import Foundation
import Sensitivity
import Testing

@testable import Reports

/// Pictures and tables for papers and terminals. What a user would lose: a figure of the size and letters that a journal asks for,
/// and text that a terminal of 80 columns shows whole.
@Suite struct PictureTests {
    private static let plan = HandPlan(
        importPrice: [0.1, 0.2, 0.3, 0.4], exportPrice: [0.05, 0.1, 0.1, 0.1], vehicles: [.init(netKW: [3, 3, -4, 0])])

    private static func svg(_ style: PictureStyle = PictureStyle()) -> String {
        SchedulePicture.svg(plan.report().result, style: style)
    }

    /// The numbers of an attribute, in the order of the file.
    private static func numbers(_ attribute: String, in svg: String) -> [Double] {
        svg.components(separatedBy: " \(attribute)=\"").dropFirst().compactMap { Double($0.prefix { $0 != "\"" }) }
    }

    @Test("a schedule's picture begins with the prices that its plan answers to")
    func prices() throws {
        let svg = PictureTests.svg()
        let price = try #require(svg.range(of: ">price, ct/kWh<"))
        let power = try #require(svg.range(of: ">power (discharging below zero), kW<"))
        #expect(price.lowerBound < power.lowerBound)
    }

    @Test("width, height, font, letters and title are those that were asked for")
    func style() {
        let svg = PictureTests.svg(
            PictureStyle(title: "Plan & price", width: 600, height: 700, font: "Times New Roman, serif", fontSize: 9))
        #expect(PictureTests.numbers("width", in: svg).first == 600)
        #expect(PictureTests.numbers("height", in: svg).first.map { abs($0 - 700) < 0.1 } == true)
        #expect(svg.contains("font-family=\"Times New Roman, serif\""))
        #expect(svg.contains("<title>Plan &amp; price</title>"))
        // Letters of 12 in coordinates of which four thirds are a pixel: 9 pixels.
        #expect(svg.contains("viewBox=\"0 0 800 "))
        #expect(!PictureTests.svg(PictureStyle(title: "")).contains(">by hand</text>"))
    }

    /// Pictures of every kind, as wide as `width`.
    private static func all(_ width: Double) -> [String] {
        let picture = SweepPicture(
            name: "battery price and discharge power", value: "v2x_saving_against_immediate", unit: "EUR", count: 40,
            style: PictureStyle(width: width))
        return [
            svg(PictureStyle(width: width)),
            picture.heatMap(
                columns: ["40", "60", "80"], rows: ["3.7", "11"], values: [[1.25, 2.5, nil], [-1.5, 2, 1]],
                columnTitle: "vehicles[0].battery.capacity_kwh", rowTitle: "discharge_kw"),
            picture.lines(
                axis: "capacity_kwh", labels: ["40", "60", "80"], positions: [40, 60, 80],
                series: [
                    ("cell lfp-prismatic", [1, 2, 3]), ("cell nmc111-kokam", [2, 2, 1]), ("cell nca", [0, 1, nil]),
                ]),
            picture.tornado(middle: 1, rows: Array(rows.dropFirst())),
        ]
    }

    @Test("a narrow picture keeps its words within its edges, in more lines", arguments: [300.0, 400, 800])
    func narrow(width: Double) {
        for svg in PictureTests.all(width) {
            for text in svg.components(separatedBy: "<text ").dropFirst() {
                let words = text.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
                let x = PictureTests.numbers("x", in: " " + text)[0]
                let length = Double(words.count) * PictureTests.numbers("font-size", in: text)[0] * 0.5
                let start = text.contains("\"end\"") ? x - length : text.contains("\"middle\"") ? x - length / 2 : x
                #expect(start >= -2 && start + length <= width + 2, "\(words)")
            }
        }
    }

    @Test("a picture of lines says of how many runs it has the means")
    func lines() {
        #expect(PictureTests.all(800)[2].contains("v2x saving against immediate, EUR: means of 40 runs"))
    }

    @Test(
        "lengths are read in millimetres, inches, points and pixels",
        arguments: [
            ("25.4mm", 96.0), ("2.54cm", 96), ("1in", 96), ("72pt", 96), ("96px", 96), ("96", 96),
        ])
    func lengths(text: String, pixels: Double) throws {
        #expect(abs(try #require(PictureStyle.pixels(text)) - pixels) < 1e-9)
        #expect(PictureStyle.pixels("-" + text) == nil && PictureStyle.pixels(text + "?") == nil)
    }

    private static let rows: [TornadoTable.Row] = [
        .init(
            name: "vehicles[0].battery.ageing.price_per_kwh", lowLabel: "50", low: -1.25, highLabel: "150", high: 2.5),
        .init(name: "cell", lowLabel: "lfp-prismatic-something", low: 1, highLabel: "nmc", high: 1.5),
        // Both ends above the base.
        .init(name: "day", lowLabel: "2024-01-15", low: 1.1, highLabel: "2024-07-15", high: 1.3),
    ]

    @Test("a tornado's table has a row an input, the result at both ends and how far it moves, within 80 columns")
    func tornadoTable() {
        let text = TornadoTable.text(
            name: "night", value: "objective, EUR", middle: 1, isFromBase: true, rows: PictureTests.rows)
        #expect(
            text == """
                night: what moves objective, EUR
                one input at a time; base: 1.000

                  input                          from         to    at from      at to    moves
                  vehicles[0].battery.ageing.price_per_kwh
                                                   50        150     -1.250      2.500    3.750
                  cell                     lfp-prism~        nmc      1.000      1.500    0.500
                  day                      2024-01-15 2024-07-15      1.100      1.300    0.200

                """)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("a tornado has two bars an input; names and labels stay within the picture")
    func tornadoPicture() {
        let picture = SweepPicture(name: "night", value: "objective", unit: "EUR", count: 7, isFromBase: true)
        let svg = picture.tornado(middle: 1, rows: PictureTests.rows)
        #expect(svg.components(separatedBy: "url(#hatch)").count - 1 == PictureTests.rows.count + 1)
        #expect(svg.contains("one input at a time, the others as in the base"))
        for x in PictureTests.numbers("x", in: svg) { #expect(x >= 0 && x <= 800) }
    }

    @Test("offers are read at 80 columns, a heading each day; what repeats the line before is left out")
    func offers() {
        func offer(_ start: String, _ points: [(Double, Double)]) -> MarketOffers.Offer {
            .init(start: start, hours: 0.25, points: points.map { .init(price: $0.0, kw: $0.1) })
        }
        let many: [(Double, Double)] = (0..<7).map { index in
            let number = Double(index)
            return (number * 0.05 - 0.5, 12.5 - number * 4)
        }
        let text = OfferTable.text(
            MarketOffers(
                scenario: "night", currency: "EUR",
                offers: [
                    offer("2026-01-15T23:30:00+01:00", [(-0.5, 0.4)]),
                    offer("2026-01-15T23:45:00+01:00", [(-0.5, 0.4)]),
                    offer("2026-01-16T00:00:00+01:00", [(-0.5, 0.4)]), offer("2026-01-16T00:15:00+01:00", many),
                ]))
        #expect(
            text == """
                night: market offers
                net import in kW (negative sells); then from each price on, in ct/kWh, the kW

                  Thu 2026-01-15
                  23:30    0.40

                  Fri 2026-01-16
                  00:00    0.40
                  00:15   12.50   -45.00:   8.50   -40.00:   4.50   -35.00:   0.50
                                  -30.00:  -3.50   -25.00:  -7.50   -20.00: -11.50

                a line holds until the next one

                """)
    }
}
