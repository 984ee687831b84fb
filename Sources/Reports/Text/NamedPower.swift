import Verification
import Accounting
import Scheduling

/// Power beside that of the stores in each step: what flexible loads take, and the reserve that is sold, product by product.
struct NamedPower {
    /// `reserve up`; with a number where there are several of a direction.
    var name: String
    /// kW, T values.
    var kw: [Double]
    /// Where it stands in the result.
    var source: String
    /// What is done with the power.
    var verb = "sold"
    /// What is written where there is none.
    var idle = "nothing is sold"

    /// Of a result, in the order of its products.
    static func reserve(of result: ResultFile) -> [NamedPower] {
        let products = result.services?["reserve"] ?? []
        return products.enumerated().compactMap { index, product in
            guard let kw = product.kw else { return nil }
            let direction = product.direction ?? "reserve"
            let alike = products.count { $0.direction == product.direction }
            let number = products[...index].count { $0.direction == product.direction }
            return NamedPower(
                name: "reserve \(direction)\(alike > 1 ? " \(number)" : "")", kw: kw,
                source: "result.services.reserve.\(index).kw")
        }
    }

    /// What the flexible loads of a result take, in its order.
    static func loads(of result: ResultFile) -> [NamedPower] {
        (result.loads ?? []).enumerated().map { index, load in
            NamedPower(
                name: load.id, kw: load.kW, source: "result.loads.\(index).kw", verb: "takes", idle: "takes nothing")
        }
    }

    /// The name as a column's: `reserve_up_kw`.
    var column: String { name.replacing(" ", with: "_") + "_kw" }
}
