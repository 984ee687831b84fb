import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed, everywhere and for ever, which the standard
/// library does not promise of its own.
package struct SeededGenerator: Sendable {
    private var state: UInt64

    /// From a seed.
    package init(seed: UInt64) { state = seed }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Above 0 and below 1.
    package mutating func share() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    /// Normal, mean 0 and standard deviation 1 (Box and Muller 1958).
    package mutating func normal() -> Double {
        let (u, v) = (share(), share())
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }
}
