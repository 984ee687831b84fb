import Foundation
import VehicleToAnything

/// What another thread finds out about a plan, one at a time.
final class PlanReasons: @unchecked Sendable {
    private let lock = NSLock()
    private var isBusy = false
    private var found: (number: Int, plan: PlanReport?)?

    func begin() -> Bool {
        lock.withLock {
            guard !isBusy else { return false }
            isBusy = true
            return true
        }
    }
    func end(_ number: Int, _ plan: PlanReport?) { lock.withLock { (isBusy, found) = (false, (number, plan)) } }
    func take() -> (number: Int, plan: PlanReport?)? {
        lock.withLock {
            defer { found = nil }
            return found
        }
    }
}
