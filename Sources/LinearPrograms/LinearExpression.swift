/// A coefficient on a column.
package struct Term: Sendable, Hashable {
    package var column: Column
    package var coefficient: Double
    package init(_ column: Column, _ coefficient: Double = 1) {
        self.column = column
        self.coefficient = coefficient
    }
}

/// `constant + sum of coefficient * column`.
package struct LinearExpression: Sendable {
    package var terms: [Term]
    package var constant: Double

    /// From its parts.
    package init(terms: [Term] = [], constant: Double = 0) {
        self.terms = terms
        self.constant = constant
    }

    /// One column.
    package init(_ column: Column, _ coefficient: Double = 1) { self.init(terms: [Term(column, coefficient)]) }

    /// Whether no column is in it.
    package var isConstant: Bool { terms.isEmpty }

    /// Adds `coefficient * column`.
    package mutating func add(_ column: Column, _ coefficient: Double = 1) { terms.append(Term(column, coefficient)) }

    /// Adds `factor * other`.
    package mutating func add(_ other: LinearExpression, times factor: Double = 1) {
        terms.reserveCapacity(terms.count + other.terms.count)
        for term in other.terms { terms.append(Term(term.column, factor * term.coefficient)) }
        constant += factor * other.constant
    }

    /// The sum of two expressions.
    package static func + (left: LinearExpression, right: LinearExpression) -> LinearExpression {
        var sum = left
        sum.add(right)
        return sum
    }

    /// The difference of two expressions.
    package static func - (left: LinearExpression, right: LinearExpression) -> LinearExpression {
        var difference = left
        difference.add(right, times: -1)
        return difference
    }

    /// A multiple of an expression.
    package static func * (factor: Double, expression: LinearExpression) -> LinearExpression {
        var product = LinearExpression()
        product.add(expression, times: factor)
        return product
    }

    /// The value at `values`, one per column.
    package func value(at values: [Double]) -> Double {
        terms.reduce(constant) { $0 + $1.coefficient * values[$1.column.index] }
    }

    /// The terms with each column once: a matrix position may be written once only.
    func merged() -> [Term] {
        switch terms.count {
        case 0, 1: return terms
        case 2 where terms[0].column != terms[1].column: return terms
        default: break
        }
        let sorted = terms.sorted { $0.column.index < $1.column.index }
        var result: [Term] = []
        result.reserveCapacity(sorted.count)
        for term in sorted {
            if let last = result.indices.last, result[last].column == term.column {
                result[last].coefficient += term.coefficient
            } else {
                result.append(term)
            }
        }
        return result
    }
}
