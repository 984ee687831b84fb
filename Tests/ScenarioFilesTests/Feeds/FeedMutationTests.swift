import Foundation
import Scenarios
import Testing

@testable import ScenarioFiles

/// Files as they come out of broken downloads, spreadsheets and scripts. What a user would lose: a plan on prices that are
/// another hour's, or nobody's, without a word. `V2X_MUTANTS=100000 swift test --filter FeedMutation` tries as many.
@Suite("Mutants of every feed: right, or refused")
struct FeedMutationTests {
    /// What is done to a file.
    enum Mutation: String, CaseIterable {
        case dropOne, dropSome, dropBlock, dropEveryOther, swapTwo, shuffle, reverse, duplicate, contradict, null, cut,
            zone,
            unit
    }

    @Test("each sample as it is gives its own rows", arguments: FeedSample.all.indices)
    func plain(index: Int) {
        let sample = FeedSample.all[index]
        for step in sample.steps {
            let rows = FeedSample.rows(step: step)
            let read = sample.read(sample.text(rows))
            #expect(read.errors == [], "\(sample.name)")
            #expect(read.unit == sample.unit, "\(sample.name)")
            if sample.isCurve { continue }
            #expect(FeedMutationTests.complaint(read, expected: rows, isWhole: true) == nil, "\(sample.name)")
        }
    }

    @Test(
        "each sample over a year, to be timed", .enabled(if: ProcessInfo.processInfo.environment["V2X_SAMPLES"] != nil))
    func written() throws {
        guard let folder = ProcessInfo.processInfo.environment["V2X_SAMPLES"] else { return }
        for (index, sample) in FeedSample.all.enumerated() {
            let step = max(900, sample.steps.min() ?? 900)
            let text = sample.text(FeedSample.rows(days: 365, step: step))
            let name = sample.name.map { $0.isLetter || $0.isNumber ? $0 : "_" }
            try text.write(toFile: "\(folder)/\(index)-\(String(name.prefix(40)))", atomically: true, encoding: .utf8)
        }
    }

    @Test("no mutant is read wrongly without a word")
    func mutants() {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["V2X_MUTANTS"].flatMap { Int($0) } ?? 2_500
        // A curve is filled up by what it means.
        let samples = FeedSample.all.filter { !$0.isCurve }
        var random = SeededGenerator(seed: environment["V2X_SEED"].flatMap { UInt64($0) } ?? 1)
        var wrong: [String: (count: Int, example: String)] = [:]
        var outcomes: [Mutation: (right: Int, warned: Int, refused: Int)] = [:]
        for number in 0..<count {
            let sample = samples[number % samples.count]
            let mutation = Mutation.allCases[number / samples.count % Mutation.allCases.count]
            guard let mutant = Mutant(sample, mutation, &random) else { continue }
            let read = sample.read(mutant.bytes, clock: mutant.clock)
            if !read.isRead {
                outcomes[mutation, default: (0, 0, 0)].refused += 1
            } else if let complaint = FeedMutationTests.complaint(read, expected: mutant.expected)
                ?? mutant.unitComplaint(read)
            {
                guard read.warnings.isEmpty else {
                    outcomes[mutation, default: (0, 0, 0)].warned += 1
                    continue
                }
                let kind = "\(mutation.rawValue): \(sample.name)"
                if let folder = environment["V2X_WRONG"] {
                    try? Data(mutant.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(number)"))
                }
                wrong[kind, default: (0, complaint)].count += 1
            } else {
                outcomes[mutation, default: (0, 0, 0)].right += 1
            }
        }
        if environment["V2X_MUTANTS"] != nil {
            for mutation in Mutation.allCases {
                let found = outcomes[mutation] ?? (0, 0, 0)
                print(
                    "\(mutation.rawValue): \(found.right) right, \(found.refused) refused, \(found.warned) with a warning"
                )
            }
        }
        let lines = wrong.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.count)): \($0.value.example)" }
        #expect(lines == [], "\(lines.joined(separator: "\n"))")
    }

    /// What is wrong with a reading: a value that is another one than expected, or stands where none is known. What lies
    /// within a fault is refused.
    static func complaint(_ read: FeedSample.Reading, expected: [FeedSample.Row], isWhole: Bool = false) -> String? {
        // Moments every five minutes: no step is finer.
        var values: [Int: Double] = [:]
        for row in expected {
            guard let number = row.number else { continue }
            for at in stride(from: row.start, to: row.end, by: 300) { values[at] = number }
        }
        var known = 0
        let last = (expected.map(\.end).max() ?? 0) + 86_400
        for interval in read.table {
            for at in stride(from: interval.start, to: min(interval.end, last), by: 300) {
                if read.faults.contains(where: { $0.start < at + 300 && $0.end > at }) { continue }
                guard let value = values[at] else {
                    return "\(FeedIntervals.time(at)): \(interval.value) of nowhere"
                }
                if abs(value - interval.value) > 1e-9 {
                    return "\(FeedIntervals.time(at)): \(interval.value), it is \(value)"
                }
                known += 1
            }
        }
        return isWhole && known != values.count ? "\(values.count - known) moments are lost" : nil
    }
}

/// A file that something was done to, and what reading it must give.
private struct Mutant {
    var bytes: [UInt8] = []
    var expected: [FeedSample.Row]
    var unit: String?
    var clock: WallClock?
    var mayLoseUnit = false

    func unitComplaint(_ read: FeedSample.Reading) -> String? {
        // A file that is cut off before its unit says none.
        read.unit == unit || (mayLoseUnit && read.unit == nil)
            ? nil : "unit \(read.unit ?? "none"), it is \(unit ?? "none")"
    }

    init?(_ sample: FeedSample, _ mutation: FeedMutationTests.Mutation, _ random: inout SeededGenerator) {
        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
        let step = sample.steps[below(sample.steps.count)]
        // One day, two, or the days on which clocks are set.
        let starts = [1_762_729_200, 1_762_729_200, 1_761_343_200, 1_774_738_800]
        let start = starts[below(starts.count)]
        let rows = FeedSample.rows(days: 1 + below(2), step: step, from: start)
        var written = rows
        expected = rows
        unit = sample.unit
        /// Leaves out the rows with these numbers.
        func drop(_ gone: Set<Int>) {
            written = rows.indices.filter { !gone.contains($0) }.map { rows[$0] }
            expected = []
            for (index, row) in rows.enumerated() {
                if !gone.contains(index) {
                    expected.append(row)
                } else if sample.hole == .previous, let last = expected.last {
                    expected.append(FeedSample.Row(start: row.start, seconds: row.seconds, number: last.number))
                }
            }
            // The last state is still there after its time.
            if sample.hole == .previous, let last = expected.last {
                expected.append(FeedSample.Row(start: last.end, seconds: 6 * 3600, number: last.number))
            }
        }
        var text: String?
        switch mutation {
        case .dropOne: drop([below(rows.count)])
        case .dropSome:
            var gone: Set<Int> = []
            for _ in 0..<(1 + below(rows.count / 2)) { gone.insert(below(rows.count)) }
            drop(gone)
        case .dropBlock:
            let first = below(rows.count - 2)
            drop(Set(first..<min(rows.count, first + 1 + below(rows.count / 2))))
        case .dropEveryOther:
            let every = 2 + below(3)
            drop(Set(rows.indices.filter { $0 % every != 0 }))
            // Rows that do not say how long they last make a file of longer steps, where those are usual.
            if !sample.hasLengths, every * step <= 3600 || !sample.isPrice {
                expected = written.map {
                    FeedSample.Row(
                        start: sample.stampsAreEnds ? $0.end - every * step : $0.start, seconds: every * step,
                        number: $0.number)
                }
            }
        case .swapTwo: written.swapAt(below(rows.count), below(rows.count))
        case .shuffle:
            for index in written.indices.dropFirst() { written.swapAt(index, below(index + 1)) }
        case .reverse: written.reverse()
        case .duplicate:
            for _ in 0..<(1 + below(5)) { written.insert(rows[below(rows.count)], at: below(written.count)) }
        case .contradict:
            var row = rows[below(rows.count)]
            row.number = (row.number ?? 0) + 5
            written.insert(row, at: below(written.count))
            // Neither of the two is right.
            expected.removeAll { $0.start == row.start }
        case .null:
            guard !sample.nulls.isEmpty else { return nil }
            for _ in 0..<(1 + below(6)) {
                let index = below(rows.count)
                written[index].number = nil
                expected[index].number = nil
            }
        case .cut:
            let whole = Array(sample.text(written).utf8)
            bytes = Array(whole.prefix(below(whole.count)))
            mayLoseUnit = true
            return
        case .zone:
            // A scenario of another zone changes nothing where the file says its own.
            let zones = ["America/New_York", "Asia/Kolkata", "Europe/Helsinki", "UTC"]
            let zone = zones[below(zones.count)]
            clock = WallClock(timeZone: zone)
            if !sample.namesZone {
                // Wall times are those of the scenario's zone.
                let (from, to) = (WallClock(timeZone: sample.zone) ?? .utc, WallClock(timeZone: zone) ?? .utc)
                expected = rows.compactMap { row in
                    let wall = from.wallTime(at: Instant(epochSeconds: row.start))
                    guard let start = to.instants(of: wall).first else { return nil }
                    return FeedSample.Row(start: start.epochSeconds, seconds: row.seconds, number: row.number)
                }
                // Days on which either clock is set are another matter.
                if start != starts[0] { return nil }
            }
        case .unit:
            let other = sample.otherUnits.keys.sorted()
            guard !other.isEmpty else { return nil }
            let chosen = other[below(other.count)]
            unit = chosen
            text = sample.otherUnits[chosen]?(written)
        }
        bytes = Array((text ?? sample.text(written)).utf8)
    }
}
