import Foundation
import Scenarios

/// The `horizon` section as it was read.
struct ReadHorizon {
    var grid: TimeGrid
    /// What becomes of targets after the end.
    var beyond: BeyondRule
    /// Where the end is written.
    var end: InputValue
}

/// What becomes of the targets of vehicles that are plugged in at the horizon's end and leave after it.
enum BeyondRule: String, CaseIterable {
    /// Nothing; a warning names them.
    case warn
    /// Nothing.
    case ignore
    /// Energy at the end is required as far as charging after it cannot reach them.
    case require
    /// The horizon goes on to the last of them, with the last known day's values.
    case `repeat`
}

extension ScenarioSchema {
    static let horizon = [
        Schema.required(
            "start", .any([.time, .choice(["now"])]),
            "Wall time in timezone, or with an offset; now: the step that is running."),
        Schema.required(
            "end", .any([.time, .duration, .choice(["prices"])]),
            "Wall time in timezone, or with an offset; a length from the start; prices: as far as the price files know."
        ),
        Schema.required("step", .duration, "5min, 15min, 30min, 1h."),
        Schema.key("timezone", .text, "IANA name, as Europe/Amsterdam (UTC)."),
        Schema.key(
            "beyond", .choice(BeyondRule.allCases.map(\.rawValue)),
            "Targets after the end: a warning (warn), nothing (ignore), energy at the end (require), a longer horizon (repeat)."
        ),
    ]
}

extension InputValue {
    /// The `horizon` section: sets the zone that times are read in, then reads the grid of steps.
    ///
    /// - Parameter tariff: what `end: prices` asks for its end.
    func horizon(tariff: InputValue?) -> ReadHorizon? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let zone = reader.optional("timezone")
        let clock = zone.map { $0.timeZone() } ?? .utc
        if let clock { context.clock = clock }
        let startValue = reader.required("start", "2024-01-15T12:00")
        let endValue = reader.required("end", "2024-01-16T12:00")
        let stepValue = reader.required("step", "15min")
        let beyondValue = reader.optional("beyond")
        let asked = beyondValue?.choice(BeyondRule.allCases.map(\.rawValue), what: "rule")
        let step = stepValue?.duration()
        let usual: BeyondRule = endValue?.scalarText == "prices" ? .require : .warn
        let beyond = asked.flatMap { BeyondRule(rawValue: $0) } ?? usual
        let isNow = startValue?.scalarText == "now"
        context.startsNow = isNow
        let start = isNow ? step.map(context.runningStep) : startValue?.instant()
        let end: Instant?
        if endValue?.scalarText == "prices" {
            guard clock != nil, let start, let step else { return nil }
            end = endValue?.pricesEnd(tariff, from: start, step: step, isNow: isNow)
        } else if endValue?.isLength ?? false {
            end = endValue?.duration().flatMap { length in start?.adding(seconds: length) }
        } else {
            end = endValue?.instant()
        }
        guard clock != nil, let start, let end, let endValue, let step, let stepValue else { return nil }
        if end <= start {
            endValue.error("must be after start (\(context.clock.dateTime(start))), got \(context.clock.dateTime(end))")
            return nil
        }
        if step < 60 {
            stepValue.error("must be at least 1 min, got \(stepValue.described)")
            return nil
        }
        let length = end.epochSeconds - start.epochSeconds
        if length % step != 0 {
            let hours = Double(length) / 3600
            stepValue.error("\(stepValue.described) does not divide the horizon of \(hours.short) h")
            return nil
        }
        if length / step > 1_000_000 {
            stepValue.error("makes \(length / step) steps; at most 1000000 are possible")
            return nil
        }
        var grid = TimeGrid(start: start, stepSeconds: step, count: length / step, timeZone: context.clock.name)
        if let later = context.repeating?.until, later > grid.end {
            context.repeating?.from = grid.end
            grid.count = grid.steps(to: later)
        }
        return ReadHorizon(grid: grid, beyond: beyond, end: endValue)
    }

    /// Whether a length of time stands here, and no moment.
    private var isLength: Bool {
        scalarText.map { TimeText($0) == nil && DurationText.seconds($0) != nil } ?? false
    }

    /// The end of what the tariff's files know, on a boundary of the steps from `start`; nil, and a finding, where they know
    /// nothing of the time after it.
    private func pricesEnd(_ tariff: InputValue?, from start: Instant, step: Int, isNow: Bool) -> Instant? {
        guard let tariff, case .mapping = tariff.node, let reader = tariff.section() else { return nil }
        let errors = context.log.errorCount
        let ends = ["import", "export"].flatMap { reader.optional($0)?.fileEnds() ?? [] }
        // A file that is wrong has findings of its own.
        guard context.log.errorCount == errors else { return nil }
        guard let first = ends.min(by: { $0.end < $1.end }) else {
            error("no price file tells where the prices end: give a time, or a length such as 24h")
            return nil
        }
        let steps = (first.end - start.epochSeconds).flooredQuotient(max(step, 1))
        guard steps > 0 else {
            let clock = context.clock
            error(
                "\(first.name) holds prices to \(clock.dateTime(Instant(epochSeconds: first.end))) only, and "
                    + (isNow ? "now is \(clock.dateTime(context.moment))" : "start is \(clock.dateTime(start))")
                    + ": it is too old")
            return nil
        }
        return start.adding(seconds: steps * step)
    }

    /// Where the files of a series end, s since 1970; files whose last value lasts for ever are left out.
    private func fileEnds() -> [(name: String, end: Int)] {
        guard case .mapping = node, let reader = section() else { return [] }
        var ends: [(name: String, end: Int)] = []
        if let file = reader.optional("file"),
            let last = file.feedTable(FeedOptionInput(reader), .energyPrice)?.table.intervals.last,
            last.end < FeedIntervals.farFuture
        {
            ends.append((file.scalarText ?? "", last.end))
        }
        if let sum = reader.optional("sum"), sum.isList { ends += (sum.list() ?? []).flatMap { $0.fileEnds() } }
        ends += reader.optional("offset")?.fileEnds() ?? []
        return ends
    }
}

extension InputContext {
    /// Now, the same each time it is asked.
    var moment: Instant {
        if let now { return now }
        let moment = Instant.now
        now = moment
        return moment
    }

    /// The start of the step that is running, on the clock of the horizon's zone.
    func runningStep(_ seconds: Int) -> Instant {
        let wall = moment.epochSeconds + clock.offsetSeconds(at: moment)
        let isPast = wall - wall.flooredQuotient(max(seconds, 1)) * max(seconds, 1)
        return moment.adding(seconds: -isPast)
    }
}

extension TimeGrid {
    /// How many steps from its start reach `moment`.
    fileprivate func steps(to moment: Instant) -> Int {
        (moment.epochSeconds - start.epochSeconds + stepSeconds - 1) / stepSeconds
    }
}

extension InputValue {
    /// A zone by its IANA name.
    func timeZone() -> WallClock? {
        guard let name = text() else { return nil }
        if let clock = WallClock(timeZone: name) { return clock }
        let hint =
            WallClock.nearestZone(to: name).map { "did you mean \($0)?" }
            ?? "give an IANA name such as Europe/Amsterdam"
        error("unknown time zone \"\(name)\"; \(hint)")
        return nil
    }
}

extension WallClock {
    /// The known zone that `name` was probably meant to be.
    static func nearestZone(to name: String) -> String? {
        nearestWord(to: name, among: TimeZone.knownTimeZoneIdentifiers)
            ?? TimeZone.knownTimeZoneIdentifiers.first { $0.lowercased().hasSuffix("/" + name.lowercased()) }
    }
}
