/// Different numbers in the order of their first appearance, found again by their bits.
struct NumberTable {
    private(set) var numbers: [Double] = []
    /// One more than a number's place; 0: free. A power of two of slots, half of them free at least.
    private var slots = [UInt16](repeating: 0, count: 512)

    /// - Returns: its place among the numbers; there are fewer than 65,000 (`CompactBlocks.suits`).
    mutating func place(of number: Double) -> UInt16 {
        let slot = slot(of: number)
        if slots[slot] != 0 { return slots[slot] - 1 }
        numbers.append(number)
        slots[slot] = UInt16(numbers.count)
        if numbers.count * 2 > slots.count {
            slots = Array(repeating: 0, count: slots.count * 4)
            for (index, number) in numbers.enumerated() { slots[self.slot(of: number)] = UInt16(index + 1) }
        }
        return UInt16(numbers.count - 1)
    }

    private func slot(of number: Double) -> Int {
        let mask = slots.count - 1
        let mixed = (number.bitPattern ^ (number.bitPattern >> 29)) &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: mixed >> 40) & mask
        while slots[slot] != 0, numbers[Int(slots[slot]) - 1].bitPattern != number.bitPattern {
            slot = (slot + 1) & mask
        }
        return slot
    }
}
