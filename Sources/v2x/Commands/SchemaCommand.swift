import ArgumentParser
import ScenarioFiles
import Scenarios
import ValueStreams

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "The JSON Schema (2020-12) of a scenario, for editors.",
        discussion: """
            Save it, and name it in a scenario's first line for an editor with a YAML language server:
            # yaml-language-server: $schema=scenario.schema.json
            """)

    @Option(name: .shortAndLong, help: "Where to write it; - is standard output.", completion: .file())
    var output = "-"

    func run() throws {
        try Destination(output).write(ScenarioSchema(sections: StreamRegistry.sections).json)
    }
}
