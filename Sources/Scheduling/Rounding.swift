/// To nine decimals, never minus zero: as results and reports have their numbers.
package func rounded(_ value: Double) -> Double {
    guard value.isFinite, abs(value) < 1e6 else { return value }
    let result = (value * 1e9).rounded() / 1e9
    return result == 0 ? 0 : result
}
