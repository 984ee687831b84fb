/// Cholesky factorisation of small dense matrices, by columns, lower half only: column j of an n x n matrix has its rows
/// j ..< n at `matrix + j * n + j`.
enum DenseCholesky {
    /// Factorises the first `pivots` columns and subtracts their part from the rest.
    static func factorise(_ matrix: UnsafeMutablePointer<Double>, _ n: Int, pivots: Int) {
        var first = 0
        while first < pivots {
            let count = min(Parameters.LinearAlgebra.panelWidth, pivots - first)
            for k in first..<(first + count) {
                let column = matrix + k * n
                // Columns of the same panel have not seen each other yet.
                var before = first
                while before < k {
                    let other = matrix + before * n
                    subtract(column + k, other + k, times: other[k], count: n - k)
                    before += 1
                }
                let pivot = column[k]
                guard pivot > Parameters.LinearAlgebra.minPivot else {
                    column[k] = Parameters.LinearAlgebra.skippedPivot
                    var row = k + 1
                    while row < n {
                        column[row] = 0
                        row &+= 1
                    }
                    continue
                }
                let root = pivot.squareRoot()
                column[k] = root
                let inverse = 1 / root
                var row = k + 1
                while row < n {
                    column[row] *= inverse
                    row &+= 1
                }
            }
            let a = matrix + first * n
            var column = first + count
            while column < n {
                let target = matrix + column * n
                switch count {
                case Parameters.LinearAlgebra.panelWidth:
                    subtract4(
                        target + column, a + column, a + n + column, a + 2 * n + column, a + 3 * n + column,
                        count: n - column)
                default:
                    for k in 0..<count {
                        let source = a + k * n
                        subtract(target + column, source + column, times: source[column], count: n - column)
                    }
                }
                column += 1
            }
            first += count
        }
    }

    /// `target -= factor * source`.
    @inline(__always)
    static func subtract(
        _ target: UnsafeMutablePointer<Double>, _ source: UnsafePointer<Double>, times factor: Double, count: Int
    ) {
        guard factor != 0 else { return }
        let wide = SIMD4<Double>(repeating: factor)
        var index = 0
        while index &+ 4 <= count {
            let left = UnsafeRawPointer(target + index).loadUnaligned(as: SIMD4<Double>.self)
            let right = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD4<Double>.self)
            UnsafeMutableRawPointer(target + index).storeBytes(of: left - wide * right, as: SIMD4<Double>.self)
            index &+= 4
        }
        while index < count {
            target[index] -= factor * source[index]
            index &+= 1
        }
    }

    /// `target -= a a[0] + b b[0] + c c[0] + d d[0]`.
    @inline(__always)
    private static func subtract4(
        _ target: UnsafeMutablePointer<Double>, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
        _ c: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>, count: Int
    ) {
        let (fa, fb, fc, fd) = (a[0], b[0], c[0], d[0])
        if fa == 0, fb == 0, fc == 0, fd == 0 { return }
        let wa = SIMD4<Double>(repeating: fa)
        let wb = SIMD4<Double>(repeating: fb)
        let wc = SIMD4<Double>(repeating: fc)
        let wd = SIMD4<Double>(repeating: fd)
        var index = 0
        while index &+ 4 <= count {
            var sum = UnsafeRawPointer(target + index).loadUnaligned(as: SIMD4<Double>.self)
            sum -= wa * UnsafeRawPointer(a + index).loadUnaligned(as: SIMD4<Double>.self)
            sum -= wb * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD4<Double>.self)
            sum -= wc * UnsafeRawPointer(c + index).loadUnaligned(as: SIMD4<Double>.self)
            sum -= wd * UnsafeRawPointer(d + index).loadUnaligned(as: SIMD4<Double>.self)
            UnsafeMutableRawPointer(target + index).storeBytes(of: sum, as: SIMD4<Double>.self)
            index &+= 4
        }
        while index < count {
            target[index] -= fa * a[index] + fb * b[index] + fc * c[index] + fd * d[index]
            index &+= 1
        }
    }

    /// `a' b`.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        var sums = SIMD4<Double>()
        var index = 0
        while index &+ 4 <= count {
            sums +=
                UnsafeRawPointer(a + index).loadUnaligned(as: SIMD4<Double>.self)
                * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD4<Double>.self)
            index &+= 4
        }
        var total = sums.sum()
        while index < count {
            total += a[index] * b[index]
            index &+= 1
        }
        return total
    }

    /// Solves `L L' x = right` in place, with all n columns factorised.
    static func solve(_ matrix: UnsafeMutablePointer<Double>, _ n: Int, _ right: UnsafeMutablePointer<Double>) {
        for k in 0..<n {
            let column = matrix + k * n
            let value = right[k] / column[k]
            right[k] = value
            subtract(right + k + 1, column + k + 1, times: value, count: n - k - 1)
        }
        for k in stride(from: n - 1, through: 0, by: -1) {
            let column = matrix + k * n
            right[k] = (right[k] - dot(column + k + 1, right + k + 1, count: n - k - 1)) / column[k]
        }
    }
}
