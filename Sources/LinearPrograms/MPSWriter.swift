/// Writes a program as free MPS, the format that every solver reads.
package enum MPSWriter {
    /// The program's linear part and integers; the objective is the row `cost`, its constant the right-hand side of it
    /// with the sign that free MPS wants (minus the constant). Names hold no white space and are unique.
    package static func text(of program: LinearProgram, name: String) -> String {
        let rows = program.names.uniqueTexts(program.rowLabels)
        let columns = program.names.uniqueTexts(program.columnLabels)
        let (objective, constant) = program.objective()
        var out = "* minimise cost; cost lines: \(program.costLineNames.joined(separator: ", "))\n"
        out += "NAME \(name.map { $0.isWhitespace ? "_" : String($0) }.joined())\nROWS\n N cost\n"

        for row in 0..<program.rowCount { out += " \(kind(program, row)) \(rows[row])\n" }

        // Column-wise, each column's entries in the order of rows.
        var entries: [[(row: Int, value: Double)]] = Array(repeating: [], count: program.columnCount)
        for index in program.entryValue.indices {
            entries[Int(program.entryColumn[index])].append((Int(program.entryRow[index]), program.entryValue[index]))
        }
        out += "COLUMNS\n"
        var isInInteger = false
        for column in 0..<program.columnCount {
            if program.columnIsInteger[column] != isInInteger {
                isInInteger.toggle()
                out += " MARKER 'MARKER' \(isInInteger ? "'INTORG'" : "'INTEND'")\n"
            }
            if objective[column] != 0 || entries[column].isEmpty {
                out += " \(columns[column]) cost \(objective[column])\n"
            }
            for entry in entries[column] { out += " \(columns[column]) \(rows[entry.row]) \(entry.value)\n" }
        }
        if isInInteger { out += " MARKER 'MARKER' 'INTEND'\n" }

        out += "RHS\n"
        if constant != 0 { out += " rhs cost \(-constant)\n" }
        for row in 0..<program.rowCount {
            let value = program.rowLower[row].isFinite ? program.rowLower[row] : program.rowUpper[row]
            if value.isFinite, value != 0 { out += " rhs \(rows[row]) \(value)\n" }
        }
        let ranged = (0..<program.rowCount).filter {
            program.rowLower[$0].isFinite && program.rowUpper[$0].isFinite
                && program.rowLower[$0] != program.rowUpper[$0]
        }
        if !ranged.isEmpty {
            out += "RANGES\n"
            for row in ranged { out += " range \(rows[row]) \(program.rowUpper[row] - program.rowLower[row])\n" }
        }
        out += "BOUNDS\n"
        for column in 0..<program.columnCount {
            out += bounds(columns[column], program.columnLower[column], program.columnUpper[column])
        }
        return out + "ENDATA\n"
    }

    private static func kind(_ program: LinearProgram, _ row: Int) -> String {
        if program.rowLower[row] == program.rowUpper[row] { return "E" }
        if program.rowLower[row].isFinite { return "G" }
        return program.rowUpper[row].isFinite ? "L" : "N"
    }

    private static func bounds(_ name: String, _ lower: Double, _ upper: Double) -> String {
        if lower == upper { return " FX bound \(name) \(lower)\n" }
        if lower == -.infinity && upper == .infinity { return " FR bound \(name)\n" }
        var text = ""
        if lower == -.infinity {
            text += " MI bound \(name)\n"
        } else if lower != 0 {
            text += " LO bound \(name) \(lower)\n"
        }
        // Readers disagree on a missing upper bound of an integer column: it is always said.
        text += upper.isFinite ? " UP bound \(name) \(upper)\n" : " PL bound \(name)\n"
        return text
    }
}
