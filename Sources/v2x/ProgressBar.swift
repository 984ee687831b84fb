import Foundation

/// A bar on standard error with the share that is done and the time left; nothing where that is no terminal.
final class ProgressBar: @unchecked Sendable {
    private let lock = NSLock()
    private let start = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1
    private var lastShown = ContinuousClock.now
    private let label: String

    init(_ label: String) { self.label = label }

    /// From any thread; the screen is touched ten times a second at most.
    func show(_ share: Double) {
        guard isShown else { return }
        lock.withLock {
            let now = ContinuousClock.now
            guard now - lastShown > .milliseconds(100) || share >= 1 else { return }
            lastShown = now
            let elapsed = Double((now - start).components.seconds)
            let left = share > 0.02 ? "\(Int(elapsed / share * (1 - share) + 0.5)) s left" : ""
            let filled = Int(share * 30)
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
            // What was there before is overwritten, and wiped at the end.
            let line = share >= 1 ? "\r\u{1B}[K" : "\r\(label) [\(bar)] \(Int(share * 100)) % \(left)\u{1B}[K"
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
    }
}
