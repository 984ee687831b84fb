import Foundation
import Scenarios

/// Files of series that many scenarios share, each read once; and what was in them, as a digest. For any thread.
public final class SeriesFiles: @unchecked Sendable {
    private let lock = NSLock()
    private var found: [String: Entry] = [:]

    struct Entry: Sendable {
        var table: FeedTable
        /// Of the file's bytes.
        var digest: UInt64
    }

    /// Empty.
    public init() {}

    func entry(_ key: String) -> Entry? { lock.withLock { found[key] } }
    func keep(_ entry: Entry, _ key: String) { lock.withLock { found[key] = entry } }
}

/// FNV-1a, 64 bits: tells inputs apart; no seal against forgery.
package struct Digest: Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Of nothing.
    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    package mutating func add(_ text: String) { add(text.utf8) }

    /// Sixteen hexadecimal digits.
    package var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
