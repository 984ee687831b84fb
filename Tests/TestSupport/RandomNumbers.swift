import Scenarios

/// The same random numbers in every run: `Double.random(in: 0...1, using: &generator)`.
extension SeededGenerator: RandomNumberGenerator {}
