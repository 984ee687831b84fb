import Foundation

/// What happens where memory runs out: the Swift runtime ends the process by a signal, and a user sees a crash.
///
/// When a crash signal arrives and 64 MB cannot be allocated, the shortage is reported, and the exit code is that of an
/// internal error. All other crashes stay crashes. The handler allocates nothing.
enum MemoryShortage {
    private static let message: StaticString = "v2x: out of memory: fewer steps or vehicles need less\n"
    /// No program works with less than this left, bytes.
    private static let probeSize = 64 << 20

    static func listen() {
        for number in [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP] {
            signal(number) { number in
                let probe = mmap(nil, MemoryShortage.probeSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
                if probe == MAP_FAILED {
                    let text = MemoryShortage.message
                    _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
                    _exit(70)
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}
