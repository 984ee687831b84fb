import Accounting
import ArgumentParser

@main
struct V2X: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "v2x",
        abstract: "Optimal charge schedules for vehicle-to-anything, with the true cost of the battery in them.",
        discussion: """
            A scenario (YAML or JSON) holds prices, plug-in windows and what ageing costs; `-` is standard input or output.

            Exit codes: 0 done; 1 no schedule exists, or a verification or diff failed; 64 usage; 65 bad input data; \
            66 no such input; 70 internal; 73 output not writable; 75 a limit was reached before any schedule was found.
            """,
        version: ProgramVersion.text,
        subcommands: [
            InitCommand.self, ScheduleCommand.self, ExplainCommand.self, CompareCommand.self, MarginalCommand.self,
            OfferCommand.self,
            ValueCommand.self, SweepCommand.self, SimulateCommand.self, PlotCommand.self, CheckCommand.self,
            VerifyCommand.self, DiffCommand.self, RegressCommand.self, ExportCommand.self, CellsCommand.self,
            FeedsCommand.self, SchemaCommand.self, ServeCommand.self, WatchCommand.self,
        ])

    static func main() {
        MemoryShortage.listen()
        main(nil)
    }
}
