import Foundation
import Scenarios

/// A moment, from the text that users write: `2024-01-15T12:00:00Z`.
package func moment(_ text: String) -> Instant {
    let formatter = ISO8601DateFormatter()
    return Instant(epochSeconds: formatter.date(from: text).map { Int($0.timeIntervalSince1970) } ?? .min)
}
