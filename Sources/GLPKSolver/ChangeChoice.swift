/// The cheapest choices of so many stages with so many changes between chosen and not; none is counted at the ends.
///
///     on[t+1][n+1][k] = price[t] + min(on[t][n][k], off[t][n][k-1])
///     off[t+1][n][k] = min(off[t][n][k], on[t][n][k-1])
///
/// | symbol | meaning |
/// |---|---|
/// | n | stages chosen so far |
/// | k | changes so far |
/// | on, off | least cost where the last stage is chosen, or not |
struct ChangeChoice {
    let mostStages: Int
    private let prices: [Double]
    private let changes: Int
    /// States of a row of equal n: one before the first keeps k - 1 from the row before.
    private let width: Int
    /// Least costs at the end, by n and k.
    private var on: [Double]
    private var off: [Double]
    /// By stage and state: 1 where the best way to `on` had the stage before chosen, 2 for `off`, or both.
    private var cameFromOn: [UInt8]

    init(_ prices: [Double], mostStages: Int, changes: Int) {
        (self.prices, self.mostStages, self.changes) = (prices, mostStages, changes)
        width = changes + 2
        let (width, size) = (changes + 2, (mostStages + 1) * (changes + 2))
        on = Array(repeating: .infinity, count: size)
        off = on
        cameFromOn = Array(repeating: 0, count: size * prices.count)
        guard let first = prices.first else { return }
        off[1] = 0
        if mostStages > 0 { on[width + 1] = first }
        var (nextOn, nextOff) = (on, off)
        for stage in prices.indices.dropFirst() {
            // No more stages are chosen than there were.
            let rows = min(mostStages, stage)
            let price = prices[stage]
            on.withUnsafeBufferPointer { on in
                off.withUnsafeBufferPointer { off in
                    nextOn.withUnsafeMutableBufferPointer { nextOn in
                        nextOff.withUnsafeMutableBufferPointer { nextOff in
                            cameFromOn.withUnsafeMutableBufferPointer { from in
                                let place = stage * size
                                for row in 0...rows {
                                    for state in (row * width + 1)..<((row + 1) * width) {
                                        let (stays, stops) = (on[state], on[state - 1])
                                        let (rests, begins) = (off[state], off[state - 1])
                                        nextOff[state] = stops < rests ? stops : rests
                                        if stops < rests { from[place + state] |= 2 }
                                        guard row < mostStages else { continue }
                                        nextOn[state + width] = price + (stays < begins ? stays : begins)
                                        if stays < begins { from[place + state + width] |= 1 }
                                    }
                                }
                                let after = (rows + 1) * width
                                if rows < mostStages {
                                    for state in after..<(after + width) { nextOff[state] = .infinity }
                                }
                                for state in 0..<width { nextOn[state] = .infinity }
                            }
                        }
                    }
                }
            }
            swap(&on, &nextOn)
            swap(&off, &nextOff)
        }
    }

    /// Whether the stages cost this, up to rounding.
    func hasPrices(_ others: [Double]) -> Bool {
        zip(prices, others).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-12 * max(abs($0), abs($1)) }
    }

    /// The cheapest choice of `length` stages with exactly `changed` changes, one flag a stage; nil where there is none.
    func cheapest(of length: Int, changes changed: Int) -> [Bool]? {
        guard length <= mostStages, changed <= changes, !prices.isEmpty else { return nil }
        var state = length * width + changed + 1
        var isOn = on[state] < off[state]
        guard min(on[state], off[state]) < .infinity else { return nil }
        var flags = [Bool](repeating: false, count: prices.count)
        for stage in prices.indices.reversed() {
            flags[stage] = isOn
            guard stage > 0 else { break }
            let from = cameFromOn[stage * on.count + state]
            let wasOn = from & (isOn ? 1 : 2) != 0
            if isOn { state -= width }
            if wasOn != isOn { state -= 1 }
            isOn = wasOn
        }
        return flags
    }
}
