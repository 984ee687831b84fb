import BlockAngular
import Foundation

/// A bar on standard error with the share that is done and the time left; nothing where that is not a terminal.
final class ProgressBar: @unchecked Sendable {
    private let lock = NSLock()
    private let start = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1
    private var lastShown = ContinuousClock.now
    private let label: String

    /// What was done before the bar was there; it says nothing about the speed.
    private let doneBefore: Double

    /// - Parameter doneBefore: the share that is done already, 0...1.
    init(_ label: String, done doneBefore: Double = 0) {
        self.label = label
        self.doneBefore = doneBefore
    }

    /// From any thread; the screen is touched ten times a second at most. At 1 the bar goes away.
    func show(_ share: Double) { show(share, detail: { _ in "" }) }

    /// The same with what is counted: `1200 of 10000 runs, 310 a second`.
    func show(_ share: Double, done: Int, of count: Int, unit: String) {
        show(share) { seconds in
            let speed = (share - self.doneBefore) * Double(count) / max(seconds, 0.001)
            let rate = speed >= 10 ? "\(Int(speed.rounded()))" : "\((speed * 10).rounded() / 10)"
            return " \(done) of \(count) \(unit), \(rate) a second,"
        }
    }

    /// Takes the bar away.
    func end() { show(1) }

    private func show(_ share: Double, detail: (Double) -> String) {
        guard isShown else { return }
        lock.withLock {
            let now = ContinuousClock.now
            guard now - lastShown > .milliseconds(100) || share >= 1 else { return }
            lastShown = now
            let elapsed = (now - start) / .seconds(1)
            let fresh = share - doneBefore
            let left = fresh > 0.002 ? " \(Int(elapsed / fresh * (1 - share) + 0.5)) s left" : ""
            let words = detail(elapsed)
            // 80 columns have room for both.
            let width = words.isEmpty ? 30 : 16
            let filled = Int(share * Double(width))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
            let text = "\(label) [\(bar)] \(Int(share * 100)) %\(words)\(left)"
            // What was there before is overwritten, and wiped at the end.
            let line = share >= 1 ? "\r\u{1B}[K" : "\r\(text)\u{1B}[K"
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
    }
}

/// Progress of a decomposition, in one line on standard error; nothing where that is not a terminal. As a log, one line per
/// round, wherever it goes.
final class SolverLine: Sendable {
    private let isLog: Bool
    private let isShown: Bool

    init(isLog: Bool = false) {
        self.isLog = isLog
        isShown = isLog || isatty(STDERR_FILENO) == 1
    }

    func show(_ progress: DecompositionProgress) {
        guard isShown else { return }
        let best = progress.best.map { "\(rounded($0))" } ?? "none yet"
        let gap = progress.gap.isFinite ? ", gap \(String(format: "%.1e", progress.gap))" : ""
        write(
            "round \(progress.round), bound \(rounded(progress.bound)), best \(best)\(gap), "
                + "\(String(format: "%.1f", progress.seconds)) s")
    }

    /// Wipes it.
    func end() { if isShown, !isLog { write("") } }

    private func rounded(_ value: Double) -> String { value.isFinite ? String(format: "%.4f", value) : "none yet" }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((isLog ? text + "\n" : "\r\(text)\u{1B}[K").utf8))
    }
}
