import CInterface
import Foundation
import TestSupport
import Testing

/// Sweeps row by row. What a host would lose: rows, their order of columns, or the threads of a sweep that it gave up.
@Suite struct SweepCallTests {
    private struct Report: Decodable {
        var count: Int
        var axes: [String]
        var columns: [String]
        var question: String
        var oneAtATime: [String]
        var usualValue: String
        enum CodingKeys: String, CodingKey {
            case count, axes, columns, question
            case oneAtATime = "one_at_a_time"
            case usualValue = "usual_value"
        }
    }

    private struct Batch: Decodable {
        var rows: [[Cell]]
        var done: Int
        var isFinished: Bool
        enum CodingKeys: String, CodingKey {
            case rows, done
            case isFinished = "is_finished"
        }
    }

    private enum Cell: Decodable, Equatable {
        case number(Double), text(String), none
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private static let axes = """
        axes: [{ path: "vehicles[0].battery.soc_start", name: start, values: [0.3, 0.4, 0.5] }, { modes: [v2x, v1x, 7] }]
        """

    private func opened(_ text: String, options: String) -> (handle: UnsafeMutableRawPointer?, answer: Answer) {
        var handle: UnsafeMutableRawPointer?
        let answer = Answer { v2xSweepOpen(text, options, &handle, $0) }
        return (handle, answer)
    }

    private static var options: String {
        get throws {
            String(decoding: try JSONEncoder().encode(["base": oneNight, "name": "axes"]), as: UTF8.self)
        }
    }

    @Test func theReportSaysWhatIsAskedAndVaried() throws {
        let (handle, answer) = opened(
            "question: compare\ncombine: each\naxes: [{ cells: [lfp] }]", options: try Self.options)
        defer { if let handle { v2xSweepClose(handle) } }
        let report = try JSONDecoder().decode(Report.self, from: Data(answer.text.utf8))
        #expect(report.question == "compare" && report.usualValue == "v2x_objective")
        #expect(report.oneAtATime == ["cell"] && report.count == 2 && report.columns.contains(report.usualValue))
    }

    @Test func everyRunIsARow() throws {
        let text = Self.axes.replacingOccurrences(of: ", 7]", with: "]")
        let (handle, answer) = opened(text, options: try Self.options)
        let sweep = try #require(handle, "\(answer.text)")
        defer { v2xSweepClose(sweep) }
        let report = try JSONDecoder().decode(Report.self, from: Data(answer.text.utf8))
        #expect(report.count == 6 && report.axes == ["start", "mode"])
        #expect(report.columns.prefix(4) == ["run", "start", "mode", "status"])
        var rows: [[Cell]] = []
        while true {
            let answer = Answer { v2xSweepNext(sweep, 1, $0) }
            #expect(answer.status == 0, "\(answer.text)")
            let batch = try JSONDecoder().decode(Batch.self, from: Data(answer.text.utf8))
            rows += batch.rows
            if batch.isFinished {
                #expect(batch.done == 6)
                break
            }
        }
        #expect(rows.count == 6 && rows.allSatisfy { $0.count == report.columns.count })
        let objective = try #require(report.columns.firstIndex(of: "objective"))
        for (start, mode) in [(0.3, "v2x"), (0.4, "v1x"), (0.5, "v2x")] {
            let row = try #require(rows.first { $0[1] == .number(start) && $0[2] == .text(mode) })
            let home = try Scenario.night.get().changed(["vehicles[0].battery.soc_start": "\(start)"]).get()
            let plan = home.ask("schedule", "{\"mode\": \"\(mode)\"}").text
            guard case .number(let value) = row[objective] else { return #expect(Bool(false), "no objective") }
            #expect(plan.contains("\"objective\":\(value),"), "\(value)")
        }
    }

    @Test func mistakesHaveTheirPlace() throws {
        let (handle, answer) = opened(Self.axes, options: try Self.options)
        #expect(handle == nil && answer.status == 1)
        #expect(answer.text.contains("\"file\":\"axes\"") && answer.text.contains("\"line\":1"), "\(answer.text)")
    }

    @Test func aSweepThatIsGivenUpEnds() throws {
        let many = "axes: [{ path: \"vehicles[0].battery.soc_start\", range: { from: 0.2, to: 0.6, step: 0.00002 } }]"
        let (handle, answer) = opened(many, options: try Self.options)
        let sweep = try #require(handle, "\(answer.text)")
        #expect(Answer { v2xSweepNext(sweep, 60, $0) }.text.contains("\"is_finished\":false"))
        v2xSweepClose(sweep)
    }
}
