import Foundation
import Synchronization

/// Ctrl-C, or a SIGTERM, while a fleet is solved: the first asks for the best schedule so far, the second ends the program.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    private static let isListening = Atomic<Bool>(false)

    /// From now on the first of either is a question. Asked again, it does nothing.
    static func listen() {
        guard !isListening.exchange(true, ordering: .relaxed) else { return }
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.asked.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
