import Foundation
import Synchronization

/// Ctrl-C while a fleet is solved: the first asks for the best schedule so far, the second ends the program.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// From now on the first Ctrl-C is a question.
    static func listen() {
        signal(SIGINT) { _ in
            Interruption.asked.store(true, ordering: .relaxed)
            signal(SIGINT, SIG_DFL)
        }
    }
}
