import ArgumentParser
import Foundation

/// The files that the process may have open at once (`ulimit -n`): threads and databases end it by a signal, or wait for ever,
/// where there are too few.
enum OpenFiles {
    private static let needed = 64

    /// Raises the limit where that is allowed; an error where there are still too few.
    static func require() throws {
        var limit = rlimit()
        #if os(Linux)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < needed else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(needed))
        _ = setrlimit(resource, &limit)
        guard limit.rlim_cur < needed else { return }
        throw Ending.say(
            "v2x: \(limit.rlim_cur) files may be open at once, \(needed) are needed: raise ulimit -n",
            Ending.internalError)
    }
}
