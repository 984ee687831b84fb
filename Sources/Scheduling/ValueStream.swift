import LinearPrograms
import Scenarios

/// A service that a parked battery can sell or save on: it adds its columns, rows and one cost line to the model.
///
/// `declare` runs before the vehicles' energy balances are written (a stream that moves energy adds its flows there);
/// `constrain` runs after, when every vehicle's and the site's expressions stand.
public protocol ValueStream: Sendable {
    /// The key of its section in `services`, and the name of its cost line.
    var key: String { get }
    /// Adds the columns that the vehicles' balances need.
    func declare(in model: inout SchedulingModel)
    /// Adds rows, the other columns, and the cost line.
    func constrain(_ model: inout SchedulingModel)
    /// What the result publishes under `services.<key>`, from the columns' values.
    func publish(_ model: SchedulingModel, values: [Double]) -> [ServiceSeries]
}

extension ValueStream {
    /// Most streams move no energy by themselves.
    public func declare(in model: inout SchedulingModel) {}
}
