import ScenarioFiles
import Scenarios

/// What `v2x feeds` shows of a file.
package enum FeedSheet {
    /// The feeds that are built in, a line each, within 80 columns.
    package static func list(_ feeds: [(name: String, title: String)]) -> String {
        let width = (feeds.map(\.name.count).max() ?? 0) + 2
        return feeds.map { broken(padded($0.name, width) + $0.title, indent: width) }.joined()
    }

    /// Lines of at most 80 characters, each after the first so far to the right.
    private static func broken(_ text: String, indent: Int) -> String {
        var (out, line) = ("", "")
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if line.count + word.count + 1 > 80, !line.isEmpty {
                out += line + "\n"
                line = String(repeating: " ", count: indent) + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return out + line + "\n"
    }

    /// The end of a path, where its file is; at most so many characters.
    static func clippedPath(_ path: String, _ most: Int) -> String {
        path.count <= most ? path : "…" + path.suffix(most - 1)
    }

    /// At most so many characters, the last of them an ellipsis where some are missing.
    static func clipped(_ text: String, _ most: Int) -> String {
        text.count <= most ? text : String(text.prefix(most - 1)) + "…"
    }

    /// The same for programs.
    package struct Summary: Encodable {
        package struct Gap: Encodable {
            package var from: String
            package var to: String
        }
        package var format: String
        package var unit: String?
        package var from: String
        package var to: String
        package var stepMinutes: Double
        package var count: Int
        package var lowest: Double
        package var highest: Double
        package var mean: Double
        package var gaps: [Gap]
        /// Whether the last value has no end.
        var isOpen = false

        enum CodingKeys: String, CodingKey {
            case format, unit, from, to, count, lowest, highest, mean, gaps
            case stepMinutes = "step_minutes"
        }

        package init(_ file: FeedFile, clock: WallClock) {
            format = file.format
            unit = file.unit
            from = clock.iso8601(Instant(epochSeconds: file.intervals.first?.start ?? 0))
            to = clock.iso8601(Instant(epochSeconds: file.intervals.last?.end ?? 0))
            isOpen = file.lastsForEver
            stepMinutes = Double(file.stepSeconds) / 60
            count = file.intervals.count
            lowest = file.intervals.map(\.value).min() ?? 0
            highest = file.intervals.map(\.value).max() ?? 0
            let seconds = file.intervals.reduce(0) { $0 + ($1.end - $1.start) }
            mean = file.intervals.reduce(0) { $0 + $1.value * Double($1.end - $1.start) } / Double(max(1, seconds))
            gaps = file.gaps.map { Gap(from: clock.iso8601($0.lowerBound), to: clock.iso8601($0.upperBound)) }
        }
    }

    /// What it is, its span, its gaps, its range, and a plot; within 80 columns.
    package static func text(_ file: FeedFile, name: String, clock: WallClock) -> String {
        let summary = Summary(file, clock: clock)
        func time(_ seconds: Int) -> String { clock.dateTime(Instant(epochSeconds: seconds)) }
        var out = "\(clippedPath(name, 60)): \(file.format)\n\(clipped(file.source ?? file.title, 80))\n\n"
        func line(_ label: String, _ value: String) { out += padded(label, 10) + clipped(value, 70) + "\n" }
        line("from", time(file.intervals.first?.start ?? 0) + " (\(clock.name))")
        line(
            "to",
            summary.isOpen ? "open: the last value lasts until it is replaced" : time(file.intervals.last?.end ?? 0))
        line("step", steps(file))
        let gaps = file.gaps
        line("gaps", gaps.isEmpty ? "none" : "\(gaps.count)")
        for gap in gaps.prefix(5) { line("", "\(clock.dateTime(gap.lowerBound)) to \(clock.dateTime(gap.upperBound))") }
        if gaps.count > 5 { line("", "and \(gaps.count - 5) more") }
        line("lowest", "\(short(summary.lowest)) at \(time(file.intervals.min { $0.value < $1.value }?.start ?? 0))")
        line("highest", "\(short(summary.highest)) at \(time(file.intervals.max { $0.value < $1.value }?.start ?? 0))")
        line("mean", short(summary.mean))
        line("unit", file.unit ?? "(not in the file)")
        if let column = file.column {
            line("column", column)
            if !file.otherColumns.isEmpty { line("", "others: " + file.otherColumns.joined(separator: ", ")) }
        }
        if let zone = file.zone { line("times", "in \(zone)" + (file.stampsAreEnds ? ", the ends of rows" : "")) }
        if file.zone == nil, file.stampsAreEnds { line("times", "the ends of rows") }
        if let layout = file.layout { line("layout", layout) }
        out += "\n" + keys(file, name: name)
        return out + "\n" + plot(file.intervals, clock: clock)
    }

    /// How long rows are: one length, or the two commonest.
    private static func steps(_ file: FeedFile) -> String {
        var counts: [Int: Int] = [:]
        for interval in file.intervals { counts[interval.end - interval.start, default: 0] += 1 }
        let common = counts.sorted { ($0.value, -$0.key) > ($1.value, -$1.key) }
        func minutes(_ seconds: Int) -> String { fixed(Double(seconds) / 60, seconds % 60 == 0 ? 0 : 1) }
        let count = "\(file.intervals.count) \(file.intervals.count == 1 ? "value" : "values")"
        guard common.count > 1 else { return "\(minutes(common.first?.key ?? 0)) min, \(count)" }
        return common.prefix(2).map { "\($0.value) of \(minutes($0.key)) min" }.joined(separator: ", ")
            + (common.count > 2 ? ", ..." : "") + "; \(count)"
    }

    /// What a scenario would write for this file.
    private static func keys(_ file: FeedFile, name: String) -> String {
        var parts = ["file: \(name.split(separator: "/").last.map(String.init) ?? name)"]
        if !file.otherColumns.isEmpty, let column = file.column { parts.append("column: \(quoted(column))") }
        parts.append("unit: \(quoted(file.unit ?? "?"))")
        if let zone = file.zone { parts.append("timezone: \(zone)") }
        if file.stampsAreEnds { parts.append("stamp: end") }
        return wrapped("{ " + parts.joined(separator: ", ") + " }")
    }

    /// As YAML wants a text that has marks of its own.
    private static func quoted(_ text: String) -> String {
        text.contains(where: { ":,[]{}#&*!|>'\"%@`?".contains($0) })
            ? "\"" + text.replacing("\"", with: "\\\"") + "\"" : text
    }

    /// Broken at commas, within 80 columns.
    private static func wrapped(_ text: String) -> String {
        var (out, line) = ("", "")
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            if line.count + part.count + 1 > 80, !line.isEmpty {
                out += line + "\n"
                line = "  " + part
            } else {
                line += (line.isEmpty ? "" : " ") + part
            }
        }
        return out + line + "\n"
    }

    static func short(_ value: Double) -> String { fixed(value, abs(value) >= 10 ? 2 : 4) }

    /// Means over equal parts of the span, in block characters; a gap is blank.
    static func plot(
        _ intervals: [SeriesTable.Interval], clock: WallClock, label text: (Double) -> String = short
    ) -> String {
        let (width, height) = (68, 8)
        guard let first = intervals.first?.start, let last = intervals.last?.end, last > first else { return "" }
        var sums = [(weight: Double, sum: Double)](repeating: (0, 0), count: width)
        let span = Double(last - first)
        for interval in intervals {
            var at = interval.start
            while at < interval.end {
                let column = min(width - 1, Int(saturating: Double(at - first) / span * Double(width)))
                let next = (Double(column + 1) / Double(width) * span).rounded(.up)
                let end = min(interval.end, max(at + 1, first + Int(saturating: next)))
                sums[column].weight += Double(end - at)
                sums[column].sum += Double(end - at) * interval.value
                at = end
            }
        }
        let means = sums.map { $0.weight > 0 ? $0.sum / $0.weight : nil }
        let known = means.compactMap { $0 }
        let (low, high) = (min(0, known.min() ?? 0), max(known.max() ?? 1, (known.min() ?? 0) + 1e-9))
        let blocks = Array(" ▁▂▃▄▅▆▇█")
        var out = ""
        for row in (0..<height).reversed() {
            let label = row == height - 1 ? text(high) : row == 0 ? text(low) : ""
            var line = padded(label, 9, right: true) + "│"
            for mean in means {
                let eighths = mean.map { ($0 - low) / (high - low) * Double(height * 8) - Double(row * 8) } ?? 0
                line.append(blocks[Int(min(8, max(0, eighths.rounded())))])
            }
            while line.last == " " { line.removeLast() }
            out += line + "\n"
        }
        out += String(repeating: " ", count: 9) + "└" + String(repeating: "─", count: width) + "\n"
        let (from, to) = (clock.dateTime(Instant(epochSeconds: first)), clock.dateTime(Instant(epochSeconds: last)))
        return out + String(repeating: " ", count: 10) + padded(from, width - to.count) + to + "\n"
    }

    /// A plain CSV that every scenario can name: time with offset, value.
    package static func csv(_ file: FeedFile, clock: WallClock) -> String {
        let column = file.unit.map { "value_" + $0.lowercased().replacing("/", with: "_per_") } ?? "value"
        var out = "time,\(column)\n"
        for interval in file.intervals {
            out += "\(clock.iso8601(Instant(epochSeconds: interval.start))),\(interval.value)\n"
        }
        return out
    }

    /// The series as a picture.
    package static func svg(_ file: FeedFile, name: String, clock: WallClock) -> String {
        picture(
            file.intervals, title: name, subtitle: file.title, panel: "price", unit: file.unit ?? "unit unknown",
            stepSeconds: file.stepSeconds, clock: clock)
    }

    static func picture(
        _ intervals: [SeriesTable.Interval], title: String, subtitle: String, panel: String, unit: String,
        stepSeconds: Int, clock: WallClock
    ) -> String {
        let first = intervals.first?.start ?? 0
        let span = Double(max(1, (intervals.last?.end ?? 1) - first))
        var points: [(x: Double, y: Double?)] = []
        for (index, interval) in intervals.enumerated() {
            if index > 0, intervals[index - 1].end < interval.start {
                points.append((Double(intervals[index - 1].end - first) / span, nil))
            }
            points.append((Double(interval.start - first) / span, interval.value))
            points.append((Double(interval.end - first) / span, interval.value))
        }
        let step = max(900, stepSeconds)
        let walls = stride(from: first, to: first + Int(saturating: span), by: step).map {
            clock.wallTime(at: Instant(epochSeconds: $0))
        }
        let ticks = TimeAxis(walls, stepSeconds: step).ticks.map { (position: $0.position, label: $0.label) }
        var figure = Figure(title: title, subtitle: subtitle)
        let panel = LinePanel(
            title: panel, unit: unit, lines: [.init(name: "", points: points, isSteps: true)], ticks: ticks,
            usualHeight: 260)
        figure.add(panel)
        return figure.svg
    }
}
