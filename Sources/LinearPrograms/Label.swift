/// The name of a column or row, kept as numbers: names are only spelled out when somebody reads them.
///
/// It reads `family[member,index]`, or with a part: `family.part[member,index]`.
package struct Label: Sendable, Hashable {
    var family: UInt16
    /// Index of a member in the name table, -1 for none.
    var member: Int32
    /// A step or boundary, -1 for none.
    var index: Int32
    /// A segment of a function, say; -1 for none.
    var part: Int32
}

/// What the numbers of labels stand for.
package struct NameTable: Sendable {
    package private(set) var families: [String] = []
    /// Names of the blocks' members (vehicle ids), set once.
    package var members: [String] = []

    /// The number of a family, new or known.
    package mutating func family(_ name: String) -> Family {
        if let index = families.firstIndex(of: name) { return Family(number: UInt16(index)) }
        families.append(name)
        return Family(number: UInt16(families.count - 1))
    }

    /// A family of labels, such as `battery.charge_kw`.
    package struct Family: Sendable, Hashable {
        var number: UInt16
        /// A label of the family.
        package func callAsFunction(_ member: Int? = nil, _ index: Int? = nil, part: Int? = nil) -> Label {
            Label(
                family: number, member: Int32(member ?? -1), index: Int32(index ?? -1), part: Int32(part ?? -1))
        }
    }

    /// The label in words, without white space (free MPS separates by it).
    package func text(_ label: Label) -> String {
        var text = families[Int(label.family)]
        if label.part >= 0 { text += ".\(label.part + 1)" }
        var places: [String] = []
        if label.member >= 0 {
            let member = Int(label.member)
            places.append(member < members.count ? members[member] : "\(member)")
        }
        if label.index >= 0 { places.append("\(label.index)") }
        if !places.isEmpty { text += "[\(places.joined(separator: ","))]" }
        return String(text.map { $0.isWhitespace ? "_" : $0 })
    }

    /// The texts of `labels`, made different where two would read the same.
    package func uniqueTexts(_ labels: [Label]) -> [String] {
        var seen: [String: Int] = [:]
        return labels.map { label in
            let text = text(label)
            let count = seen[text, default: 0]
            seen[text] = count + 1
            return count == 0 ? text : "\(text)~\(count)"
        }
    }
}

extension LinearProgram {
    /// A family of labels of this program.
    package mutating func family(_ name: String) -> NameTable.Family { names.family(name) }
    /// Names the blocks' members.
    package mutating func setMembers(_ members: [String]) { names.members = members }
    /// Adds a block with a name.
    ///
    /// - Returns: the block's number.
    package mutating func addMember(_ name: String) -> Int {
        names.members.append(name)
        return names.members.count - 1
    }
    /// A column's name.
    package func name(of column: Column) -> String { names.text(columnLabels[column.index]) }
    /// The family part of a column's name.
    func familyName(of column: Column) -> String { names.families[Int(columnLabels[column.index].family)] }
    /// Where a column stands: what a companion of it should be labelled with.
    func place(of column: Column) -> (member: Int?, index: Int?, block: Int?) {
        let label = columnLabels[column.index]
        let block = columnBlock[column.index]
        return (
            label.member >= 0 ? Int(label.member) : nil, label.index >= 0 ? Int(label.index) : nil,
            block >= 0 ? Int(block) : nil
        )
    }
    /// A row's name.
    package func name(of row: Row) -> String { names.text(rowLabels[row.index]) }
}
