import Foundation
import Scenarios

extension InputValue {
    /// `stay: { plan: last.json, within: 0.05 }`: near the plan of a result file. A file that is not there yet is no plan, and
    /// a warning. Nil, and findings, where it is wrong.
    func stay() -> Habits.Stay? {
        guard let reader = section() else { return nil }
        defer { reader.finish() }
        let within = reader.number("within", .nonNegative, unit: currency, default: 0)
        guard let place = reader.required("plan", "last.json"), let name = place.text(), let grid else { return nil }
        let folder = context.directory
        let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            place.warning("\(excerpt(name)): there is no such plan yet, so nothing to stay near")
            return nil
        }
        do {
            let file = try SourceFile(path: path, upTo: FileReading.maxScenarioBytes)
            let plan = try JSONDecoder().decode(WrittenPlan.self, from: Data(file.bytes))
            guard let planned = plan.netKW(on: grid) else {
                place.error("\(excerpt(name)): its steps cannot be read")
                return nil
            }
            return Habits.Stay(within: within, plannedKW: planned)
        } catch {
            place.error("\(excerpt(name)): is not a result of v2x schedule --format json")
            return nil
        }
    }
}

/// What is needed of a result file.
private struct WrittenPlan: Decodable {
    struct Vehicle: Decodable {
        var id: String
        var charge: [Double]
        var discharge: [Double]
        enum CodingKeys: String, CodingKey {
            case id
            case charge = "charge_kw"
            case discharge = "discharge_kw"
        }
    }
    var steps: [String]
    var stepHours: Double
    var vehicles: [Vehicle]
    enum CodingKeys: String, CodingKey {
        case steps, vehicles
        case stepHours = "step_hours"
    }

    /// Net power by vehicle in each step of `grid`, kW: the mean of what the plan has there; nil where it has nothing.
    func netKW(on grid: TimeGrid) -> [String: [Double?]]? {
        let length = Int(saturating: (stepHours * 3600).rounded())
        guard let first = steps.first, let start = Instant(withOffset: first)?.epochSeconds, length > 0,
            vehicles.allSatisfy({ $0.charge.count == steps.count && $0.discharge.count == steps.count })
        else { return nil }
        let fine = min(length, grid.stepSeconds)
        return Dictionary(
            vehicles.map { vehicle in
                let net = zip(vehicle.charge, vehicle.discharge).map { $0 - $1 }
                let values = (0..<grid.count).map { step -> Double? in
                    let from = grid.boundary(step).epochSeconds
                    let parts = stride(from: from, to: from + grid.stepSeconds, by: fine).map { moment -> Double? in
                        let index = moment >= start ? (moment - start) / length : -1
                        return net.indices.contains(index) ? net[index] : nil
                    }
                    let known = parts.compactMap { $0 }
                    return known.count == parts.count ? known.reduce(0, +) / Double(parts.count) : nil
                }
                return (vehicle.id, values)
            }, uniquingKeysWith: { first, _ in first })
    }
}
