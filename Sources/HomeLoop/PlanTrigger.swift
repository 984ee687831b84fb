import Foundation
import Scenarios

/// What tells one version of a file from the next.
struct FileStamp: Equatable, Sendable {
    private var seconds: Int
    private var nanoseconds: Int
    private var size: Int
    private var number: UInt64

    /// Nil where there is no file.
    init?(path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        #if canImport(Darwin)
            (seconds, nanoseconds) = (information.st_mtimespec.tv_sec, information.st_mtimespec.tv_nsec)
        #else
            (seconds, nanoseconds) = (information.st_mtim.tv_sec, information.st_mtim.tv_nsec)
        #endif
        (size, number) = (Int(information.st_size), UInt64(information.st_ino))
    }
}

/// When a plan is made anew: as a step begins, and as an input changes. It knows no clock but the times that it is told.
struct PlanTrigger {
    /// All that a plan is made from.
    struct Inputs: Equatable {
        /// By path; nil: there is no such file.
        var files: [String: FileStamp?] = [:]
        var state: [String: StateValue] = [:]
    }

    enum Reason: Equatable, CustomStringConvertible {
        case first, step, again
        case file(String), state(String)

        var description: String {
            switch self {
            case .first: "the first plan"
            case .step: "a step begins"
            case .again: "tried again"
            case .file(let path): "\(path) has changed"
            case .state(let key): "\(key) has changed"
            }
        }
    }

    /// After a plan that failed it is tried again, s, though nothing changes: prices may have come.
    static let retrySeconds = 60

    private var last: Inputs?
    private var due = Instant(epochSeconds: 0)
    private var hasFailed = false

    /// Why a plan is due; nil where none is.
    func reason(at now: Instant, _ inputs: Inputs) -> Reason? {
        guard let last else { return .first }
        if now >= due { return hasFailed ? .again : .step }
        // What is watched may have changed with the plan: a file that is new in the list has not changed.
        for (path, stamp) in inputs.files.sorted(by: { $0.key < $1.key }) {
            if let before = last.files[path], before != stamp { return .file(path) }
        }
        for (key, value) in inputs.state.sorted(by: { $0.key < $1.key }) where !value.isNear(last.state[key]) {
            return .state(key)
        }
        return nil
    }

    /// A plan was made of `inputs`, which holds until `end`.
    mutating func planned(_ inputs: Inputs, until end: Instant) { (last, due, hasFailed) = (inputs, end, false) }

    /// None could be made of `inputs`.
    mutating func failed(_ inputs: Inputs, at now: Instant) {
        (last, due, hasFailed) = (inputs, now.adding(seconds: PlanTrigger.retrySeconds), true)
    }
}
