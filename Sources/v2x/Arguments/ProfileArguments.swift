import ArgumentParser
import Reports

/// What a schedule for a charger is told beside the plan.
struct ProfileArguments: ParsableArguments {
    @Option(
        help:
            "OCPP, ISO 15118: the most periods of a schedule; more are merged so that the least energy moves, and the loss is reported."
    )
    var maxPeriods = ProfileOptions.periodLimit

    @Option(help: "OCPP: W, or A of each phase (the charger's volts and phases).")
    var rateUnit = ProfileOptions.RateUnit.watts

    @Option(
        help: ArgumentHelp(
            "OCPP: EVSE, in 1.6 the connector; by default the vehicle's place in the scenario, from 1.",
            valueName: "vehicle=n"))
    var evseId: [String] = []

    @Option(
        help: ArgumentHelp(
            "OCPP: the running transaction: the vehicle's first stay becomes a TxProfile, all others TxDefaultProfiles.",
            valueName: "vehicle=id"))
    var transactionId: [String] = []

    @Option(help: "OCPP: stack level of a vehicle's first stay; each later one is a level higher.")
    var stackLevel = 0

    @Option(
        help:
            "OCPP: the highest stack level that the stations take (ChargeProfileMaxStackLevel); stays beyond it are one profile."
    )
    var maxStackLevel: Int?

    /// - Parameter vehicles: the scenario's; with one of them its name may be left out.
    /// - Throws: `ValidationError` for what cannot be meant.
    func options(of vehicles: [String]) throws -> ProfileOptions {
        if maxPeriods < 1 || maxPeriods > ProfileOptions.periodLimit {
            throw ValidationError("--max-periods must be 1 to \(ProfileOptions.periodLimit), got \(maxPeriods)")
        }
        // A second stay and a third stand above the first.
        guard (0...1_000_000).contains(stackLevel) else {
            throw ValidationError("--stack-level must be 0 to 1000000, got \(stackLevel)")
        }
        if let maxStackLevel, !(stackLevel...1_000_000).contains(maxStackLevel) {
            throw ValidationError(
                "--max-stack-level must be \(stackLevel) (--stack-level) to 1000000, got \(maxStackLevel)")
        }
        var numbers: [String: Int] = [:]
        for (vehicle, text) in try pairs("--evse-id", evseId, vehicles) {
            guard let number = Int(text), number > 0 else {
                throw ValidationError("--evse-id must be a whole number from 1, got \(text)")
            }
            numbers[vehicle] = number
        }
        return ProfileOptions(
            maxPeriods: maxPeriods, rateUnit: rateUnit, evseIDs: numbers,
            transactionIDs: try pairs("--transaction-id", transactionId, vehicles), stackLevel: stackLevel,
            maxStackLevel: maxStackLevel)
    }

    private func pairs(_ option: String, _ texts: [String], _ vehicles: [String]) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            var (vehicle, value) = (vehicles.first ?? "", text)
            if let equals = text.lastIndex(of: "=") {
                vehicle = String(text[..<equals])
                value = String(text[text.index(after: equals)...])
            } else if vehicles.count > 1 {
                throw ValidationError("\(option) must name its vehicle, \(vehicles[0])=\(text)")
            }
            if pairs.updateValue(value, forKey: vehicle) != nil {
                throw ValidationError("\(option) is given twice for \(vehicle)")
            }
        }
        return pairs
    }
}

extension ProfileOptions.RateUnit: ExpressibleByArgument {}
