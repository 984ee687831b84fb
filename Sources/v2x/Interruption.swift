import Foundation
import Synchronization

/// Ctrl-C while a fleet is solved: the first asks for the best schedule so far, the second ends the program.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    private static let isListening = Atomic<Bool>(false)

    /// From now on the first Ctrl-C is a question. Asked again, it does nothing.
    static func listen() {
        guard !isListening.exchange(true, ordering: .relaxed) else { return }
        signal(SIGINT) { _ in
            Interruption.asked.store(true, ordering: .relaxed)
            signal(SIGINT, SIG_DFL)
        }
    }
}
