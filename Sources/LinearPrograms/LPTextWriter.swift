/// Writes a program in CPLEX LP text, which people read and most solvers too.
package enum LPTextWriter {
    /// The program's linear part and integers, one row per line (long rows are folded).
    package static func text(of program: LinearProgram, name: String) -> String {
        let rows = program.names.uniqueTexts(program.rowLabels).map(allowed)
        let columns = program.names.uniqueTexts(program.columnLabels).map(allowed)
        let (objective, constant) = program.objective()
        var out = "\\ \(name.map { $0.isNewline ? " " : String($0) }.joined())\n"
        out += "\\ cost lines: \(program.costLineNames.joined(separator: ", "))\n"
        out += "Minimize\n"
        var terms = objective.indices.filter { objective[$0] != 0 }.map { (objective[$0], columns[$0]) }
        if constant != 0 { terms.append((constant, "constant_1")) }
        out += folded(" cost:", terms) + "\nSubject To\n"

        var entries: [[(Double, String)]] = Array(repeating: [], count: program.rowCount)
        for index in program.entryValue.indices {
            entries[Int(program.entryRow[index])].append(
                (program.entryValue[index], columns[Int(program.entryColumn[index])]))
        }
        for row in 0..<program.rowCount {
            let (lower, upper) = (program.rowLower[row], program.rowUpper[row])
            let left = entries[row].isEmpty ? [(0.0, columns.first ?? "constant_1")] : entries[row]
            if lower == upper {
                out += folded(" \(rows[row]):", left) + " = \(lower)\n"
            } else {
                if lower.isFinite {
                    out += folded(" \(rows[row])\(upper.isFinite ? "_low" : ""):", left) + " >= \(lower)\n"
                }
                if upper.isFinite {
                    out += folded(" \(rows[row])\(lower.isFinite ? "_high" : ""):", left) + " <= \(upper)\n"
                }
            }
        }
        out += "Bounds\n"
        for column in 0..<program.columnCount {
            let (lower, upper) = (program.columnLower[column], program.columnUpper[column])
            if lower == upper {
                out += " \(columns[column]) = \(lower)\n"
            } else if lower == -.infinity, upper == .infinity {
                out += " \(columns[column]) free\n"
            } else {
                let left = lower == -.infinity ? "-inf" : "\(lower)"
                out += " \(left) <= \(columns[column])" + (upper.isFinite ? " <= \(upper)" : "") + "\n"
            }
        }
        if constant != 0 { out += " constant_1 = 1\n" }
        let integers = columns.indices.filter { program.columnIsInteger[$0] }
        if !integers.isEmpty { out += "Generals\n" + integers.map { " \(columns[$0])\n" }.joined() }
        return out + "End\n"
    }

    private static func folded(_ head: String, _ terms: [(coefficient: Double, name: String)]) -> String {
        var lines = [head]
        for term in terms {
            let sign = term.coefficient < 0 ? "-" : "+"
            let size = abs(term.coefficient)
            let text = " \(sign) " + (size == 1 ? "" : "\(size) ") + term.name
            if lines[lines.count - 1].count + text.count > 100 { lines.append("   ") }
            lines[lines.count - 1] += text
        }
        return lines.joined(separator: "\n")
    }

    /// Names may not hold operators, nor begin like a number.
    private static func allowed(_ name: String) -> String {
        let text = String(
            name.map { character in
                character.isASCII && (character.isLetter || character.isNumber || "_.,()[]~#".contains(character))
                    ? character : "_"
            })
        let isExponent = "eE".contains(text.first ?? "e") && (text.dropFirst().first?.isNumber ?? true)
        let isNumberLike = isExponent || (text.first.map { $0.isNumber || $0 == "." } ?? true)
        return isNumberLike ? "_" + text : text
    }
}
