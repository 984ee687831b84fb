import Sensitivity
import Accounting
import ArgumentParser
import Reports
import ScenarioFiles
import Scenarios

struct OfferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offer",
        abstract: "Market offers: the optimal net import of each market time unit as a function of its price.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, nordpool }

    @OptionGroup var input: ScenarioArguments
    @Option(name: .shortAndLong, help: "text, json, csv, or Nord Pool's curve sheet (MW, positive buys).") var format:
        Format?
    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "Market time unit: a whole number of steps, such as 1h; by default 15 minutes, or a longer step.")
    var mtu: String?
    @Option(help: "nordpool: number of identical sites in one offer.") var sites = 1
    @Option(help: "Lowest price, money per kWh.") var floor = -0.5
    @Option(help: "Highest price, money per kWh.") var cap = 4.0
    @Option(help: "Most points of an offer.") var maxPoints = 200

    func validate() throws {
        guard floor > -1e9, cap < 1e9, cap > floor else {
            throw ValidationError("--cap must be above --floor, and both be prices per kWh")
        }
        if sites < 1 { throw ValidationError("--sites must be 1 at least") }
        if maxPoints < 1 { throw ValidationError("--max-points must be 1 at least") }
    }

    func run() throws {
        let destination = try Destination(output)
        let setting = try input.load()
        let step = setting.scenario.grid.stepSeconds
        var unit = MarketOffers.usualUnitSeconds(stepSeconds: step)
        if let mtu {
            guard let seconds = DurationText.seconds(mtu), seconds % step == 0, seconds > 0 else {
                throw ValidationError("--mtu must be a whole number of steps of \(step / 60) min, got \(mtu)")
            }
            unit = seconds
        }
        do {
            let offers = try setting.scheduler(limits: setting.limits)
                .offers(unitSteps: unit / step, floor: floor, cap: cap, maxPoints: maxPoints)
            switch try OutputFormats.chosen(format, output: output, usual: .text) {
            case .json: try destination.write(JSONFormat.text(of: offers))
            case .csv: try destination.write(OfferTable.csv(offers))
            case .nordpool:
                let sheet = NordpoolSheet(offers, floor: floor, cap: cap, sites: sites)
                for note in sheet.notes { Terminal.error("v2x: \(note)") }
                try destination.write(sheet.csv)
            case .text: try destination.write(OfferTable.text(offers))
            }
        } catch let failure as MarginalFailure {
            switch failure {
            case .noSchedule(let outcome): throw Ending.of(outcome, setting.scenario)
            case .solver(let words), .result(let words): throw Ending.say("v2x: \(words)", Ending.internalError)
            }
        }
    }
}
