import LinearPrograms

extension Block {
    /// A whole program as one block.
    ///
    /// A column that stands in many rows (the largest of many rows, say) would make all of them meet in the normal matrix. It
    /// is cut into pieces that stand in a few neighbouring rows each and are equal by further rows, so that the matrix stays
    /// the chain in time that the program is. The pieces behind the first stand behind the program's columns. Source: J. F.
    /// Grcar, Matrix stretching for linear equations, Sandia 1990; R. J. Vanderbei, Splitting dense columns in sparse linear
    /// systems, Linear Algebra and its Applications 152, 1991.
    init(whole program: LinearProgram) {
        columns = (0..<program.columnCount).map { Int32($0) }
        (lower, upper) = (program.columnLower, program.columnUpper)
        cost = program.objective().coefficients
        (rowLower, rowUpper) = (program.rowLower, program.rowUpper)
        var counts = [Int32](repeating: 0, count: program.columnCount)
        for column in program.entryColumn { counts[Int(column)] += 1 }
        entries.reserveCapacity(program.entryRow.count)
        var long: [Int32: [Entry]] = [:]
        for index in program.entryRow.indices {
            let entry = Entry(
                row: program.entryRow[index], column: program.entryColumn[index], value: program.entryValue[index])
            if Int(counts[Int(entry.column)]) > Parameters.LinearAlgebra.maxRowsOfColumn {
                long[entry.column, default: []].append(entry)
            } else {
                entries.append(entry)
            }
        }
        for column in long.keys.sorted() { cut(column, long[column] ?? []) }
    }

    private mutating func cut(_ column: Int32, _ given: [Entry]) {
        var piece = column
        for (index, entry) in given.sorted(by: { $0.row < $1.row }).enumerated() {
            if index > 0, index.isMultiple(of: Parameters.LinearAlgebra.rowsOfPiece) {
                let next = Int32(lower.count)
                columns.append(next)
                lower.append(lower[Int(column)])
                upper.append(upper[Int(column)])
                cost.append(0)
                let row = Int32(rowLower.count)
                rowLower.append(0)
                rowUpper.append(0)
                entries.append(Entry(row: row, column: piece, value: 1))
                entries.append(Entry(row: row, column: next, value: -1))
                piece = next
            }
            entries.append(Entry(row: entry.row, column: piece, value: entry.value))
        }
    }
}
