import Foundation

/// A moment in time, to the second (scenario times are no finer).
public struct Instant: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var epochSeconds: Int
    /// From seconds since 1970-01-01T00:00:00Z.
    public init(epochSeconds: Int) { self.epochSeconds = epochSeconds }
    /// The system's clock. Only `horizon.start: now` asks for it.
    public static var now: Instant { Instant(epochSeconds: Int(Date().timeIntervalSince1970)) }
    /// Earlier.
    public static func < (left: Instant, right: Instant) -> Bool { left.epochSeconds < right.epochSeconds }
    /// This moment moved by `seconds`.
    public func adding(seconds: Int) -> Instant { Instant(epochSeconds: epochSeconds + seconds) }
}

/// The steps of a horizon: `count` steps of equal absolute length, boundaries 0...count.
public struct TimeGrid: Sendable, Equatable {
    /// Boundary 0.
    public var start: Instant
    /// Length of a step, s.
    public var stepSeconds: Int
    /// Number of steps.
    public var count: Int
    /// IANA name of the zone that wall times are read and written in.
    public var timeZone: String

    /// `count` steps of `stepSeconds` from `start`.
    package init(start: Instant, stepSeconds: Int, count: Int, timeZone: String) {
        self.start = start
        self.stepSeconds = stepSeconds
        self.count = count
        self.timeZone = timeZone
    }

    /// Length of a step, h.
    public var stepHours: Double { Double(stepSeconds) / 3600 }
    /// The last boundary.
    public var end: Instant { boundary(count) }
    /// Boundary `k`, 0...count: step `t` runs from boundary `t` to `t + 1`.
    public func boundary(_ k: Int) -> Instant { start.adding(seconds: k * stepSeconds) }

    /// The step that holds `instant`; nil outside the horizon.
    public func step(at instant: Instant) -> Int? {
        guard instant >= start, instant < end else { return nil }
        return (instant.epochSeconds - start.epochSeconds) / stepSeconds
    }

    /// Share of step `step` that lies in `from ..< to`, 0...1.
    public func overlap(of step: Int, from: Instant, to: Instant) -> Double {
        let low = max(from.epochSeconds, boundary(step).epochSeconds)
        let high = min(to.epochSeconds, boundary(step + 1).epochSeconds)
        return high > low ? Double(high - low) / Double(stepSeconds) : 0
    }
}
