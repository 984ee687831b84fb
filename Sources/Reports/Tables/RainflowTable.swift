import Ageing

/// The cycles of a trace as CSV: range, mean, count (1 or 0.5), first and last sample.
package enum RainflowTable {
    /// A row a cycle, in the order in which they close.
    package static func csv(_ cycles: [Rainflow.Cycle]) -> String {
        "range,mean,count,start,end\r\n"
            + cycles.map { "\($0.range),\($0.mean),\($0.count),\($0.start),\($0.end)\r\n" }.joined()
    }
}
